import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { sweep } from "../../actions/sweep.ts";
import { deleteOldNotifications } from "../../store/mark-notifications.ts";
import { notify, withdrawNotifications } from "../../store/notify.ts";
import { createTestApi, type TestApi, type TestTenant } from "../../testkit/test-api.ts";

let api: TestApi;
let acme: TestTenant;

beforeAll(async () => {
  api = await createTestApi();
  acme = await api.createTenant("Acme");
});
afterAll(() => api.close());

let customers = 0;

/** A session that Ann is told of, with her notification's id. */
async function assignToAnn(): Promise<{ session: string; notification: string }> {
  customers += 1;
  const session = await acme.customerWrites(`49171${customers}`);
  await acme.supervisor.call(`POST /sessions/${session}/assignee`, {
    body: { memberId: acme.agent.id },
  });
  const told = await list("limit=100");
  const notification = told.notifications.find((each) => each.sessionId === session);
  if (notification === undefined) throw new Error("Ann was not told");
  return { session, notification: notification.id };
}

/** As many that Ann was told more than 30 days ago. */
async function oldNotifications(count: number): Promise<string[]> {
  const ids: string[] = [];
  while (ids.length < count) ids.push((await assignToAnn()).notification);
  await api.deps.db.query(
    `update notifications set created_at = created_at - 30 * 86400000::bigint - 1000
     where id = any($1)`,
    [ids],
  );
  return ids;
}

interface Told {
  readonly notifications: {
    readonly id: string;
    readonly sessionId: string;
    readonly kind: string;
    readonly readAt: string | null;
    readonly withdrawnAt: string | null;
  }[];
  readonly unread: number;
}

async function list(query = ""): Promise<Told> {
  const { body } = await acme.agent.call(`GET /notifications?${query}`);
  return body as unknown as Told;
}

/** What Ann's devices heard since the last look, laid over what they had before. */
async function eventsAfter(id: number) {
  return await api.deps.db.query<{ id: number; type: string; payload: Record<string, unknown> }>(
    "select id, type, payload::json from events where member_id = $1 and id > $2 order by id",
    [acme.agent.id, id],
  );
}

async function lastEventId(): Promise<number> {
  const [row] = await api.deps.db.query<{ id: number }>("select max(id) as id from events");
  return row?.id ?? 0;
}

