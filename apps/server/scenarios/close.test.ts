/** clock.md §5: how a session closes, and what goes on after it. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Journey, type SettingsPatch, startJourney } from "../src/testkit/journey.ts";
import type { Agent } from "../src/testkit/journey-agent.ts";
import type { Customer } from "../src/testkit/journey-customer.ts";

const CLOSURE = { enabled: true, afterMinutes: 30, message: "Bye {{contact.firstName}}" } as const;
const REPLY = { enabled: true, limitMinutes: 60, warnMinutes: 5 } as const;
const SETTINGS: SettingsPatch = { closure: CLOSURE, reply: REPLY };

let journey: Journey<"bao" | "lan">;
let bao: Agent;
let lan: Agent;
let anna: Customer;

beforeEach(async () => {
  journey = await startJourney({ agents: ["bao", "lan"], settings: SETTINGS });
  ({ bao, lan } = journey.agents);
  anna = await journey.customer("Anna Smith");
});
afterEach(() => journey.end());

/** Anna writes, is answered, and hears no more: the clock closes. */
async function closesByClock(): Promise<number> {
  await anna.writes();
  await bao.replies(anna);
  await journey.clock.reach((await anna.session()).deadlines.closeAt);
  await journey.settled();
  const { closed } = await anna.session();
  return Date.parse(closed?.closedAt ?? "");
}

describe("the clock closes", () => {
  test("a set time after the agent's last message, with one end message", async () => {
    await anna.writes();
    await bao.replies(anna);
    const { deadlines } = await anna.session();
    await journey.clock.reachBefore(deadlines.closeAt, { seconds: 2 });
    await journey.settled();
    expect(await anna.session()).toMatchObject({ state: "open" });
    await journey.clock.reach(deadlines.closeAt);
    await journey.settled();
    expect(await anna.session()).toMatchObject({
      state: "closed",
      closed: { kind: "clock", memberId: null },
      needsReview: true,
      nextDueAt: null,
    });
    expect(await anna.received()).toEqual(["Here it is", "Bye Anna"]);
    expect((await anna.timeline()).at(-1)).toMatchObject({
      kind: "closed",
      explanation: { by: { type: "clock" }, endMessage: "queued", deadline: { minutes: 30 } },
    });
  });

  test("and the end message opens nothing, moves nothing, and is sent once", async () => {
    await closesByClock();
    await journey.clock.advance({ hours: 5 });
    await journey.settled();
    expect(await anna.sessions()).toHaveLength(1);
    expect(await anna.received()).toEqual(["Here it is", "Bye Anna"]);
  });

  test("not when the customer answered in time", async () => {
    await anna.writes();
    await bao.replies(anna);
    await journey.clock.reachBefore((await anna.session()).deadlines.closeAt, { seconds: 2 });
    await anna.writes("Thanks");
    await journey.clock.advance({ minutes: 31 });
    await journey.settled();
    expect(await anna.session()).toMatchObject({ state: "open", turn: "agent" });
    expect(await anna.received()).toEqual(["Here it is"]);
  });

  test("not while a reply has not left", async () => {
    await anna.writes();
    await bao.replies(anna, "One");
    await journey.whatsapp.setFault({ kind: "error", code: 131056, times: 5 });
    await bao.submits(anna, "Two");
    expect((await anna.session()).deadlines.closeAt).toBeNull();
    await journey.settled();
    await journey.whatsapp.clearFaults();
    await journey.db.query("update contact_identities set paused_until = now_ms() + 7200000");
    await journey.clock.advance({ hours: 1 });
    await journey.settled();
    expect(await anna.session()).toMatchObject({ state: "open" });
    await journey.clock.advance({ hours: 1, seconds: 1 });
    await journey.until(async () => (await anna.received()).length === 2, "the second message");
    await journey.settled();
    const { deadlines, facts } = await anna.session();
    const left = Date.parse(facts.lastAgentMessageAt ?? "");
    expect(Date.parse(deadlines.closeAt ?? "")).toBe(left + 30 * 60_000);
  });

  test("silently when the messaging window is over", async () => {
    await journey.saves({ closure: { ...CLOSURE, afterMinutes: 1440 } });
    await anna.writes();
    await bao.replies(anna);
    await journey.clock.reach((await anna.session()).deadlines.closeAt);
    await journey.settled();
    expect(await anna.session()).toMatchObject({ closed: { kind: "clock" } });
    expect(await anna.received()).toEqual(["Here it is"]);
    expect((await anna.timeline()).at(-1)?.explanation).toMatchObject({
      endMessage: "windowClosed",
    });
  });

  test("with the template when the messaging window is over and one is set", async () => {
    const outsideWindow = { template: { name: "see_you", language: "en" } };
    await journey.saves({ closure: { ...CLOSURE, afterMinutes: 1440, outsideWindow } });
    await anna.writes();
    await bao.replies(anna);
    await journey.clock.reach((await anna.session()).deadlines.closeAt);
    await journey.settled();
    expect(await anna.received()).toEqual(["Here it is", "template see_you"]);
  });

  test("and the window is looked at again at sending", async () => {
    await journey.saves({ closure: { ...CLOSURE, afterMinutes: 1430 } });
    await anna.writes();
    await bao.replies(anna);
    await journey.db.query("update contact_identities set paused_until = now_ms() + 86400000");
    await journey.clock.reach((await anna.session()).deadlines.closeAt);
    await journey.settled();
    expect((await anna.messages()).at(-1)).toMatchObject({ delivery: { state: "queued" } });
    await journey.clock.advance({ minutes: 15 });
    await journey.settled();
    expect(await anna.received()).toEqual(["Here it is"]);
    expect((await anna.messages()).at(-1)).toMatchObject({ delivery: { state: "withdrawn" } });
  });

  test("and a refused end message doesn't reopen the session", async () => {
    await anna.writes();
    await bao.replies(anna);
    await journey.whatsapp.setFault({ kind: "error", code: 131026, times: 1 });
    await journey.clock.reach((await anna.session()).deadlines.closeAt);
    await journey.settled();
    expect(await anna.session()).toMatchObject({ state: "closed" });
    expect((await anna.messages()).at(-1)).toMatchObject({
      kind: "automatic",
      delivery: { state: "failed" },
    });
  });
});

