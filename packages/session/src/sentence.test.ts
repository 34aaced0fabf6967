import { describe, expect, test } from "vitest";
import { type Act, sentenceOf, vietnameseSentenceOf } from "./index.ts";
import { only, settings } from "./testkit/builders.ts";
import { Story } from "./testkit/story.ts";
import { clockOf } from "./testkit/time.ts";

const NAMES = {
  member: (id: string) => id.slice(0, 1).toUpperCase() + id.slice(1),
  time: (at: number) => clockOf(at) ?? "",
};

/** The latest act of a kind, in words. */
function said(story: Story, kind: Act["kind"]): string {
  return sentenceOf(story.act(kind), NAMES);
}

describe("the timeline says in Vietnamese", () => {
  const saidInVietnamese = (story: Story, kind: Act["kind"]) =>
    vietnameseSentenceOf(story.act(kind), NAMES);

  test("why the clock closed a session, with the same numbers", () => {
    const story = new Story(only("closure"));
    story.customerWrites("10:00");
    story.agentReplies("10:02:04");
    story.timerFires("10:32:04.004");
    expect(saidInVietnamese(story, "closed")).toBe(
      "Đồng hồ đóng phiên lúc 10:32:04.004, 4 ms sau hạn: 30 phút sau tin nhắn của Lan lúc " +
        "10:02:04 (cài đặt phiên bản 1, đóng phiên 30 phút). Tin nhắn kết thúc phiên đang chờ gửi.",
    );
  });

  test("who got a session and why, also where the verdict is kept in English", () => {
    const story = new Story();
    story.customerWrites("10:00");
    expect(saidInVietnamese(story, "opened")).toBe("Mở bởi tin nhắn của khách lúc 10:00.");
    expect(saidInVietnamese(story, "assigned")).toMatch(/^Giao cho \S+: đến lượt\.$/);
  });
});

