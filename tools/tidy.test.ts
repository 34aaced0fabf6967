/**
 * The house rules that a machine can check. An exception goes to `tidy-allow.json` with its reason,
 * and leaves it as soon as it is no longer needed.
 */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { repository } from "./lib/repository.mjs";
import { readSourceFiles } from "./tidy/read-source-files.ts";
import {
  clockAndChanceComeFromPlatform,
  filesAreShort,
  functionsAreShort,
  importsPointDown,
  lockedForAllPlatforms,
  type Rule,
} from "./tidy/rules.ts";
import { parseSourceFile } from "./tidy/source-file.ts";

const rules = {
  "imports point down": importsPointDown,
  "files are short": filesAreShort,
  "functions are short": functionsAreShort,
  "clock and chance come from platform": clockAndChanceComeFromPlatform,
} satisfies Record<string, Rule>;

const Exceptions = z.array(
  z.strictObject({ rule: z.string(), path: z.string(), reason: z.string().min(20) }),
);
const exceptions = Exceptions.parse(
  JSON.parse(readFileSync(`${repository}/tools/tidy-allow.json`, "utf8")),
);

describe("in this repository", () => {
  const files = readSourceFiles(repository);

  test.each(Object.entries(rules))("%s", (name, rule) => {
    const allowed = new Set(exceptions.filter((e) => e.rule === name).map((e) => e.path));
    const found = files.flatMap((file) => rule(file)).filter(({ path }) => !allowed.has(path));
    expect(found.map(({ path, line, problem }) => `${path}:${line} ${problem}`)).toEqual([]);
  });

  test("every exception is still needed", () => {
    const broken = Object.entries(rules).flatMap(([name, rule]) =>
      files.flatMap((file) => rule(file)).map(({ path }) => `${name}: ${path}`),
    );
    const spare = exceptions.filter(({ rule, path }) => !broken.includes(`${rule}: ${path}`));
    expect(spare).toEqual([]);
  });

  test("the lock file names the packages of every platform", () => {
    const lock = JSON.parse(readFileSync(`${repository}/package-lock.json`, "utf8"));
    expect(lockedForAllPlatforms(lock)).toEqual([]);
  });
});

describe("the rule for imports", () => {
  const problems = (path: string, code: string) =>
    importsPointDown(parseSourceFile(path, code)).map(({ problem }) => problem);

  test.each([
    ["packages/session/src/a.ts", 'import { x } from "@punctual/contract";'],
    ["packages/session/src/a.ts", 'import { readFile } from "node:fs/promises";'],
    ["packages/session/src/a.ts", 'await import("pg");'],
    ["packages/contract/src/a.ts", 'import type { X } from "@punctual/session";'],
    ["packages/channel-kit/src/a.ts", 'import type { X } from "@punctual/session";'],
    ["packages/channels/a/src/a.ts", 'import { x } from "@punctual/channel-whatsapp";'],
    ["packages/channels/a/src/a.ts", 'import { x } from "@punctual/session";'],
    ["packages/channels/a/src/a.ts", 'import { request } from "node:https";'],
    ["apps/server/src/platform/a.ts", 'import { x } from "@punctual/contract";'],
    ["apps/server/src/platform/a.ts", 'import { x } from "../store/b.ts";'],
    ["apps/server/src/store/a.ts", 'import { decide } from "@punctual/session";'],
    ["apps/server/src/store/a.ts", 'export * from "../actions/b.ts";'],
    ["apps/server/src/views/a.ts", 'import { x } from "../store/b.ts";'],
    ["apps/server/src/views/a.ts", 'import { sql } from "kysely";'],
    ["apps/server/src/actions/a.ts", 'import { x } from "../loops/b.ts";'],
    ["apps/server/src/actions/a.ts", 'import { x } from "@punctual/channel-whatsapp";'],
    ["apps/server/src/loops/a.ts", 'import { x } from "../ingress/b.ts";'],
    ["apps/server/src/ingress/a.ts", 'import { x } from "../loops/b.ts";'],
    ["apps/server/src/ingress/a.ts", 'import { x } from "../main.ts";'],
    ["apps/server/src/ingress/a.ts", 'import { x } from "../testkit/b.ts";'],
    ["apps/server/src/main.ts", 'import { x } from "./testkit/b.ts";'],
    ["apps/whatsapp-emulator/src/a.ts", 'import { x } from "../../server/src/store/b.ts";'],
    ["apps/whatsapp-emulator/src/a.ts", 'import { x } from "@punctual/channel-whatsapp";'],
    ["apps/web/src/a.tsx", 'import { x } from "@punctual/session";'],
  ])("refuses in %s: %s", (path, code) => {
    expect(problems(path, code)).toHaveLength(1);
  });

  test.each([
    ["packages/session/src/a.ts", 'import type { X } from "@punctual/contract";'],
    ["packages/session/src/a.ts", 'import { type X, type Y } from "@punctual/contract";'],
    ["packages/session/src/a.ts", 'import { x } from "./deep/b.ts";'],
    ["packages/channels/a/src/a.ts", 'import { x } from "@punctual/channel-kit";'],
    ["apps/server/src/store/a.ts", 'import type { X } from "@punctual/session";'],
    ["apps/server/src/actions/a.ts", 'import { decide } from "@punctual/session";'],
    ["apps/server/src/ingress/agent/a.ts", 'import { x } from "../../views/b.ts";'],
    ["apps/server/src/main.ts", 'import { x } from "./loops/b.ts";'],
    ["apps/server/src/cli/a.ts", 'import { x } from "../config.ts";'],
    ["apps/server/src/store/a.test.ts", 'import { x } from "../testkit/b.ts";'],
    ["apps/server/scenarios/a.test.ts", 'import { x } from "../src/testkit/b.ts";'],
    ["apps/whatsapp-emulator/src/a.ts", 'import fastify from "fastify";'],
  ])("lets %s: %s", (path, code) => {
    expect(problems(path, code)).toEqual([]);
  });
});

