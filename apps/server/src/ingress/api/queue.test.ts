import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { newId } from "../../platform/ids.ts";
import { createTestApi, type TestApi, type TestTenant } from "../../testkit/test-api.ts";

const api: TestApi = await createTestApi();
let acme: TestTenant;

beforeEach(async () => {
  acme = await api.createTenant("Acme");
});
afterAll(() => api.close());

interface Entry {
  readonly position: number;
  readonly sessionId: string;
  readonly expectedWaitMs: number | null;
}

async function queue(path = "/queue"): Promise<{ length: number; entries: Entry[] }> {
  const { body } = await acme.agent.call(`GET ${path}`);
  return body as unknown as { length: number; entries: Entry[] };
}

async function customersWrite(...phones: string[]): Promise<string[]> {
  const sessions: string[] = [];
  for (const phone of phones) sessions.push(await acme.customerWrites(phone));
  return sessions;
}

describe("the queue", () => {
  test("is nobody at first", async () => {
    expect(await queue()).toEqual({ length: 0, entries: [], nextCursor: null });
  });

  test("shows who waits longest first, page by page", async () => {
    const sessions = await customersWrite("4911", "4912", "4913");
    const first = await queue("/queue?limit=2");
    expect(first).toMatchObject({
      length: 3,
      entries: [
        { position: 1, sessionId: sessions[0], channelId: acme.channelId, assigneeId: null },
        { position: 2, sessionId: sessions[1], expectedWaitMs: null },
      ],
    });
    const { nextCursor } = first as unknown as { nextCursor: string };
    expect(await queue(`/queue?limit=2&cursor=${nextCursor}`)).toMatchObject({
      entries: [{ position: 3, sessionId: sessions[2] }],
      nextCursor: null,
    });
  });

  test("leaves out who is answered, taken or has nothing to wait for", async () => {
    const [taken = "", dismissed = "", waiting = ""] = await customersWrite("4911", "4912", "4913");
    await acme.agent.call(`POST /sessions/${taken}/take`);
    await acme.agent.call(`POST /sessions/${dismissed}/no-reply-needed`);
    expect((await queue()).entries).toMatchObject([{ position: 1, sessionId: waiting }]);
    expect(await place(taken)).toBeNull();
    expect(await place(waiting)).toMatchObject({ position: 1 });
  });

  test("expects the wait from how fast the line moved of late", async () => {
    const sessions = await customersWrite("4911", "4912", "4913", "4914", "4915");
    for (const session of sessions.slice(0, 3)) {
      expect(await place(sessions[4])).toMatchObject({ expectedWaitMs: null });
      await acme.agent.call(`POST /sessions/${session}/take`);
    }
    await api.deps.db.query(
      "update assignments set at = now_ms() - 600000 + 1000 * seq where account_id = $1",
      [acme.accountId],
    );
    const [fourth, fifth] = (await queue()).entries;
    expect(fourth?.expectedWaitMs).toBeGreaterThan(190_000);
    expect(fourth?.expectedWaitMs).toBeLessThan(202_000);
    const { expectedWaitMs } = (await place(sessions[4])) as Entry;
    expect(Math.abs(Number(expectedWaitMs) - 2 * Number(fourth?.expectedWaitMs))).toBeLessThan(
      5_000,
    );
    expect(fifth?.position).toBe(2);
  });

  test("gives sessions that were transferred to a team places in a line of their own", async () => {
    const [first, second = "", third] = await customersWrite("4911", "4912", "4913");
    const { body: team } = await acme.admin.call("POST /teams", { body: { name: "Returns" } });
    const transferred = await acme.supervisor.call(`POST /sessions/${second}/transfer`, {
      body: { to: { team: team.id } },
    });
    expect(transferred.status).toBe(200);
    const { body } = await acme.supervisor.call("GET /queue");
    expect(body.entries).toMatchObject([
      { position: 1, sessionId: first, teamId: null },
      { position: 1, sessionId: second, teamId: team.id },
      { position: 2, sessionId: third, teamId: null },
    ]);
  });

  test("takes those of a deleted team back into the line of all", async () => {
    const [first, second = ""] = await customersWrite("4911", "4912");
    const { body: team } = await acme.admin.call("POST /teams", { body: { name: "Returns" } });
    const to = { body: { to: { team: team.id } } };
    await acme.supervisor.call(`POST /sessions/${second}/transfer`, to);
    await acme.admin.call(`DELETE /teams/${team.id}`);
    expect((await queue()).entries).toMatchObject([
      { position: 1, sessionId: first, teamId: null },
      { position: 2, sessionId: second, teamId: null },
    ]);
  });

  test("takes who leaves a team's line as a sign of that line's pace alone", async () => {
    const sessions = await customersWrite("4911", "4912", "4913", "4914", "4915");
    const { body: team } = await acme.admin.call("POST /teams", { body: { name: "Returns" } });
    const to = { body: { to: { team: team.id } } };
    for (const session of sessions.slice(0, 4)) {
      await acme.supervisor.call(`POST /sessions/${session}/transfer`, to);
    }
    for (const session of sessions.slice(0, 3)) {
      await acme.supervisor.call(`POST /sessions/${session}/take`);
    }
    await api.deps.db.query(
      "update assignments set at = now_ms() - 600000 + 1000 * seq where account_id = $1",
      [acme.accountId],
    );
    const { body } = await acme.supervisor.call("GET /queue");
    expect(body.entries).toMatchObject([
      { sessionId: sessions[3], expectedWaitMs: expect.any(Number) },
      { sessionId: sessions[4], expectedWaitMs: null },
    ]);
  });

  test("does not count sessions that never stood in it as a sign of its pace", async () => {
    const rule = { name: "Everyone", target: { everyone: true }, onlineOnly: false };
    await acme.admin.call("POST /assignment-rules", { body: rule });
    await customersWrite("4911", "4912", "4913", "4914");
    await acme.admin.call(`DELETE /assignment-rules/${(await rules())[0]?.id}`);
    const [waiting] = await customersWrite("4915");
    expect(await place(waiting)).toMatchObject({ position: 1, expectedWaitMs: null });
  });

  test("refuses a cursor of another list, and a limit that is too high", async () => {
    expect(await acme.agent.call("GET /queue?cursor=bm9uc2Vuc2U")).toMatchObject({
      body: { code: "cursor_invalid" },
    });
    expect(await acme.agent.call("GET /queue?limit=101")).toMatchObject({
      body: { code: "validation_failed" },
    });
    expect(await acme.agent.call(`GET /sessions/${newId()}/place-in-line`)).toMatchObject({
      body: { code: "session_not_found" },
    });
  });
});

async function rules(): Promise<{ id: string }[]> {
  const { body } = await acme.admin.call("GET /assignment-rules");
  return body.assignmentRules as { id: string }[];
}

async function place(session: string | undefined): Promise<unknown> {
  return (await acme.agent.call(`GET /sessions/${session}/place-in-line`)).body.place;
}
