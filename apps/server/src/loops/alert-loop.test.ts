import {
  DEFAULT_ALERTS,
  DEFAULT_CLOCK_SETTINGS,
  NOTIFICATION_KINDS,
  type QuietHours,
} from "@punctual/contract";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { assignSession, takeSession } from "../actions/act-on-session.ts";
import { saveAlertPreferences } from "../actions/alert-preferences.ts";
import type { MemberIdentity } from "../actions/deps.ts";
import { fireTimers } from "../actions/fire-timers.ts";
import { leaveNote } from "../actions/leave-note.ts";
import { readOneNotification } from "../actions/mark-notifications.ts";
import { connectMember } from "../actions/presence.ts";
import { subscribeToPush } from "../actions/push-subscriptions.ts";
import { newId } from "../platform/ids.ts";
import { createMetrics } from "../platform/metrics.ts";
import { createPusher, createPushKeys } from "../platform/web-push.ts";
import type { StoredAlertPreferences } from "../store/alert-preferences.ts";
import { lockDueDeliveries, settleDeliveries } from "../store/claim-deliveries.ts";
import { notify } from "../store/notify.ts";
import { upsertPushSubscription } from "../store/push-subscriptions.ts";
import { createHolds } from "../testkit/journey-holds.ts";
import {
  type PushReceiver,
  startPushReceiver,
  type TestBrowser,
} from "../testkit/push-receiver.ts";
import { createTestBusiness, type TestBusiness } from "../testkit/test-business.ts";
import { presentAlertPreferences } from "../views/alert-preferences.ts";
import { type AlertLoop, createAlertLoop } from "./alert-loop.ts";

const KEYS = createPushKeys();
const { reply } = DEFAULT_CLOCK_SETTINGS;
const LIMIT = { reply: { ...reply, enabled: true, limitMinutes: 30, warnMinutes: 5 } };
/** The database's clock of these tests: 2030-01-07, a Monday, at noon in UTC. */
const MONDAY_NOON = Date.UTC(2030, 0, 7, 12);

let business: TestBusiness;
let receiver: PushReceiver;
let loop: AlertLoop;
let lan: MemberIdentity;
let sue: MemberIdentity;
let phone: TestBrowser;

beforeEach(async () => {
  business = await createTestBusiness();
  const { clock } = business;
  await clock.advance({ ms: MONDAY_NOON - (await clock.now()) });
  receiver = await startPushReceiver();
  loop = createLoop();
  lan = await business.hire("Lan");
  sue = await business.hire("Sue", { role: "supervisor", online: false });
  await business.configure(LIMIT);
  phone = await subscribe(lan);
});
afterEach(async () => {
  await loop.stop();
  await receiver.close();
  await business.close();
});

function createLoop(): AlertLoop {
  const { deps } = business;
  const allowed = [receiver.origin];
  const pusher = createPusher({ keys: KEYS, subject: "mailto:webmaster@punctual.test", allowed });
  const mail = { publicUrl: "https://chat.acme.test" };
  return createAlertLoop({ ...deps, mail }, createMetrics({ logger: deps.logger }), pusher);
}

function readerOf({ accountId, id: memberId }: MemberIdentity) {
  return { accountId, memberId };
}

async function subscribe(member: MemberIdentity): Promise<TestBrowser> {
  const browser = receiver.subscribe(KEYS.publicKey);
  const { subscription } = browser;
  await subscribeToPush(business.deps, readerOf(member), subscription, [receiver.origin]);
  return browser;
}

async function choose(member: MemberIdentity, change: Partial<StoredAlertPreferences>) {
  const stored = { ...DEFAULT_ALERTS[member.role], quietHours: null, ...change };
  const { preferences } = presentAlertPreferences(stored, member.role);
  await saveAlertPreferences(business.deps, readerOf(member), preferences);
}

/** Everything that is due now goes out, and what became of it is recorded. */
async function deliver(loops: readonly AlertLoop[] = [loop]): Promise<void> {
  const round = async (each: AlertLoop) => {
    while ((await each.runOnce()).nextInMs === 0) await each.idle();
  };
  await Promise.all(loops.map(round));
}

