import { expect, test } from "vitest";
import { judgeSaves } from "./saves.ts";
import { NOON } from "./testkit/builders.ts";

const observer = {
  query: async <R>() => [{ session_id: "session", saved_at: NOON }] as unknown as R[],
};
const judge = (undisturbed: number) =>
  judgeSaves(observer, { undisturbed: () => undisturbed, goalMs: 1_000 }, NOON + 10_000);

test("a save for all that doesn't reach an open session is noticed, once somebody had the time", async () => {
  expect(await judge(3_000)).toEqual([]);
  expect(await judge(3_001)).toHaveLength(1);
});
