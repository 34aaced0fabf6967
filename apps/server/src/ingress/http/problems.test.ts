import { readFile } from "node:fs/promises";
import {
  AssigneeBody,
  AssignmentRuleInput,
  BusinessHoursBody,
  CloseBody,
  CreateChannelBody,
  CreateTeamBody,
  DryRunBody,
  NoteBody,
  SaveClockSettingsBody,
  SendMessageBody,
  SnoozeBody,
  TransferBody,
} from "@punctual/contract";
import Fastify from "fastify";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { z } from "zod";
import { createTestApi, type TestApi, type TestTenant } from "../../testkit/test-api.ts";
import { BODY_EXAMPLES } from "./body-examples.ts";
import { registerProblems } from "./problems.ts";

interface OpenApiOperation {
  readonly responses: Readonly<Record<string, { description?: string; $ref?: string }>>;
}

let api: TestApi;
let acme: TestTenant;

beforeAll(async () => {
  api = await createTestApi();
  acme = await api.createTenant("Acme");
});

afterAll(() => api.close());

const JSON_TYPE = { "content-type": "application/json" };

describe("every error is a problem document", () => {
  test.each([
    ["GET /nowhere", {}, 404, "not_found"],
    ["GET /sessions/not-an-id", {}, 400, "validation_failed"],
    ["GET /sessions?limit=1000", {}, 400, "validation_failed"],
    ["GET /sessions?colour=red", {}, 400, "validation_failed"],
    ["DELETE /sessions", {}, 405, "method_not_allowed"],
    ["PUT /me/status", { body: "{", headers: JSON_TYPE }, 400, "malformed_json"],
    ["PUT /me/status", { body: "", headers: JSON_TYPE }, 400, "validation_failed"],
    ["PUT /me/status", { body: "null", headers: JSON_TYPE }, 400, "validation_failed"],
    [
      "PUT /me/status",
      { body: '{"__proto__":{"status":"away"}}', headers: JSON_TYPE },
      400,
      "malformed_json",
    ],
    [
      "PUT /me/status",
      { body: "status=away", headers: { "content-type": "application/x-www-form-urlencoded" } },
      415,
      "unsupported_media_type",
    ],
    [
      "PUT /me/status",
      { body: "status", headers: { "content-type": "text/plain" } },
      415,
      "unsupported_media_type",
    ],
    [
      "PUT /me/status",
      { body: `"${"x".repeat(1_048_577)}"`, headers: JSON_TYPE },
      413,
      "body_too_large",
    ],
  ])("%s %j", async (route, call, status, code) => {
    const answer = await acme.agent.call(route, call);
    expect(answer.status).toBe(status);
    expect(answer.headers["content-type"]).toBe("application/problem+json");
    expect(answer.body).toMatchObject({ status, code, type: `/api/docs/errors#${code}` });
    expect(answer.body.title).toEqual(expect.any(String));
  });

  test("outside the API too", async () => {
    expect(await api.ask("GET /elsewhere")).toMatchObject({
      status: 404,
      body: { code: "not_found" },
    });
    expect(await api.ask("GET /api/elsewhere")).toMatchObject({ body: { code: "not_found" } });
    expect(await api.ask("GET /%zz")).toMatchObject({ body: { code: "not_found" } });
  });

  test("a method that an address doesn't take says which it does", async () => {
    const answer = await acme.agent.call("DELETE /sessions");
    expect(answer.headers.allow).toBe("GET, HEAD");
  });

  test("a body that is not valid says which fields", async () => {
    const { body } = await acme.agent.call("PUT /me/status", { body: { status: "asleep" } });
    expect(body).toMatchObject({ errors: [{ path: "status" }] });
  });

  test("too many requests say when to come back", async () => {
    const call = { body: { token: "x", password: "long enough" } };
    const ask = () => api.ask("POST /api/v1/invitations/accept", call);
    const answers = [];
    for (let count = 0; count < 61; count++) answers.push(await ask());
    const last = answers.at(-1);
    expect(last).toMatchObject({ status: 429, body: { code: "too_many_requests" } });
    expect(Number(last?.headers["retry-after"])).toBeGreaterThan(0);
    // Whoever guesses at one door doesn't go on at the next.
    const login = { body: { email: "a@b.test", password: "whatever it is" } };
    expect((await api.ask("POST /api/auth/sign-in/email", login)).status).toBe(429);
    expect((await acme.agent.call("GET /me")).status).toBe(200);
  });
});

describe("what nobody expected", () => {
  test("is answered without details, and found in the log by its id", async () => {
    const logged: string[] = [];
    const app = Fastify({ logger: { stream: { write: (line: string) => logged.push(line) } } });
    registerProblems(app);
    app.get("/broken", () => {
      throw new Error("the secret of the house");
    });
    const answer = await app.inject("/broken");
    expect(answer.statusCode).toBe(500);
    expect(answer.body).not.toContain("secret");
    const { detail } = answer.json<{ detail: string }>();
    const line = logged.find((each) => each.includes("the secret of the house"));
    const { errorId } = JSON.parse(line ?? "{}") as { errorId: string };
    expect(detail).toContain(errorId);
  });

  test("a database that is away means: come again", async () => {
    const app = Fastify();
    registerProblems(app);
    app.get("/away", () => {
      throw Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" });
    });
    const answer = await app.inject("/away");
    expect(answer.statusCode).toBe(503);
    expect(answer.headers["retry-after"]).toBe("2");
    expect(answer.json()).toMatchObject({ code: "unavailable" });
  });
});