describe("the timeline says", () => {
  test("why the clock closed a session, and how late it was", () => {
    const story = new Story(only("closure"));
    story.customerWrites("10:00");
    story.agentReplies("10:02:04");
    story.timerFires("10:32:04.004");
    expect(said(story, "closed")).toBe(
      "Closed by the clock at 10:32:04.004, 4 ms after it was due: 30 min after Lan's message at " +
        "10:02:04 (settings version 1, closure 30 min). End-of-session message queued.",
    );
  });

  test("that an outage held a close back", () => {
    const story = new Story(only("closure"));
    story.customerWrites("10:00");
    story.agentReplies("10:02");
    story.hold = true;
    story.timerFires("10:33");
    story.hold = false;
    story.tellAt("10:34", { type: "holdEnded" });
    expect(said(story, "closed")).toContain(
      "Closed by the clock at 10:34, held back by an outage:",
    );
  });

  test("that a person closed it, and with which reason", () => {
    const story = new Story();
    story.customerWrites("10:00");
    story.isClosed("10:05", { by: "bao" });
    expect(said(story, "closed")).toBe("Closed by Bao at 10:05: done.");
  });

  test("that blocking the contact closed it", () => {
    const story = new Story();
    story.customerWrites("10:00");
    story.isBlocked("10:05");
    expect(said(story, "closed")).toBe("Closed because Boss blocked the contact.");
  });

  test("who got a session, and by which rule", () => {
    const story = new Story();
    story.customerWrites("10:00");
    expect(said(story, "opened")).toBe("Opened by the customer's message at 10:00.");
    expect(said(story, "waitStarted")).toBe("The customer waits for a reply since 10:00.");
    expect(said(story, "assigned")).toBe("Assigned to Lan: next in turn.");
  });

  test("why the clock gave it to somebody else", () => {
    const story = new Story(only("reassign"));
    story.customerWrites("10:00");
    story.timerFires("10:05:02.5");
    expect(said(story, "assigned")).toBe(
      "Moved from Lan to Bao (next in turn) at 10:05:02.500, 2 s after it was due: 5 min after the " +
        "customer's message arrived at 10:00 (settings version 1, reassign 5 min), try 1 of 3.",
    );
    story.timerFires("10:10:02.5");
    expect(said(story, "assigned")).toContain(
      "on time: 5 min after the assignment to Bao at 10:05",
    );
  });

  test("who transferred, took and unassigned it", () => {
    const story = new Story(only(), ["lan"]);
    story.customerWrites("10:00");
    story.isAssigned("10:01", "chi");
    expect(said(story, "assigned")).toBe("Moved from Lan to Chi by Boss.");
    story.memberChanges("lan", { online: false });
    story.isAssigned("10:02", null);
    expect(said(story, "unassigned")).toBe("Unassigned from Chi by Boss.");
    story.isTaken("10:03", "bao");
    expect(said(story, "assigned")).toBe("Taken by Bao.");
    story.tellAt("10:04", { type: "assigneeDeactivated" });
    expect(said(story, "unassigned")).toBe("Unassigned because Bao was deactivated.");
  });

  test("why nobody got it, once for each reason", () => {
    const story = new Story(only(), ["lan", "bao"]);
    story.memberChanges("lan", { online: false });
    story.memberChanges("bao", { capacity: 1, open: 1 });
    story.customerWrites("10:00");
    expect(said(story, "queued")).toBe(
      "In the queue, since nobody is eligible: Lan (offline), Bao (at capacity 1/1).",
    );
    story.memberChanges("bao", { capacity: 2, open: 2 });
    expect(story.tellAt("10:01", { type: "placeOffered" })).toMatchObject({ type: "ignored" });
    story.memberChanges("bao", { online: false });
    story.tellAt("10:02", { type: "placeOffered" });
    expect(said(story, "queued")).toContain("Lan (offline), Bao (offline)");
    story.tellAt("10:03", { type: "placeOffered" });
    story.customerWrites("10:04");
    expect(story.acts("queued")).toHaveLength(2);
    story.roster = { ...story.roster, rules: [] };
    story.tellAt("10:05", { type: "placeOffered" });
    expect(said(story, "queued")).toBe("In the queue: no rule matches.");
  });

  test("again why nobody got it, after somebody had it", () => {
    const story = new Story(only(), ["lan"]);
    story.memberChanges("lan", { online: false });
    story.customerWrites("10:00");
    story.isTaken("10:01", "bao");
    story.isAssigned("10:02", null);
    expect(story.acts("queued")).toHaveLength(2);
  });

  test("nothing of a queue where no rule ever gave sessions away", () => {
    const story = new Story(only(), ["lan"]);
    story.roster = { ...story.roster, rules: [] };
    story.customerWrites("10:00");
    expect(story.acts("queued")).toEqual([]);
  });

  test("that it waits for an agent, and that nobody is left", () => {
    const story = new Story(only("reassign"), ["lan", "bao"]);
    story.memberChanges("bao", { online: false });
    story.customerWrites("10:00");
    story.timerFires("10:05");
    expect(said(story, "waitingForAgent")).toContain(
      "it stays and waits for an agent, on time: 5 min",
    );
    story.memberChanges("bao", { active: false });
    story.tellAt("10:06", { type: "placeOffered" });
    expect(said(story, "exhausted")).toBe("Not reassigned any more, everyone was tried.");
    expect(said(story, "unassigned")).toBe("Taken from Lan and put into the unassigned queue.");
  });

  test("that the reassignments are used up, also where a save allows fewer by now", () => {
    const story = new Story(only("reassign"), ["lan", "bao", "chi", "dao"]);
    story.customerWrites("10:00");
    story.runsTo("10:10");
    story.memberChanges("dao", { online: false });
    story.timerFires("10:15");
    const { reassign, ...others } = only("reassign");
    story.isSaved("10:16", { ...others, reassign: { ...reassign, maxPerWait: 1 } }, "all");
    story.tellAt("10:17", { type: "placeOffered" });
    expect(said(story, "exhausted")).toBe("Not reassigned any more, 2 reassignments are used up.");
  });

  test("who was warned, and who was responsible when it was overdue", () => {
    const story = new Story(only("reply"));
    story.customerWrites("10:00");
    story.runsTo("10:30");
    expect(said(story, "warned")).toBe(
      "Warned Lan at 10:25, on time: 25 min after the customer's message at 10:00 (settings " +
        "version 1, limit 30 min, warning 5 min before). The reply is due at 10:30.",
    );
    expect(said(story, "overdue")).toBe(
      "Overdue at 10:30, on time: 30 min after the customer's message at 10:00 (settings version " +
        "1, limit 30 min). Responsible: Lan.",
    );
  });

  test("that a reply came too late, and that an echo disproved it", () => {
    const story = new Story(only("reply"));
    story.customerWrites("10:00");
    story.agentReplies("10:31");
    expect(said(story, "breachRecorded")).toContain(
      "The reply came too late, 1 min after it was due",
    );
    expect(said(story, "answered")).toBe("Answered by Lan after 31 min.");
    story.echoes("10:32", { stamp: "10:10" });
    expect(said(story, "breachWithdrawn")).toBe(
      "No longer counted as overdue: a reply from the provider's own app was in time.",
    );
  });

  test("that a save made a deadline due at once", () => {
    const story = new Story(only("reply"));
    story.customerWrites("10:00");
    story.isSaved("10:20", settings({ reply: { limitMinutes: 10 } }, only("reply")), "all");
    expect(said(story, "settingsApplied")).toBe("Other settings apply now (settings version 2).");
    story.timerFires("10:20:00.003");
    expect(said(story, "overdue")).toContain("3 ms after a change made it due: 10 min after");
  });

  test("what was snoozed, woken and dismissed", () => {
    const story = new Story(only("closure"));
    story.customerWrites("10:00");
    story.needsNoReply("10:01:30");
    expect(said(story, "dismissed")).toBe("Lan said that no reply is needed, after 1 min 30 s.");
    story.isSnoozed("10:02", "10:10");
    expect(said(story, "snoozed")).toBe("Snoozed by Lan until 10:10.");
    story.timerFires("10:10");
    expect(said(story, "woken")).toBe("Woken at 10:10, as chosen.");
    story.isSnoozed("10:11", "10:20");
    story.customerWrites("10:12");
    expect(said(story, "woken")).toBe("Woken by the customer's message.");
  });

  test("why a session goes on after its close", () => {
    const story = new Story(only("closure"));
    story.customerWrites("10:00");
    const reply = story.agentReplies("10:01");
    story.runsTo("10:40");
    story.customerWrites("10:41", { stamp: "10:30" });
    expect(said(story, "reopened")).toBe(
      "Goes on: a message of the customer was on its way when it was closed.",
    );
    story.agentReplies("10:42");
    story.runsTo("12:00");
    story.isReopened("12:01");
    expect(said(story, "reopened")).toBe("Reopened by Lan.");
    story.isRefused("12:02", reply);
    expect(said(story, "sendFailed")).toBe("A message to the customer was refused (131026).");
  });

  test("who was invited to help, who left and who was sent away", () => {
    const said = (kind: Act["kind"], why: Partial<Act["explanation"]>) =>
      sentenceOf(
        {
          type: "act",
          kind,
          at: 0,
          wait: 1,
          ordinal: null,
          explanation: { by: { type: "member", memberId: "lan" }, ...why },
        },
        NAMES,
      );
    expect(said("supporterAdded", { to: "bao" })).toBe("Bao was invited by Lan.");
    expect(said("supporterRemoved", { from: "lan" })).toBe("Lan no longer helps.");
    expect(said("supporterRemoved", { from: "bao" })).toBe("Bao was sent away by Lan.");
  });
});
