/** clock.md §5: the customer writes, is answered, is warned about, is overdue. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Journey, startJourney } from "../src/testkit/journey.ts";
import type { Customer } from "../src/testkit/journey-customer.ts";

let journey: Journey<"bao" | "lan">;
let anna: Customer;

beforeEach(async () => {
  journey = await startJourney({
    agents: ["bao", "lan"],
    settings: {
      closure: { enabled: true, afterMinutes: 60, message: "Bye" },
      reply: { enabled: true, limitMinutes: 30, warnMinutes: 5 },
    },
  });
  anna = await journey.customer();
});
afterEach(() => journey.end());

describe("a customer writes", () => {
  test("with no open session: one opens, a wait starts, the rules give it to an agent", async () => {
    const { stamp } = await anna.writes();
    expect(await anna.session()).toMatchObject({
      state: "open",
      turn: "agent",
      assigneeId: journey.agents.bao.id,
      wait: { number: 1, startedAt: new Date(stamp).toISOString() },
    });
    expect(await anna.acts()).toEqual(["opened", "waitStarted", "assigned"]);
    expect(await journey.agents.bao.told()).toEqual(["assigned"]);
  });

  test("with an open session: a wait starts and the close is off in the same commit", async () => {
    await anna.writes();
    await journey.agents.bao.replies(anna);
    expect((await anna.session()).deadlines.closeAt).not.toBeNull();
    await anna.writes("One more thing");
    expect(await anna.session()).toMatchObject({
      wait: { number: 2 },
      assigneeId: journey.agents.bao.id,
      deadlines: { closeAt: null },
    });
  });

  test("in a session that nobody holds any more: the rules run again", async () => {
    await anna.writes();
    await journey.agents.bao.replies(anna);
    await journey.agents.bao.acts(anna, "assignee", { memberId: null });
    expect(await anna.session()).toMatchObject({ assigneeId: null });
    await anna.writes("Still there?");
    expect(await anna.session()).toMatchObject({ assigneeId: journey.agents.lan.id });
  });

  test("while the session is snoozed: it wakes", async () => {
    await anna.writes();
    await journey.agents.bao.replies(anna);
    const until = new Date((await journey.clock.now()) + 24 * 3_600_000).toISOString();
    await journey.agents.bao.acts(anna, "snooze", { until });
    await anna.writes("Back");
    expect(await anna.session()).toMatchObject({ snoozedUntilAt: null, wait: { number: 2 } });
    expect(await anna.acts()).toContain("woken");
  });
});

describe("the business writes first", () => {
  test("in WhatsApp's own app: a session opens, it is the customer's turn", async () => {
    await anna.getsEcho("Your order is ready");
    expect(await anna.session()).toMatchObject({ turn: "customer", wait: null });
    expect(await anna.acts()).not.toContain("waitStarted");
  });

  test("and the customer never writes: the session closes without an end message", async () => {
    await anna.getsEcho("Your order is ready");
    await journey.clock.reach((await anna.session()).deadlines.closeAt);
    await journey.settled();
    expect(await anna.session()).toMatchObject({ state: "closed", closed: { kind: "clock" } });
    expect(await anna.received()).toEqual([]);
    const closed = (await anna.timeline()).at(-1);
    expect(closed).toMatchObject({ explanation: { endMessage: "customerNeverWrote" } });
  });
});

describe("an agent replies", () => {
  test("the wait ends, and its length is recorded", async () => {
    const { stamp } = await anna.writes();
    await journey.clock.advance({ minutes: 3 });
    const { createdAt } = await journey.agents.bao.replies(anna);
    const answered = (await anna.timeline()).find((entry) => entry.kind === "answered");
    expect(answered?.explanation).toMatchObject({ lengthMs: Date.parse(createdAt) - stamp });
    expect(await journey.db.query("select number, outcome from waits")).toEqual([
      { number: 1, outcome: "answered" },
    ]);
  });

  test("the overdue mark clears, the warning is withdrawn, the breach stays", async () => {
    await anna.writes();
    await journey.clock.reach((await anna.session()).deadlines.warnAt);
    await journey.settled();
    await journey.clock.reach((await anna.session()).deadlines.overdueAt);
    await journey.settled();
    await journey.agents.bao.replies(anna);
    expect(await anna.session()).toMatchObject({ overdue: false });
    expect(await journey.agents.bao.told()).toEqual(["assigned"]);
    expect(await journey.db.query("select withdrawn_at from breaches")).toEqual([
      { withdrawn_at: null },
    ]);
  });

  test("a breach already due is recorded first, though the timer had not fired yet", async () => {
    await anna.writes();
    const { overdueAt } = (await anna.session()).deadlines;
    const release = await journey.holdSession(await anna.sessionId());
    await journey.clock.reach(overdueAt);
    const reply = journey.agents.bao.replies(anna);
    await journey.waiting(1);
    await release();
    await reply;
    const rows = await journey.db.query("select member_id, withdrawn_at from breaches");
    expect(rows).toEqual([{ member_id: journey.agents.bao.id, withdrawn_at: null }]);
    expect(await anna.acts()).toContain("breachRecorded");
    expect(await journey.admin.told()).toEqual([]);
  });

  test("an unassigned session becomes theirs; an assigned one stays where it is", async () => {
    const { bao, lan } = journey.agents;
    await bao.goesOffline();
    await lan.goesOffline();
    await anna.writes();
    expect(await anna.session()).toMatchObject({ assigneeId: null });
    await lan.replies(anna);
    expect(await anna.session()).toMatchObject({ assigneeId: lan.id });
    await anna.writes("Thanks");
    await journey.admin.replies(anna);
    expect(await anna.session()).toMatchObject({ assigneeId: lan.id });
  });

  test("no reply needed ends the wait as dismissed, and the close begins to count", async () => {
    await anna.writes("Thanks!");
    await journey.agents.bao.acts(anna, "no-reply-needed");
    const { deadlines, turn } = await anna.session();
    expect(turn).toBe("customer");
    expect(await journey.db.query("select outcome from waits")).toEqual([{ outcome: "dismissed" }]);
    await journey.clock.reach(deadlines.closeAt);
    await journey.settled();
    expect(await anna.session()).toMatchObject({ closed: { kind: "clock" } });
    expect((await anna.timeline()).at(-1)?.explanation).toMatchObject({
      deadline: { anchor: { type: "noReplyNeeded" } },
    });
  });
});

describe("the response time limit", () => {
  test("warns the assignee once, so long before the limit", async () => {
    await anna.writes();
    const { deadlines } = await anna.session();
    await journey.clock.reachBefore(deadlines.warnAt, { seconds: 2 });
    await journey.settled();
    expect(await journey.agents.bao.told()).toEqual(["assigned"]);
    await journey.clock.reach(deadlines.warnAt);
    await journey.settled();
    expect(await journey.agents.bao.told()).toEqual(["assigned", "warning"]);
    await journey.clock.reachBefore(deadlines.overdueAt, { seconds: 2 });
    await journey.settled();
    expect(await journey.agents.bao.told()).toEqual(["assigned", "warning"]);
    expect(await journey.admin.told()).toEqual([]);
  });

  test("warns supervisors when nobody is assigned", async () => {
    await journey.agents.bao.goesOffline();
    await journey.agents.lan.goesOffline();
    await anna.writes();
    await journey.clock.reach((await anna.session()).deadlines.warnAt);
    await journey.settled();
    expect(await journey.admin.told()).toEqual(["nobodyEligible", "warning"]);
  });

  test("tells whoever is assigned inside the warning window the time left", async () => {
    await anna.writes();
    const { deadlines } = await anna.session();
    await journey.clock.reach(deadlines.warnAt);
    await journey.settled();
    await journey.admin.acts(anna, "assignee", { memberId: journey.agents.lan.id });
    const [told] = await journey.agents.lan.notifications();
    expect(told).toMatchObject({ kind: "assigned", replyDueAt: deadlines.overdueAt });
  });

  test("marks the session overdue, with one breach for the member responsible", async () => {
    await anna.writes();
    const { deadlines } = await anna.session();
    await journey.clock.reach(deadlines.warnAt);
    await journey.settled();
    await journey.clock.reach(deadlines.overdueAt);
    await journey.settled();
    expect(await anna.session()).toMatchObject({
      overdue: true,
      wait: { overdueSinceAt: deadlines.overdueAt },
      deadlines: { overdueAt: null, warnAt: null },
    });
    expect(await journey.agents.bao.told()).toEqual(["assigned", "overdue"]);
    expect(await journey.admin.told()).toEqual(["overdue"]);
    expect(await journey.db.query("select wait_number, member_id from breaches")).toEqual([
      { wait_number: 1, member_id: journey.agents.bao.id },
    ]);
  });

  test("warning and limit due together: only overdue", async () => {
    await anna.writes();
    await journey.clock.reach((await anna.session()).deadlines.overdueAt);
    await journey.settled();
    expect(await anna.acts()).toEqual(["opened", "waitStarted", "assigned", "overdue"]);
  });

  test("is set once for a wait, whatever the settings do afterwards", async () => {
    await anna.writes();
    await journey.clock.reach((await anna.session()).deadlines.overdueAt);
    await journey.settled();
    await journey.saves({ reply: { enabled: true, limitMinutes: 60, warnMinutes: 5 } });
    expect(await anna.session()).toMatchObject({ overdue: true, deadlines: { overdueAt: null } });
    await journey.clock.advance({ hours: 2 });
    await journey.settled();
    expect((await anna.acts()).filter((kind) => kind === "overdue")).toHaveLength(1);
  });

  test("warns again when the deadline moved, and not when it moves back", async () => {
    const reply = { enabled: true, limitMinutes: 30, warnMinutes: 10 };
    await journey.saves({ reply });
    await anna.writes();
    await journey.clock.reach((await anna.session()).deadlines.warnAt);
    await journey.settled();
    await journey.saves({ reply: { ...reply, limitMinutes: 40, warnMinutes: 19 } });
    await journey.clock.reach((await anna.session()).deadlines.warnAt);
    await journey.settled();
    const warnings = async () => (await anna.acts()).filter((kind) => kind === "warned").length;
    expect(await warnings()).toBe(2);
    await journey.saves({ reply });
    await journey.settled();
    expect(await warnings()).toBe(2);
    expect(await anna.session()).toMatchObject({ parked: null, overdue: false });
  });

  test("can count from the first assignment; a wait nobody holds counts from the message", async () => {
    const { bao, lan } = journey.agents;
    await journey.saves({
      reply: { enabled: true, limitMinutes: 30, warnMinutes: 5, countFrom: "firstAssignment" },
    });
    await bao.goesOffline();
    await lan.goesOffline();
    const { stamp } = await anna.writes();
    const due = async () => Date.parse((await anna.session()).deadlines.overdueAt ?? "");
    expect(await due()).toBe(stamp + 30 * 60_000);
    await journey.clock.advance({ minutes: 10 });
    await lan.acts(anna, "take");
    const { assignedAt } = await anna.session();
    expect(await due()).toBe(Date.parse(assignedAt ?? "") + 30 * 60_000);
    await journey.admin.acts(anna, "assignee", { memberId: bao.id });
    expect(await due()).toBe(Date.parse(assignedAt ?? "") + 30 * 60_000);
  });
});
