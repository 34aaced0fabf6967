import { ClockOverride, ClockSettings, DEFAULT_CLOCK_SETTINGS } from "@punctual/contract";
import { describe, expect, test } from "vitest";
import {
  type ClockFields,
  changesBetween,
  fieldAt,
  fieldsOf,
  keepMine,
  settingsOf,
} from "./clock-fields.data.ts";
import { problemsOf } from "./clock-problems.data.ts";
import { DEFAULT_CLOCK } from "./default-clock.ts";

const saved = fieldsOf(DEFAULT_CLOCK_SETTINGS, DEFAULT_CLOCK_SETTINGS);
const changed = (changes: Partial<ClockFields>): ClockFields => ({ ...saved, ...changes });

describe("the clock's fields", () => {
  test("begin as the contract's", () => {
    expect(DEFAULT_CLOCK).toEqual(DEFAULT_CLOCK_SETTINGS);
  });

  test("are the settings again", () => {
    expect(settingsOf(saved, null)).toEqual(DEFAULT_CLOCK_SETTINGS);
    const none = { closure: null, reassign: null, reply: null };
    expect(settingsOf(fieldsOf(none, DEFAULT_CLOCK_SETTINGS), null)).toEqual(none);
  });

  test("keep what a template is filled with", () => {
    const template = { name: "goodbye", language: "en", components: [{ type: "body" }] };
    const closure = { ...DEFAULT_CLOCK_SETTINGS.closure, outsideWindow: { template } };
    const fields = fieldsOf({ ...DEFAULT_CLOCK_SETTINGS, closure }, DEFAULT_CLOCK_SETTINGS);
    expect(settingsOf(fields, template).closure?.outsideWindow).toEqual({ template });
    const other = { ...fields, "closure.templateName": "bye" };
    expect(settingsOf(other, template).closure?.outsideWindow).toEqual({
      template: { name: "bye", language: "en" },
    });
  });

  test("differ only in what they mean", () => {
    const fields = changed({ "reassign.enabled": true, "closure.afterMinutes": "12 h" });
    expect(changesBetween(saved, fields)).toEqual([
      { field: "reassign.enabled", from: false, to: true },
    ]);
    const inherited = { "reply.own": false, "reply.limitMinutes": "45" };
    expect(changesBetween(changed({ "reply.own": false }), changed(inherited))).toEqual([]);
  });

  test("of two who changed other fields are both kept", () => {
    const mine = changed({ "closure.afterMinutes": "45" });
    const theirs = changed({ "reply.limitMinutes": "20", "closure.afterMinutes": "50" });
    expect(keepMine(saved, mine, theirs)).toEqual({ ...theirs, "closure.afterMinutes": "45" });
  });

  test("are found by the path of a server's error", () => {
    expect(fieldAt("reply.warnMinutes")).toBe("reply.warnMinutes");
    expect(fieldAt("closure.outsideWindow.template.name")).toBe("closure.templateName");
    expect(fieldAt("ifVersion")).toBeNull();
  });
});

describe("a problem", () => {
  test.each<[string, Partial<ClockFields>, object]>([
    ["is a warning at the limit", { "reply.warnMinutes": "30" }, { "reply.warnMinutes": {} }],
    ["is no time at all", { "closure.afterMinutes": "soon" }, { "closure.afterMinutes": {} }],
    ["is more than 30 days", { "reassign.afterMinutes": "31d" }, { "reassign.afterMinutes": {} }],
    ["is no reassignment", { "reassign.maxPerWait": "0" }, { "reassign.maxPerWait": {} }],
    ["is an unknown variable", { "closure.message": "Hi {{name}}" }, { "closure.message": {} }],
    ["is a variable half written", { "closure.message": "Hi {{" }, { "closure.message": {} }],
    [
      "is a template without its name",
      { "closure.outsideWindow": "template", "closure.templateLanguage": "en" },
      { "closure.templateName": {} },
    ],
  ])("%s", (_what, changes, fields) => {
    expect(Object.keys(problemsOf(changed(changes)))).toEqual(Object.keys(fields));
  });

  test("isn't what another scope has", () => {
    expect(problemsOf(changed({ "reply.own": false, "reply.warnMinutes": "99" }))).toEqual({});
  });

  test("is found here wherever the server finds one", () => {
    const minutes = ["0", "1", "4", "5", "6", "43200", "43201"];
    for (const limit of minutes) {
      for (const warn of minutes) {
        const fields = changed({
          "reply.limitMinutes": limit,
          "reply.warnMinutes": warn,
          "reassign.afterMinutes": limit,
          "closure.afterMinutes": warn,
        });
        const isFine = Object.keys(problemsOf(fields)).length === 0;
        const sent = settingsOf(fields, null);
        expect([limit, warn, ClockSettings.safeParse(sent).success]).toEqual([limit, warn, isFine]);
        expect(ClockOverride.safeParse(sent).success).toBe(isFine);
      }
    }
  });
});
