/** clock.md §8: "those with a wait move at once, without using a try". */
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { newId } from "../platform/ids.ts";
import { COMMAND_LINE } from "../store/audit-log.ts";
import { readPendingMoves } from "../store/session-moves.ts";
import type { StoredSession } from "../store/session-row.ts";
import { createTestBusiness, type TestBusiness } from "../testkit/test-business.ts";
import { assignSession } from "./act-on-session.ts";
import { awayIdleMembers, noteActivity } from "./activity.ts";
import type { MemberIdentity } from "./deps.ts";
import { moveSessionsOfGone } from "./move-sessions.ts";
import { Tried } from "./offer-sessions.ts";
import { connectMember, disconnectMember, setStatus, sweepConnections } from "./presence.ts";
import { savePresenceSettings } from "./save-presence-settings.ts";
import { sendReply } from "./send-reply.ts";

let shop: TestBusiness;
let lan: MemberIdentity;
let bao: MemberIdentity;

beforeEach(async () => {
  shop = await createTestBusiness();
  [lan, bao] = [await shop.hire("Lan"), await shop.hire("Bao")];
  await shop.assignInTurn([lan, bao]);
  await whenOffline("reassign");
});
afterEach(() => shop.close());

describe("when a member goes offline in mid-wait", () => {
  test("what they hold with a wait moves, without using a try", async () => {
    const session = await shop.customerWrites("84901");
    expect(session.facts.assignee).toBe(lan.id);
    await setStatus(shop.deps, { member: lan, status: "away" });
    expect(await moveSessionsOfGone(shop.deps, shop.accountId)).toBe(1);
    expect((await shop.session(session.id)).facts).toMatchObject({
      assignee: bao.id,
      wait: { number: 1, tries: 0, holders: [lan.id, bao.id] },
    });
    expect(await readPendingMoves(shop.deps.db)).toEqual([]);
  });

  test("what they hold without a wait stays theirs", async () => {
    const session = await shop.customerWrites("84901");
    await sendReply(shop.deps, {
      accountId: shop.accountId,
      sessionId: session.id,
      by: lan,
      body: { type: "text", text: "Hello" },
    });
    await setStatus(shop.deps, { member: lan, status: "offline" });
    await moveSessionsOfGone(shop.deps, shop.accountId);
    // A wait that starts later has the time of any other wait.
    await shop.clock.advance({ seconds: 60 });
    await shop.customerWrites("84901", { text: "Still there?" });
    await moveSessionsOfGone(shop.deps, shop.accountId);
    expect((await shop.session(session.id)).facts).toMatchObject({ assignee: lan.id });
  });

  test("everything is kept where the business wants it so", async () => {
    await whenOffline("keep");
    const session = await shop.customerWrites("84901");
    await setStatus(shop.deps, { member: lan, status: "offline" });
    await moveSessionsOfGone(shop.deps, shop.accountId);
    expect((await shop.session(session.id)).facts.assignee).toBe(lan.id);
  });

  test("nothing moves when they only loaded the page anew", async () => {
    const session = await shop.customerWrites("84901");
    await closeSockets(lan);
    await moveSessionsOfGone(shop.deps, shop.accountId);
    await shop.clock.advance({ seconds: 4 });
    await open(lan);
    await shop.clock.advance({ seconds: 60 });
    await moveSessionsOfGone(shop.deps, shop.accountId);
    expect((await shop.session(session.id)).facts.assignee).toBe(lan.id);
  });

  test("it moves a few seconds after their last socket was closed", async () => {
    const session = await shop.customerWrites("84901");
    await closeSockets(lan);
    await shop.clock.advance({ seconds: 5, ms: 1 });
    expect(await moveSessionsOfGone(shop.deps, shop.accountId)).toBe(1);
    expect((await shop.session(session.id)).facts.assignee).toBe(bao.id);
  });

  test("it moves when their socket had fallen silent before it was closed", async () => {
    const session = await shop.customerWrites("84901");
    await shop.clock.passUnattended({ seconds: 61 });
    await closeSockets(lan);
    await open(bao);
    await shop.clock.advance({ seconds: 5, ms: 1 });
    expect(await moveSessionsOfGone(shop.deps, shop.accountId)).toBe(1);
    expect((await shop.session(session.id)).facts.assignee).toBe(bao.id);
  });

  test("it moves as soon as their silent socket no longer counts", async () => {
    const session = await shop.customerWrites("84901");
    await shop.clock.passUnattended({ seconds: 61 });
    await open(bao);
    await sweepConnections(shop.deps);
    expect(await moveSessionsOfGone(shop.deps, shop.accountId)).toBe(1);
    expect((await shop.session(session.id)).facts.assignee).toBe(bao.id);
  });
});