function shown({ received }: TestBrowser): (string | undefined)[] {
  return received.map(({ payload }) => (payload.act === "show" ? payload.kind : payload.act));
}

async function mailed(): Promise<{ to: string; subject: string; waits: boolean }[]> {
  return await business.deps.db.query(
    `select to_address as to, subject, next_attempt_at is not null as waits
     from emails order by created_at, subject`,
  );
}

async function opensTab(member: MemberIdentity, visible: boolean): Promise<void> {
  const connection = { ...readerOf(member), id: newId(), visible };
  await connectMember(business.deps, newId(), connection);
}

/** Time passes until the reply is due in five minutes. */
async function comesToWarning(): Promise<void> {
  await business.clock.advance({ minutes: 25, seconds: 1 });
  await fireTimers(business.deps, 100);
}

describe("a push", () => {
  beforeEach(() => business.assignInTurn([lan]));

  test("says what happened, encrypted and signed, once", async () => {
    const session = await business.customerWrites("4917");
    await deliver();
    expect(phone.received).toEqual([
      {
        payload: {
          version: 1,
          act: "show",
          id: expect.any(String),
          kind: "assigned",
          sessionId: session.id,
          title: "New session: Thảo",
          body: "This session was given to you.",
          url: `/sessions/${session.id}`,
          replyDueAt: null,
          createdAt: expect.any(String),
        },
        ttlSeconds: 12 * 3_600,
        topic: expect.stringMatching(/^[0-9a-f]{32}$/),
        urgency: "high",
      },
    ]);
    await deliver();
    expect(receiver.requests).toBe(1);
  });

  test("that warns is worthless after the deadline", async () => {
    await business.customerWrites("4917");
    await comesToWarning();
    await deliver();
    expect(shown(phone)).toEqual(["assigned", "warning"]);
    expect(phone.received[1]?.ttlSeconds).toBeGreaterThan(200);
    expect(phone.received[1]?.ttlSeconds).toBeLessThanOrEqual(300);
  });

  test("reaches each of a member's browsers once, however many nodes there are", async () => {
    const laptop = await subscribe(lan);
    for (let at = 0; at < 30; at++) await business.customerWrites(`49171${at}`);
    const others = [createLoop(), createLoop()];
    await deliver([loop, ...others]);
    for (const { received } of [phone, laptop]) {
      expect(received).toHaveLength(30);
      expect(new Set(received.map(({ payload }) => payload.id)).size).toBe(30);
    }
    for (const each of others) await each.stop();
  });

  test("doesn't come while a tab is visible, and does when it is only open", async () => {
    await opensTab(lan, true);
    await business.customerWrites("4917");
    await deliver();
    await business.clock.advance({ seconds: 76 });
    await deliver();
    expect(shown(phone)).toEqual([]);
    await business.deps.db.query("update member_connections set visible = false");
    await business.customerWrites("4918");
    await deliver();
    expect(shown(phone)).toEqual(["assigned"]);
  });

  test("comes when the tab turns out to have been gone, as long as it is unread", async () => {
    await opensTab(lan, true);
    await business.customerWrites("4917");
    await deliver();
    await business.deps.db.query("delete from member_connections");
    await business.clock.advance({ seconds: 74 });
    await deliver();
    expect(shown(phone)).toEqual([]);
    await business.clock.advance({ seconds: 2 });
    await deliver();
    expect(shown(phone)).toEqual(["assigned"]);
  });

  test("comes of the kinds that were chosen", async () => {
    await choose(lan, { push: ["warning"] });
    await business.customerWrites("4917");
    await comesToWarning();
    await deliver();
    expect(shown(phone)).toEqual(["warning"]);
  });

  test("is not sent any more once it was read", async () => {
    await business.customerWrites("4917");
    const [told] = await business.deps.db.query<{ id: string }>("select id from notifications");
    await readOneNotification(business.deps, readerOf(lan), told?.id ?? "");
    await deliver();
    expect(receiver.requests).toBe(0);
  });

  test("is closed on the phone when the reply came", async () => {
    await business.customerWrites("4917");
    await comesToWarning();
    await deliver();
    await business.echo("4917", await business.clock.now());
    await deliver();
    expect(shown(phone)).toEqual(["assigned", "warning", "close"]);
    const [, warning, close] = phone.received;
    expect(close?.payload.id).toBe(warning?.payload.id);
    expect(close?.topic).toBe(warning?.topic);
    await deliver();
    expect(receiver.requests).toBe(3);
  });

  test("forgets a browser that is gone", async () => {
    receiver.answer = () => ({ status: 410 });
    await business.customerWrites("4917");
    await deliver();
    receiver.answer = () => ({ status: 201 });
    await business.customerWrites("4918");
    await deliver();
    expect(receiver.requests).toBe(1);
    expect(await business.deps.db.query("select 1 from push_subscriptions")).toEqual([]);
  });

  test("is tried again when the service can't take it now, as long as it holds", async () => {
    receiver.answer = () => ({ status: 503, headers: { "retry-after": "120" } });
    const session = await business.customerWrites("4917");
    await business.customerWrites("4918");
    await deliver();
    receiver.answer = () => ({ status: 201 });
    await business.clock.advance({ seconds: 100 });
    await deliver();
    expect(receiver.requests).toBe(2);
    const { accountId } = business;
    await takeFrom(session.id, accountId);
    await business.clock.advance({ seconds: 30 });
    await deliver();
    expect(shown(phone)).toEqual(["assigned"]);
  });

  test("is never repeated when nobody knows whether it was taken", async () => {
    receiver.answer = () => ({ status: 500 });
    await business.customerWrites("4917");
    await deliver();
    receiver.answer = () => ({ status: 201 });
    await business.clock.advance({ minutes: 20 });
    await deliver();
    expect(receiver.requests).toBe(1);
  });

  test("is closed as well when nobody knows whether it was taken", async () => {
    receiver.answer = () => ({ status: 500 });
    await business.customerWrites("4917");
    await deliver();
    receiver.answer = () => ({ status: 201 });
    const [told] = await business.deps.db.query<{ id: string }>("select id from notifications");
    await readOneNotification(business.deps, readerOf(lan), told?.id ?? "");
    await business.clock.advance({ seconds: 21 });
    await deliver();
    expect(shown(phone)).toEqual(["close"]);
  });

  test("is closed when it was read while somebody claimed it", async () => {
    await business.customerWrites("4917");
    const { db } = business.deps;
    const [told] = await db.query<{ id: string }>("select id from notifications");
    const [claimed, commit] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const claiming = db.transaction(async (tx) => {
      const due = await lockDueDeliveries(tx, 10);
      const state = { state: "claimed", attempts: 1, dueInMs: 0, reason: null } as const;
      settleDeliveries(
        tx,
        due.map((each) => ({ ...each, ...state })),
      );
      await tx.query("select 1");
      claimed.resolve();
      await commit.promise;
    });
    await claimed.promise;
    const reading = readOneNotification(business.deps, readerOf(lan), told?.id ?? "");
    await createHolds(db).waiting(1);
    commit.resolve();
    await Promise.all([claiming, reading]);
    await business.clock.advance({ seconds: 21 });
    await deliver();
    expect(shown(phone)).toEqual(["close"]);
  });

  test("whose notification was deleted meanwhile is given up, and holds up nothing", async () => {
    await business.customerWrites("4917");
    await business.deps.db.query("delete from notifications");
    await loop.runOnce();
    expect((await loop.runOnce()).nextInMs).toBeGreaterThan(1_000);
    expect(receiver.requests).toBe(0);
  });

  test("of a mention doesn't reach who was taken out of the session since", async () => {
    const bao = await business.hire("Bao");
    const ofBao = await subscribe(bao);
    const { accountId, deps } = business;
    const mention = async (of: string) => {
      const { id: sessionId } = await business.customerWrites(of);
      const note = { text: "Bao, have a look", by: sue, mentions: [bao.id] };
      await leaveNote(deps, { accountId, sessionId, ...note });
      return sessionId;
    };
    const taken = await mention("4917");
    const kept = await mention("4918");
    await deps.db.query("delete from session_people where session_id = $1", [taken]);
    await deliver();
    const told = ofBao.received.map(({ payload }) => payload.act === "show" && payload.sessionId);
    expect(told).toEqual([kept]);
  });

  test("goes to who came last, when two subscribe the same browser at the same moment", async () => {
    const bao = await business.hire("Bao");
    const { db } = business.deps;
    const { endpoint } = phone.subscription;
    await db.query("delete from push_subscriptions");
    const row = { endpoint, p256dh: "k", auth: "a", name: null };
    const of = (member: MemberIdentity) => ({ ...readerOf(member), id: newId(), ...row });
    const coming = await db.transaction(async (tx) => {
      await upsertPushSubscription(tx, of(lan));
      const second = db.transaction((later) => upsertPushSubscription(later, of(bao)));
      await createHolds(db).waiting(1);
      return { second };
    });
    await coming.second;
    expect(await db.query("select member_id from push_subscriptions")).toEqual([
      { member_id: bao.id },
    ]);
  });

  test("follows no redirect", async () => {
    const elsewhere = await startPushReceiver();
    receiver.answer = () => ({ status: 307, headers: { location: `${elsewhere.origin}/x` } });
    await business.customerWrites("4917");
    await deliver();
    expect([receiver.requests, elsewhere.requests]).toEqual([1, 0]);
    await elsewhere.close();
  });
});

