import { expect, test } from "vitest";
import type { Disturbance } from "../witness.ts";
import { Lateness } from "./lateness.ts";
import { newMemory } from "./memory.ts";
import { act, look, MINUTE, NOON, row, seen } from "./testkit/builders.ts";

const GOAL = 1_000;
const DUE = NOON + 60 * MINUTE;

function latenessWith(...disturbed: Disturbance[]): Lateness {
  return new Lateness({
    acknowledged: [],
    sends: [],
    disturbed,
    latenessGoalMs: GOAL,
    windowMs: 24 * 60 * 60_000,
  });
}

function waiting(lateness: Lateness, now: number, change: Parameters<typeof row>[0], hold = false) {
  lateness.note({ now: NOON, seen: seen({ session: row(change) }) });
  return lateness.judgeWaiting(now, hold).length;
}

test("a deadline that isn't decided within the goal is noticed", () => {
  expect(waiting(latenessWith(), DUE + GOAL, { next_due_at: DUE })).toBe(0);
  expect(waiting(latenessWith(), DUE + GOAL + 1, { next_due_at: DUE })).toBe(1);
  expect(waiting(latenessWith(), DUE + GOAL + 1, { next_due_at: null })).toBe(0);
});

test("a deadline in the past is due when it is made", () => {
  expect(waiting(latenessWith(), NOON + GOAL, { next_due_at: NOON - 60 * MINUTE })).toBe(0);
});

test("while nobody could decide, nothing is late, and afterwards within the goal", () => {
  const span = { from: DUE - 1, until: DUE + 5 * MINUTE };
  expect(waiting(latenessWith(span), DUE + 5 * MINUTE + GOAL, { next_due_at: DUE })).toBe(0);
  expect(waiting(latenessWith(span), DUE + 5 * MINUTE + GOAL + 1, { next_due_at: DUE })).toBe(1);
  const still = { from: DUE - 1, until: null };
  expect(waiting(latenessWith(still), DUE + 60 * MINUTE, { next_due_at: DUE })).toBe(0);
  const before = { from: NOON, until: DUE - 1 };
  expect(waiting(latenessWith(before), DUE + GOAL + 1, { next_due_at: DUE })).toBe(1);
});

test("a session that stays held after the hold is noticed", () => {
  const held = { held: true };
  expect(waiting(latenessWith(), NOON + 60 * MINUTE, held, true)).toBe(0);
  expect(waiting(latenessWith(), NOON + 60 * MINUTE, held)).toBe(1);
  expect(waiting(latenessWith(), NOON + GOAL, held)).toBe(0);
});

test("an act is late by what was seen, whatever it says of itself", () => {
  const deadline = {
    anchor: { type: "agentMessage", at: NOON, messageId: null, memberId: null },
    minutes: 60,
    beforeMinutes: 0,
    dueAt: DUE,
    firedAt: DUE + 5_000,
    armedAt: DUE + 5_000,
    latenessMs: 0,
    settings: { account: 1, channel: null },
    heldBy: null,
  } as const;
  const closed = act("closed", {
    at: DUE + 5_000,
    explanation: { by: { type: "clock" }, deadline },
  });
  const memory = newMemory();
  const armed = { ...memory.armed, close_at: { dueAt: DUE, since: NOON } };
  const given = look(seen(), { before: { ...memory, armed } });
  expect(latenessWith().judgeAct(given, closed)).toHaveLength(1);
  expect(latenessWith({ from: DUE, until: DUE + 5_000 }).judgeAct(given, closed)).toEqual([]);
  const held = { by: { type: "clock" }, deadline: { ...deadline, heldBy: "outage" } } as const;
  expect(latenessWith().judgeAct(given, { ...closed, explanation: held })).toEqual([]);
});