/** Lan holds a session with a wait, did nothing for so long that she is away, and Bao did. */
async function lanIsIdle(): Promise<StoredSession> {
  const author = { accountId: shop.accountId, by: COMMAND_LINE };
  const settings = { whenOffline: "reassign", autoAwayMinutes: 5 } as const;
  await savePresenceSettings(shop.deps, author, settings);
  const session = await shop.customerWrites("84901");
  await shop.clock.advance({ minutes: 6, ms: 1 });
  await noteActivity(shop.deps, { accountId: shop.accountId, memberId: bao.id });
  await awayIdleMembers(shop.deps);
  return session;
}

test("what a member holds with a wait moves when they are idle, too", async () => {
  const session = await lanIsIdle();
  expect(await moveSessionsOfGone(shop.deps, shop.accountId)).toBe(1);
  expect((await shop.session(session.id)).facts.assignee).toBe(bao.id);
});

test("what an idle member holds moves though they did something without a live connection", async () => {
  const session = await lanIsIdle();
  await closeSockets(lan);
  await noteActivity(shop.deps, { accountId: shop.accountId, memberId: lan.id });
  expect(await moveSessionsOfGone(shop.deps, shop.accountId)).toBe(1);
  expect((await shop.session(session.id)).facts.assignee).toBe(bao.id);
});

test("nothing moves of who was going offline while the business decided to keep everything", async () => {
  const session = await shop.customerWrites("84901");
  await setStatus(shop.deps, { member: lan, status: "offline" });
  // As saved by an admin who saw nobody gone yet.
  await shop.deps.db.query("update accounts set when_offline = 'keep'");
  expect(await moveSessionsOfGone(shop.deps, shop.accountId)).toBe(0);
  expect((await shop.session(session.id)).facts.assignee).toBe(lan.id);
  expect(await readPendingMoves(shop.deps.db)).toEqual([]);
});

describe("when nobody else is eligible", () => {
  test("it is not touched again before somebody may be", async () => {
    await setStatus(shop.deps, { member: bao, status: "offline" });
    const session = await shop.customerWrites("84901");
    await setStatus(shop.deps, { member: lan, status: "offline" });
    const tried = new Tried();
    expect(await moveSessionsOfGone(shop.deps, shop.accountId, tried)).toBe(0);
    const claim = vi.spyOn(shop.deps.db, "transaction");
    expect(await moveSessionsOfGone(shop.deps, shop.accountId, tried)).toBe(0);
    // Only to see whose mark can go.
    expect(claim).toHaveBeenCalledTimes(1);
    await setStatus(shop.deps, { member: bao, status: "available" });
    expect(await moveSessionsOfGone(shop.deps, shop.accountId, tried)).toBe(1);
    expect((await shop.session(session.id)).facts.assignee).toBe(bao.id);
  });

  test("it stays, and moves the moment somebody is", async () => {
    await setStatus(shop.deps, { member: bao, status: "offline" });
    const session = await shop.customerWrites("84901");
    await setStatus(shop.deps, { member: lan, status: "offline" });
    expect(await moveSessionsOfGone(shop.deps, shop.accountId)).toBe(0);
    expect((await shop.session(session.id)).facts.assignee).toBe(lan.id);
    await setStatus(shop.deps, { member: bao, status: "available" });
    expect(await moveSessionsOfGone(shop.deps, shop.accountId)).toBe(1);
    expect((await shop.session(session.id)).facts.assignee).toBe(bao.id);
    expect(await readPendingMoves(shop.deps.db)).toEqual([]);
  });

  test("it stays with them for good when they come back first", async () => {
    await setStatus(shop.deps, { member: bao, status: "offline" });
    const session = await shop.customerWrites("84901");
    await setStatus(shop.deps, { member: lan, status: "offline" });
    await moveSessionsOfGone(shop.deps, shop.accountId);
    await setStatus(shop.deps, { member: lan, status: "available" });
    await setStatus(shop.deps, { member: bao, status: "available" });
    await moveSessionsOfGone(shop.deps, shop.accountId);
    expect((await shop.session(session.id)).facts.assignee).toBe(lan.id);
  });
});

