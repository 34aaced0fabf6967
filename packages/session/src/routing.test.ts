/** clock.md §8, "Assignment rules". */
import type { BusinessHours } from "@punctual/contract";
import { describe, expect, test } from "vitest";
import { type RosterMember, type RosterRule, rosterAfter, route } from "./index.ts";
import { member, only, rule } from "./testkit/builders.ts";
import { Story } from "./testkit/story.ts";

const CONTACT = {
  channelId: "channel",
  tags: ["vip"],
  attributes: { city: "Huế" },
  returning: false,
  previousAgent: null,
  owner: null,
};

const CLOSED = {
  monday: [],
  tuesday: [],
  wednesday: [],
  thursday: [],
  friday: [],
  saturday: [],
  sunday: [],
};

const TEAM = [member("lan"), member("bao"), member("chi")];

/** Whom the rules choose, from Lan, Bao and Chi unless told otherwise. */
function chosen(
  rules: RosterRule[],
  options: {
    members?: RosterMember[];
    contact?: Partial<Parameters<typeof route>[1]["contact"]>;
    random?: number;
    ignorePreviousAgent?: boolean;
    businessHours?: BusinessHours;
    at?: number;
  } = {},
): string | null {
  const { members = TEAM, contact = {}, random = 0, ignorePreviousAgent = false } = options;
  return route(
    { rules, members, businessHours: options.businessHours ?? null },
    {
      contact: { ...CONTACT, ...contact },
      excluded: new Map(),
      at: options.at ?? 0,
      ignorePreviousAgent,
      team: null,
      random,
    },
  ).memberId;
}

describe("access limited to channels", () => {
  const elsewhere = { channels: ["other"] };

  test("passes over whoever doesn't reach the session's channel, and says so", () => {
    const members = [member("lan", elsewhere), member("bao", { channels: ["other", "channel"] })];
    const result = route({ rules: [rule()], members, businessHours: null }, request());
    expect(result.memberId).toBe("bao");
    expect(result.candidates[0]).toEqual({
      memberId: "lan",
      verdict: "no access to this channel",
    });
  });

  test("holds for the contact's owner and the previous agent too", () => {
    const members = [member("lan", elsewhere), member("bao")];
    const rules = [rule({ ownerFirst: true, previousAgentFirst: true })];
    const contact = { owner: "lan", previousAgent: "lan" };
    expect(chosen(rules, { members, contact })).toBe("bao");
  });

  test("leaves nobody untried when only such members remain", () => {
    const members = [member("lan", elsewhere), member("bao", { online: false })];
    const held = new Map([["bao", "holds it now"]] as const);
    expect(
      route({ rules: [rule()], members, businessHours: null }, request(held)).untriedExists,
    ).toBe(false);
    expect(route({ rules: [rule()], members, businessHours: null }, request()).untriedExists).toBe(
      true,
    );
  });

  function request(excluded: Parameters<typeof route>[1]["excluded"] = new Map()) {
    return {
      contact: CONTACT,
      excluded,
      at: 0,
      ignorePreviousAgent: false,
      team: null,
      random: 0,
    };
  }
});

describe("the first rule whose conditions match", () => {
  const fallback = rule({ id: "fallback", target: { members: ["chi"] } });

  test.each([
    ["the channel", { channels: ["other"] }, { channels: ["channel"] }],
    ["one of the tags", { tags: ["lead"] }, { tags: ["lead", "vip"] }],
    ["all attributes", { attributes: { city: "Huế", age: "9" } }, { attributes: { city: "Huế" } }],
    ["new or returning", { customer: "returning" }, { customer: "new" }],
  ] as const)("decides by %s", (_, other, own) => {
    expect(chosen([rule({ conditions: { ...other } as RosterRule["conditions"] }), fallback])).toBe(
      "chi",
    );
    expect(chosen([rule({ conditions: { ...own } as RosterRule["conditions"] }), fallback])).toBe(
      "lan",
    );
  });

  test("decides by business hours, at the moment of the decision", () => {
    const businessHours: BusinessHours = {
      timeZone: "Asia/Ho_Chi_Minh",
      weekdays: { ...CLOSED, monday: [{ from: "08:00", until: "17:00" }] },
      holidays: [],
    };
    const within = rule({ conditions: { businessHours: "within" } });
    const outside = rule({
      conditions: { businessHours: "outside" },
      target: { members: ["bao"] },
    });
    const at = (time: string) =>
      chosen([within, outside, fallback], { businessHours, at: Date.parse(`2026-03-02T${time}Z`) });
    expect(at("00:59:59.999")).toBe("bao");
    expect(at("01:00:00.000")).toBe("lan");
    expect(at("10:00:00.000")).toBe("bao");
    // Without hours it is always open.
    expect(chosen([outside, within])).toBe("lan");
  });

  test("decides alone, even when nobody it targets is eligible", () => {
    const first = rule({ target: { members: ["bao"] } });
    const members = [member("lan"), member("bao", { online: false })];
    expect(chosen([first, rule()], { members })).toBeNull();
  });

  test("is never one that is switched off", () => {
    expect(chosen([rule({ enabled: false }), fallback])).toBe("chi");
  });

  test("may not exist: then the session is unassigned", () => {
    expect(chosen([])).toBeNull();
  });
});

