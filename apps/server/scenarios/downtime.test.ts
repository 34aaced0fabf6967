/** clock.md §6: outages, what is held after them, and lateness. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Journey, startJourney } from "../src/testkit/journey.ts";
import type { Duration } from "../src/testkit/journey-clock.ts";
import type { Customer } from "../src/testkit/journey-customer.ts";

const CLOSURE = { enabled: true, afterMinutes: 30, message: "Bye" } as const;
const REASSIGN = { enabled: true, afterMinutes: 10 } as const;

let journey: Journey<"bao" | "lan">;
let anna: Customer;

beforeEach(async () => {
  journey = await startJourney({
    agents: ["bao", "lan"],
    settings: { closure: CLOSURE, reassign: REASSIGN },
  });
  anna = await journey.customer();
});
afterEach(() => journey.end());

/** Every server is gone for so long. */
async function outage(length: Duration): Promise<void> {
  await journey.settled();
  await journey.stopServers();
  await journey.clock.passUnattended(length);
  await journey.startServer();
  await journey.settled();
}

/** A message that WhatsApp kept back, late by any clock. */
async function lateMessageComes(): Promise<void> {
  const late = await journey.customer("Late");
  await late.writes("Kept back", { at: Date.now() - 120_000 });
  await journey.whatsapp.waitUntilIdle();
}

async function metric(name: string): Promise<number> {
  const text = await (await fetch(`${journey.url()}/metrics`)).text();
  const line = text.split("\n").find((each) => each.startsWith(`${name} `));
  return Number(line?.split(" ")[1] ?? 0);
}

describe("after an outage", () => {
  test("closes are held, and released once when webhooks have caught up", async () => {
    await anna.writes();
    await journey.agents.bao.replies(anna);
    await outage({ minutes: 40 });
    expect(await anna.session()).toMatchObject({ state: "open", held: true, nextDueAt: null });
    await journey.clock.advance({ seconds: 50 });
    await journey.settled();
    expect(await anna.session()).toMatchObject({ state: "open" });
    await journey.clock.advance({ seconds: 11 });
    await journey.until(async () => (await anna.session()).state === "closed", "the close");
    await journey.settled();
    expect(await anna.session()).toMatchObject({ closed: { kind: "clock" }, held: false });
    expect(await anna.received()).toEqual(["Here it is", "Bye"]);
    expect((await anna.timeline()).at(-1)?.explanation).toMatchObject({
      deadline: { heldBy: "outage", minutes: 30 },
    });
  });

  test("a close whose time comes during the hold is held as well", async () => {
    await anna.writes();
    await journey.agents.bao.replies(anna);
    await outage({ minutes: 29, seconds: 50 });
    expect(await anna.session()).toMatchObject({ held: false });
    await journey.clock.reach((await anna.session()).deadlines.closeAt);
    await journey.settled();
    expect(await anna.session()).toMatchObject({ state: "open", held: true });
    await journey.clock.advance({ seconds: 61 });
    await journey.until(async () => (await anna.session()).state === "closed", "the close");
  });

  test("reassignments are held, and released once", async () => {
    await anna.writes();
    const { assigneeId } = await anna.session();
    await outage({ minutes: 12 });
    expect(await anna.session()).toMatchObject({ assigneeId, held: true });
    for (const agent of Object.values(journey.agents)) await agent.comesOnline();
    await journey.clock.advance({ seconds: 61 });
    await journey.until(
      async () => (await anna.session()).assigneeId === journey.agents.lan.id,
      "the reassignment",
    );
    expect(await anna.session()).toMatchObject({ held: false, wait: { tries: 1 } });
  });

  test("warnings and overdue marks are not held; what is long due is decided once", async () => {
    await journey.saves({ reply: { enabled: true, limitMinutes: 30, warnMinutes: 5 } });
    await anna.writes();
    await outage({ hours: 2 });
    expect(await anna.session()).toMatchObject({ overdue: true });
    expect((await anna.acts()).filter((kind) => kind === "overdue")).toHaveLength(1);
    expect(await anna.acts()).not.toContain("warned");
    expect(await journey.db.query("select 1 from breaches")).toHaveLength(1);
  });

  test("a snooze that ended meanwhile wakes now, and the close counts from now", async () => {
    await anna.writes();
    await journey.agents.bao.replies(anna);
    const until = new Date((await journey.clock.now()) + 600_000).toISOString();
    await journey.agents.bao.acts(anna, "snooze", { until });
    await outage({ hours: 2 });
    const { snoozedUntilAt, facts, deadlines } = await anna.session();
    expect(snoozedUntilAt).toBeNull();
    const woken = Date.parse(facts.wokenAt ?? "");
    expect(woken).toBeGreaterThan(Date.parse(until) + 3_600_000);
    expect(Date.parse(deadlines.closeAt ?? "")).toBe(woken + 30 * 60_000);
  });

  test("late webhooks prolong the hold", async () => {
    await anna.writes();
    await journey.agents.bao.replies(anna);
    await outage({ minutes: 40 });
    await journey.clock.advance({ seconds: 50 });
    await lateMessageComes();
    await journey.clock.advance({ seconds: 50 });
    await journey.settled();
    expect(await anna.session()).toMatchObject({ state: "open", held: true });
    await journey.clock.advance({ seconds: 11 });
    await journey.until(async () => (await anna.session()).state === "closed", "the close");
  });

  test("the hold ends after 5 minutes, however many late webhooks come", async () => {
    await anna.writes();
    await journey.agents.bao.replies(anna);
    await outage({ minutes: 40 });
    for (let round = 0; round < 5; round++) {
      await journey.clock.advance({ seconds: 55 });
      await lateMessageComes();
    }
    await journey.settled();
    expect(await anna.session()).toMatchObject({ state: "open", held: true });
    await journey.clock.advance({ seconds: 30 });
    await journey.until(async () => (await anna.session()).state === "closed", "the close");
  });

  test("a customer whose message was kept back is not closed", async () => {
    await anna.writes();
    await journey.agents.bao.replies(anna);
    await journey.settled();
    await journey.stopServers();
    await journey.clock.passUnattended({ minutes: 10 });
    await anna.posts("I'm still here");
    await journey.clock.passUnattended({ minutes: 30 });
    await journey.startServer();
    await journey.whatsapp.flush();
    await journey.settled();
    await journey.clock.advance({ minutes: 6 });
    await journey.settled();
    expect(await anna.session()).toMatchObject({ state: "open", wait: { number: 2 } });
    expect(await anna.received()).toEqual(["Here it is"]);
  });

  test("whoever was online when it began counts as online for a minute", async () => {
    await outage({ minutes: 40 });
    await anna.writes();
    expect(await anna.session()).toMatchObject({ assigneeId: journey.agents.bao.id });
    await journey.clock.advance({ seconds: 61 });
    const ben = await journey.customer("Ben");
    await ben.writes();
    expect(await ben.session()).toMatchObject({ assigneeId: null });
    await journey.agents.lan.comesOnline();
    await journey.until(
      async () => (await ben.session()).assigneeId === journey.agents.lan.id,
      "the queue to be drained",
    );
  });

  test("held deadlines don't count as late", async () => {
    await anna.writes();
    await journey.agents.bao.replies(anna);
    await outage({ minutes: 40 });
    await journey.clock.advance({ seconds: 61 });
    await journey.until(async () => (await anna.session()).state === "closed", "the close");
    const fired = 'punctual_deadlines_fired_total{kind="close",held="true"}';
    await journey.until(async () => (await metric(fired)) === 1, "the firing to be counted");
    expect(await metric('punctual_deadline_lateness_seconds_count{kind="close"}')).toBe(0);
  });

  test("a second outage during the hold goes on with the same hold", async () => {
    await anna.writes();
    await journey.agents.bao.replies(anna);
    await outage({ minutes: 40 });
    await journey.clock.advance({ seconds: 30 });
    await outage({ seconds: 40 });
    expect(await anna.session()).toMatchObject({ state: "open", held: true });
    expect(await journey.db.query("select 1 from outages")).toHaveLength(1);
    await journey.clock.advance({ seconds: 61 });
    await journey.until(async () => (await anna.session()).state === "closed", "the close");
  });
});