describe("a person closes", () => {
  test("with a reason and the end message; an unanswered wait is recorded as such", async () => {
    await anna.writes();
    await bao.acts(anna, "close", { reason: "wrong number" });
    await journey.settled();
    expect(await anna.session()).toMatchObject({
      state: "closed",
      closed: { kind: "member", memberId: bao.id, reason: "wrong number" },
      needsReview: false,
    });
    expect(await journey.db.query("select outcome from waits")).toEqual([
      { outcome: "unanswered" },
    ]);
    expect(await anna.received()).toEqual(["Bye Anna"]);
  });

  test("without the end message if they choose so", async () => {
    await anna.writes();
    await bao.replies(anna);
    await bao.acts(anna, "close", { sendMessage: false });
    await journey.settled();
    expect(await anna.received()).toEqual(["Here it is"]);
  });

  test("and a breach already due is recorded with the member responsible", async () => {
    await anna.writes();
    await journey.clock.reach((await anna.session()).deadlines.overdueAt);
    await bao.acts(anna, "close", { sendMessage: false });
    expect(await journey.db.query("select member_id from breaches")).toEqual([
      { member_id: bao.id },
    ]);
    expect(await anna.session()).toMatchObject({ overdue: false });
  });

  test("and nobody can write into it or close it again", async () => {
    await anna.writes();
    await bao.acts(anna, "close", {});
    const id = await anna.sessionId();
    const reply = { type: "text", text: "Late" };
    expect(await bao.refusal(`POST /sessions/${id}/messages`, reply)).toBe("session_closed");
    expect(await bao.refusal(`POST /sessions/${id}/close`, {})).toBe("session_closed");
    await journey.settled();
    expect(await anna.received()).toEqual(["Bye Anna"]);
  });
});