/** Somebody unassigned it by hand: what Lan was told holds no longer. */
async function takeFrom(sessionId: string, accountId: string): Promise<void> {
  await business.deps.db.query(
    "update sessions set assignee_id = null, assigned_at = null where account_id = $1 and id = $2",
    [accountId, sessionId],
  );
}

describe("quiet hours", () => {
  const noon: QuietHours = {
    timeZone: "Europe/Berlin",
    days: [1, 2, 3, 4, 5],
    from: "12:30",
    until: "14:00",
  };
  beforeEach(() => business.assignInTurn([lan]));

  test("keep pushes back until their end, in the member's time zone", async () => {
    await choose(lan, { quietHours: noon });
    await business.customerWrites("4917");
    await deliver();
    expect(shown(phone)).toEqual([]);
    await business.clock.advance({ minutes: 59 });
    await deliver();
    expect(shown(phone)).toEqual([]);
    await business.clock.advance({ minutes: 2 });
    await deliver();
    expect(shown(phone)).toEqual(["assigned"]);
  });

  test("end with a tab that seems visible, and turns out to have been gone", async () => {
    await choose(lan, { quietHours: noon });
    await business.customerWrites("4917");
    await deliver();
    await opensTab(lan, true);
    await business.clock.advance({ minutes: 61 });
    await deliver();
    expect(shown(phone)).toEqual([]);
    await business.deps.db.query("delete from member_connections");
    await business.clock.advance({ seconds: 76 });
    await deliver();
    expect(shown(phone)).toEqual(["assigned"]);
  });

  test("are over for what holds no longer at their end", async () => {
    await choose(lan, { quietHours: noon });
    const session = await business.customerWrites("4917");
    await deliver();
    await takeFrom(session.id, business.accountId);
    await business.clock.advance({ minutes: 61 });
    await deliver();
    expect(receiver.requests).toBe(0);
  });

  test("that are given up let out what they kept back", async () => {
    await choose(lan, { quietHours: noon });
    await business.customerWrites("4917");
    await deliver();
    await choose(lan, { quietHours: null });
    await deliver();
    expect(shown(phone)).toEqual(["assigned"]);
  });
});

