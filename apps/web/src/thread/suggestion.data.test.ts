import { describe, expect, test } from "vitest";
import { matching, namingAt } from "./suggestion.data.ts";

describe("naming something while writing", () => {
  test("a slash at the beginning or behind a space begins a quick reply", () => {
    expect(namingAt("/Tha", 4)).toEqual({ sign: "/", query: "tha", from: 0, to: 4 });
    expect(namingAt("Hello /", 7)).toEqual({ sign: "/", query: "", from: 6, to: 7 });
  });

  test("an address or a date is no quick reply", () => {
    expect(namingAt("https://a", 9)).toBeNull();
    expect(namingAt("on 3/4", 6)).toBeNull();
  });

  test("only what stands before the caret counts", () => {
    expect(namingAt("@ba ba", 3)).toEqual({ sign: "@", query: "ba", from: 0, to: 3 });
    expect(namingAt("@ba ba", 6)).toBeNull();
  });

  test("accents need not be typed, and what begins so comes first", () => {
    const names = ["Anh Bảo", "Bảo", "Lan"];
    expect(matching(names, "bao", (name) => name)).toEqual(["Bảo", "Anh Bảo"]);
    expect(matching(["Đức"], "duc", (name) => name)).toEqual(["Đức"]);
  });
});
