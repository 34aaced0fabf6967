import { expect, test } from "vitest";
import type { Acknowledged, Witness } from "../witness.ts";
import { Stored } from "./stored.ts";
import { message, NOON } from "./testkit/builders.ts";

function storedWith(...externalIds: string[]): Stored {
  const acknowledged: Acknowledged[] = externalIds.map((externalId) => ({
    externalId,
    accountId: "account",
    channelId: "channel",
    at: NOON,
  }));
  const witness: Witness = {
    acknowledged,
    sends: [],
    disturbed: [],
    latenessGoalMs: 0,
    windowMs: 24 * 60 * 60_000,
  };
  return new Stored(witness);
}

test("a message that was acknowledged and is not stored is noticed at once", () => {
  const stored = storedWith("wamid.1", "wamid.2");
  stored.note("channel", [message({ seq: 1 })], NOON);
  expect(stored.judge().map(({ rule }) => rule)).toEqual(["§9.8"]);
  expect(stored.judge()).toEqual([]);
});

test("one message that is stored twice is noticed; on another channel it is another one", () => {
  const stored = storedWith();
  const first = message({ id: "a", external_id: "x" });
  expect(stored.note("channel", [first], NOON)).toEqual([]);
  expect(stored.note("channel", [first], NOON)).toEqual([]);
  expect(stored.note("other", [{ ...first, id: "b" }], NOON)).toEqual([]);
  expect(stored.note("channel", [first, { ...first, id: "c" }], NOON)).toHaveLength(1);
});

test("a message that was acknowledged before its commit is noticed, though it is stored by now", () => {
  const stored = storedWith("wamid.1");
  stored.note("channel", [message({ seq: 1 })], NOON + 1);
  expect(stored.judge()).toHaveLength(1);
});