describe("the notification centre", () => {
  test("shows a member their own, and how many are unread", async () => {
    const { session } = await assignToAnn();
    const told = await list();
    expect(told.notifications[0]).toMatchObject({
      ...{ sessionId: session, kind: "assigned" },
      ...{ title: "New session", sentence: "This session was given to you." },
      contactName: expect.any(String),
    });
    expect(told.unread).toBeGreaterThan(0);
    const others = await acme.otherAgent.call("GET /notifications");
    expect(others.body).toMatchObject({ notifications: [], unread: 0 });
  });

  test("marks one as read, for good and only once", async () => {
    const { notification } = await assignToAnn();
    const { unread } = await list();
    const route = `POST /notifications/${notification}/read`;
    expect(await acme.agent.call(route)).toMatchObject({
      status: 200,
      body: { unread: unread - 1 },
    });
    const [read] = (await list()).notifications;
    const before = await lastEventId();
    await acme.agent.call(route);
    expect((await list()).notifications[0]).toEqual(read);
    expect(await eventsAfter(before)).toEqual([]);
  });

  test("marks nobody else's", async () => {
    const { notification } = await assignToAnn();
    const answer = await acme.otherAgent.call(`POST /notifications/${notification}/read`);
    expect(answer).toMatchObject({ status: 404, body: { code: "notification_not_found" } });
    expect((await list()).notifications[0]).toMatchObject({ id: notification, readAt: null });
  });

  test("marks all as read, however many there are", async () => {
    const { session } = await assignToAnn();
    await api.deps.db.transaction(async (tx) => {
      const told = Array.from({ length: 1_100 }, (_, at) => ({
        ...{ accountId: acme.accountId, sessionId: session, to: acme.agent.id },
        ...{ kind: "warning" as const, wait: 1, key: `many:${at}`, replyDueAt: null },
      }));
      notify(tx, told);
    });
    expect((await list()).unread).toBe(1_000);
    expect(await acme.agent.call("POST /notifications/read")).toMatchObject({
      body: { unread: 0 },
    });
    expect((await list("read=false&withdrawn=false")).notifications).toEqual([]);
  });

  test("marks as read what was seen, and nothing that came since", async () => {
    const seen = await assignToAnn();
    const later = await assignToAnn();
    const read = (throughId: string) =>
      acme.agent.call("POST /notifications/read", { body: { throughId } });
    expect((await read(seen.notification)).status).toBe(200);
    const { notifications } = await list("read=false&withdrawn=false");
    expect(notifications.map(({ id }) => id)).toEqual([later.notification]);
    expect(await read(later.session)).toMatchObject({
      status: 404,
      body: { code: "notification_not_found" },
    });
  });

  test("is filtered by kind, and by what was read or holds no longer", async () => {
    await acme.agent.call("POST /notifications/read");
    const { session, notification } = await assignToAnn();
    expect((await list("read=false")).notifications).toMatchObject([{ id: notification }]);
    expect((await list("kind=overdue")).notifications).toEqual([]);
    await api.deps.db.transaction(async (tx) =>
      withdrawNotifications(tx, [
        { accountId: acme.accountId, sessionId: session, wait: 1, key: null, kind: "assigned" },
      ]),
    );
    expect((await list()).unread).toBe(0);
    expect((await list("read=false&withdrawn=false")).notifications).toEqual([]);
    const [withdrawn] = (await list("withdrawn=true")).notifications;
    expect(withdrawn).toMatchObject({ id: notification, withdrawnAt: expect.any(String) });
    const unknown = await acme.agent.call("GET /notifications?kind=lunch");
    expect(unknown).toMatchObject({ status: 400, body: { code: "validation_failed" } });
  });

  test("keeps the last 30 days", async () => {
    const kept = await assignToAnn();
    const [notification] = await oldNotifications(1);
    await sweep(api.deps);
    const ids = (await list("limit=100")).notifications.map(({ id }) => id);
    expect(ids).toContain(kept.notification);
    expect(ids).not.toContain(notification);
  });

  test("is emptied bit by bit, however much of it is old", async () => {
    await oldNotifications(3);
    const deleteSome = () => api.deps.db.transaction((tx) => deleteOldNotifications(tx, 2));
    expect([await deleteSome(), await deleteSome(), await deleteSome()]).toEqual([2, 1, 0]);
  });

  test("is the same on every device: what was there before and the events give what is there after", async () => {
    const first = await assignToAnn();
    const before = await list("limit=100");
    const from = await lastEventId();
    const second = await assignToAnn();
    await acme.agent.call(`POST /notifications/${first.notification}/read`);
    await acme.supervisor.call(`POST /sessions/${second.session}/assignee`, {
      body: { memberId: acme.otherAgent.id },
    });
    let state = before.notifications;
    for (const { type, payload } of await eventsAfter(from)) {
      if (type === "notification.created") state = [payload as never, ...state];
      const ids = type === "notification.read" ? (payload.ids as string[]) : [payload.id];
      state = state.map((each) => {
        if (!ids.includes(each.id)) return each;
        if (type === "notification.read") return { ...each, readAt: "then" };
        return type === "notification.withdrawn" ? { ...each, withdrawnAt: "then" } : each;
      });
    }
    const shown = (told: Told["notifications"]) =>
      told.map(({ id, readAt, withdrawnAt }) => [id, readAt !== null, withdrawnAt !== null]);
    const after = await list("limit=100");
    expect(shown(state).slice(0, 100)).toEqual(shown(after.notifications));
    expect(after.notifications.slice(0, 2).map(({ kind }) => kind)).toEqual([
      "takenAway",
      "assigned",
    ]);
  });
});
