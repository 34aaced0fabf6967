import type { AssignmentRule } from "@punctual/contract";
import { expect, test } from "vitest";
import { ruleFields, ruleOf } from "./rule-form.data.ts";

test("a rule that is opened and saved is the same rule", () => {
  const rule: AssignmentRule = {
    id: "01a2b3c4-d5e6-7f80-9a1b-2c3d4e5f6a7b",
    position: 3,
    name: "VIP",
    enabled: false,
    conditions: { tags: ["vip"], attributes: { city: "a=b" }, businessHours: "within" },
    target: { team: "01a2b3c4-d5e6-7f80-9a1b-2c3d4e5f6a7c" },
    mode: "leastBusy",
    previousAgentFirst: true,
    ownerFirst: false,
    onlineOnly: false,
    capacity: 5,
  };
  const { id, position, enabled, ...written } = rule;
  expect(ruleOf(ruleFields(rule))).toEqual(written);
  expect(ruleOf({ ...ruleFields(null), name: " All " })).toMatchObject({
    ...{ name: "All", conditions: {}, target: { everyone: true }, capacity: null },
  });
});
