import { expect, test } from "vitest";
import { judgeCloses } from "./closes.ts";
import { newMemory } from "./memory.ts";
import { act, look, message, NOON, reply, row, seen, waitingRow } from "./testkit/builders.ts";

const closed = row({ closed_at: NOON, closed_kind: "clock", close_count: 1 });
/** Everything it has, it had before. */
const known = { ...newMemory(), lastSeq: 9 };
const whats = (given: Parameters<typeof judgeCloses>[0]) =>
  judgeCloses(given).map(({ what }) => what);

test("a session may close by the clock once the customer was answered", () => {
  const messages = [message(), reply({ seq: 2 })];
  expect(
    whats(look(seen({ session: closed, messages, acts: [act("closed")] }), { before: known })),
  ).toEqual([]);
});

test("a session that closes while the customer is owed a reply is noticed", () => {
  const messages = [reply({ seq: 1 }), message({ seq: 2 })];
  const given = look(seen({ session: closed, messages, acts: [act("closed")] }), { before: known });
  expect(whats(given)).toEqual(["closed while the customer is owed a reply"]);
});

test("a refused reply is none, and an echo answers what is stamped before it", () => {
  const close = (...messages: ReturnType<typeof message>[]) =>
    whats(look(seen({ session: closed, messages, acts: [act("closed")] }), { before: known }))
      .length;
  expect(close(message(), reply({ seq: 2, delivery: "failed" }))).toBe(1);
  expect(close(message({ seq: 2 }), reply({ seq: 1, is_echo: true, stamp: NOON }))).toBe(0);
  expect(close(message(), reply({ seq: 2, is_echo: true, stamp: NOON - 1 }))).toBe(1);
});

test("a session that closes before a reply has left is noticed", () => {
  const messages = [message(), reply({ seq: 2, delivery: "sending" })];
  const outbox = [{ message_id: "m2", kind: "agent", state: "sending", attempts: 1 }] as const;
  const given = look(seen({ session: closed, messages, outbox, acts: [act("closed")] }), {
    before: known,
  });
  expect(whats(given)).toEqual(["closed while a reply has not left"]);
});

test("a session that closes while it is snoozed is noticed", () => {
  const before = { ...newMemory(), row: row({ snoozed_until: NOON + 7_200_000 }) };
  const given = look(seen({ session: closed, acts: [act("closed")] }), { before });
  expect(whats(given)).toEqual(["closed by the clock while snoozed"]);
});

test("a wait runs exactly while something is owed, from the earliest message on", () => {
  const late = message({ seq: 2, at: NOON + 5 });
  const waits = (session: ReturnType<typeof row>, ...messages: ReturnType<typeof message>[]) =>
    whats(look(seen({ session, messages })));
  expect(waits(waitingRow(), message(), late)).toEqual([]);
  expect(waits(row(), message())).toEqual(["the customer is owed a reply and no wait runs"]);
  expect(waits(waitingRow())).toEqual(["a wait runs though nothing is owed"]);
  const moved = waitingRow({ wait_started_at: NOON + 5, wait_started_by: "m2" });
  expect(waits(moved, message(), late)).toHaveLength(2);
});

test("a customer's message that is put into a closed session is noticed", () => {
  expect(whats(look(seen({ session: closed, messages: [message()] })))).toHaveLength(1);
  const kept = message({ starts_nothing: true });
  expect(whats(look(seen({ session: closed, messages: [kept] })))).toEqual([]);
});
