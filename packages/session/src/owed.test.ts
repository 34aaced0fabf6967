/** clock.md §4, "What counts". */
import { describe, expect, test } from "vitest";
import { clampCustomerStamp, clampEchoStamp, placeEcho } from "./index.ts";
import { only, settings } from "./testkit/builders.ts";
import { Story } from "./testkit/story.ts";
import { clockOf, time } from "./testkit/time.ts";

function started(account = settings({ reassign: { enabled: false } })): Story {
  const story = new Story(account);
  story.customerWrites("10:00");
  return story;
}

/** The start of the running wait, as a time of day. */
function waitsSince(story: Story): string | null {
  return clockOf(story.facts.wait?.startedAt);
}

/** Recorded waits as number, from, to, outcome. */
function waits(story: Story): unknown[] {
  return [...story.session.waits.values()].map((wait) => [
    wait.number,
    clockOf(wait.startedAt),
    clockOf(wait.endedAt),
    wait.outcome,
  ]);
}

describe("a reply", () => {
  test("is an agent message by any member, not only by the assignee", () => {
    const story = started();
    story.agentReplies("10:01", "chi");
    expect(story.facts).toMatchObject({ wait: null, assignee: "lan" });
  });

  test("counts when it is written, however long the provider takes", () => {
    const story = started();
    const slow = story.agentWrites("10:29");
    story.leaves("10:31", slow);
    expect(story.session.breaches.size).toBe(0);
    expect(waits(story)).toEqual([[1, "10:00", "10:29", "answered"]]);
  });
});

describe("what is owed is decided in commit order", () => {
  test("a message written in the same second as the reply starts a wait, if committed after it", () => {
    const story = started();
    story.agentReplies("10:01:00.700");
    story.customerWrites("10:01:00.900", { stamp: "10:01" });
    expect(story.facts.wait?.number).toBe(2);
    expect(waitsSince(story)).toBe("10:01");
  });

  test("a message committed during a wait belongs to it", () => {
    const story = started();
    story.customerWrites("10:05");
    expect(waitsSince(story)).toBe("10:00");
    expect(story.facts.lastWaitNumber).toBe(1);
  });

  test("and moves its start back if its stamp is earlier", () => {
    const story = started();
    story.customerWrites("10:05", { stamp: "09:50" });
    expect(waitsSince(story)).toBe("09:50");
    expect(story.due.overdueAt).toBe("10:20");
  });

  test("several agent messages: the wait ends with the first, the close counts from the last", () => {
    const story = started();
    story.agentReplies("10:05");
    story.agentReplies("10:07");
    expect(waits(story)).toEqual([[1, "10:00", "10:05", "answered"]]);
    expect(story.due.closeAt).toBe("10:37");
  });
});

