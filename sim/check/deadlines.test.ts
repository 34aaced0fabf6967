import { expect, test } from "vitest";
import { judgeDeadlines } from "./deadlines.ts";
import { newMemory } from "./memory.ts";
import { LAN, look, MINUTE, message, NOON, row, seen, waitingRow } from "./testkit/builders.ts";

const whats = (given: Parameters<typeof judgeDeadlines>[0]) =>
  judgeDeadlines(given).map(({ what }) => what);

const waiting = waitingRow({
  assignee_id: LAN,
  assigned_at: NOON + MINUTE,
  warn_at: NOON + 25 * MINUTE,
  overdue_at: NOON + 30 * MINUTE,
  reassign_at: NOON + 11 * MINUTE,
  next_due_at: NOON + 11 * MINUTE,
});
const answered = row({
  last_agent_message_at: NOON,
  close_at: NOON + 60 * MINUTE,
  next_due_at: NOON + 60 * MINUTE,
});

test("deadlines that follow from the row and its settings are right", () => {
  expect(whats(look(seen({ session: waiting, messages: [message()] })))).toEqual([]);
  expect(whats(look(seen({ session: answered })))).toEqual([]);
});

test("each deadline that differs is noticed, and a least that differs", () => {
  const off = { ...waiting, warn_at: null, overdue_at: NOON, next_due_at: null };
  expect(whats(look(seen({ session: off, messages: [message()] })))).toHaveLength(3);
});

test("a held deadline is left out of the least", () => {
  expect(whats(look(seen({ session: { ...answered, held: true } })))).toHaveLength(1);
  expect(whats(look(seen({ session: { ...answered, held: true, next_due_at: null } })))).toEqual(
    [],
  );
});

test("a wait that was warned for its deadline has no warning any more", () => {
  const before = { ...newMemory(), once: new Set([`wait 1 warned for ${NOON + 30 * MINUTE}`]) };
  expect(whats(look(seen({ session: waiting, messages: [message()] }), { before }))).toHaveLength(
    1,
  );
});

test("nothing closes while a reply is pending, and nothing is due that is closed", () => {
  const outbox = [{ message_id: "m2", kind: "agent", state: "queued", attempts: 0 }] as const;
  expect(whats(look(seen({ session: answered, outbox })))).toHaveLength(2);
  expect(whats(look(seen({ session: { ...answered, closed_at: NOON } })))).toHaveLength(2);
});

test("a parked session is due at no time", () => {
  const parked = { ...answered, parked_at: NOON, park_error: "why" };
  expect(whats(look(seen({ session: parked })))).toHaveLength(1);
  expect(whats(look(seen({ session: { ...parked, next_due_at: null } })))).toEqual([]);
});
