/** clock.md §6, "Downtime". */
import { describe, expect, test } from "vitest";
import { only, settings } from "./testkit/builders.ts";
import { Story } from "./testkit/story.ts";
import { time } from "./testkit/time.ts";

/** Lan answered at 10:00; an outage from 10:20 on is detected at 10:40. */
function afterOutage(account = only("closure")): Story {
  const story = new Story(account);
  story.customerWrites("09:59");
  story.agentReplies("10:00");
  story.hold = true;
  return story;
}

describe("after an outage", () => {
  test("a due session is decided once, at the present time, and nothing is replayed", () => {
    const story = new Story(settings({ closure: { enabled: false } }));
    story.customerWrites("10:00");
    story.timerFires("12:00");
    expect(story.acts("overdue")).toHaveLength(1);
    expect(story.acts("warned")).toEqual([]);
    expect(story.facts.wait).toMatchObject({ tries: 1 });
    expect(story.due.reassignAt).toBe("12:05");
  });

  test("closes are held until the hold ends, and say what held them", () => {
    const story = afterOutage();
    story.timerFires("10:40");
    expect(story.facts).toMatchObject({ held: true, closed: null });
    expect(story.timerFires("10:41").type).toBe("ignored");
    story.hold = false;
    story.tellAt("10:42", { type: "holdEnded" });
    expect(story.facts.closed).toMatchObject({ at: time("10:42"), kind: "clock" });
    expect(story.act("closed").explanation.deadline).toMatchObject({
      heldBy: "outage",
      dueAt: time("10:30"),
    });
  });

  test("reassignments are held, warnings and overdue marks are not", () => {
    const story = new Story(settings({ closure: { enabled: false } }));
    story.customerWrites("10:00");
    story.hold = true;
    story.timerFires("10:31");
    expect(story.facts).toMatchObject({ assignee: "lan", held: true });
    expect(story.acts("overdue")).toHaveLength(1);
    story.hold = false;
    story.tellAt("10:32", { type: "holdEnded" });
    expect(story.facts.assignee).toBe("bao");
  });

  test("what waits for an agent is not given away, nor is the queue held", () => {
    const story = new Story(settings({ closure: { enabled: false } }), ["lan", "bao"]);
    story.memberChanges("bao", { online: false });
    story.customerWrites("10:00");
    story.runsTo("10:05");
    expect(story.facts.wait).toMatchObject({ waitingForAgent: true });
    story.hold = true;
    story.memberChanges("bao", { online: true });
    expect(story.tellAt("10:40", { type: "placeOffered" }).type).toBe("ignored");
    expect(story.facts).toMatchObject({ assignee: "lan", wait: { exhausted: false, tries: 0 } });
    story.isAssigned("10:41", null);
    expect(story.facts.assignee).toBe("bao");
  });

  test("what waits for an agent is given away when the hold ends", () => {
    const story = new Story(settings({ closure: { enabled: false } }), ["lan", "bao"]);
    story.memberChanges("bao", { online: false });
    story.customerWrites("10:00");
    story.runsTo("10:05");
    story.hold = true;
    story.memberChanges("bao", { online: true });
    story.tellAt("10:40", { type: "placeOffered" });
    story.hold = false;
    story.tellAt("10:42", { type: "placeOffered" });
    expect(story.facts).toMatchObject({ assignee: "bao", wait: { tries: 1 } });
  });

  test("a customer's message that the provider kept back comes in time", () => {
    const story = afterOutage();
    story.timerFires("10:40");
    story.customerWrites("10:41", { stamp: "10:25" });
    story.hold = false;
    story.tellAt("10:42", { type: "holdEnded" });
    expect(story.facts).toMatchObject({ closed: null, wait: { startedAt: time("10:25") } });
  });

  test("a session that has nothing due isn't held", () => {
    const story = afterOutage();
    expect(story.timerFires("10:20").type).toBe("ignored");
    expect(story.facts.held).toBe(false);
    expect(story.tell({ type: "holdEnded" }).type).toBe("ignored");
  });

  test("a second outage during the hold holds on", () => {
    const story = afterOutage();
    story.timerFires("10:40");
    story.tellAt("10:41", { type: "holdEnded" });
    expect(story.facts).toMatchObject({ held: true, closed: null });
  });
});

describe("lateness", () => {
  test("is the time from due to fired", () => {
    const story = new Story(only("reply"));
    story.customerWrites("10:00");
    story.timerFires("10:25:00.012");
    expect(story.act("warned").explanation.deadline).toMatchObject({
      dueAt: time("10:25"),
      firedAt: time("10:25:00.012"),
      latenessMs: 12,
    });
  });

  test("of a deadline created in the past counts from its creation", () => {
    const story = new Story(only("reply"));
    story.customerWrites("10:00", { stamp: "08:00" });
    story.timerFires("10:00:00.250");
    expect(story.act("overdue").explanation.deadline).toMatchObject({
      dueAt: time("08:30"),
      armedAt: time("10:00"),
      latenessMs: 250,
    });
  });

  test("of an old deadline isn't forgiven by a decision that leaves it alone", () => {
    const story = new Story(only("closure"));
    story.customerWrites("09:59");
    story.agentReplies("10:00");
    story.isAssigned("10:10", "bao");
    story.timerFires("10:30:00.040");
    expect(story.act("closed").explanation.deadline?.latenessMs).toBe(40);
  });
});
