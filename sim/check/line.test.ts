import { expect, test } from "vitest";
import { couldTake, type InLine, type LineMember, type LineRule } from "./line.ts";
import { LAN, MINH, NOON } from "./testkit/builders.ts";

const session: InLine = {
  id: "session",
  account_id: "account",
  channel_id: "channel",
  is_returning: false,
  assignee_id: null,
  team_members: null,
  moves: false,
  wait_waiting_for_agent: false,
  wait_tries: 0,
  wait_holders: [LAN],
  wait_not_back_to: [],
};
const rule: LineRule = {
  id: "rule",
  account_id: "account",
  conditions: {},
  target: { everyone: true },
  team_members: null,
  online_only: true,
  capacity: 2,
};
const lan: LineMember = { id: LAN, account_id: "account", capacity: null, open: 1 };

function could(
  change: { session?: Partial<InLine>; rule?: Partial<LineRule>; member?: Partial<LineMember> },
  { online = true, reaches = true } = {},
): boolean {
  const world = {
    wasEligible: (_id: string, onlineOnly: boolean) => online || !onlineOnly,
    couldReach: () => reaches,
  };
  const member = { ...lan, ...change.member };
  return couldTake(
    member,
    { ...session, ...change.session },
    { ...rule, ...change.rule },
    world,
    NOON,
  );
}

test("whoever is online, has room and is meant by the rule could take a session in line", () => {
  expect(could({})).toBe(true);
  expect(could({}, { online: false })).toBe(false);
  expect(could({}, { reaches: false })).toBe(false);
  expect(could({ rule: { online_only: false } }, { online: false })).toBe(true);
  expect(could({ member: { open: 2 } })).toBe(false);
  expect(could({ rule: { target: { members: [MINH] } } })).toBe(false);
  expect(could({ member: { account_id: "other" } })).toBe(false);
  expect(could({ rule: { target: {}, team_members: [LAN] } })).toBe(true);
  expect(could({ rule: { target: {}, team_members: [MINH] } })).toBe(false);
});

test("not whom it was taken from, nor, while another one keeps it, who held it", () => {
  expect(could({ session: { wait_not_back_to: [LAN] } })).toBe(false);
  expect(could({ session: { assignee_id: MINH, wait_waiting_for_agent: true } })).toBe(false);
  expect(could({ session: { assignee_id: MINH, moves: true } })).toBe(false);
});