describe("the customer writes after the close", () => {
  test("a new session opens in the same thread, assigned by the rules", async () => {
    await closesByClock();
    await journey.clock.advance({ seconds: 2 });
    await anna.writes("Hello again");
    expect(await anna.sessions()).toMatchObject([
      { state: "closed" },
      { state: "open", assigneeId: lan.id, wait: { number: 1 } },
    ]);
  });

  test("an end message not yet claimed for sending is withdrawn", async () => {
    await anna.writes();
    await bao.replies(anna);
    await journey.db.query("update contact_identities set paused_until = now_ms() + 86400000");
    await journey.clock.reach((await anna.session()).deadlines.closeAt);
    await journey.settled();
    await journey.clock.advance({ seconds: 2 });
    await anna.writes("Hello again");
    const rows = await journey.db.query("select delivery from messages where kind = 'automatic'");
    expect(rows).toEqual([{ delivery: "withdrawn" }]);
    await journey.db.query("update contact_identities set paused_until = null");
    await journey.clock.advance({ hours: 2 });
    await journey.settled();
    expect(await anna.received()).toEqual(["Here it is"]);
  });

  test("within the minutes of “reopen within” the same session continues", async () => {
    await journey.saves({ closure: { ...CLOSURE, reopenWithinMinutes: 10 }, reply: REPLY });
    await closesByClock();
    await journey.clock.advance({ minutes: 9 });
    await anna.writes("One more thing");
    expect(await anna.sessions()).toMatchObject([
      { state: "open", assigneeId: bao.id, wait: { number: 2 } },
    ]);
    const reopened = (await anna.timeline()).find((entry) => entry.kind === "reopened");
    expect(reopened?.explanation).toMatchObject({ reason: "reopenWithin" });
  });

  test("after those minutes a new one opens, measured on the message's time", async () => {
    await journey.saves({ closure: { ...CLOSURE, reopenWithinMinutes: 10 } });
    const closedAt = await closesByClock();
    await journey.clock.advance({ minutes: 20 });
    await anna.writes("On its way for long", { at: closedAt + 9 * 60_000 });
    expect(await anna.sessions()).toMatchObject([{ state: "open" }]);
    await bao.replies(anna);
    await journey.clock.reach((await anna.session()).deadlines.closeAt);
    await journey.settled();
    await journey.clock.advance({ minutes: 11 });
    await anna.writes("Too late");
    expect(await anna.sessions()).toHaveLength(2);
  });
});

describe("a message that was on its way when the session closed", () => {
  test("voids the close: the same session goes on", async () => {
    const closedAt = await closesByClock();
    await journey.clock.advance({ minutes: 3 });
    await anna.writes("Wait!", { at: closedAt - 5_000 });
    expect(await anna.sessions()).toMatchObject([
      { state: "open", assigneeId: bao.id, wait: { number: 2 }, needsReview: false },
    ]);
    const reopened = (await anna.timeline()).find((entry) => entry.kind === "reopened");
    expect(reopened?.explanation).toMatchObject({ reason: "void" });
  });

  test("voids it also when it was written in the same second as the close", async () => {
    const closedAt = await closesByClock();
    await anna.writes("Wait!", { at: closedAt });
    expect(await anna.sessions()).toMatchObject([{ state: "open", wait: { number: 2 } }]);
  });

  test("voids a close by a person as well", async () => {
    await anna.writes();
    await bao.replies(anna);
    await bao.acts(anna, "close", { sendMessage: false });
    await anna.writes("Wait!", { at: (await journey.clock.now()) - 5_000 });
    expect(await anna.sessions()).toMatchObject([{ state: "open", wait: { number: 2 } }]);
  });

  test("takes back an end message that nobody claimed for sending yet", async () => {
    await anna.writes();
    await bao.replies(anna);
    await journey.db.query("update contact_identities set paused_until = now_ms() + 86400000");
    await journey.clock.reach((await anna.session()).deadlines.closeAt);
    await journey.settled();
    await anna.writes("Wait!", { at: (await journey.clock.now()) - 5_000 });
    await journey.db.query("update contact_identities set paused_until = null");
    await journey.clock.advance({ seconds: 1 });
    await journey.settled();
    expect(await anna.received()).toEqual(["Here it is"]);
  });

  test("joins a newer session if one is open, and the close stands", async () => {
    const closedAt = await closesByClock();
    await journey.clock.advance({ minutes: 3 });
    await anna.writes("Hello again");
    await anna.writes("Written long ago", { at: closedAt - 5_000 });
    expect(await anna.sessions()).toMatchObject([{ state: "closed" }, { state: "open" }]);
    expect(await anna.messages()).toHaveLength(2);
  });

  test("comes before “reopen within”", async () => {
    await journey.saves({ closure: { ...CLOSURE, reopenWithinMinutes: 10 } });
    const closedAt = await closesByClock();
    await anna.writes("Wait!", { at: closedAt - 5_000 });
    const reopened = (await anna.timeline()).find((entry) => entry.kind === "reopened");
    expect(reopened?.explanation).toMatchObject({ reason: "void" });
  });
});