describe("an echo", () => {
  test("answers the customer messages stamped at or before it", () => {
    const story = started();
    story.echoes("10:05", { stamp: "10:00" });
    expect(waits(story)).toEqual([[1, "10:00", "10:00", "answered"]]);
    expect(story.due.closeAt).toBe("10:30");
  });

  test("answers nothing that is stamped later, and the next wait starts with the first of it", () => {
    const story = started();
    story.customerWrites("10:10");
    story.customerWrites("10:12");
    story.echoes("10:15", { stamp: "10:05" });
    expect(waits(story)).toEqual([[1, "10:00", "10:05", "answered"]]);
    expect(story.facts.wait?.number).toBe(2);
    expect(waitsSince(story)).toBe("10:10");
    expect(clockOf(story.facts.wait?.knownAt)).toBe("10:15");
  });

  test("keeps the number of the wait for what it answered, even if that was committed later", () => {
    const story = new Story(only("reply"));
    story.customerWrites("10:10");
    story.customerWrites("10:11", { stamp: "10:00" });
    story.echoes("10:15", { stamp: "10:05" });
    expect(waits(story)).toEqual([[1, "10:00", "10:05", "answered"]]);
    expect(story.facts.wait).toMatchObject({ number: 2, startedAt: time("10:10") });
  });

  test("answers a message that comes after it, too", () => {
    const story = started();
    story.echoes("10:05");
    story.customerWrites("10:06", { stamp: "10:04" });
    expect(story.facts.wait).toBeNull();
    story.customerWrites("10:07", { stamp: "10:05:01" });
    expect(story.facts.wait?.number).toBe(2);
  });

  test("compares raw stamps, not the times they count as", () => {
    const story = started();
    story.echoes("10:05", { stamp: "10:08" });
    story.customerWrites("10:06", { stamp: "10:08" });
    expect(story.facts.wait).toBeNull();
  });

  test("withdraws a breach that it disproves", () => {
    const story = started(only("reply"));
    story.runsTo("10:31");
    expect(story.session.breaches.get(1)?.withdrawn).toBe(false);
    story.echoes("10:32", { stamp: "10:30" });
    expect(story.session.breaches.get(1)?.withdrawn).toBe(true);
    expect(story.session.waits.get(1)?.overdueSince).toBeNull();
  });

  test("leaves a breach alone that was real", () => {
    const story = started(only("reply"));
    story.runsTo("10:31");
    story.echoes("10:32", { stamp: "10:30:01" });
    expect(story.session.breaches.get(1)?.withdrawn).toBe(false);
  });

  test("that comes even after a reply still disproves the breach", () => {
    const story = started(only("reply"));
    story.agentReplies("10:40");
    expect(story.session.breaches.get(1)?.withdrawn).toBe(false);
    story.echoes("10:41", { stamp: "10:10" });
    expect(story.session.breaches.get(1)?.withdrawn).toBe(true);
    expect(waits(story)).toEqual([[1, "10:00", "10:10", "answered"]]);
  });

  test("withdraws the breach of a later wait whose messages it answers with earlier ones", () => {
    const story = started(only("reply"));
    story.agentReplies("10:10");
    story.customerWrites("10:20", { stamp: "10:05" });
    story.runsTo("10:36");
    expect(story.session.breaches.get(2)?.withdrawn).toBe(false);
    story.echoes("10:40", { stamp: "10:06" });
    expect(waits(story)).toEqual([[1, "10:00", "10:06", "answered"]]);
    expect(story.session.breaches.get(2)?.withdrawn).toBe(true);
    // It never was a breach of the wait that it went into.
    expect(story.session.breaches.has(1)).toBe(false);
  });

  test("records a breach that was due at its stamp, and no other", () => {
    const story = started(only("reply"));
    story.echoes("10:35", { stamp: "10:31" });
    expect(story.session.breaches.get(1)).toMatchObject({ dueAt: time("10:30"), withdrawn: false });
    const inTime = started(only("reply"));
    inTime.echoes("10:35", { stamp: "10:29" });
    expect(inTime.session.breaches.size).toBe(0);
  });

  test("doesn't silence the limit of a wait that goes on", () => {
    const story = started(only("reply"));
    story.echoes("10:31", { stamp: "09:00" });
    expect(story.session.breaches.size).toBe(0);
    story.timerFires("10:31");
    expect(story.told("overdue")).toEqual(["lan", "supervisors"]);
  });

  test("stamped at or before a close belongs to that session and opens nothing", () => {
    const story = started();
    story.agentReplies("10:01");
    story.runsTo("10:31");
    expect(placeEcho(story.facts, time("10:31"))).toBe("join");
    expect(placeEcho(story.facts, time("10:31:01"))).toBe("open");
    story.echoes("10:40", { stamp: "10:20" });
    expect(story.sessions).toHaveLength(1);
    expect(story.facts.closed?.kind).toBe("clock");
    story.echoes("10:41");
    expect(story.sessions).toHaveLength(2);
  });

  test("in a closed session corrects the record", () => {
    const story = started();
    story.isClosed("10:20");
    expect(waits(story)).toEqual([[1, "10:00", "10:20", "unanswered"]]);
    story.echoes("10:21", { stamp: "10:10" });
    expect(waits(story)).toEqual([[1, "10:00", "10:10", "answered"]]);
  });

  test("finds somebody for the wait that goes on, if nobody holds the session", () => {
    const story = new Story(only("reply"));
    for (const id of ["lan", "bao", "chi"]) story.memberChanges(id, { online: false });
    story.customerWrites("10:00");
    story.customerWrites("10:10");
    story.memberChanges("bao", { online: true });
    story.echoes("10:11", { stamp: "10:05" });
    expect(story.facts).toMatchObject({ assignee: "bao", wait: { number: 2 } });
  });
});

describe("times", () => {
  const now = time("+1d 12:00");

  test("of a customer message are the provider's, never in the future, at most a day ago", () => {
    expect(clampCustomerStamp(time("+1d 11:00"), now)).toBe(time("+1d 11:00"));
    expect(clampCustomerStamp(time("+1d 12:01"), now)).toBe(now);
    expect(clampCustomerStamp(time("11:00"), now)).toBe(time("12:00"));
  });

  test("of an echo are never in the future", () => {
    expect(clampEchoStamp(time("+1d 12:01"), now)).toBe(now);
    expect(clampEchoStamp(time("08:00"), now)).toBe(time("08:00"));
  });
});
