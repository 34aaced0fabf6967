import type { SessionCounts, SessionPreview, Wall } from "@punctual/contract";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  createTestApi,
  type TestApi,
  type TestMember,
  type TestTenant,
} from "../../testkit/test-api.ts";

let api: TestApi;
let acme: TestTenant;
let sales: string;
/** Ann's are overdue and due soon, Bob's is neither; two are nobody's, one of them on Sales. */
let overdue: string;
let dueSoon: string;
let bobs: string;
let free: string;
let freeOnSales: string;
let night: string;

beforeAll(async () => {
  api = await createTestApi();
  acme = await api.createTenant("Acme");
  const config = { accessToken: "t", appSecret: "s", verifyToken: "v", phoneNumberId: "900101" };
  const channel = await acme.admin.call("POST /channels", { body: { name: "Sales", config } });
  sales = String(channel.body.id);
  const team = await acme.admin.call("POST /teams", { body: { name: "Night shift" } });
  night = String(team.body.id);
  overdue = await acme.customerWrites("49171", "Where is it?", "Eva");
  dueSoon = await acme.customerWrites("49172");
  bobs = await acme.customerWrites("49173");
  free = await acme.customerWrites("49174");
  freeOnSales = await acme.customerWrites("49175", "Hello", "Kim", sales);
  await assign(overdue, acme.agent);
  await assign(dueSoon, acme.agent);
  await assign(bobs, acme.otherAgent);
  // As the clock leaves them.
  await api.deps.db.query(
    `update sessions set wait_overdue_since = wait_started_at + 1000,
       wait_started_at = wait_started_at - 60000 where id = $1`,
    [overdue],
  );
  await api.deps.db.query(
    `update sessions set overdue_at = wait_started_at + 600000, warn_at = null,
       wait_warned_for = wait_started_at + 600000 where id = $1`,
    [dueSoon],
  );
  await api.deps.db.query(
    `update sessions set overdue_at = wait_started_at + 3600000,
       warn_at = wait_started_at + 3000000 where id = $1`,
    [bobs],
  );
});

afterAll(() => api.close());

async function assign(session: string, { id: memberId }: TestMember): Promise<void> {
  const answer = await acme.supervisor.call(`POST /sessions/${session}/assignee`, {
    body: { memberId },
  });
  expect(answer.status).toBe(200);
}

async function counts(of: TestMember): Promise<SessionCounts> {
  const answer = await of.call("GET /session-counts");
  expect(answer.status).toBe(200);
  return answer.body as unknown as SessionCounts;
}

async function preview(session: string): Promise<SessionPreview | null> {
  const one = await acme.supervisor.call(`GET /sessions/${session}`);
  const list = await acme.supervisor.call("GET /sessions?state=all");
  const entries = list.body.sessions as { id: string; preview: SessionPreview | null }[];
  expect(entries.find(({ id }) => id === session)?.preview).toEqual(one.body.preview);
  return one.body.preview as SessionPreview | null;
}

describe("the counts of views", () => {
  test("are of the whole business for a supervisor", async () => {
    expect(await counts(acme.supervisor)).toEqual({
      countedAt: expect.any(String),
      open: 5,
      mine: 0,
      unassigned: 2,
      overdue: 1,
      dueSoon: 1,
      joined: 0,
      unreadOfMine: 0,
      channels: [
        {
          ...{ channelId: acme.channelId, kind: "whatsapp", name: "Acme support" },
          ...{ open: 4, unassigned: 1, overdue: 1, dueSoon: 1 },
        },
        {
          ...{ channelId: sales, kind: "whatsapp", name: "Sales" },
          ...{ open: 1, unassigned: 1, overdue: 0, dueSoon: 0 },
        },
      ],
      teams: [
        { teamId: night, name: "Night shift", open: 0, unassigned: 0, overdue: 0, dueSoon: 0 },
      ],
    });
  });

  test("are of what an agent sees: theirs, and what nobody holds", async () => {
    const seen = await counts(acme.agent);
    expect(seen).toMatchObject({ open: 4, mine: 2, unassigned: 2, overdue: 1, dueSoon: 1 });
    expect(seen.unreadOfMine).toBe(2);
    await acme.agent.call(`POST /sessions/${dueSoon}/read`);
    expect((await counts(acme.agent)).unreadOfMine).toBe(1);
    const { body } = await acme.agent.call("GET /sessions?limit=100");
    expect(body.sessions).toHaveLength(seen.open);
  });

  test("leave out channels that the agent doesn't reach", async () => {
    const limit = (channelIds: string[] | null) =>
      acme.admin.call(`PUT /members/${acme.otherAgent.id}/channels`, { body: { channelIds } });
    await limit([sales]);
    const seen = await counts(acme.otherAgent);
    expect(seen).toMatchObject({ open: 2, mine: 1, unassigned: 1 });
    expect(seen.channels.map(({ channelId }) => channelId)).toEqual([sales]);
    await limit(null);
  });

  test("hold what the agent follows, once", async () => {
    await acme.supervisor.call(`PUT /sessions/${overdue}/followers/${acme.otherAgent.id}`);
    expect(await counts(acme.otherAgent)).toMatchObject({
      open: 4,
      mine: 1,
      joined: 1,
      overdue: 1,
    });
    await acme.supervisor.call(`PUT /sessions/${bobs}/followers/${acme.otherAgent.id}`);
    expect(await counts(acme.otherAgent)).toMatchObject({ open: 4, mine: 1, joined: 2 });
    for (const session of [overdue, bobs]) {
      await acme.supervisor.call(`DELETE /sessions/${session}/followers/${acme.otherAgent.id}`);
    }
  });

  test("are never older than the question, however many ask", async () => {
    const before = await counts(acme.supervisor);
    await acme.supervisor.call(`POST /sessions/${free}/transfer`, {
      body: { to: { team: night } },
    });
    const after = await Promise.all(Array.from({ length: 20 }, () => counts(acme.supervisor)));
    for (const each of after) {
      expect(each.teams).toMatchObject([{ teamId: night, open: 1, unassigned: 1 }]);
    }
    expect(before.teams).toMatchObject([{ open: 0 }]);
  });
});

