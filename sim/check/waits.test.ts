import { expect, test } from "vitest";
import { newMemory } from "./memory.ts";
import { look, MINUTE, message, NOON, row, seen, waitingRow } from "./testkit/builders.ts";
import { judgeWaits } from "./waits.ts";

const ended = { number: 1, overdue_since: null, ended_at: NOON + 31 * MINUTE, outcome: "answered" };
const before = { ...newMemory(), row: waitingRow() };

test("a wait that ended is recorded, and one that runs is not", () => {
  expect(judgeWaits(look(seen({ waits: [ended] }), { before }))).toEqual([]);
  const messages = [message({ wait_number: 1 })];
  expect(judgeWaits(look(seen({ messages }), { before }))).toHaveLength(1);
  expect(judgeWaits(look(seen({ session: waitingRow(), waits: [ended] })))).toHaveLength(1);
});

test("a wait whose messages an echo answered with those before it leaves no record", () => {
  const messages = [message({ wait_number: 0 })];
  expect(judgeWaits(look(seen({ messages }), { before }))).toEqual([]);
});

test("a wait that ended after its limit has a breach", () => {
  const limited = { ...newMemory(), row: waitingRow({ overdue_at: NOON + 30 * MINUTE }) };
  const at = (change: Partial<typeof ended> | { overdue_since: number }) =>
    judgeWaits(look(seen({ waits: [{ ...ended, ...change }] }), { before: limited })).length;
  expect(at({})).toBe(1);
  expect(at({ overdue_since: NOON + 30 * MINUTE })).toBe(0);
  expect(at({ ended_at: NOON + 30 * MINUTE })).toBe(0);
});

test("a limit that other settings moved is not judged by the old ones", () => {
  const limited = { ...newMemory(), row: waitingRow({ overdue_at: NOON }) };
  const session = row({ settings_account_version: 2 });
  expect(judgeWaits(look(seen({ session, waits: [ended] }), { before: limited }))).toEqual([]);
});