describe("every kind", () => {
  test("comes once to each recipient, whoever tells it how often, on however many nodes", async () => {
    const ada = await business.hire("Ada", { role: "admin", online: false });
    const all = { push: NOTIFICATION_KINDS, email: NOTIFICATION_KINDS };
    const browsers = new Map<string, TestBrowser>();
    for (const each of [sue, ada]) {
      await choose(each, all);
      browsers.set(each.email, await subscribe(each));
    }
    const { accountId } = business;
    const session = await business.customerWrites("4917");
    const told = NOTIFICATION_KINDS.map((kind) => {
      const of = { accountId, sessionId: session.id, wait: 1, replyDueAt: null };
      return { ...of, to: null, kind, key: `${kind}:1` };
    });
    const tell = () => business.deps.db.transaction(async (tx) => notify(tx, told));
    await Promise.all([tell(), tell(), tell()]);
    await business.deps.db.query("update sessions set assignee_id = $1, assigned_at = 0", [sue.id]);
    const nodes = [loop, createLoop()];
    await deliver(nodes);
    // One node, or the e-mails that are gathered could be two.
    await business.clock.advance({ seconds: 31 });
    await deliver();
    const kinds = NOTIFICATION_KINDS.toSorted();
    expect(shown(browsers.get(sue.email) ?? phone).toSorted()).toEqual(kinds);
    // The session is not Ada's: what says so is not sent.
    const others = kinds.filter((kind) => kind !== "assigned");
    expect(shown(browsers.get(ada.email) ?? phone).toSorted()).toEqual(others);
    const mails = await mailed();
    expect(mails.filter(({ to }) => to === ada.email)).toMatchObject([
      { subject: `${others.length} things need a look` },
    ]);
    await nodes[1]?.stop();
  });
});

