import { AuditAct } from "@punctual/contract";
import { describe, expect, test } from "vitest";
import { ACTS, auditQueryOf, changesOf, subjectName } from "./audit-log.data.ts";

describe("an entry of the audit log", () => {
  test("can be found by every act that the server writes", () => {
    expect([...ACTS].sort()).toEqual([...AuditAct.options].sort());
  });

  test("says what differs, each value where it stands", () => {
    const before = { version: 1, settings: { reply: { limitMinutes: 30, warn: true } }, ids: [1] };
    const after = { version: 2, settings: { reply: { limitMinutes: 45, warn: true } }, ids: [2] };
    expect(changesOf({ before, after })).toEqual([
      { path: "version", from: "1", to: "2" },
      { path: "settings.reply.limitMinutes", from: "30", to: "45" },
      { path: "ids", from: "[1]", to: "[2]" },
    ]);
    expect(changesOf({ before: null, after: { name: "VIP" } })).toEqual([
      { path: "name", from: null, to: "VIP" },
    ]);
  });

  test("says what the thing is called, or was", () => {
    expect(subjectName({ before: { name: "VIP" }, after: null })).toBe("VIP");
    expect(subjectName({ before: { name: "VIP" }, after: { name: "Gold" } })).toBe("Gold");
    expect(subjectName({ before: null, after: null })).toBeNull();
  });

  test("belongs to the viewer's day, from its beginning to its end", () => {
    const { from, until } = auditQueryOf({ from: "2026-11-30", until: "2026-11-30" });
    expect(new Date(from ?? "")).toEqual(new Date(2026, 10, 30));
    expect(new Date(until ?? "")).toEqual(new Date(2026, 11, 1));
    expect(auditQueryOf({ from: "yesterday", act: "nothing" })).toMatchObject({
      from: null,
      act: null,
    });
  });
});
