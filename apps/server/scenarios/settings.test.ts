/** clock.md §2: saves of the clock's settings reach open sessions as their owner chose. */
import { DEFAULT_CLOCK_SETTINGS } from "@punctual/contract";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Journey, startJourney } from "../src/testkit/journey.ts";
import type { Agent } from "../src/testkit/journey-agent.ts";
import type { Customer } from "../src/testkit/journey-customer.ts";

const MINUTE_MS = 60_000;
const CLOSURE_OFF = DEFAULT_CLOCK_SETTINGS.closure;

let journey: Journey<"bao" | "lan">;
let bao: Agent;
let anna: Customer;

beforeEach(async () => {
  journey = await startJourney({
    agents: ["bao", "lan"],
    settings: {
      closure: { enabled: true, afterMinutes: 30, message: "Bye" },
      reply: { enabled: true, limitMinutes: 30, warnMinutes: 5 },
    },
  });
  ({ bao } = journey.agents);
  anna = await journey.customer();
});
afterEach(() => journey.end());

async function closeAt(customer = anna): Promise<number> {
  return Date.parse((await customer.session()).deadlines.closeAt ?? "");
}

async function leftAt(customer = anna): Promise<number> {
  return Date.parse((await customer.session()).facts.lastAgentMessageAt ?? "");
}

describe("a save for all open sessions", () => {
  test("moves their deadlines at once, from their original anchors", async () => {
    await anna.writes();
    await bao.replies(anna);
    const ben = await journey.customer("Ben");
    const { stamp } = await ben.writes();
    await journey.clock.advance({ minutes: 10 });
    await journey.saves({
      closure: { enabled: true, afterMinutes: 45 },
      reply: { enabled: true, limitMinutes: 20, warnMinutes: 5 },
    });
    expect(await closeAt()).toBe((await leftAt()) + 45 * MINUTE_MS);
    const { overdueAt } = (await ben.session()).deadlines;
    expect(Date.parse(overdueAt ?? "")).toBe(stamp + 20 * MINUTE_MS);
    expect(await anna.acts()).toContain("settingsApplied");
  });

  test("fires at once what is due by it, and that is not late", async () => {
    await anna.writes();
    await bao.replies(anna);
    await journey.clock.advance({ minutes: 20 });
    const closure = { enabled: true, afterMinutes: 10, message: "Bye" } as const;
    const settings = { ...DEFAULT_CLOCK_SETTINGS, closure: { ...CLOSURE_OFF, ...closure } };
    const preview = await journey.admin.call("POST /settings/clock/preview", settings);
    expect(preview.body).toMatchObject({ openSessions: 1, wouldClose: 1, wouldBecomeOverdue: 0 });
    await journey.saves({ closure });
    expect(await anna.session()).toMatchObject({ closed: { kind: "clock" } });
    expect((await anna.timeline()).at(-1)?.explanation).toMatchObject({
      deadline: { minutes: 10, settings: { account: 3 } },
    });
  });

  test("switched off, a deadline is gone", async () => {
    await anna.writes();
    await bao.replies(anna);
    await journey.saves({ closure: { enabled: false } });
    await journey.clock.advance({ hours: 5 });
    await journey.settled();
    expect(await anna.session()).toMatchObject({ state: "open", nextDueAt: null });
  });

  test("reaches hundreds of them, each in one commit with its deadlines", async () => {
    await journey.whatsapp.bulk({ count: 700, customers: 700, batchSize: 50 });
    await journey.whatsapp.waitUntilIdle(30_000);
    await journey.saves({ reply: { enabled: true, limitMinutes: 50, warnMinutes: 10 } });
    const rows = await journey.db.query(
      `select settings_account_version as version, overdue_at - wait_started_at as limit,
         count(*)::int as sessions from sessions group by 1, 2`,
    );
    expect(rows).toEqual([{ version: 3, limit: 50 * MINUTE_MS, sessions: 700 }]);
  });
});

