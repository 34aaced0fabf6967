import { expect, test } from "vitest";
import { newMemory } from "./memory.ts";
import { judgeCounts, judgeOnce } from "./once.ts";
import { act, endMessage, look, NOON, row, seen, waitingRow } from "./testkit/builders.ts";

test("a wait that is overdue twice is noticed, whatever the ordinals say", () => {
  const before = { ...newMemory(), once: new Set(["wait 1 overdue"]) };
  const given = look(seen(), { before });
  expect(judgeOnce(given, act("overdue", { ordinal: 7 }))).toHaveLength(1);
  expect(judgeOnce(given, act("breachRecorded"))).toHaveLength(1);
  expect(judgeOnce(given, act("overdue", { wait_number: 2 }))).toEqual([]);
});

test("a warning may come again only for another deadline", () => {
  const before = { ...newMemory(), once: new Set([`wait 1 warned for ${NOON}`]) };
  const warned = (dueAt: number) =>
    act("warned", { explanation: { by: { type: "clock" }, dueAt } });
  expect(judgeOnce(look(seen(), { before }), warned(NOON))).toHaveLength(1);
  expect(judgeOnce(look(seen(), { before }), warned(NOON + 1))).toEqual([]);
});

test("two end messages for one close are noticed", () => {
  const session = row({ closed_at: NOON, close_count: 1 });
  const one = seen({ session, messages: [endMessage()] });
  const two = seen({ session, messages: [endMessage(), endMessage({ seq: 2 })] });
  expect(judgeCounts(look(one))).toEqual([]);
  expect(judgeCounts(look(two))).toHaveLength(2);
});

test("a close that promises an end message and stores none is noticed", () => {
  const closed = act("closed", {
    explanation: { by: { type: "clock" }, endMessage: "queued" },
  });
  const session = row({ closed_at: NOON, close_count: 1 });
  expect(judgeCounts(look(seen({ session, acts: [closed] })))).toHaveLength(1);
  expect(judgeCounts(look(seen({ session, messages: [endMessage()], acts: [closed] })))).toEqual(
    [],
  );
});

test("an overdue mark without a breach, and a breach without a mark, are noticed", () => {
  const breach = { wait_number: 1, due_at: NOON, withdrawn_at: null };
  const marked = waitingRow({ wait_overdue_since: NOON });
  expect(judgeCounts(look(seen({ session: marked, breaches: [breach] })))).toEqual([]);
  expect(judgeCounts(look(seen({ session: marked })))).toHaveLength(1);
  expect(judgeCounts(look(seen({ session: waitingRow(), breaches: [breach] })))).toHaveLength(1);
  const withdrawn = { ...breach, withdrawn_at: NOON };
  expect(judgeCounts(look(seen({ session: waitingRow(), breaches: [withdrawn] })))).toEqual([]);
});