describe("a rule", () => {
  test("targets every active member, or the members it names, in their order", () => {
    expect(chosen([rule({ target: { members: ["chi", "lan"] } })])).toBe("chi");
    const members = [member("lan", { active: false }), member("bao")];
    expect(chosen([rule({ onlineOnly: false })], { members })).toBe("bao");
  });

  test("of mode sequential goes round from whoever had the last turn", () => {
    expect(chosen([rule({ pointer: "lan" })])).toBe("bao");
    expect(chosen([rule({ pointer: "chi" })])).toBe("lan");
    const members = [member("lan"), member("bao", { online: false }), member("chi")];
    expect(chosen([rule({ pointer: "lan" })], { members })).toBe("chi");
    expect(chosen([rule({ pointer: "gone" })])).toBe("lan");
  });

  test("of mode least busy takes whoever holds the fewest, the first of equals", () => {
    const members = [
      member("lan", { open: 3 }),
      member("bao", { open: 1 }),
      member("chi", { open: 1 }),
    ];
    expect(chosen([rule({ mode: "leastBusy" })], { members })).toBe("bao");
  });

  test("of mode random draws among the eligible", () => {
    const members = [member("lan"), member("bao", { online: false }), member("chi")];
    expect(chosen([rule({ mode: "random" })], { members, random: 0 })).toBe("lan");
    expect(chosen([rule({ mode: "random" })], { members, random: 0.999 })).toBe("chi");
  });

  test("puts the contact's owner first, then the previous agent, if they are eligible", () => {
    const both = rule({ ownerFirst: true, previousAgentFirst: true });
    const contact = { owner: "chi", previousAgent: "bao" };
    expect(chosen([both], { contact })).toBe("chi");
    const away = [member("lan"), member("bao"), member("chi", { online: false })];
    expect(chosen([both], { contact, members: away })).toBe("bao");
    expect(chosen([both], { contact, members: away, ignorePreviousAgent: true })).toBe("lan");
    expect(chosen([rule()], { contact })).toBe("lan");
  });

  test("may give to members who are offline", () => {
    const members = [member("lan", { online: false })];
    expect(chosen([rule()], { members })).toBeNull();
    expect(chosen([rule({ onlineOnly: false })], { members })).toBe("lan");
  });

  test("keeps to the lower of its own capacity and the member's", () => {
    const members = [
      member("lan", { open: 2, capacity: 5 }),
      member("bao", { open: 1, capacity: 1 }),
    ];
    expect(chosen([rule({ capacity: 3 })], { members })).toBe("lan");
    expect(chosen([rule({ capacity: 2 })], { members })).toBeNull();
    expect(chosen([rule()], { members: [member("lan", { open: 999 })] })).toBe("lan");
  });

  test("moves its turn on only when it chose by turn", () => {
    const story = new Story(only());
    story.roster = { ...story.roster, rules: [rule({ ownerFirst: true })] };
    story.contact = { ...story.contact, owner: "chi" };
    story.customerWrites("10:00");
    expect(story.facts.assignee).toBe("chi");
    expect(story.roster.rules[0]?.pointer).toBeNull();
    story.isClosed("10:01");
    story.contact = { ...story.contact, owner: null };
    story.customerWrites("10:02");
    expect(story.roster.rules[0]?.pointer).toBe("lan");
  });
});

describe("loads and turns within a batch", () => {
  const roster = { members: TEAM, rules: [rule()], businessHours: null };

  test("follow each decision", () => {
    const pointer = { ruleId: "everyone", memberId: "bao" };
    const after = rosterAfter(roster, { released: "lan", given: "bao", pointer });
    expect(after.members.map(({ open }) => open)).toEqual([0, 1, 0]);
    expect(after.rules[0]?.pointer).toBe("bao");
  });

  test("stay the same when nothing moved", () => {
    expect(rosterAfter(roster, { released: "lan", given: "lan", pointer: null })).toBe(roster);
  });
});