test("a session given to somebody who is offline stays with them", async () => {
  await setStatus(shop.deps, { member: lan, status: "offline" });
  await shop.clock.advance({ seconds: 1 });
  const session = await shop.customerWrites("84901");
  const act = { accountId: shop.accountId, sessionId: session.id, by: bao };
  await assignSession(shop.deps, { ...act, to: lan.id });
  await moveSessionsOfGone(shop.deps, shop.accountId);
  expect((await shop.session(session.id)).facts.assignee).toBe(lan.id);
});

test("a parked session moves once it is parked no more", async () => {
  const { id } = await shop.customerWrites("84901");
  await shop.deps.db.query(
    "update sessions set parked_at = 1, park_retry_at = 1, park_error = 'x'",
  );
  await setStatus(shop.deps, { member: lan, status: "offline" });
  expect(await moveSessionsOfGone(shop.deps, shop.accountId)).toBe(0);
  await shop.deps.db.query(
    "update sessions set parked_at = null, park_retry_at = null, park_error = null",
  );
  expect(await moveSessionsOfGone(shop.deps, shop.accountId)).toBe(1);
  expect((await shop.session(id)).facts.assignee).toBe(bao.id);
});

test("nothing moves while reassignments are held after an outage", async () => {
  const session = await shop.customerWrites("84901");
  await setStatus(shop.deps, { member: lan, status: "offline" });
  await shop.deps.db.query("insert into outages (began_at, detected_at) values (0, now_ms())");
  expect(await moveSessionsOfGone(shop.deps, shop.accountId)).toBe(0);
  await shop.deps.db.query("update outages set hold_ended_at = now_ms()");
  expect(await moveSessionsOfGone(shop.deps, shop.accountId)).toBe(1);
  expect((await shop.session(session.id)).facts.assignee).toBe(bao.id);
});

test("any number of sessions moves, in batches, fairly among the others", async () => {
  const chi = await shop.hire("Chi");
  await setStatus(shop.deps, { member: bao, status: "offline" });
  for (let customer = 0; customer < 450; customer += 50) {
    const phones = Array.from({ length: 50 }, (_, index) => `8490${1000 + customer + index}`);
    await Promise.all(phones.map((phone) => shop.customerWrites(phone)));
  }
  await shop.assignInTurn([bao, chi]);
  await shop.deps.db.query("update assignment_rules set enabled = target::text like $1", [
    `%${chi.id}%`,
  ]);
  await setStatus(shop.deps, { member: bao, status: "available" });
  await setStatus(shop.deps, { member: lan, status: "offline" });
  expect(await moveSessionsOfGone(shop.deps, shop.accountId)).toBe(450);
  const held = await shop.deps.db.query(
    "select assignee_id as id, count(*)::int from sessions group by 1 order by 2",
  );
  expect(held).toEqual(
    expect.arrayContaining([
      { id: bao.id, count: 225 },
      { id: chi.id, count: 225 },
    ]),
  );
});

async function whenOffline(value: "keep" | "reassign"): Promise<void> {
  const author = { accountId: shop.accountId, by: COMMAND_LINE };
  await savePresenceSettings(shop.deps, author, { whenOffline: value, autoAwayMinutes: null });
}

async function open(member: MemberIdentity): Promise<void> {
  const connection = { accountId: member.accountId, memberId: member.id, id: newId() };
  await connectMember(shop.deps, newId(), connection);
}

async function closeSockets(member: MemberIdentity): Promise<void> {
  const rows = await shop.deps.db.query<{ id: string }>(
    "select id from member_connections where member_id = $1",
    [member.id],
  );
  for (const { id } of rows) {
    await disconnectMember(shop.deps, { accountId: member.accountId, memberId: member.id, id });
  }
}
