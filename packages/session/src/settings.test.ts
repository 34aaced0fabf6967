/** clock.md §2, "The three settings". */
import { describe, expect, test } from "vitest";
import { ALL_ON, only, settings } from "./testkit/builders.ts";
import { Story } from "./testkit/story.ts";

const CLOSE_60 = settings({ closure: { afterMinutes: 60 } });
const CLOSE_90 = settings({ closure: { afterMinutes: 90 } });

/** Lan answered at 10:00, so that the close is due at 10:30. */
function answered(account = ALL_ON): Story {
  const story = new Story(account);
  story.customerWrites("09:59");
  story.agentReplies("10:00");
  return story;
}

describe("a setting that is off", () => {
  test("sets no deadline", () => {
    const story = new Story(only());
    story.customerWrites("10:00");
    expect(story.session.nextDueAt).toBeNull();
    story.agentReplies("10:01");
    expect(story.session.nextDueAt).toBeNull();
  });

  test.each(["closure", "reassign", "reply"] as const)("leaves the others alone: %s", (kind) => {
    const story = new Story(only(kind));
    story.customerWrites("10:00");
    expect(story.due.overdueAt).toBe(kind === "reply" ? "10:30" : null);
    expect(story.due.reassignAt).toBe(kind === "reassign" ? "10:05" : null);
    story.agentReplies("10:01");
    expect(story.due.closeAt).toBe(kind === "closure" ? "10:31" : null);
  });
});

describe("a save for all open sessions", () => {
  test("moves the deadlines at once, from their original anchors", () => {
    const story = answered();
    story.isSaved("10:10", CLOSE_60, "all");
    expect(story.due.closeAt).toBe("11:00");
    expect(story.facts.settings).toEqual({ account: 2, channel: null });
  });

  test("that makes a deadline lie in the past fires it at once, and it is not late", () => {
    const story = answered();
    story.isSaved("10:10", settings({ closure: { afterMinutes: 5 } }), "all");
    expect(story.due.closeAt).toBe("10:05");
    story.timerFires("10:10:00.003");
    expect(story.facts.closed?.kind).toBe("clock");
    expect(story.act("closed").explanation.deadline?.latenessMs).toBe(3);
  });

  test("takes effect with any event, even before the batch reached the session", () => {
    const story = answered();
    story.isSaved("10:10", CLOSE_60, "all", { reach: false });
    story.isSnoozed("10:11", "10:20");
    story.isSnoozed("10:12", null);
    expect(story.facts.settings.account).toBe(2);
    expect(story.due.closeAt).toBe("11:12");
  });

  test("changes a deadline that is just firing instead of putting it back", () => {
    const story = answered();
    story.isSaved("10:29", CLOSE_60, "all", { reach: false });
    story.timerFires("10:30");
    expect(story.facts.closed).toBeNull();
    expect(story.due.closeAt).toBe("11:00");
  });

  test("that reaches a session twice changes nothing the second time", () => {
    const story = answered();
    story.isSaved("10:10", CLOSE_60, "all");
    expect(story.tell({ type: "settingsApplied" })).toMatchObject({ type: "ignored" });
  });

  test("cancels an older one that waited for the next message", () => {
    const story = answered();
    story.isSaved("10:05", CLOSE_90, "nextMessage");
    story.isSaved("10:06", CLOSE_60, "all");
    expect(story.due.closeAt).toBe("11:00");
    story.agentReplies("10:10");
    expect(story.due.closeAt).toBe("11:10");
  });

  test("never reaches a closed session", () => {
    const story = answered();
    story.isClosed("10:05");
    story.isSaved("10:06", CLOSE_60, "all", { reach: false });
    expect(story.tell({ type: "settingsApplied" }).type).toBe("ignored");
  });
});

