import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { newId } from "../../platform/ids.ts";
import { createTestApi, type TestApi, type TestTenant } from "../../testkit/test-api.ts";

let api: TestApi;
let acme: TestTenant;
/** Oldest first. */
const opened: string[] = [];

beforeAll(async () => {
  api = await createTestApi();
  acme = await api.createTenant("Acme");
  for (let index = 0; index < 7; index++) {
    opened.push(
      await acme.customerWrites(`4917000${index}`, `Order ${index} is late`, `Eva ${index}`),
    );
  }
});

afterAll(() => api.close());

async function list(query: string): Promise<string[]> {
  const answer = await acme.agent.call(`GET /sessions?${query}`);
  expect(answer.status).toBe(200);
  return idsOf(answer.body);
}

function idsOf(body: Record<string, unknown>): string[] {
  return (body.sessions as { id: string }[]).map((session) => session.id);
}

/** Follows the cursor to the end, two at a time. */
async function walk(query: string): Promise<string[]> {
  const ids: string[] = [];
  let cursor: unknown = null;
  do {
    const next = cursor === null ? "" : `&cursor=${cursor}`;
    const { body } = await acme.agent.call(`GET /sessions?limit=2&${query}${next}`);
    ids.push(...idsOf(body));
    cursor = body.nextCursor;
  } while (cursor !== null);
  return ids;
}

describe("the list of sessions", () => {
  test("shows the newest first when asked to", async () => {
    expect(await list("sort=newest")).toEqual(opened.toReversed());
  });

  test("shows who waits longest first when asked to", async () => {
    expect(await list("sort=longestWaiting")).toEqual(opened);
  });

  test("shows the next deadline first, and sessions without one last", async () => {
    const [first, second, third] = opened;
    await setDue(third, 1_000);
    await setDue(first, 2_000);
    const ids = await list("");
    expect(ids.slice(0, 2)).toEqual([third, first]);
    expect(ids).toContain(second);
    expect(ids).toHaveLength(opened.length);
  });

  test.each(["newest", "longestWaiting", "nextDeadline"])(
    "by pages (%s) gives every session once, in the same order as whole",
    async (sort) => {
      expect(await walk(`sort=${sort}`)).toEqual(await list(`sort=${sort}`));
    },
  );

  test("a session that opens meanwhile does not shift the pages", async () => {
    const first = await acme.agent.call("GET /sessions?sort=newest&limit=3");
    const late = await acme.customerWrites("491799999", "Me too", "Late");
    const second = await acme.agent.call(
      `GET /sessions?sort=newest&limit=100&cursor=${first.body.nextCursor}`,
    );
    expect([...idsOf(first.body), ...idsOf(second.body)]).toEqual(opened.toReversed());
    await acme.admin.call(`POST /sessions/${late}/close`, { body: {} });
  });

  test("filters by who holds a session", async () => {
    const [mine, theirs] = opened;
    await acme.agent.call(`POST /sessions/${mine}/take`);
    await acme.otherAgent.call(`POST /sessions/${theirs}/take`);
    expect(await list("assignee=me")).toEqual([mine]);
    const { body } = await acme.supervisor.call(`GET /sessions?assignee=${acme.otherAgent.id}`);
    expect(body.sessions).toMatchObject([{ id: theirs }]);
    expect((await list("assignee=none")).toSorted()).toEqual(opened.slice(2));
  });

  test("filters by state, channel and the overdue mark", async () => {
    const [, , , gone, late] = opened;
    await acme.admin.call(`POST /sessions/${gone}/close`);
    await api.deps.db.query("update sessions set wait_overdue_since = 5 where id = $1", [late]);
    expect(await list("state=closed&assignee=none")).toContain(gone);
    expect(await list("state=open")).not.toContain(gone);
    expect(await list("state=all&sort=newest")).toContain(gone);
    expect(await list("overdue=true")).toEqual([late]);
    expect(await list("overdue=false")).not.toContain(late);
    expect(await list(`channel=${newId()}`)).toEqual([]);
  });

  test("of all states shows the open ones in order, then the closed ones, newest first", async () => {
    const closed = await list("state=closed");
    expect(closed).toHaveLength(2);
    expect(closed).toEqual(closed.toSorted().toReversed());
    for (const sort of ["nextDeadline", "longestWaiting"]) {
      const all = [...(await list(`sort=${sort}`)), ...closed];
      expect(await list(`state=all&sort=${sort}`)).toEqual(all);
      expect(await walk(`state=all&sort=${sort}`)).toEqual(all);
    }
  });

  test("gives those that are named, open or closed, as far as they are seen", async () => {
    const [first, hidden, third, closed] = opened;
    const named = [third, closed, hidden, first, newId()].join(",");
    expect((await list(`ids=${named}&limit=1`)).toSorted()).toEqual([first, third, closed]);
    expect(await list(`ids=${named}&state=closed`)).toEqual([closed]);
    for (const ids of ["", "nonsense", Array.from({ length: 101 }, () => newId()).join(",")]) {
      const { status, body } = await acme.agent.call(`GET /sessions?ids=${ids}`);
      expect({ status, code: body.code }).toEqual({ status: 400, code: "validation_failed" });
    }
  });

  test("finds words of a message and of the contact's name, whatever their capitals", async () => {
    expect(await list("state=all&text=oRDER%203")).toEqual([opened[3]]);
    expect(await list("state=all&text=eva%202")).toEqual([opened[2]]);
    expect(await list("state=all&text=100%25")).toEqual([]);
  });

  test("shows parked sessions to admins alone", async () => {
    const [, , , , , , parked] = opened;
    await api.deps.db.query(
      `update sessions set parked_at = 1, park_error = 'it broke', snoozed_until = 2, wake_at = 2
       where id = $1`,
      [parked],
    );
    expect((await acme.supervisor.call("GET /sessions?parked=true")).status).toBe(403);
    const { body } = await acme.admin.call("GET /sessions?parked=true");
    expect(body.sessions).toMatchObject([{ id: parked, parked: { error: "it broke" } }]);
    expect((await acme.agent.call(`POST /sessions/${parked}/retry`)).status).toBe(403);
    const note = { body: { text: "Who mends this?" } };
    expect((await acme.agent.call(`POST /sessions/${parked}/notes`, note)).status).toBe(201);
    const noted = await acme.admin.call("GET /sessions?parked=true");
    expect(noted.body.sessions).toMatchObject([{ id: parked, parked: { error: "it broke" } }]);
    const retried = await acme.admin.call(`POST /sessions/${parked}/retry`);
    expect(retried).toMatchObject({ status: 200, body: { parked: null } });
  });

  test("refuses a cursor of another order, and one that was made up", async () => {
    const { body } = await acme.agent.call("GET /sessions?sort=newest&limit=1");
    const wrong = await acme.agent.call(`GET /sessions?cursor=${body.nextCursor}`);
    expect(wrong).toMatchObject({ status: 400, body: { code: "cursor_invalid" } });
    const madeUp = await acme.agent.call("GET /sessions?cursor=abc");
    expect(madeUp).toMatchObject({ status: 400, body: { code: "cursor_invalid" } });
  });

  test("comes from an index in every order, however many sessions there are", async () => {
    for (const order of [
      "coalesce(wait_overdue_since, next_due_at, 9007199254740991), id",
      "coalesce(wait_started_at, 9007199254740991), id",
      "id desc",
    ]) {
      const plan = await explain(
        `select id from sessions where account_id = '${acme.accountId}' and closed_at is null
         order by ${order} limit 50`,
      );
      expect(plan).toContain("Index");
      expect(plan).not.toContain("Sort");
    }
  });
});

