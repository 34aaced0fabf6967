/** clock.md §5, "What happens": messages, limits and reassigning. */
import { describe, expect, test } from "vitest";
import { only, settings } from "./testkit/builders.ts";
import { Story } from "./testkit/story.ts";
import { clockOf, time } from "./testkit/time.ts";

/** A story in which Lan answered at 10:00. */
function answered(account = only("closure")): Story {
  const story = new Story(account);
  story.customerWrites("09:59");
  story.agentReplies("10:00");
  return story;
}

function kinds(story: Story): string[] {
  return story.session.acts.map(({ kind }) => kind);
}

describe("a customer who writes without an open session", () => {
  test("opens one: wait 1 starts and the assignment rules run", () => {
    const story = new Story();
    story.customerWrites("10:00");
    expect(kinds(story)).toEqual(["opened", "waitStarted", "assigned"]);
    expect(story.facts).toMatchObject({ assignee: "lan", wait: { number: 1, holders: ["lan"] } });
    expect(story.told("assigned")).toEqual(["lan"]);
  });

  test("waits in the unassigned queue if nobody is eligible", () => {
    const story = new Story(only("reply"), []);
    story.customerWrites("10:00");
    expect(story.facts).toMatchObject({ assignee: null, assignedAt: null, wait: { holders: [] } });
  });

  test("is told to supervisors if nobody is eligible, once, until somebody takes it", () => {
    const story = new Story(only("reply"), []);
    story.customerWrites("10:00");
    expect(story.told("nobodyEligible")).toEqual(["supervisors"]);
    const effects: string[] = [];
    story.watch = ({ decision }) => {
      if (decision.type === "decided") effects.push(...decision.effects.map(({ type }) => type));
    };
    story.customerWrites("10:01");
    expect(effects).not.toContain("notified");
    story.isTaken("10:02", "lan");
    expect(story.told("nobodyEligible")).toEqual([]);
  });

  test("is told to nobody without a rule: then people take sessions by themselves", () => {
    const story = new Story(only("reply"), []);
    story.roster = { ...story.roster, rules: [] };
    story.customerWrites("10:00");
    expect(story.told("nobodyEligible")).toEqual([]);
  });
});

describe("an agent's first message", () => {
  test("opens a session on the customer's turn, which is the agent's", () => {
    const story = new Story();
    story.agentReplies("10:00", "bao");
    expect(story.facts).toMatchObject({ wait: null, lastWaitNumber: 0, assignee: "bao" });
    expect(story.due.closeAt).toBe("10:30");
  });

  test("by echo opens one too, and nobody holds it", () => {
    const story = new Story();
    story.echoes("10:00");
    expect(story.facts).toMatchObject({ wait: null, assignee: null });
    expect(story.due.closeAt).toBe("10:30");
  });

  test("that nobody answers is closed without an end message: the customer never wrote", () => {
    const story = new Story();
    story.agentReplies("10:00");
    story.runsTo("10:30");
    expect(story.facts.closed?.kind).toBe("clock");
    expect(story.act("closed").explanation.endMessage).toBe("customerNeverWrote");
    expect(story.endMessages).toEqual([]);
  });
});

describe("a customer who writes in an open session", () => {
  test("starts a wait, and the close disappears in the same commit", () => {
    const story = answered();
    expect(story.due.closeAt).toBe("10:30");
    story.customerWrites("10:29");
    expect(story.facts.wait?.number).toBe(2);
    expect(story.due.closeAt).toBeNull();
    story.timerFires("10:31");
    expect(story.facts.closed).toBeNull();
  });

  test("gets somebody if nobody is assigned", () => {
    const story = new Story(only());
    story.echoes("10:00");
    story.customerWrites("10:01");
    expect(story.facts.assignee).toBe("lan");
  });

  test("wakes a snoozed session", () => {
    const story = answered();
    story.isSnoozed("10:01", "11:00");
    story.customerWrites("10:10");
    expect(story.facts).toMatchObject({ snoozedUntil: null, wokenAt: time("10:10") });
  });
});