describe("the list of sessions", () => {
  test("gives what is due soon, and what isn't", async () => {
    const ids = async (query: string) => {
      const { body } = await acme.supervisor.call(`GET /sessions?${query}`);
      return (body.sessions as { id: string }[]).map(({ id }) => id).toSorted();
    };
    expect(await ids("dueSoon=true")).toEqual([dueSoon]);
    expect(await ids("dueSoon=false")).toEqual([overdue, bobs, free, freeOnSales].toSorted());
    expect(await ids("dueSoon=true&assignee=none")).toEqual([]);
  });

  test("shows the last words of a person, and whose they are", async () => {
    expect(await preview(overdue)).toMatchObject({
      kind: "inbound",
      authorId: null,
      contentType: "text",
      text: "Where is it?",
      delivery: null,
      deleted: false,
    });
    await acme.agent.call(`POST /sessions/${overdue}/messages`, {
      body: { type: "text", text: "It left.\n\nTomorrow it   is there." },
    });
    expect(await preview(overdue)).toMatchObject({
      kind: "agent",
      authorId: acme.agent.id,
      text: "It left. Tomorrow it is there.",
      delivery: "queued",
    });
    const note = await acme.supervisor.call(`POST /sessions/${overdue}/notes`, {
      body: { text: "x".repeat(500) },
    });
    expect(await preview(overdue)).toMatchObject({ kind: "note", text: `${"x".repeat(159)}…` });
    await acme.supervisor.call(`DELETE /sessions/${overdue}/notes/${note.body.id}`);
    expect(await preview(overdue)).toMatchObject({ kind: "note", text: "", deleted: true });
  });
});

describe("the wall", () => {
  test("shows who waits, who holds what, and what was answered today", async () => {
    const answer = await acme.supervisor.call("GET /wall");
    expect(answer.status).toBe(200);
    const wall = answer.body as unknown as Wall;
    // Ann's answer ended the wait that was overdue.
    expect(wall).toMatchObject({
      ...{ open: 5, waiting: 4, unassigned: 2, dueSoon: 1, overdue: 0 },
      today: { timeZone: "UTC", answered: 1, withinLimit: 0, withinLimitShare: 0 },
      longestWait: { sessionId: dueSoon, assigneeId: acme.agent.id, contactName: "Customer Acme" },
    });
    expect(wall.today.from).toMatch(/T00:00:00\.000Z$/);
    const byId = new Map(wall.members.map((member) => [member.memberId, member]));
    expect(byId.size).toBe(4);
    expect(byId.get(acme.agent.id)).toMatchObject({
      ...{ role: "agent", status: "offline", online: false, capacity: null },
      ...{ holding: 2, waiting: 1, dueSoon: 1, overdue: 0 },
      nextReplyDueAt: expect.any(String),
    });
    expect(byId.get(acme.otherAgent.id)).toMatchObject({ holding: 1, waiting: 1, dueSoon: 0 });
    expect(wall.channels).toMatchObject([
      { channelId: acme.channelId, open: 4, waiting: 3, unassigned: 1, dueSoon: 1 },
      { channelId: sales, open: 1, waiting: 1, unassigned: 1, dueSoon: 0 },
    ]);
  });

  test("counts the day in the business's own zone", async () => {
    await api.deps.db.query("update waits set ended_at = $2 where account_id = $1", [
      acme.accountId,
      // In Kiritimati the day is 14 hours ahead: whatever the hour is, some of yesterday is today there.
      Date.now() - 60_000,
    ]);
    const hours = { timeZone: "Pacific/Kiritimati", weekdays: {}, holidays: [] };
    await api.deps.db.query(
      `insert into business_hours (account_id, time_zone, weekdays, holidays)
       values ($1, $2, '{}', '[]')`,
      [acme.accountId, hours.timeZone],
    );
    const { body } = await acme.admin.call("GET /wall");
    const { from, timeZone } = (body as unknown as Wall).today;
    expect(timeZone).toBe("Pacific/Kiritimati");
    expect(from).toMatch(/T10:00:00\.000Z$/);
  });

  test("is not for agents", async () => {
    const answer = await acme.agent.call("GET /wall");
    expect(answer).toMatchObject({ status: 403, body: { code: "not_allowed" } });
  });
});
