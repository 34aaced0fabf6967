import { describe, expect, test } from "vitest";
import { sessionClock } from "./session-clock.data.ts";

const NOW = Date.parse("2026-03-01T10:00:00.000Z");
const at = (minutes: number) => new Date(NOW + minutes * 60_000).toISOString();
const NONE = { wakeAt: null, closeAt: null, overdueAt: null, warnAt: null, reassignAt: null };

type Timed = Parameters<typeof sessionClock>[0];

const calm: Timed = {
  state: "open",
  wait: null,
  assigneeId: "ben",
  closed: null,
  snoozedUntilAt: null,
  deadlines: NONE,
};
const wait = {
  number: 1,
  startedAt: at(-10),
  tries: 0,
  exhausted: false,
  waitingForAgent: false,
  overdueSinceAt: null,
};

describe("a session's clock", () => {
  test.each<[string, Partial<Timed>, object]>([
    [
      "counts down to the reply limit",
      { wait, deadlines: { ...NONE, overdueAt: at(20), warnAt: at(15) } },
      { kind: "replyDue", leftMs: 1_200_000 },
    ],
    [
      "warns from the moment of the warning, even before the server said so",
      { wait, deadlines: { ...NONE, overdueAt: at(4), warnAt: at(-1) } },
      { kind: "warning", leftMs: 240_000, share: 0.8 },
    ],
    [
      "still warns once the warning was given",
      { wait, deadlines: { ...NONE, overdueAt: at(2) } },
      { kind: "warning", leftMs: 120_000, share: 0.4 },
    ],
    [
      "counts up when it is overdue",
      { wait: { ...wait, overdueSinceAt: at(-3) } },
      { kind: "overdue", overMs: 180_000 },
    ],
    [
      "counts past the limit until the server says overdue",
      { wait, deadlines: { ...NONE, overdueAt: at(-1) } },
      { kind: "overdue", overMs: 60_000 },
    ],
    [
      "says how long somebody waits whom nobody has",
      { wait, assigneeId: null },
      { kind: "unassigned", waitedMs: 600_000 },
    ],
    [
      "says when it closes, in the customer's turn",
      { deadlines: { ...NONE, closeAt: at(18) } },
      { kind: "closes", leftMs: 1_080_000 },
    ],
    ["is nothing when closure is off", {}, { kind: "none" }],
  ])("%s", (_what, changes, clock) => {
    expect(sessionClock({ ...calm, ...changes }, NOW)).toEqual(clock);
  });
});
