/** clock.md §3, "Facts and deadlines". */
import { describe, expect, test } from "vitest";
import { only, settings } from "./testkit/builders.ts";
import { Story } from "./testkit/story.ts";
import { time } from "./testkit/time.ts";

function answered(account = only("closure")): Story {
  const story = new Story(account);
  story.customerWrites("09:59");
  story.agentReplies("10:00");
  return story;
}

describe("closeAt", () => {
  test("counts from when the last agent message left, not from when it was written", () => {
    const story = answered();
    const slow = story.agentWrites("10:05");
    expect(story.due.closeAt).toBeNull();
    story.leaves("10:06", slow);
    expect(story.due.closeAt).toBe("10:36");
  });

  test("doesn't exist while any agent message is queued or being sent", () => {
    const story = answered();
    const first = story.agentWrites("10:05");
    const second = story.agentWrites("10:06");
    story.leaves("10:07", second);
    expect(story.due.closeAt).toBeNull();
    story.leaves("10:08", first);
    expect(story.due.closeAt).toBe("10:38");
  });

  test("counts from a refusal too: the customer's turn may begin with one", () => {
    const story = new Story(only("closure"));
    const only1 = story.agentWrites("10:00");
    story.isRefused("10:01", only1);
    expect(story.due.closeAt).toBe("10:31");
  });

  test("doesn't exist before anybody of the business said anything", () => {
    const story = new Story(only("closure"));
    story.customerWrites("10:00");
    expect(story.due.closeAt).toBeNull();
    story.needsNoReply("10:01");
    expect(story.due.closeAt).toBe("10:31");
  });

  test("counts from the latest of agent message, no reply needed, reopening and waking", () => {
    const story = answered();
    story.customerWrites("10:10");
    story.needsNoReply("10:11");
    expect(story.due.closeAt).toBe("10:41");
    story.isSnoozed("10:12", "10:20");
    expect(story.due).toMatchObject({ closeAt: null, wakeAt: "10:20" });
    story.runsTo("10:20");
    expect(story.due.closeAt).toBe("10:50");
    story.isClosed("10:21");
    expect(story.session.nextDueAt).toBeNull();
    story.isReopened("10:22");
    expect(story.due.closeAt).toBe("10:52");
    story.runsTo("10:52");
    expect(story.act("closed").explanation.deadline?.anchor.type).toBe("reopened");
  });

  test("doesn't exist on the agent's turn", () => {
    const story = answered();
    story.customerWrites("10:10");
    expect(story.due.closeAt).toBeNull();
  });
});

describe("overdueAt and warnAt", () => {
  test("exist on the agent's turn only", () => {
    const story = answered(only("reply"));
    expect(story.due).toMatchObject({ overdueAt: null, warnAt: null });
    story.customerWrites("10:10");
    expect(story.due).toMatchObject({ overdueAt: "10:40", warnAt: "10:35" });
  });

  test("are gone once the wait was warned for and is overdue", () => {
    const story = answered(only("reply"));
    story.customerWrites("10:10");
    story.timerFires("10:35");
    expect(story.due).toMatchObject({ overdueAt: "10:40", warnAt: null });
    story.timerFires("10:40");
    expect(story.due).toMatchObject({ overdueAt: null, warnAt: null });
  });
});

describe("reassignAt", () => {
  test("counts from when the wait became known here: nobody loses a session for a late message", () => {
    const story = new Story(only("reassign"));
    story.customerWrites("10:00", { stamp: "08:00" });
    expect(story.due.reassignAt).toBe("10:05");
  });

  test("counts from the assignment, if that came later", () => {
    const story = new Story(only("reassign"));
    story.customerWrites("10:00");
    story.isAssigned("10:03", "chi");
    expect(story.due.reassignAt).toBe("10:08");
  });

  test("counts from the commit that restored the wait", () => {
    const story = new Story(only("reassign"));
    story.customerWrites("10:00");
    const reply = story.agentReplies("10:04");
    story.isRefused("10:20", reply);
    expect(story.due.reassignAt).toBe("10:25");
  });

  test("doesn't exist without an assignee, when exhausted, or while waiting for an agent", () => {
    const nobody = new Story(only("reassign"), []);
    nobody.customerWrites("10:00");
    expect(nobody.due.reassignAt).toBeNull();

    const alone = new Story(only("reassign"), ["lan"]);
    alone.customerWrites("10:00");
    alone.runsTo("10:05");
    expect(alone.facts.wait?.exhausted).toBe(true);
    alone.isAssigned("10:06", "lan");
    expect(alone.due.reassignAt).toBeNull();

    const waiting = new Story(settings({ closure: { enabled: false } }), ["lan", "bao"]);
    waiting.memberChanges("bao", { online: false });
    waiting.customerWrites("10:00");
    waiting.runsTo("10:05");
    expect(waiting.due).toMatchObject({ reassignAt: null, overdueAt: "10:30", warnAt: "10:25" });
  });
});

describe("the next due time", () => {
  test("is the least of the deadlines", () => {
    const story = new Story();
    story.customerWrites("10:00");
    expect(story.session.nextDueAt).toBe(time("10:05"));
  });

  test("leaves out what an outage holds, and comes back when the hold ends", () => {
    const story = answered(settings());
    story.hold = true;
    story.timerFires("10:30");
    expect(story.facts).toMatchObject({ held: true, closed: null });
    expect(story.session.nextDueAt).toBeNull();
    story.customerWrites("10:31");
    expect(story.session.nextDueAt).toBe(time("10:56"));
    story.hold = false;
    story.tellAt("10:32", { type: "holdEnded" });
    expect(story.session.nextDueAt).toBe(time("10:36"));
  });
});

describe("at one and the same instant", () => {
  test("a customer's message comes before the close", () => {
    const story = answered();
    story.customerWrites("10:30");
    story.timerFires("10:30");
    expect(story.facts.closed).toBeNull();
  });

  test("a reply comes before the limit, and is in time", () => {
    const story = new Story(only("reply"));
    story.customerWrites("10:00");
    story.agentReplies("10:30");
    expect(story.session.breaches.size).toBe(0);
  });

  test("warn and overdue due together: only overdue", () => {
    const story = new Story(only("reply"));
    story.customerWrites("10:00");
    story.timerFires("10:31");
    expect(story.acts("warned")).toEqual([]);
    expect(story.acts("overdue")).toHaveLength(1);
  });

  test("wake, overdue and reassign are decided once, in this order", () => {
    const story = new Story(settings({ reply: { limitMinutes: 5, warnMinutes: 1 } }));
    story.customerWrites("10:00");
    story.isSnoozed("10:01", "10:05");
    story.timerFires("10:06");
    const fired = story.session.acts.slice(-3).map(({ kind }) => kind);
    expect(fired).toEqual(["woken", "overdue", "assigned"]);
    expect(story.session.breaches.get(1)?.memberId).toBe("lan");
  });

  test("a session that wakes counts its close from the waking", () => {
    const story = answered();
    story.isSnoozed("10:01", "10:45");
    story.timerFires("10:45");
    expect(story.due.closeAt).toBe("11:15");
  });
});
