/** Transfers to a team (clock.md §5, "Manual acts"; docs/adr/0020). */
import { describe, expect, test } from "vitest";
import { sentenceOf } from "./index.ts";
import { only } from "./testkit/builders.ts";
import { Story } from "./testkit/story.ts";

/** Lan holds a session whose customer waits; Bao and Chi are the team *billing*, Dao is of none. */
function story(settings = only("reassign")): Story {
  const told = new Story(settings, ["lan", "bao", "chi", "dao"]);
  told.teams.put("billing", ["chi", "bao"]);
  told.customerWrites("10:00");
  expect(told.facts.assignee).toBe("lan");
  return told;
}

function said(told: Story, kind: "transferred" | "assigned"): string {
  const names = { member: (id: string) => id, time: String };
  return sentenceOf(told.act(kind), names);
}

describe("a session that is transferred to a team", () => {
  test("goes to whose turn it is, and uses no try", () => {
    const told = story();
    told.tellAt("10:01", told.teams.transfer("billing"));
    expect(told.facts).toMatchObject({ assignee: "chi", teamId: "billing", wait: { tries: 0 } });
    expect(said(told, "transferred")).toBe("Transferred to the team billing by boss.");
    expect(said(told, "assigned")).toBe("Moved from lan to chi by boss: next in turn.");
    told.tellAt("10:02", told.teams.transfer("billing"));
    expect(told.facts.assignee).toBe("bao");
  });

  test("waits for the team when nobody of it can take it, and goes to nobody else", () => {
    const told = story();
    told.memberChanges("bao", { online: false });
    told.memberChanges("chi", { online: false });
    told.tellAt("10:01", told.teams.transfer("billing"));
    expect(told.facts).toMatchObject({ assignee: null, teamId: "billing" });
    expect(told.told("nobodyEligible")).toEqual(["supervisors"]);
    expect(told.tell({ type: "placeOffered" })).toMatchObject({ type: "ignored" });
    told.memberChanges("bao", { online: true });
    told.tellAt("10:05", { type: "placeOffered" });
    expect(told.facts.assignee).toBe("bao");
  });

  test("is told to supervisors when nobody of it is there, also when nobody held it before", () => {
    const told = new Story(only("reply"), ["lan", "bao"]);
    told.teams.put("billing", ["bao"]);
    told.roster = { ...told.roster, rules: [] };
    told.memberChanges("bao", { online: false });
    told.customerWrites("10:00");
    expect(told.told("nobodyEligible")).toEqual([]);
    told.tellAt("10:01", told.teams.transfer("billing"));
    expect(told.told("nobodyEligible")).toEqual(["supervisors"]);
  });

  test("never goes straight back to whoever gave it away", () => {
    const told = story();
    told.isAssigned("10:01", "chi");
    told.memberChanges("bao", { online: false });
    told.tellAt("10:02", told.teams.transfer("billing", "chi"));
    expect(told.facts).toMatchObject({ assignee: null, teamId: "billing" });
    expect(told.tell({ type: "placeOffered" })).toMatchObject({ type: "ignored" });
  });

  test("stays in the team when it is not answered in time, and then in the team's line", () => {
    const told = story();
    told.tellAt("10:01", told.teams.transfer("billing"));
    told.runsTo("10:07");
    expect(told.facts.assignee).toBe("bao");
    // Lan is online and free all the time.
    told.runsTo("10:20");
    expect(told.facts).toMatchObject({ assignee: "chi", teamId: "billing" });
    expect(told.facts.wait?.exhausted).toBe(true);
  });

  test("is given to somebody of the team though no customer waits", () => {
    const told = story();
    told.agentReplies("10:01", "lan");
    told.tellAt("10:02", told.teams.transfer("billing"));
    expect(told.facts.assignee).toBe("chi");
  });

  test("waits for the team when the customer writes again", () => {
    const told = story();
    told.memberChanges("bao", { online: false });
    told.memberChanges("chi", { online: false });
    told.agentReplies("10:01", "lan");
    told.tellAt("10:02", told.teams.transfer("billing"));
    told.customerWrites("10:03");
    expect(told.facts.assignee).toBe(null);
  });

  test("belongs to it until somebody else gets it, or it goes back to the queue of all", () => {
    const told = story();
    told.tellAt("10:01", told.teams.transfer("billing"));
    told.isAssigned("10:02", "bao");
    expect(told.facts.teamId).toBe("billing");
    told.isAssigned("10:03", "dao");
    expect(told.facts.teamId).toBe(null);
    told.tellAt("10:04", told.teams.transfer("billing"));
    told.isAssigned("10:05", null);
    expect(told.facts).toMatchObject({ teamId: null });
  });

  test("is left to the rules once the team is gone", () => {
    const told = story();
    told.memberChanges("bao", { online: false });
    told.memberChanges("chi", { online: false });
    told.tellAt("10:01", told.teams.transfer("billing"));
    told.teams.delete("billing");
    told.tellAt("10:02", { type: "placeOffered" });
    expect(told.facts).toMatchObject({ assignee: "dao", teamId: null });
  });
});

test("a closed session is not transferred", () => {
  const told = story();
  told.isClosed("10:01");
  expect(told.tellAt("10:02", told.teams.transfer("billing"))).toMatchObject({
    type: "rejected",
    code: "session_closed",
  });
});
