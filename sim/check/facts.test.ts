import { expect, test } from "vitest";
import { judgeFacts } from "./facts.ts";
import { newMemory } from "./memory.ts";
import {
  act,
  LAN,
  look,
  MINUTE,
  message,
  NOON,
  reply,
  row,
  seen,
  waitingRow,
} from "./testkit/builders.ts";

const whats = (given: Parameters<typeof judgeFacts>[0]) =>
  judgeFacts(given).map(({ what }) => what);
const AT = NOON + 60 * MINUTE;

test("a fact changes with the act that changes it", () => {
  const assigned = act("assigned", { explanation: { by: { type: "rules" }, to: LAN } });
  const session = row({ assignee_id: LAN, assigned_at: AT });
  expect(whats(look(seen({ session, acts: [assigned] })))).toEqual([]);
  expect(whats(look(seen({ session })))).toHaveLength(2);
  expect(whats(look(seen({ acts: [assigned] })))).toHaveLength(2);
});

test("what no act changed stays as it was", () => {
  const before = { ...newMemory(), row: row({ reopened_at: NOON, woken_at: NOON }) };
  expect(
    whats(look(seen({ session: row({ reopened_at: NOON, woken_at: NOON }) }), { before })),
  ).toEqual([]);
  expect(whats(look(seen(), { before }))).toHaveLength(2);
});

test("the close counts from a message that left now, or from an echo", () => {
  const before = { ...newMemory(), pending: new Set(["m2"]) };
  const left = (last_agent_message_at: number | null) =>
    whats(look(seen({ session: row({ last_agent_message_at }) }), { before }));
  expect(left(AT)).toEqual([]);
  expect(left(null)).toHaveLength(1);
  expect(left(NOON)).toHaveLength(1);
  expect(left(AT + 1)).toHaveLength(1);
  const echo = reply({ is_echo: true, stamp: NOON });
  expect(whats(look(seen({ messages: [echo] })))).toHaveLength(1);
  const noted = row({ last_agent_message_at: NOON });
  expect(whats(look(seen({ session: noted, messages: [message(), echo] })))).toEqual([]);
});

test("an echo that is only kept moves no time", () => {
  const kept = reply({ is_echo: true, stamp: NOON, starts_nothing: true });
  expect(whats(look(seen({ blocked: true, messages: [kept] })))).toEqual([]);
  const moved = row({ last_agent_message_at: NOON });
  expect(whats(look(seen({ blocked: true, session: moved, messages: [kept] })))).toHaveLength(1);
});

test("a time that moved though nothing left is noticed", () => {
  const session = row({ last_agent_message_at: AT });
  expect(whats(look(seen({ session })))).toHaveLength(1);
});

test("replies that are counted as pending are in the outbox", () => {
  expect(whats(look(seen({ session: row({ pending_sends: 1 }) })))).toHaveLength(1);
  const outbox = [{ message_id: "m2", kind: "agent", state: "queued", attempts: 0 }] as const;
  expect(whats(look(seen({ session: row({ pending_sends: 1 }), outbox })))).toEqual([]);
});

test("a session that closes or opens without an act is noticed", () => {
  const closed = row({ closed_at: AT, closed_kind: "clock", close_count: 1 });
  expect(whats(look(seen({ session: closed, acts: [act("closed")] })))).toEqual([]);
  expect(whats(look(seen({ session: closed })))).toHaveLength(1);
  const before = { ...newMemory(), row: closed };
  const open = row({ reopened_at: AT });
  expect(whats(look(seen({ session: open, acts: [act("reopened")] }), { before }))).toEqual([]);
  expect(whats(look(seen({ session: row() }), { before }))).toHaveLength(1);
});

test("a wait that becomes overdue without an act is noticed, while it runs and when it ends", () => {
  const before = { ...newMemory(), row: waitingRow() };
  const marked = waitingRow({ wait_overdue_since: NOON });
  expect(whats(look(seen({ session: marked, acts: [act("overdue")] }), { before }))).toEqual([]);
  expect(whats(look(seen({ session: marked }), { before }))).toHaveLength(1);
  const ended = { number: 1, overdue_since: NOON, ended_at: AT, outcome: "answered" };
  expect(whats(look(seen({ waits: [ended] }), { before }))).toHaveLength(1);
  expect(whats(look(seen({ waits: [ended], acts: [act("breachRecorded")] }), { before }))).toEqual(
    [],
  );
});