describe("a reopened session", () => {
  test("keeps its assignee, and its close counts from the reopening", async () => {
    await closesByClock();
    await journey.clock.advance({ hours: 1 });
    await bao.acts(anna, "reopen");
    const { deadlines, assigneeId, facts } = await anna.session();
    expect(assigneeId).toBe(bao.id);
    const reopened = Date.parse(facts.reopenedAt ?? "");
    expect(Date.parse(deadlines.closeAt ?? "")).toBe(reopened + 30 * 60_000);
    await journey.clock.reach(deadlines.closeAt);
    await journey.settled();
    expect(await anna.session()).toMatchObject({ state: "closed", facts: { closeCount: 2 } });
    expect((await anna.received()).filter((text) => text === "Bye Anna")).toHaveLength(2);
  });

  test("gives the customer back the wait that the close left unanswered", async () => {
    const { stamp } = await anna.writes();
    await bao.acts(anna, "close", { sendMessage: false });
    await journey.clock.advance({ minutes: 2 });
    await bao.acts(anna, "reopen");
    expect((await anna.session()).wait).toMatchObject({
      number: 1,
      startedAt: new Date(stamp).toISOString(),
    });
  });

  test("can only be the latest", async () => {
    await closesByClock();
    const id = await anna.sessionId();
    await journey.clock.advance({ seconds: 2 });
    await anna.writes("Hello again");
    expect(await bao.refusal(`POST /sessions/${id}/reopen`)).toBe("session_not_latest");
  });
});

describe("a snooze", () => {
  test("suspends only the close; it wakes by itself and the close counts from then", async () => {
    await anna.writes();
    await bao.replies(anna);
    const until = new Date((await journey.clock.now()) + 7_200_000).toISOString();
    await bao.acts(anna, "snooze", { until });
    expect(await anna.session()).toMatchObject({
      snoozedUntilAt: until,
      deadlines: { closeAt: null, wakeAt: until },
    });
    await journey.clock.advance({ hours: 1 });
    await journey.settled();
    expect(await anna.session()).toMatchObject({ state: "open" });
    await journey.clock.reach(until);
    await journey.settled();
    const { deadlines, facts } = await anna.session();
    const woken = Date.parse(facts.wokenAt ?? "");
    expect(Date.parse(deadlines.closeAt ?? "")).toBe(woken + 30 * 60_000);
    expect((await anna.timeline()).at(-1)).toMatchObject({
      kind: "woken",
      explanation: { by: { type: "clock" } },
    });
  });

  test("doesn't keep a customer waiting unnoticed", async () => {
    await anna.writes();
    const before = await anna.session();
    const until = new Date((await journey.clock.now()) + 7_200_000).toISOString();
    await bao.acts(anna, "snooze", { until });
    expect((await anna.session()).deadlines.overdueAt).toBe(before.deadlines.overdueAt);
    await journey.clock.reach(before.deadlines.overdueAt);
    await journey.settled();
    expect(await anna.session()).toMatchObject({ overdue: true });
  });

  test("ends when a person wakes it", async () => {
    await anna.writes();
    await bao.replies(anna);
    const until = new Date((await journey.clock.now()) + 7_200_000).toISOString();
    await bao.acts(anna, "snooze", { until });
    await bao.acts(anna, "snooze", { until: null });
    const { deadlines, facts } = await anna.session();
    expect(Date.parse(deadlines.closeAt ?? "")).toBe(Date.parse(facts.wokenAt ?? "") + 30 * 60_000);
  });
});
