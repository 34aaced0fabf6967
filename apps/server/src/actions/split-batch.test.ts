import { type ClockSettings, DEFAULT_CLOCK_SETTINGS } from "@punctual/contract";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { claimSends } from "../store/outbox.ts";
import { createTestBusiness, type TestBusiness } from "../testkit/test-business.ts";
import { applySettings } from "./apply-settings.ts";
import type { MemberIdentity } from "./deps.ts";
import { drainLine } from "./drain-line.ts";
import { fireTimers, retryParkedSessions } from "./fire-timers.ts";
import { recordDelivery } from "./record-delivery.ts";
import { releaseHeld } from "./release-held.ts";
import { sendReply } from "./send-reply.ts";
import { settleStaleSends } from "./settle-stale-sends.ts";

const { closure, reassign, reply } = DEFAULT_CLOCK_SETTINGS;
const CLOSE_ON: ClockSettings = {
  closure: { ...closure, enabled: true, afterMinutes: 30 },
  reassign,
  reply,
};

let business: TestBusiness;
let bao: MemberIdentity;

beforeEach(async () => {
  business = await createTestBusiness();
  bao = await business.hire("Bao");
  await business.assignInTurn([bao]);
  await business.configure(CLOSE_ON);
});
afterEach(() => business.close());

/** Makes every write of this session fail, as a broken promise of the machine would. */
async function breakSession(id: string): Promise<void> {
  const { db } = business.deps;
  await db.query("create table broken as select id from sessions where id = $1", [id]);
  await db.query(
    `create function refuse_broken() returns trigger language plpgsql as $$ begin
       if new.parked_at is null and new.id in (select id from broken) then
         raise exception 'broken' using errcode = '23514';
       end if; return new; end $$`,
  );
  await db.query(
    `create trigger refuse_broken before update on sessions
       for each row execute function refuse_broken()`,
  );
}

async function answer(sessionId: string): Promise<void> {
  const { accountId, deps } = business;
  await sendReply(deps, { accountId, sessionId, by: bao, body: { type: "text", text: "Yes" } });
}

async function providerAccepts(): Promise<void> {
  const sends = await business.deps.db.transaction((tx) => claimSends(tx, bao.id, 100));
  await recordDelivery(
    business.deps,
    sends.map((send) => ({
      send,
      outcome: { type: "sent", externalId: `wamid.out.${send.messageId}`, contact: null },
    })),
  );
}

/** Three customers whose sessions were answered; the second session can't be decided any more. */
async function threeSessions(): Promise<readonly [string, string, string]> {
  const [a, b, c] = await Promise.all(
    ["84900000001", "84900000002", "84900000003"].map((phone) => business.customerWrites(phone)),
  );
  if (a === undefined || b === undefined || c === undefined) throw new Error("three sessions");
  return [a.id, b.id, c.id];
}

async function closed(ids: readonly string[]): Promise<readonly boolean[]> {
  const sessions = await Promise.all(ids.map((id) => business.session(id)));
  return sessions.map(({ facts }) => facts.closed !== null);
}

describe("a session that can't be decided", () => {
  test("does not keep the others from closing", async () => {
    const ids = await threeSessions();
    for (const id of ids) await answer(id);
    await providerAccepts();
    await breakSession(ids[1]);
    await business.clock.advance({ minutes: 30 });
    await fireTimers(business.deps, 100);
    expect(await closed(ids)).toEqual([true, false, true]);
    expect((await business.session(ids[1])).parked).toBe(true);
  });

  test("does not keep the others held after an outage", async () => {
    const ids = await threeSessions();
    for (const id of ids) await answer(id);
    await providerAccepts();
    await business.clock.advance({ minutes: 30 });
    const { db } = business.deps;
    await db.query("insert into outages (began_at, detected_at) values (now_ms(), now_ms())");
    await fireTimers(business.deps, 100);
    expect(await closed(ids)).toEqual([false, false, false]);
    await db.query("update outages set hold_ended_at = now_ms()");
    await breakSession(ids[1]);
    expect(await releaseHeld(business.deps)).toHaveLength(2);
    expect(await closed(ids)).toEqual([true, false, true]);
    expect(await releaseHeld(business.deps)).toEqual([]);
  });

  test("does not keep a save from the others", async () => {
    const ids = await threeSessions();
    await breakSession(ids[1]);
    await business.configure({ ...CLOSE_ON, reply: { ...reply, enabled: true } });
    while (await applySettings(business.deps));
    const sessions = await Promise.all(ids.map((id) => business.session(id)));
    expect(sessions.map(({ deadlines }) => deadlines.overdueAt !== null)).toEqual([
      true,
      false,
      true,
    ]);
  });

  test("does not keep the others waiting in line", async () => {
    await business.deps.db.query("update members set status = 'away'");
    const ids = await threeSessions();
    await breakSession(ids[1]);
    await business.deps.db.query("update members set status = 'available'");
    expect(await drainLine(business.deps, business.accountId)).toBe(2);
    const sessions = await Promise.all(ids.map((id) => business.session(id)));
    expect(sessions.map(({ facts }) => facts.assignee)).toEqual([bao.id, null, bao.id]);
  });

  test("does not keep the sends of a dead node from being settled", async () => {
    const ids = await threeSessions();
    for (const id of ids) await answer(id);
    await business.deps.db.transaction((tx) => claimSends(tx, bao.id, 100));
    await breakSession(ids[1]);
    await business.clock.advance({ minutes: 1 });
    await settleStaleSends(business.deps, 45_000);
    const rows = await business.deps.db.query("select session_id from outbox");
    expect(rows).toEqual([{ session_id: ids[1] }]);
  });

  test("is not parked when somebody else decided it meanwhile", async () => {
    const [id] = await threeSessions();
    await retryParkedSessions(business.deps, [{ accountId: business.accountId, id }]);
    expect((await business.session(id)).parked).toBe(false);
  });

  test("is decided again once it can be", async () => {
    const ids = await threeSessions();
    for (const id of ids) await answer(id);
    await providerAccepts();
    await breakSession(ids[1]);
    await business.clock.advance({ minutes: 30 });
    await fireTimers(business.deps, 100);
    await business.deps.db.query("delete from broken");
    await business.clock.advance({ minutes: 1 });
    await retryParkedSessions(business.deps, [{ accountId: business.accountId, id: ids[1] }]);
    expect(await closed(ids)).toEqual([true, true, true]);
  });
});
