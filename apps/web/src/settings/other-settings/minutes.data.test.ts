import { describe, expect, test } from "vitest";
import { parseMinutes } from "./minutes.data.ts";

describe("a length of time", () => {
  test.each([
    ["90", 90],
    ["1h30", 90],
    ["1.5 h", 90],
    ["1,5 giờ", 90],
    ["1:30", 90],
    ["1 h 30 min", 90],
    ["2 days", 2_880],
    ["1 ngày 2 giờ 5 phút", 1_565],
    [" 5 m ", 5],
    ["0", 0],
  ])("typed as %s is %d minutes", (typed, minutes) => {
    expect(parseMinutes(typed)).toBe(minutes);
  });

  test.each(["", "soon", "1.5", "0.3 m", "30m 1h", "1h 1h", "-5", "1:75", "5 x", "1e3"])(
    "can't be read from “%s”",
    (typed) => {
      expect(parseMinutes(typed)).toBeNull();
    },
  );
});
