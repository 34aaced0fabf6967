import fc from "fast-check";
import { expect, test } from "vitest";
import { live } from "./testkit/live-history.ts";
import { historyOfLength } from "./testkit/random-history.ts";

const HISTORIES = Number(process.env.PUNCTUAL_HISTORIES ?? 4_000);

test(
  `nothing that must never happen (clock.md §9) happens in ${HISTORIES} random histories`,
  () => {
    fc.assert(
      fc.property(historyOfLength(140), (history) => live(history)),
      { numRuns: HISTORIES, interruptAfterTimeLimit: 24 * 3_600_000 },
    );
    expect(HISTORIES).toBeGreaterThan(0);
  },
  24 * 3_600_000,
);
