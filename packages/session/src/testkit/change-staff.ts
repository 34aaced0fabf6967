/** What changes about people, rules and contacts in the midst of waits: what an admin may do, and who comes and goes. */
import type { BusinessHours } from "@punctual/contract";
import type { RosterMember, RosterRule } from "../index.ts";
import { rule } from "./builders.ts";
import { MEMBERS, pick, type Step } from "./random-history.ts";
import type { Story } from "./story.ts";

export const RULES = [
  rule(),
  rule({ onlineOnly: false, mode: "leastBusy" }),
  rule({ capacity: 2, previousAgentFirst: true, ownerFirst: true }),
  rule({ mode: "random" }),
  rule({ target: { members: ["bao", "chi"] } }),
];

/** Lists of rules as an admin may leave them, first match first. */
const RULE_LISTS: readonly (readonly RosterRule[])[] = [
  ...RULES.map((each) => [each]),
  [],
  [
    rule({
      id: "vip",
      conditions: { tags: ["vip"] },
      target: { members: ["dao"] },
      onlineOnly: false,
    }),
    rule({ capacity: 1 }),
  ],
  [
    rule({ id: "new", conditions: { customer: "new" }, target: { members: ["lan", "bao"] } }),
    rule({ id: "again", conditions: { customer: "returning" }, previousAgentFirst: true }),
  ],
  [
    rule({ id: "day", conditions: { businessHours: "within" }, capacity: 3 }),
    rule({ id: "night", conditions: { businessHours: "outside" }, target: { members: ["chi"] } }),
  ],
  [
    rule({ id: "else", conditions: { channels: ["another"] } }),
    rule({ id: "city", conditions: { attributes: { city: "Hue" } }, mode: "leastBusy" }),
  ],
];

const CLOSED: BusinessHours["weekdays"] = {
  monday: [],
  tuesday: [],
  wednesday: [],
  thursday: [],
  friday: [],
  saturday: [],
  sunday: [],
};

const RULE_CHANGES: readonly ((rule: RosterRule) => RosterRule)[] = [
  (each) => ({ ...each, enabled: !each.enabled }),
  (each) => ({ ...each, capacity: 1 }),
  (each) => ({ ...each, capacity: null }),
  (each) => ({ ...each, onlineOnly: !each.onlineOnly }),
  (each) => ({ ...each, mode: each.mode === "sequential" ? "random" : "sequential" }),
  (each) => ({ ...each, target: { everyone: true } }),
  (each) => ({ ...each, target: { members: ["dao", "lan"] } }),
  (each) => ({ ...each, ownerFirst: !each.ownerFirst }),
  (each) => ({ ...each, previousAgentFirst: !each.previousAgentFirst }),
];

const MEMBER_CHANGES: readonly Partial<RosterMember>[] = [
  { online: true, active: true, open: 0 },
  { online: true, active: true, open: 0 },
  { online: true, active: true },
  { online: false },
  { open: 2 },
  { open: 3 },
  { open: 0 },
  { capacity: 1 },
  { capacity: 2 },
  { capacity: null },
  { channels: ["another"] },
  { channels: ["another", "channel"] },
  { channels: null },
];

const CONTACT_CHANGES: readonly Partial<Story["contact"]>[] = [
  { tags: ["vip"] },
  { tags: [] },
  { owner: "lan" },
  { owner: null },
  { previousAgent: "bao" },
  { returning: true },
  { attributes: { city: "Hue" } },
];

/** A member comes or goes, gets or loses places or access. */
export function changeMember(story: Story, { a, b }: Step): void {
  story.memberChanges(pick(MEMBERS, a), pick(MEMBER_CHANGES, b));
  moveLine(story, b);
}

/** Somebody leaves the business, whatever they hold. */
export function deactivateMember(story: Story, { a, b }: Step): void {
  const id = pick(MEMBERS, a);
  story.memberChanges(id, { active: false, online: false });
  for (const session of story.sessions) {
    if (session.facts.assignee !== id || session.facts.closed !== null) continue;
    story.tell({ type: "assigneeDeactivated" }, session);
  }
  moveLine(story, b);
}

/** A rule is changed, moved, or all of them are replaced. */
export function changeRules(story: Story, { a, b }: Step): void {
  const { rules } = story.roster;
  const at = a % Math.max(1, rules.length);
  const changes = [
    () => pick(RULE_LISTS, b),
    () => rules.map((each, index) => (index === at ? pick(RULE_CHANGES, b)(each) : each)),
    () => rules.map((each, index) => (index === at ? pick(RULE_CHANGES, b)(each) : each)),
    () => rules.toReversed(),
  ];
  story.roster = { ...story.roster, rules: pick(changes, a)() };
  moveLine(story, b);
}

/** Business hours begin, end, or are no more. */
export function changeHours(story: Story, { a, b }: Step): void {
  const holidays: BusinessHours["holidays"] = [];
  const closed: BusinessHours = { timeZone: "UTC", weekdays: CLOSED, holidays };
  story.roster = { ...story.roster, businessHours: a % 2 === 0 ? null : closed };
  moveLine(story, b);
}

/** What is known of the contact changes. */
export function changeContact(story: Story, { a, b }: Step): void {
  story.contact = { ...story.contact, ...pick(CONTACT_CHANGES, a) };
  moveLine(story, b);
}

/** Somebody joins or leaves a team, or there is no such team any more. */
export function changeTeam(story: Story, { a, b }: Step): void {
  if (a % 5 === 0) story.teams.delete("pair");
  else
    story.teams.put(
      "pair",
      MEMBERS.filter((_, index) => Math.floor(b / 2 ** index) % 2 === 1),
    );
  moveLine(story, b);
}

/** Whatever may make somebody eligible drains the line at once, usually. */
function moveLine(story: Story, b: number): void {
  if (b % 7 !== 0 && story.sessions.length > 0) story.tell({ type: "placeOffered" });
}