describe("an agent who replies", () => {
  test("ends the wait, and its length is recorded", () => {
    const story = new Story(only("reply"));
    story.customerWrites("10:00");
    story.agentReplies("10:02:30");
    expect(story.act("answered").explanation.lengthMs).toBe(150_000);
    expect(story.session.waits.get(1)).toMatchObject({ outcome: "answered" });
  });

  test("after the limit has a breach recorded first, without a notification", () => {
    const story = new Story(only("reply"));
    story.customerWrites("10:00");
    story.agentReplies("10:31");
    expect(story.session.breaches.get(1)).toMatchObject({ dueAt: time("10:30"), memberId: "lan" });
    expect(story.told("overdue")).toEqual([]);
    expect(kinds(story).slice(-2)).toEqual(["breachRecorded", "answered"]);
  });

  test("clears the overdue mark, while the breach stays in history", () => {
    const story = new Story(only("reply"));
    story.customerWrites("10:00");
    story.runsTo("10:30");
    expect(story.facts.wait?.overdueSince).toBe(time("10:30"));
    story.agentReplies("10:31");
    expect(story.facts.wait).toBeNull();
    expect(story.session.breaches.get(1)?.withdrawn).toBe(false);
  });

  test("withdraws the warnings of the wait", () => {
    const story = new Story(only("reply"));
    story.customerWrites("10:00");
    story.runsTo("10:25");
    expect(story.told("warning")).toEqual(["lan"]);
    story.agentReplies("10:26");
    expect(story.told("warning")).toEqual([]);
  });

  test("takes an unassigned session; otherwise the assignee stays", () => {
    const story = new Story(only(), []);
    story.customerWrites("10:00");
    story.agentReplies("10:01", "bao");
    expect(story.facts.assignee).toBe("bao");
    story.agentReplies("10:02", "chi");
    expect(story.facts.assignee).toBe("bao");
  });

  test("can't write into a closed session", () => {
    const story = answered();
    story.isClosed("10:01");
    const decision = story.tell({ type: "agentMessageWritten", messageId: "late", by: "lan" });
    expect(decision).toEqual({ type: "rejected", code: "session_closed" });
  });
});

describe("no reply needed", () => {
  test("ends the wait as dismissed: the customer's turn begins", () => {
    const story = answered();
    story.customerWrites("10:05");
    story.needsNoReply("10:06");
    expect(story.facts.wait).toBeNull();
    expect(story.session.waits.get(2)?.outcome).toBe("dismissed");
    expect(story.due.closeAt).toBe("10:36");
  });

  test("settles the messages for good, even if an earlier reply is refused", () => {
    const story = new Story(only());
    story.customerWrites("10:00");
    const reply = story.agentReplies("10:01");
    story.customerWrites("10:02");
    story.needsNoReply("10:03");
    story.isRefused("10:04", reply);
    expect(story.facts.wait).toMatchObject({ number: 1, startedAt: time("10:00") });
    story.needsNoReply("10:05");
    story.isClosed("10:06");
    story.isReopened("10:07");
    expect(story.facts.wait).toBeNull();
  });

  test("leaves breaches alone", () => {
    const story = new Story(only("reply"));
    story.customerWrites("10:00");
    story.needsNoReply("10:31");
    expect(story.session.breaches.get(1)?.withdrawn).toBe(false);
  });

  test("can't be said when nothing is owed", () => {
    const decision = answered().needsNoReply("10:06");
    expect(decision).toEqual({ type: "rejected", code: "no_wait_running" });
  });
});

