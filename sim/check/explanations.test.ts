import type { Explanation, FiredDeadline } from "@punctual/session";
import { expect, test } from "vitest";
import { judgeExplanation } from "./explanations.ts";
import { act, look, MINUTE, message, NOON, row, seen, waitingRow } from "./testkit/builders.ts";

const AT = NOON + 60 * MINUTE;
const overdue: FiredDeadline = {
  anchor: { type: "customerMessage", at: NOON, messageId: "m1", memberId: null },
  minutes: 30,
  beforeMinutes: 0,
  dueAt: NOON + 30 * MINUTE,
  firedAt: AT,
  armedAt: NOON,
  latenessMs: 30 * MINUTE,
  settings: { account: 1, channel: null },
  heldBy: null,
};
const waiting = seen({ session: waitingRow(), messages: [message()] });

function judge(deadline: FiredDeadline | undefined, kind = "overdue", session = waiting): string[] {
  const explanation: Explanation = { by: { type: "clock" }, ...(deadline && { deadline }) };
  return judgeExplanation(look(session), act(kind, { explanation })).map(({ what }) => what);
}

test("an act of the clock that adds up is right", () => {
  expect(judge(overdue)).toEqual([]);
});

test("an act of the clock without its deadline is noticed", () => {
  expect(judge(undefined)).toHaveLength(1);
});

test("numbers that don't add up, or aren't those of the settings, are noticed", () => {
  expect(judge({ ...overdue, dueAt: NOON })).not.toEqual([]);
  expect(judge({ ...overdue, latenessMs: 0 })).not.toEqual([]);
  expect(judge({ ...overdue, firedAt: AT + 1 })).not.toEqual([]);
  expect(judge({ ...overdue, minutes: 29, dueAt: NOON + 29 * MINUTE })).not.toEqual([]);
});

test("an anchor that is not when the customer wrote is noticed", () => {
  const anchor = { ...overdue.anchor, at: NOON + MINUTE };
  expect(
    judge({ ...overdue, anchor, dueAt: NOON + 31 * MINUTE, latenessMs: 29 * MINUTE }),
  ).toHaveLength(1);
});

test("an anchor that is no message of the session is noticed", () => {
  expect(judge({ ...overdue, anchor: { ...overdue.anchor, messageId: "m7" } })).toHaveLength(1);
});

test("a close that counts from something before the last thing that happened is noticed", () => {
  const closed: FiredDeadline = {
    ...overdue,
    anchor: { type: "agentMessage", at: NOON, messageId: null, memberId: null },
    minutes: 60,
    dueAt: AT,
    latenessMs: 0,
  };
  const session = seen({ session: row({ last_agent_message_at: NOON }) });
  const woken = seen({ session: row({ last_agent_message_at: NOON, woken_at: NOON + 1 }) });
  expect(judge(closed, "closed", session)).toEqual([]);
  expect(judge(closed, "closed", woken)).toHaveLength(1);
});

test("an assignment by the rules that chose none of its candidates is noticed", () => {
  const chosen = (verdict: string): Explanation => ({
    by: { type: "rules" },
    to: "lan",
    routed: { ruleId: "r", ruleName: "All", candidates: [{ memberId: "lan", verdict }] },
  });
  const judged = (explanation: Explanation) =>
    judgeExplanation(look(waiting), act("assigned", { ordinal: null, explanation })).length;
  expect(judged(chosen("next in turn"))).toBe(0);
  expect(judged(chosen("offline"))).toBe(1);
  expect(judged({ by: { type: "rules" }, to: "lan" })).toBeGreaterThan(0);
});
