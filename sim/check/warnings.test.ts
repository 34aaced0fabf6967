import { expect, test } from "vitest";
import { newMemory } from "./memory.ts";
import type { SeenRow } from "./rows.ts";
import {
  act,
  LAN,
  look,
  MINH,
  MINUTE,
  message,
  NOON,
  row,
  seen,
  waitingRow,
} from "./testkit/builders.ts";
import { judgeNotices, judgeWarning } from "./warnings.ts";

const warned = act("warned", {
  at: NOON + 25 * MINUTE,
  explanation: { by: { type: "clock" }, dueAt: NOON + 30 * MINUTE },
});
const waiting = { session: waitingRow(), messages: [message()] };

test("a warning belongs into a wait that runs and is not overdue", () => {
  expect(judgeWarning(look(seen({ ...waiting, acts: [warned] })), warned)).toEqual([]);
});

test("a warning after the reply is noticed", () => {
  expect(judgeWarning(look(seen({ acts: [warned] })), warned)).toHaveLength(1);
});

test("a warning after, or together with, the overdue mark is noticed", () => {
  const before = { ...newMemory(), overdue: new Set([1]) };
  expect(judgeWarning(look(seen({ ...waiting, acts: [warned] }), { before }), warned)).toHaveLength(
    1,
  );
  const together = seen({ ...waiting, acts: [warned, act("overdue")] });
  expect(judgeWarning(look(together), warned)).toHaveLength(1);
});

test("a warning at or after the limit is noticed", () => {
  const late = { ...warned, at: NOON + 30 * MINUTE };
  expect(judgeWarning(look(seen({ ...waiting, acts: [late] })), late)).toHaveLength(1);
});

const notice = { id: "n1", member_id: LAN, kind: "warning", wait_number: 1, reply_due_at: NOON };

test("a notification that outlives its wait is noticed", () => {
  expect(judgeNotices(look(seen({ ...waiting, notices: [notice] })))).toEqual([]);
  const [found] = judgeNotices(look(seen({ session: row(), notices: [notice] })));
  expect(found?.rule).toBe("§9.5");
  const overdue = { ...notice, kind: "overdue" };
  expect(judgeNotices(look(seen({ session: row(), notices: [overdue] })))).toHaveLength(1);
});

test("that somebody has the session stands as long as they hold it, and for nobody else", () => {
  const assigned = { ...notice, kind: "assigned" };
  const told = (session: SeenRow) => judgeNotices(look(seen({ session, notices: [assigned] })));
  expect(told(row({ assignee_id: LAN }))).toEqual([]);
  expect(told(row({ assignee_id: LAN, closed_at: NOON }))).toEqual([]);
  expect(told(row({ assignee_id: MINH }))).toHaveLength(1);
  expect(told(row())).toHaveLength(1);
});

test("a warning that stands beside the overdue mark is noticed", () => {
  const session = waitingRow({ wait_overdue_since: NOON });
  expect(judgeNotices(look(seen({ session, notices: [notice] })))).toHaveLength(1);
});

test("that nobody is eligible must not stand once somebody holds the session", () => {
  const told = { ...notice, kind: "nobodyEligible" };
  const held = waitingRow({ assignee_id: LAN, assigned_at: NOON });
  expect(judgeNotices(look(seen({ ...waiting, notices: [told] })))).toEqual([]);
  expect(judgeNotices(look(seen({ ...waiting, session: held, notices: [told] })))).toHaveLength(1);
});

test("one member who is told the same twice is noticed", () => {
  const again = { ...notice, id: "n2" };
  expect(judgeNotices(look(seen({ ...waiting, notices: [notice, again] })))).toHaveLength(1);
  const other = { ...again, member_id: "other" };
  expect(judgeNotices(look(seen({ ...waiting, notices: [notice, other] })))).toEqual([]);
});
