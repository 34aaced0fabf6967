import { fc, test as fuzz } from "@fast-check/vitest";
import { expect, test } from "vitest";
import { timestamp } from "./timestamp.ts";

const LATEST = 8_640_000_000_000_000;

fuzz.prop([fc.integer({ min: -LATEST, max: LATEST })])(
  "a time reads as JavaScript itself would write it",
  (at) => {
    expect(timestamp(at)).toBe(new Date(at).toISOString());
  },
);

fuzz.prop([fc.integer({ min: 1_790_000_000_000, max: 1_790_200_000_000 })])(
  "so do times of neighbouring days",
  (at) => {
    expect(timestamp(at)).toBe(new Date(at).toISOString());
  },
);

test("no time stays none, and what is no time is refused", () => {
  expect(timestamp(null)).toBeNull();
  expect(() => timestamp(Number.NaN)).toThrow(RangeError);
  expect(() => timestamp(LATEST + 1)).toThrow(RangeError);
});