describe("every answer", () => {
  test("carries security headers and no banner", async () => {
    for (const route of ["GET /api/v1/me", "GET /nowhere", "GET /setup", "GET /api/docs/errors"]) {
      const { headers } = await api.ask(route);
      expect(headers, route).toMatchObject({
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
        "referrer-policy": "no-referrer",
      });
      expect(headers["content-security-policy"], route).toContain("default-src 'none'");
      expect(headers, route).not.toHaveProperty("x-powered-by");
      expect(headers, route).not.toHaveProperty("server");
    }
  });
});

describe("who opens the server in a browser", () => {
  test.each(["/", "/login"])("finds at %s what it is and where to go on", async (path) => {
    const page = await api.ask(`GET ${path}`);
    expect(page.status).toBe(200);
    expect(page.headers["content-type"]).toContain("text/html");
    expect(page.text).toContain('href="/api/docs/"');
  });
});

describe("the documentation", () => {
  test("is an OpenAPI 3.1 document whose references all lead somewhere", async () => {
    const { status, body, text } = await api.ask("GET /api/openapi.json");
    expect(status).toBe(200);
    expect(body.openapi).toBe("3.1.0");
    const { schemas } = body.components as { schemas: Record<string, unknown> };
    const named = [...text.matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name);
    expect(named.length).toBeGreaterThan(5);
    expect(Object.keys(schemas).toSorted()).toEqual([...new Set(named)].toSorted());
  });

  test("has every operation named once", async () => {
    const { body } = await api.ask("GET /api/openapi.json");
    const operations = Object.values(body.paths as Record<string, object>).flatMap(
      (path) => Object.values(path) as { operationId?: string; summary?: string }[],
    );
    const names = operations.map((operation) => operation.operationId);
    expect(names).not.toContain(undefined);
    expect(new Set(names).size).toBe(names.length);
  });

  test("says of every operation what it answers, and which problems", async () => {
    const { body } = await api.ask("GET /api/openapi.json");
    const { responses } = body.components as { responses: Record<string, object> };
    for (const [path, methods] of Object.entries(body.paths as Record<string, object>)) {
      for (const [method, operation] of Object.entries(methods)) {
        const answers = Object.entries((operation as OpenApiOperation).responses);
        const [success] = answers.filter(([status]) => /^[12]/.test(status));
        expect(success?.[1].description, `${method} ${path}`).not.toMatch(
          /^(Default Response|Done\.)$/,
        );
        const references = answers.flatMap(([, { $ref }]) => $ref?.split("/").at(-1) ?? []);
        expect(references, `${method} ${path}`).toContain("Problem429");
        for (const name of references) expect(responses).toHaveProperty(name);
      }
    }
  });

  test("says what each group of operations is about", async () => {
    const { body } = await api.ask("GET /api/openapi.json");
    const paths = Object.values(body.paths as Record<string, Record<string, { tags: string[] }>>);
    const used = paths.flatMap((path) => Object.values(path).flatMap(({ tags }) => tags));
    const described = (body.tags as { name: string }[]).map(({ name }) => name);
    expect([...new Set(used)].toSorted()).toEqual(described.toSorted());
  });

  test("tells of the same live events as the page about them", async () => {
    const page = await readFile(new URL("../../../../../docs/events.md", import.meta.url), "utf8");
    const headings = [...page.matchAll(/^### (.*)$/gm)].flatMap(([, types = ""]) =>
      types.split(", "),
    );
    const { body } = await api.ask("GET /api/openapi.json");
    const paths = body.paths as Record<string, { get: { description: string } }>;
    const { description = "" } = paths["/api/v1/events"]?.get ?? {};
    const rows = [...description.matchAll(/^\| (`.*?) \|/gm)].flatMap(([, types = ""]) =>
      types.replaceAll("`", "").split(", "),
    );
    expect(headings.length).toBeGreaterThan(5);
    expect(rows).toEqual(headings);
  });

  test("gives examples that the API takes", () => {
    const schemas: Record<string, z.ZodType> = {
      sendMessage: SendMessageBody,
      leaveNote: NoteBody,
      changeNote: NoteBody,
      closeSession: CloseBody,
      snoozeSession: SnoozeBody,
      assignSession: AssigneeBody,
      transferSession: TransferBody,
      saveClockSettings: SaveClockSettingsBody,
      createAssignmentRule: AssignmentRuleInput,
      createChannel: CreateChannelBody,
      createTeam: CreateTeamBody,
      saveBusinessHours: BusinessHoursBody,
      tryAssignmentRules: DryRunBody,
    };
    for (const [operation, examples] of Object.entries(BODY_EXAMPLES)) {
      for (const { summary, value } of Object.values(examples)) {
        const refused = schemas[operation]?.safeParse(value).error;
        expect(refused, `${operation}: ${summary}`).toBeUndefined();
      }
    }
    expect(Object.keys(schemas)).toEqual(Object.keys(BODY_EXAMPLES));
  });

  test("is a page that takes nothing from elsewhere", async () => {
    expect((await api.ask("GET /api/docs")).headers.location).toBe("/api/docs/");
    const page = await api.ask("GET /api/docs/");
    expect(page.status).toBe(200);
    expect(page.text).not.toMatch(/(src|href)="(https?:)?\/\//);
    expect(page.headers["content-security-policy"]).toContain("script-src 'self'");
    const script = await api.ask("GET /api/docs/js/scalar.js");
    expect(script.status).toBe(200);
  });
});