describe("the rules for length", () => {
  const lines = (count: number) => "work();\n".repeat(count);
  const body = (count: number) => `export function long() {\n${lines(count - 2)}}\n`;

  test.each([
    ["packages/session/src/a.ts", 401, 1],
    ["packages/session/src/a.ts", 400, 0],
    ["packages/session/src/a.test.ts", 401, 0],
    ["apps/server/src/store/migrations/a.ts", 401, 0],
  ])("%s with %i lines gives %i problems", (path, count, expected) => {
    expect(filesAreShort(parseSourceFile(path, lines(count)))).toHaveLength(expected);
  });

  test.each([
    ["packages/session/src/a.ts", body(71), 1],
    ["packages/session/src/a.ts", body(70), 0],
    ["packages/session/src/a.ts", `const f = () => {\n${lines(70)}};`, 1],
    ["packages/session/src/a.ts", `const o = {\n  f() {\n${lines(70)}}\n};`, 1],
    ["packages/session/src/a.ts", `class C {\n  f() {\n${lines(70)}}\n}`, 1],
    ["apps/web/src/a.tsx", body(120), 0],
    ["apps/web/src/a.tsx", body(121), 1],
    ["packages/session/src/a.test.ts", body(71), 0],
  ])("a function in %s: %#", (path, code, expected) => {
    expect(functionsAreShort(parseSourceFile(path, code))).toHaveLength(expected);
  });
});

describe("the rule for clock and chance", () => {
  const count = (path: string, code: string) =>
    clockAndChanceComeFromPlatform(parseSourceFile(path, code)).length;

  test.each([
    "const now = Date.now();",
    "const now = new Date();",
    "const now = Temporal.Now.instant();",
    "const chance = Math.random();",
    "const clock = Date.now;",
    "const started = performance.now();",
    "setTimeout(retry, 5);",
    "const timer = globalThis.setInterval(retry, 5);",
    'import { setTimeout as sleep } from "node:timers/promises";',
    "const signal = AbortSignal.timeout(5);",
  ])("refuses %s in the product", (code) => {
    expect(count("packages/session/src/a.ts", code)).toBe(1);
    expect(count("apps/server/src/loops/a.ts", code)).toBe(1);
    expect(count("apps/server/src/platform/clock.ts", code)).toBe(0);
    expect(count("apps/server/src/testkit/clock.ts", code)).toBe(0);
    expect(count("packages/session/src/a.test.ts", code)).toBe(0);
  });

  test("lets a date be made from a number, and a comment or text speak of the clock", () => {
    const code =
      'const at = new Date(5); // not Date.now()\nconst text = "Math.random() setTimeout(";';
    expect(count("packages/session/src/a.ts", code)).toBe(0);
  });
});

describe("the rule for the lock file", () => {
  const wants = { optionalDependencies: { "engine-mac": "1.0.0" } };

  test("finds a package of another platform that npm left out", () => {
    const lock = { packages: { "": {}, "node_modules/engine": wants } };
    expect(lockedForAllPlatforms(lock)).toHaveLength(1);
  });

  test.each(["node_modules/engine-mac", "node_modules/engine/node_modules/engine-mac"])(
    "is content with %s",
    (place) => {
      const lock = { packages: { "": {}, "node_modules/engine": wants, [place]: {} } };
      expect(lockedForAllPlatforms(lock)).toEqual([]);
    },
  );
});