describe("what is no outage", () => {
  test("a restart of less than 30 s: the close comes at once, and is not held", async () => {
    await anna.writes();
    await journey.agents.bao.replies(anna);
    await journey.clock.reachBefore((await anna.session()).deadlines.closeAt, { seconds: 10 });
    await outage({ seconds: 20 });
    expect(await anna.session()).toMatchObject({ closed: { kind: "clock" } });
    expect((await anna.timeline()).at(-1)?.explanation).toMatchObject({
      deadline: { heldBy: null },
    });
  });

  test("only the way to us is broken: there is no hold, and void repairs the close", async () => {
    await anna.writes();
    await journey.agents.bao.replies(anna);
    await journey.settled();
    await journey.whatsapp.updateNumber("106540352242922", { webhookUrl: "http://127.0.0.1:9/" });
    await journey.clock.advance({ minutes: 20 });
    await anna.posts("Are you there?");
    await journey.clock.advance({ minutes: 11 });
    await journey.until(async () => (await anna.session()).state === "closed", "the close");
    await journey.whatsapp.updateNumber("106540352242922", { webhookUrl: journey.webhookUrl() });
    await journey.whatsapp.flush();
    await journey.settled();
    expect(await anna.sessions()).toMatchObject([{ state: "open", wait: { number: 2 } }]);
    expect(await journey.db.query("select 1 from outages")).toEqual([]);
  });
});

describe("lateness", () => {
  test("is the time from the deadline to its firing", async () => {
    await anna.writes();
    await journey.agents.bao.replies(anna);
    const { closeAt } = (await anna.session()).deadlines;
    await journey.clock.reach(closeAt);
    await journey.settled();
    const closed = (await anna.timeline()).at(-1);
    const late = Date.parse(closed?.happenedAt ?? "") - Date.parse(closeAt ?? "");
    expect(closed?.explanation).toMatchObject({ deadline: { latenessMs: late } });
    expect(await metric('punctual_deadline_lateness_seconds_count{kind="close"}')).toBe(1);
  });

  test("counts from the save for a deadline that was created in the past", async () => {
    await anna.writes();
    await journey.agents.bao.replies(anna);
    await journey.clock.advance({ minutes: 20 });
    await journey.saves({ closure: { ...CLOSURE, afterMinutes: 5 } });
    const closed = (await anna.timeline()).at(-1);
    expect(closed?.kind).toBe("closed");
    const [fired] = await journey.db.query<{ behind: number; late: number }>(
      `select (d->>'firedAt')::bigint - (d->>'dueAt')::bigint as behind,
         (d->>'latenessMs')::bigint as late
       from timeline, lateral (select explanation->'deadline' as d) as deadline
       where kind = 'closed'`,
    );
    expect(fired?.behind).toBeGreaterThan(14 * 60_000);
    expect(fired?.late).toBeLessThan(5_000);
  });
});
