import { expect, test } from "vitest";
import { judgeIdle } from "./idle.ts";
import { LAN, MINUTE, NOON, worldMember, worldState } from "./testkit/builders.ts";

test("whoever is connected and did nothing for long must be away, where the business wants it so", () => {
  const idle = worldMember(LAN, { active_at: NOON, seen: [NOON] });
  const found = (
    minutes: number,
    member = idle,
    awayAfter: Record<string, number> = { account: 5 },
  ) => judgeIdle(worldState({ members: [member], awayAfter }), NOON + minutes * MINUTE);
  expect(found(5)).toEqual([]);
  expect(found(10)).toHaveLength(1);
  expect(found(10, idle, {})).toEqual([]);
  expect(found(10, { ...idle, status: "away" })).toEqual([]);
  expect(found(10, { ...idle, seen: [] })).toEqual([]);
});