describe("the unassigned queue", () => {
  test("is drained the moment somebody becomes eligible", () => {
    const story = new Story(only(), ["lan"]);
    story.memberChanges("lan", { online: false });
    story.customerWrites("10:00");
    expect(story.facts.assignee).toBeNull();
    story.memberChanges("lan", { online: true });
    story.tellAt("10:01", { type: "placeOffered" });
    expect(story.facts.assignee).toBe("lan");
  });

  test("is drained the moment a session joins it by hand", () => {
    const story = new Story(only());
    story.customerWrites("10:00");
    story.isAssigned("10:01", null);
    expect(story.facts.assignee).toBe("bao");
  });

  test("leaves a session alone in which nobody waits", () => {
    const story = new Story(only());
    story.echoes("10:00");
    expect(story.tell({ type: "placeOffered" }).type).toBe("ignored");
    story.agentReplies("10:01");
    story.isAssigned("10:02", null);
    expect(story.facts.assignee).toBeNull();
  });

  test("may be taken from by any agent; the first wins, the others are told so", () => {
    const story = new Story(only(), []);
    story.customerWrites("10:00");
    story.isTaken("10:01", "bao");
    expect(story.facts.assignee).toBe("bao");
    expect(story.isTaken("10:02", "chi")).toEqual({ type: "rejected", code: "already_taken" });
  });
});

describe("a member", () => {
  test("who goes offline loses sessions with a wait, if so configured, without using a try", () => {
    const story = new Story(only("reassign"));
    story.customerWrites("10:00");
    story.memberChanges("lan", { online: false });
    story.tellAt("10:01", { type: "assigneeWentOffline" });
    expect(story.facts).toMatchObject({ assignee: "bao", wait: { tries: 0 } });
    expect(story.act("assigned").explanation.reason).toBe("offline");
  });

  test("who goes offline keeps what nobody waits for, and what nobody else can take", () => {
    const quiet = new Story(only());
    quiet.agentReplies("10:00");
    expect(quiet.tell({ type: "assigneeWentOffline" }).type).toBe("ignored");
    const alone = new Story(only(), ["lan"]);
    alone.customerWrites("10:00");
    expect(alone.tell({ type: "assigneeWentOffline" }).type).toBe("ignored");
    expect(alone.facts.assignee).toBe("lan");
  });

  test("who held it already may get it from one who went offline when nobody else can", () => {
    const story = new Story(only(), ["lan", "bao"]);
    story.customerWrites("10:00");
    story.isAssigned("10:01", "bao");
    story.memberChanges("bao", { online: false });
    story.tellAt("10:02", { type: "assigneeWentOffline" });
    expect(story.facts).toMatchObject({ assignee: "lan", wait: { tries: 0 } });
  });

  test("who went offline doesn't pass it back to whom it was taken from by hand", () => {
    const story = new Story(only(), ["lan", "bao"]);
    story.customerWrites("10:00");
    story.isAssigned("10:01", null);
    expect(story.facts.assignee).toBe("bao");
    story.memberChanges("bao", { online: false });
    expect(story.tellAt("10:02", { type: "assigneeWentOffline" }).type).toBe("ignored");
    expect(story.facts.assignee).toBe("bao");
  });

  test("who is deactivated loses all: those with a wait move, the rest are unassigned", () => {
    const waiting = new Story(only());
    waiting.customerWrites("10:00");
    waiting.memberChanges("lan", { active: false });
    waiting.tellAt("10:01", { type: "assigneeDeactivated" });
    expect(waiting.facts.assignee).toBe("bao");
    const quiet = new Story(only());
    quiet.agentReplies("10:00");
    quiet.tellAt("10:01", { type: "assigneeDeactivated" });
    expect(quiet.facts.assignee).toBeNull();
  });

  test("who held it already may get it from a deactivated one when nobody else can", () => {
    const story = new Story(only("reassign"), ["lan", "bao"]);
    story.customerWrites("10:00");
    story.runsTo("10:05");
    story.memberChanges("bao", { active: false });
    story.tellAt("10:06", { type: "assigneeDeactivated" });
    expect(story.facts.assignee).toBe("lan");
  });
});