describe("a warning", () => {
  test("goes to the assignee, or to supervisors when nobody is assigned", () => {
    const held = new Story(only("reply"));
    held.customerWrites("10:00");
    held.runsTo("10:25");
    expect(held.told("warning")).toEqual(["lan"]);
    const queued = new Story(only("reply"), []);
    queued.customerWrites("10:00");
    queued.runsTo("10:25");
    expect(queued.told("warning")).toEqual(["supervisors"]);
  });

  test("comes again only if the deadline moved", () => {
    const story = new Story(only("reply"));
    story.customerWrites("10:00");
    story.runsTo("10:26");
    expect(story.timerFires("10:27").type).toBe("ignored");
    story.customerWrites("10:27", { stamp: "09:58" });
    story.runsTo("10:27");
    expect(story.acts("warned").map(({ ordinal }) => clockOf(ordinal))).toEqual(["10:30", "10:28"]);
  });

  test("doesn't come again when the deadline moves back to where it was warned for", () => {
    const limit = (minutes: number) =>
      settings({ reply: { limitMinutes: minutes } }, only("reply"));
    const story = new Story(limit(38));
    story.customerWrites("10:00");
    story.runsTo("10:33");
    story.isSaved("10:34", limit(40), "all");
    story.runsTo("10:35");
    story.isSaved("10:36", limit(38), "all");
    story.runsTo("10:37");
    expect(story.acts("warned").map(({ ordinal }) => clockOf(ordinal))).toEqual(["10:38", "10:40"]);
  });

  test("is given with the assignment to whoever is assigned inside the warning window", () => {
    const story = new Story(only("reply"));
    story.customerWrites("10:00");
    story.isAssigned("10:24", "bao");
    expect(story.session.notices.at(-2)).toMatchObject({ kind: "assigned", replyDueAt: null });
    story.isAssigned("10:26", "chi");
    const notice = story.session.notices.find(
      ({ to, kind }) => to === "chi" && kind === "assigned",
    );
    expect(notice?.replyDueAt).toBe(time("10:30"));
  });
});

describe("overdue", () => {
  test("marks the session, records one breach, and tells assignee and supervisors", () => {
    const story = new Story(only("reply"));
    story.customerWrites("10:00");
    story.isAssigned("10:20", "chi");
    story.runsTo("10:30");
    expect(story.facts.wait?.overdueSince).toBe(time("10:30"));
    expect(story.session.breaches.get(1)).toMatchObject({ memberId: "chi" });
    expect(story.told("overdue")).toEqual(["chi", "supervisors"]);
  });

  test("is set once per wait, whatever the settings do afterwards", () => {
    const story = new Story(only("reply"));
    story.customerWrites("10:00");
    story.runsTo("10:30");
    story.isSaved("10:31", settings({ reply: { limitMinutes: 60 } }, only("reply")), "all");
    expect(story.facts.wait?.overdueSince).toBe(time("10:30"));
    story.runsTo("11:30");
    expect(story.acts("overdue")).toHaveLength(1);
    expect(story.acts("warned")).toHaveLength(1);
  });

  test("is recorded with the assignee before a change, even if the timer had not fired yet", () => {
    const story = new Story(only("reply"));
    story.customerWrites("10:00");
    story.isAssigned("10:31", "chi");
    expect(story.session.breaches.get(1)?.memberId).toBe("lan");
    expect(story.told("overdue")).toEqual([]);
    story.runsTo("10:32");
    expect(story.session.breaches.size).toBe(1);
  });

  test("is hidden by the close and back with the restored wait", () => {
    const story = new Story(only("reply"));
    story.customerWrites("10:00");
    story.runsTo("10:30");
    story.isClosed("10:31");
    expect(story.facts.wait).toBeNull();
    story.isReopened("10:32");
    expect(story.facts.wait).toMatchObject({ number: 1, overdueSince: time("10:30") });
  });
});