describe("a save for the next wait or agent message", () => {
  test("leaves the deadlines of open sessions alone", () => {
    const story = answered();
    story.isSaved("10:05", CLOSE_60, "nextMessage");
    story.isSnoozed("10:06", "10:07");
    story.runsTo("10:07");
    expect(story.due.closeAt).toBe("10:37");
    expect(story.facts.settings.account).toBe(1);
  });

  test("counts from the next agent message on", () => {
    const story = answered();
    story.isSaved("10:05", CLOSE_60, "nextMessage");
    story.agentReplies("10:10");
    expect(story.due.closeAt).toBe("11:10");
  });

  test("counts from the next wait on, but not for another message of the same wait", () => {
    const story = answered();
    story.customerWrites("10:01");
    story.isSaved("10:05", settings({ reply: { limitMinutes: 10 } }), "nextMessage");
    story.customerWrites("10:06");
    expect(story.due.overdueAt).toBe("10:31");
    story.agentReplies("10:07");
    story.customerWrites("10:08");
    expect(story.due.overdueAt).toBe("10:18");
  });

  test("counts from an echo on, which is an agent's message too", () => {
    const story = answered();
    story.isSaved("10:05", CLOSE_60, "nextMessage");
    story.echoes("10:06");
    expect(story.due.closeAt).toBe("11:06");
  });

  test("is overtaken by the newest one, whatever that chose", () => {
    const story = answered();
    story.isSaved("10:05", CLOSE_60, "nextMessage");
    story.isSaved("10:06", CLOSE_90, "nextMessage");
    story.agentReplies("10:10");
    expect(story.due.closeAt).toBe("11:40");
  });

  test("follows an older one for all", () => {
    const story = answered();
    story.isSaved("10:05", CLOSE_60, "all");
    story.isSaved("10:06", CLOSE_90, "nextMessage");
    expect(story.due.closeAt).toBe("11:00");
  });

  test("counts at once for a session that opens or reopens", () => {
    const story = answered();
    story.isSaved("10:05", CLOSE_60, "nextMessage");
    story.isClosed("10:06");
    story.isReopened("10:07");
    expect(story.facts.settings.account).toBe(2);
    expect(story.due.closeAt).toBe("11:07");

    const fresh = new Story();
    fresh.isSaved("10:00", CLOSE_60, "nextMessage");
    fresh.agentReplies("10:01");
    expect(fresh.act("opened").explanation.settings?.account).toBe(2);
    expect(fresh.due.closeAt).toBe("11:01");
  });

  test("judges what was due until then by the settings of until then", () => {
    const story = answered(only("reply"));
    story.customerWrites("10:01");
    story.isSaved("10:20", only(), "nextMessage");
    story.agentReplies("10:40");
    expect(story.acts("breachRecorded")).toHaveLength(1);
  });
});

describe("a channel's override", () => {
  test("replaces single settings, and the explanation names both versions", () => {
    const story = answered();
    const override = { closure: CLOSE_60.closure, reassign: null, reply: null };
    story.isSavedForChannel("10:05", override, "all");
    expect(story.due.closeAt).toBe("11:00");
    story.runsTo("11:00");
    const { settings: versions, minutes } = story.act("closed").explanation.deadline ?? {};
    expect(versions).toEqual({ account: 1, channel: 1 });
    expect(minutes).toBe(60);
  });

  test("for all doesn't apply what the account saved for the next message", () => {
    const story = answered();
    story.isSaved("10:03", settings({ reply: { limitMinutes: 99 } }), "nextMessage");
    const override = { closure: CLOSE_60.closure, reassign: null, reply: null };
    story.isSavedForChannel("10:05", override, "all");
    expect(story.facts.settings).toEqual({ account: 1, channel: 1 });
  });
});

describe("the response limit", () => {
  test("counts from the customer's message, held or not", () => {
    const story = new Story(only("reply"), ["lan"]);
    story.memberChanges("lan", { online: false });
    story.customerWrites("10:00");
    story.isTaken("10:10", "lan");
    expect(story.due).toMatchObject({ overdueAt: "10:30", warnAt: "10:25" });
  });

  test("counts from the first assignment in the wait, if so configured", () => {
    const story = new Story(
      settings({ reply: { countFrom: "firstAssignment" } }, only("reply")),
      [],
    );
    story.customerWrites("10:00");
    story.isAssigned("10:10", "lan");
    expect(story.due.overdueAt).toBe("10:40");
    story.isAssigned("10:20", "bao");
    expect(story.due.overdueAt).toBe("10:40");
    story.runsTo("10:40");
    expect(story.act("overdue").explanation.deadline?.anchor).toMatchObject({
      type: "firstAssignment",
      memberId: "lan",
    });
  });

  test("counts from the customer's message while nobody holds the wait, so no queue is silent", () => {
    const story = new Story(
      settings({ reply: { countFrom: "firstAssignment" } }, only("reply")),
      [],
    );
    story.customerWrites("10:00");
    expect(story.due).toMatchObject({ overdueAt: "10:30", warnAt: "10:25" });
  });

  test("counts from the customer's message when somebody held the session already", () => {
    const story = answered(settings({ reply: { countFrom: "firstAssignment" } }, only("reply")));
    story.customerWrites("10:10");
    expect(story.due.overdueAt).toBe("10:40");
    story.customerWrites("10:12", { stamp: "10:05" });
    expect(story.due.overdueAt).toBe("10:35");
  });
});
