import { type ClockSettings, DEFAULT_CLOCK_SETTINGS } from "@punctual/contract";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createTestBusiness, type TestBusiness } from "../testkit/test-business.ts";
import { assignSession } from "./act-on-session.ts";
import { applySettings } from "./apply-settings.ts";
import type { MemberIdentity } from "./deps.ts";
import { fireTimers } from "./fire-timers.ts";

const { closure, reassign, reply } = DEFAULT_CLOCK_SETTINGS;
const REPLY_ONLY: ClockSettings = {
  closure,
  reassign,
  reply: { ...reply, enabled: true, limitMinutes: 30, warnMinutes: 5 },
};
const CUSTOMER = "84901234567";

let business: TestBusiness;
let bao: MemberIdentity;
let lan: MemberIdentity;

beforeEach(async () => {
  business = await createTestBusiness();
  bao = await business.hire("Bao");
  lan = await business.hire("Lan");
  await business.assignInTurn([bao, lan]);
  await business.configure(REPLY_ONLY);
});
afterEach(() => business.close());

/** Fires until nothing is due. */
async function fireAll(): Promise<readonly string[]> {
  const kinds: string[] = [];
  for (let round = 0; round < 10; round++) {
    const { claimed, fired } = await fireTimers(business.deps, 100);
    kinds.push(...fired.map((timer) => timer.kind));
    if (claimed === 0) return kinds;
  }
  throw new Error("the timers never came to rest");
}

describe("firing deadlines", () => {
  test("a session whose timer fires before a save reached it is reassigned by the rules", async () => {
    const session = await business.customerWrites(CUSTOMER);
    await business.clock.advance({ minutes: 25 });
    await business.configure({ ...REPLY_ONLY, reassign: { ...reassign, enabled: true } });
    expect(await fireAll()).toEqual(["warn", "reassign"]);
    const { facts } = await business.session(session.id);
    expect(facts.assignee).toBe(lan.id);
    expect(facts.wait?.exhausted).toBe(false);
  });

  test("a limit that is changed and changed back warns once for each deadline", async () => {
    const session = await business.customerWrites(CUSTOMER);
    await business.clock.advance({ minutes: 25 });
    expect(await fireAll()).toEqual(["warn"]);
    await business.configure({ ...REPLY_ONLY, reply: { ...REPLY_ONLY.reply, limitMinutes: 29 } });
    await applySettings(business.deps);
    expect(await fireAll()).toEqual(["warn"]);
    await business.configure(REPLY_ONLY);
    await applySettings(business.deps);
    expect(await fireAll()).toEqual([]);
    expect((await business.session(session.id)).parked).toBe(false);
    await business.clock.advance({ minutes: 5 });
    expect(await fireAll()).toEqual(["overdue"]);
  });

  test("an agent above the limit gets no session because another of theirs was moved", async () => {
    await business.deps.db.query("update members set capacity = 1");
    const withReassign = { ...REPLY_ONLY, reassign: { ...reassign, enabled: true } };
    await business.configure(withReassign);
    const ofBao = await business.customerWrites("84900000001");
    const ofLan = await business.customerWrites("84900000002");
    expect([ofBao, ofLan].map(({ facts }) => facts.assignee)).toEqual([bao.id, lan.id]);
    await business.clock.advance({ minutes: 1 });
    for (const phone of ["84900000003", "84900000004"]) {
      const { id: sessionId } = await business.customerWrites(phone);
      const act = { accountId: business.accountId, sessionId, by: bao, to: bao.id };
      await assignSession(business.deps, act);
    }
    await business.deps.db.query("update members set capacity = 9 where id = $1", [lan.id]);
    await business.clock.advance({ minutes: 4 });
    expect(await fireAll()).toEqual(["reassign", "reassign"]);
    expect((await business.session(ofBao.id)).facts.assignee).toBe(lan.id);
    const { facts } = await business.session(ofLan.id);
    expect(facts.assignee).toBe(lan.id);
    expect(facts.wait?.waitingForAgent).toBe(true);
  });

  test("whoever loses a session in the moment of its warning is not warned", async () => {
    const both = { ...reassign, enabled: true, afterMinutes: 25 };
    await business.configure({ ...REPLY_ONLY, reassign: both });
    const session = await business.customerWrites(CUSTOMER);
    await business.clock.advance({ minutes: 26 });
    expect(await fireAll()).toEqual(["warn", "reassign"]);
    const told = await business.deps.db.query<{ kind: string; member_id: string }>(
      "select kind, member_id from notifications where session_id = $1 and withdrawn_at is null",
      [session.id],
    );
    expect(told).not.toContainEqual({ kind: "warning", member_id: bao.id });
  });
});
