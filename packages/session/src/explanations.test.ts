/** clock.md §7, "Explanations". */
import { describe, expect, test } from "vitest";
import { only, settings } from "./testkit/builders.ts";
import { Story } from "./testkit/story.ts";
import { time } from "./testkit/time.ts";

describe("an automatic act explains", () => {
  test("a close: the message that started the clock, its time, the versions and their numbers", () => {
    const story = new Story(only("closure"));
    story.customerWrites("10:00");
    const reply = story.agentReplies("10:02");
    story.timerFires("10:32:00.004");
    expect(story.act("closed").explanation).toEqual({
      by: { type: "clock" },
      endMessage: "queued",
      deadline: {
        anchor: { type: "agentMessage", at: time("10:02"), messageId: reply, memberId: "lan" },
        minutes: 30,
        beforeMinutes: 0,
        dueAt: time("10:32"),
        firedAt: time("10:32:00.004"),
        armedAt: time("10:02"),
        latenessMs: 4,
        settings: { account: 1, channel: null },
        heldBy: null,
      },
    });
  });

  test("a warning: the customer's message, the limit and the warning before it", () => {
    const story = new Story(only("reply"));
    const hello = story.customerWrites("10:00");
    story.runsTo("10:25");
    expect(story.act("warned").explanation.deadline).toMatchObject({
      anchor: { type: "customerMessage", messageId: hello, at: time("10:00") },
      minutes: 30,
      beforeMinutes: 5,
      dueAt: time("10:25"),
    });
  });

  test("a reassignment: the candidates, and why each was passed over", () => {
    const story = new Story(only("reassign"), ["lan", "bao", "chi", "dao"]);
    story.memberChanges("bao", { online: false });
    story.memberChanges("chi", { open: 5, capacity: 5 });
    story.customerWrites("10:00");
    story.runsTo("10:05");
    const { routed, from, to, tries, maxTries } = story.act("assigned").explanation;
    expect({ from, to, tries, maxTries }).toEqual({
      from: "lan",
      to: "dao",
      tries: 1,
      maxTries: 3,
    });
    expect(routed).toEqual({
      ruleId: "everyone",
      ruleName: "Everyone in turn",
      candidates: [
        { memberId: "lan", verdict: "holds it now" },
        { memberId: "bao", verdict: "offline" },
        { memberId: "chi", verdict: "at capacity 5/5" },
        { memberId: "dao", verdict: "next in turn" },
      ],
    });
    expect(story.act("assigned").explanation.deadline?.anchor).toMatchObject({ type: "waitKnown" });
  });

  test("a second reassignment: the assignment it counted from, and who already held it", () => {
    const story = new Story(only("reassign"));
    story.customerWrites("10:00");
    story.runsTo("10:10");
    const { deadline, routed } = story.act("assigned").explanation;
    expect(deadline?.anchor).toMatchObject({
      type: "assignment",
      memberId: "bao",
      at: time("10:05"),
    });
    expect(routed?.candidates[0]).toEqual({
      memberId: "lan",
      verdict: "already held it in this wait",
    });
  });

  test("going to the queue: that nobody was left", () => {
    const story = new Story(only("reassign"), ["lan"]);
    story.customerWrites("10:00");
    story.runsTo("10:05");
    expect(story.act("exhausted").explanation).toMatchObject({
      from: "lan",
      tries: 0,
      maxTries: 3,
    });
    expect(story.act("unassigned").explanation.reason).toBe("exhausted");
  });

  test("a waking: the time chosen", () => {
    const story = new Story(only());
    story.customerWrites("10:00");
    story.isSnoozed("10:01", "10:30");
    story.runsTo("10:30");
    expect(story.act("woken").explanation.deadline).toMatchObject({
      anchor: { type: "snooze", at: time("10:30") },
      minutes: 0,
      latenessMs: 0,
    });
  });

  test("an opening and a save: the settings versions in force", () => {
    const story = new Story(only());
    story.customerWrites("10:00");
    expect(story.act("opened").explanation.settings).toEqual({ account: 1, channel: null });
    story.isSaved("10:01", settings(), "all");
    expect(story.act("settingsApplied").explanation.settings).toEqual({
      account: 2,
      channel: null,
    });
  });
});