describe("a save for the next wait or agent message", () => {
  test("leaves open sessions as they are until the customer writes again", async () => {
    await anna.writes();
    await bao.replies(anna);
    const before = await closeAt();
    await journey.saves(
      { reply: { enabled: true, limitMinutes: 20, warnMinutes: 5 } },
      "nextMessage",
    );
    await journey.clock.advance({ minutes: 1 });
    await journey.settled();
    expect(await closeAt()).toBe(before);
    const { stamp } = await anna.writes("And then?");
    const { overdueAt } = (await anna.session()).deadlines;
    expect(Date.parse(overdueAt ?? "")).toBe(stamp + 20 * MINUTE_MS);
  });

  test("counts from the next agent message", async () => {
    await anna.writes();
    await bao.replies(anna);
    await journey.saves({ closure: { enabled: true, afterMinutes: 5 } }, "nextMessage");
    await journey.clock.advance({ minutes: 10 });
    await journey.settled();
    expect(await anna.session()).toMatchObject({ state: "open" });
    await bao.replies(anna, "One more thing");
    expect(await closeAt()).toBe((await leftAt()) + 5 * MINUTE_MS);
  });

  test("doesn't touch the wait that runs", async () => {
    const { stamp } = await anna.writes();
    await journey.saves(
      { reply: { enabled: true, limitMinutes: 20, warnMinutes: 5 } },
      "nextMessage",
    );
    await anna.writes("Hello?");
    const { overdueAt } = (await anna.session()).deadlines;
    expect(Date.parse(overdueAt ?? "")).toBe(stamp + 30 * MINUTE_MS);
  });

  test("is what a session that opens takes", async () => {
    await journey.saves({ closure: { enabled: true, afterMinutes: 7 } }, "nextMessage");
    await anna.writes();
    await bao.replies(anna);
    expect(await closeAt()).toBe((await leftAt()) + 7 * MINUTE_MS);
  });

  test("is what a session that reopens takes", async () => {
    await anna.writes();
    await bao.replies(anna);
    await bao.acts(anna, "close", { sendMessage: false });
    await journey.saves({ closure: { enabled: true, afterMinutes: 7 } }, "nextMessage");
    await bao.acts(anna, "reopen");
    const { facts } = await anna.session();
    expect(await closeAt()).toBe(Date.parse(facts.reopenedAt ?? "") + 7 * MINUTE_MS);
  });

  test("is cancelled by a later save for all", async () => {
    await anna.writes();
    await bao.replies(anna);
    await journey.saves({ closure: { enabled: true, afterMinutes: 7 } }, "nextMessage");
    await journey.saves({ closure: { enabled: true, afterMinutes: 50 } }, "all");
    expect(await closeAt()).toBe((await leftAt()) + 50 * MINUTE_MS);
    await bao.replies(anna, "Again");
    expect(await closeAt()).toBe((await leftAt()) + 50 * MINUTE_MS);
  });
});

describe("a channel's own settings", () => {
  const path = () => `PUT /channels/${journey.channelId}/settings/clock`;
  const closure = { enabled: true, afterMinutes: 9, message: null, outsideWindow: "silent" };

  test("override single settings, and name their own version", async () => {
    const { stamp } = await anna.writes();
    await journey.admin.call(path(), { closure, applyTo: "all" });
    await journey.settled();
    const { deadlines } = await anna.session();
    expect(Date.parse(deadlines.overdueAt ?? "")).toBe(stamp + 30 * MINUTE_MS);
    await bao.replies(anna);
    expect(await closeAt()).toBe((await leftAt()) + 9 * MINUTE_MS);
    expect(await anna.session()).toMatchObject({ settingsVersions: { account: 2, channel: 1 } });
  });

  test("for the next message wait for it, while the account's own save goes through", async () => {
    await anna.writes();
    await bao.replies(anna);
    await journey.admin.call(path(), { closure, applyTo: "nextMessage" });
    await journey.saves({ closure: { enabled: true, afterMinutes: 40 } });
    expect(await closeAt()).toBe((await leftAt()) + 40 * MINUTE_MS);
    await bao.replies(anna, "Again");
    expect(await closeAt()).toBe((await leftAt()) + 9 * MINUTE_MS);
  });
});