describe("reassigning", () => {
  test("gives the session to the next agent; both are told, the limit goes on counting", () => {
    const story = new Story();
    story.customerWrites("10:00");
    story.runsTo("10:05");
    expect(story.facts).toMatchObject({ assignee: "bao", wait: { number: 1, tries: 1 } });
    expect(story.told("assigned")).toContain("bao");
    expect(story.told("takenAway")).toEqual(["lan"]);
    expect(story.due).toMatchObject({ overdueAt: "10:30", reassignAt: "10:10" });
  });

  test("excludes everyone who already held it in this wait", () => {
    const story = new Story(only("reassign"), ["lan", "bao", "chi", "dao"]);
    story.customerWrites("10:00");
    story.isAssigned("10:01", "bao");
    story.runsTo("10:06");
    expect(story.facts.assignee).toBe("chi");
    story.runsTo("10:11");
    expect(story.facts.assignee).toBe("dao");
  });

  test("ignores previous agent first, which would hand it straight back", () => {
    const story = new Story(only("reassign"));
    story.roster = {
      ...story.roster,
      rules: story.roster.rules.map((rule) => ({ ...rule, previousAgentFirst: true })),
    };
    story.contact = { ...story.contact, previousAgent: "chi" };
    story.customerWrites("10:00");
    expect(story.facts.assignee).toBe("chi");
    story.runsTo("10:05");
    expect(story.facts.assignee).toBe("lan");
  });

  test("by hand uses no tries, and the new agent gets the whole maximum wait", () => {
    const story = new Story(only("reassign"));
    story.customerWrites("10:00");
    story.isAssigned("10:04", "chi");
    expect(story.facts.wait?.tries).toBe(0);
    expect(story.due.reassignAt).toBe("10:09");
  });

  test("stops when the tries are used up: the session goes to the queue, supervisors are told", () => {
    const story = new Story(settings({ reassign: { maxPerWait: 1 } }, only("reassign")), [
      "lan",
      "bao",
      "chi",
    ]);
    story.customerWrites("10:00");
    story.runsTo("10:05");
    story.memberChanges("lan", { online: false });
    story.memberChanges("chi", { online: false });
    story.runsTo("10:10");
    expect(story.facts).toMatchObject({ assignee: null, wait: { exhausted: true, tries: 1 } });
    expect(story.told("exhausted")).toEqual(["supervisors"]);
    story.runsTo("10:40");
    expect(story.acts("assigned")).toHaveLength(2);
  });

  test("exhausted, goes to anyone eligible except the member it just left, who may still take it", () => {
    const story = new Story(only("reassign"), ["lan"]);
    story.customerWrites("10:00");
    story.runsTo("10:05");
    expect(story.tell({ type: "placeOffered" }).type).toBe("ignored");
    story.isTaken("10:06", "lan");
    expect(story.facts.assignee).toBe("lan");
    expect(story.due.reassignAt).toBeNull();
  });
});

describe("waiting for an agent", () => {
  /** Lan held it since 10:00; Bao is untried but offline. */
  function waiting(): Story {
    const story = new Story(only("reassign"), ["lan", "bao"]);
    story.memberChanges("bao", { online: false });
    story.customerWrites("10:00");
    story.runsTo("10:05");
    return story;
  }

  test("keeps it with the assignee, and supervisors are told once", () => {
    const story = waiting();
    expect(story.facts).toMatchObject({ assignee: "lan", wait: { waitingForAgent: true } });
    expect(story.told("waitingForAgent")).toEqual(["supervisors"]);
    story.runsTo("11:00");
    expect(story.acts("waitingForAgent")).toHaveLength(1);
  });

  test("gives it away the moment an untried one becomes eligible, and uses a try", () => {
    const story = waiting();
    story.memberChanges("bao", { online: true });
    story.tellAt("10:07", { type: "placeOffered" });
    expect(story.facts).toMatchObject({
      assignee: "bao",
      wait: { tries: 1, waitingForAgent: false },
    });
  });

  test("stays when nobody untried became eligible", () => {
    const story = waiting();
    expect(story.tellAt("10:07", { type: "placeOffered" }).type).toBe("ignored");
  });

  test("ends with the wait, with any assignment, or with reassign switched off", () => {
    const byReply = waiting();
    byReply.agentReplies("10:06");
    byReply.customerWrites("10:07");
    expect(byReply.facts.wait?.waitingForAgent).toBe(false);
    const byHand = waiting();
    byHand.isAssigned("10:06", "chi");
    expect(byHand.facts.wait?.waitingForAgent).toBe(false);
    const bySave = waiting();
    bySave.isSaved("10:06", only(), "all");
    expect(bySave.facts.wait?.waitingForAgent).toBe(false);
  });

  test("switched off and on again, begins anew without deciding the same thing twice", () => {
    const story = waiting();
    story.isSaved("10:06", only(), "all");
    story.isSaved("10:07", only("reassign"), "all");
    story.timerFires("10:07");
    expect(story.facts.wait?.waitingForAgent).toBe(true);
    expect(story.acts("waitingForAgent")).toHaveLength(2);
  });

  test("becomes exhausted when no untried agent is left", () => {
    const story = waiting();
    story.memberChanges("bao", { active: false });
    story.tellAt("10:07", { type: "placeOffered" });
    expect(story.facts).toMatchObject({ assignee: null, wait: { exhausted: true } });
  });
});
