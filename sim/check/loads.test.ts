import { expect, test } from "vitest";
import { Loads } from "./loads.ts";
import { LAN, MINH, NOON } from "./testkit/builders.ts";

test("a member holds what they were given and nobody took", () => {
  const loads = new Loads();
  loads.note("a", LAN, NOON, true);
  loads.note("b", LAN, NOON, true);
  loads.note("b", MINH, NOON, true);
  loads.note("a", null, NOON, false);
  expect(loads.seenSince(LAN, NOON)).toBe(0);
  expect(loads.seenSince(MINH, NOON)).toBe(1);
});

test("what came back a moment ago may not have been seen; what was given a moment ago was", () => {
  const loads = new Loads();
  loads.note("a", LAN, NOON, false);
  loads.note("b", LAN, NOON, true);
  expect(loads.seenSince(LAN, NOON - 1)).toBe(1);
  expect(loads.seenSince(LAN, NOON + 1)).toBe(2);
});