describe("nobody is eligible", () => {
  test("supervisors are told once, no longer when somebody takes it, and again when it is back", async () => {
    await business.deps.db.query("update members set status = 'offline'");
    await business.assignInTurn([lan]);
    const sues = await subscribe(sue);
    const session = await business.customerWrites("4917");
    await business.customerWrites("4917", { text: "Anybody?" });
    await deliver();
    expect(shown(sues)).toEqual(["nobodyEligible"]);
    await takeSession(business.deps, {
      accountId: business.accountId,
      sessionId: session.id,
      by: lan,
    });
    await deliver();
    expect(shown(sues)).toEqual(["nobodyEligible", "close"]);
    const back = { accountId: business.accountId, sessionId: session.id, by: lan, to: null };
    await assignSession(business.deps, back);
    await deliver();
    expect(shown(sues)).toEqual(["nobodyEligible", "close", "nobodyEligible"]);
  });
});

describe("an e-mail", () => {
  beforeEach(async () => {
    await business.assignInTurn([lan]);
    await choose(lan, { push: [], email: ["assigned"] });
  });
  const absent = async () =>
    await business.deps.db.query("update members set status = 'away' where name = 'Lan'");

  test("comes to who is not online, after half a minute, once", async () => {
    await absent();
    await business.deps.db.query("update assignment_rules set online_only = false");
    await business.customerWrites("4917");
    await deliver();
    expect(await mailed()).toEqual([]);
    await business.clock.advance({ seconds: 31 });
    await deliver([loop, createLoop()]);
    await deliver();
    expect(await mailed()).toEqual([
      { to: "lan@acme.test", subject: "New session: Thảo", waits: true },
    ]);
  });

  test("doesn't come to who is online", async () => {
    await business.customerWrites("4917");
    await business.clock.advance({ seconds: 31 });
    await deliver();
    await business.clock.advance({ seconds: 76 });
    await deliver();
    expect(await mailed()).toEqual([]);
  });

  test.each([
    { things: 5, subjects: Array(5).fill("New session: Thảo") },
    { things: 6, subjects: ["6 things need a look"] },
  ])("gathers more than five at one moment: $things", async ({ things, subjects }) => {
    await absent();
    await business.deps.db.query("update assignment_rules set online_only = false");
    for (let at = 0; at < things; at++) await business.customerWrites(`4917${at}`);
    await business.clock.advance({ seconds: 31 });
    await deliver();
    expect((await mailed()).map(({ subject }) => subject)).toEqual(subjects);
  });

  test("that has not left is withdrawn when it holds no longer", async () => {
    await absent();
    await business.deps.db.query("update assignment_rules set online_only = false");
    await business.customerWrites("4917");
    await business.clock.advance({ seconds: 31 });
    await deliver();
    const [told] = await business.deps.db.query<{ id: string }>(
      "select id from notifications where member_id = $1",
      [lan.id],
    );
    await readOneNotification(business.deps, readerOf(lan), told?.id ?? "");
    expect(await mailed()).toMatchObject([{ waits: false }]);
  });
});