describe("one session", () => {
  test("shows its facts, its deadlines and until when free messages can leave", async () => {
    const id = await acme.customerWrites("491555", "Hi", "Otto");
    const { status, body } = await acme.agent.call(`GET /sessions/${id}`);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      id,
      turn: "agent",
      contact: { name: "Otto", phone: "491555" },
      wait: { number: 1 },
      facts: { customerWrote: true, wait: { holderIds: [] } },
      messagingWindow: { limited: true, open: true },
    });
    const { lastCustomerMessageAt } = body.facts as { lastCustomerMessageAt: string };
    const { endsAt } = body.messagingWindow as { endsAt: string };
    expect(Date.parse(endsAt) - Date.parse(lastCustomerMessageAt)).toBe((24 * 60 - 2) * 60_000);
  });

  test("has a timeline, newest first, in pages", async () => {
    const [id] = opened;
    const all = await acme.agent.call(`GET /sessions/${id}/timeline`);
    const kinds = (all.body.entries as { kind: string }[]).map((entry) => entry.kind);
    expect(kinds).toEqual(["assigned", "waitStarted", "opened"]);
    const first = await acme.agent.call(`GET /sessions/${id}/timeline?limit=2`);
    const rest = await acme.agent.call(
      `GET /sessions/${id}/timeline?cursor=${first.body.nextCursor}`,
    );
    expect([...(first.body.entries as []), ...(rest.body.entries as [])]).toEqual(all.body.entries);
    expect(all.body.entries).toMatchObject([
      {
        sentence: "Taken by Ann Acme.",
        explanation: { by: { type: "member", memberId: acme.agent.id } },
      },
      {},
      {},
    ]);
  });

  test("that doesn't exist is not found", async () => {
    for (const path of ["", "/messages", "/timeline"]) {
      const answer = await acme.agent.call(`GET /sessions/${newId()}${path}`);
      expect(answer).toMatchObject({ status: 404, body: { code: "session_not_found" } });
    }
  });
});

async function setDue(sessionId: string | undefined, at: number): Promise<void> {
  await api.deps.db.query("update sessions set overdue_at = $2 where id = $1", [sessionId, at]);
}

async function explain(sql: string): Promise<string> {
  return await api.deps.db.transaction(async (tx) => {
    await tx.query("set local enable_seqscan = off");
    await tx.query("set local enable_bitmapscan = off");
    const rows = await tx.query<{ "QUERY PLAN": string }>(`explain ${sql}`);
    return rows.map((row) => row["QUERY PLAN"]).join("\n");
  });
}
