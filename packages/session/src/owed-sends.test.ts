/** clock.md §4, "What counts": sends that fail, blocked and merged contacts. */
import { describe, expect, test } from "vitest";
import { survivesMerge } from "./index.ts";
import { only, settings } from "./testkit/builders.ts";
import { historyOf } from "./testkit/ledger.ts";
import { Story } from "./testkit/story.ts";
import { clockOf, time } from "./testkit/time.ts";

function started(account = settings({ reassign: { enabled: false } })): Story {
  const story = new Story(account);
  story.customerWrites("10:00");
  return story;
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

describe("a refused send", () => {
  test("brings the wait back with its number, start, marks and tries", () => {
    const story = started(settings());
    story.runsTo("10:31");
    const before = story.facts.wait;
    const reply = story.agentReplies("10:32");
    expect(story.facts.wait).toBeNull();
    story.isRefused("10:33", reply);
    expect(story.facts.wait).toMatchObject({
      number: 1,
      startedAt: time("10:00"),
      tries: before?.tries,
      overdueSince: time("10:30"),
      warnedFor: time("10:30"),
    });
    expect(story.session.waits.size).toBe(0);
    expect(story.told("sendFailed")).toEqual([story.facts.assignee ?? "lan"]);
    story.runsTo("10:34");
    expect(story.session.breaches.size).toBe(1);
  });

  test("merges every later unanswered wait into it", () => {
    const story = started();
    const first = story.agentReplies("10:01");
    story.customerWrites("10:10");
    story.isRefused("10:11", first);
    expect(story.facts.wait).toMatchObject({ number: 1, startedAt: time("10:00") });
    expect(historyOf(story.session).messages.filter((each) => each.type === "customer")).toEqual([
      expect.objectContaining({ wait: 1 }),
      expect.objectContaining({ wait: 1 }),
    ]);
  });

  test("merges later waits with their holders, tries and breach", () => {
    const story = started(settings({ reply: { limitMinutes: 12, warnMinutes: 1 } }));
    const first = story.agentReplies("10:01");
    story.customerWrites("10:10");
    story.runsTo("10:22");
    expect(story.session.breaches.get(2)?.memberId).toBe("chi");
    const second = story.agentReplies("10:23");
    story.isRefused("10:24", second);
    story.isRefused("10:24", first);
    expect(story.facts.wait).toMatchObject({
      number: 1,
      tries: 2,
      holders: ["lan", "bao", "chi"],
      overdueSince: time("10:22"),
    });
    expect(story.session.breaches.get(2)?.withdrawn).toBe(true);
    expect(story.session.breaches.get(1)).toMatchObject({ memberId: "chi", withdrawn: false });
    expect(story.session.waits.size).toBe(0);
  });

  test("leaves the wait ended if another reply survived, and one record of it", () => {
    const story = started();
    const first = story.agentReplies("10:01");
    story.customerWrites("10:10");
    story.agentReplies("10:12");
    story.isRefused("10:13", first);
    expect(story.facts.wait).toBeNull();
    expect(waits(story)).toEqual([[1, "10:00", "10:12", "answered"]]);
  });

  test("while still pending lets the close count again, from the refusal", () => {
    const story = started();
    story.agentReplies("10:01");
    const second = story.agentWrites("10:02");
    expect(story.due.closeAt).toBeNull();
    story.isRefused("10:03", second);
    expect(story.due.closeAt).toBe("10:33");
  });

  test("waits for an agent anew, and the supervisors are told again", () => {
    const story = new Story(only("reassign"), ["lan", "bao"]);
    story.memberChanges("bao", { online: false });
    story.customerWrites("10:00");
    story.runsTo("10:05");
    const reply = story.agentReplies("10:06");
    expect(story.told("waitingForAgent")).toEqual([]);
    story.isRefused("10:07", reply);
    story.runsTo("10:12");
    expect(story.acts("waitingForAgent")).toHaveLength(2);
    expect(story.told("waitingForAgent")).toEqual(["supervisors"]);
  });

  test("after a close by the clock voids it if a customer message is now unanswered", () => {
    const story = started();
    const reply = story.agentReplies("10:01");
    story.runsTo("10:31");
    story.isRefused("10:40", reply);
    expect(story.facts).toMatchObject({
      closed: null,
      wait: { number: 1, startedAt: time("10:00") },
    });
    expect(story.endMessages.map(({ state }) => state)).toEqual(["withdrawn"]);
  });

  test("after a close by the clock with a newer session tells its assignee and the writer", () => {
    const story = started();
    const reply = story.agentReplies("10:01", "bao");
    story.runsTo("10:31");
    story.customerWrites("10:40");
    const [old] = story.sessions;
    story.isRefused("10:41", reply);
    expect(old?.facts.closed?.kind).toBe("clock");
    expect(old?.notices.map(({ kind, to }) => [kind, to])).toContainEqual(["sendFailed", "bao"]);
    const newAssignee = story.facts.assignee;
    expect(old?.notices.map(({ kind, to }) => [kind, to])).toContainEqual([
      "sendFailed",
      newAssignee,
    ]);
    expect(old?.waits.get(1)).toMatchObject({ outcome: "unanswered", answeredBy: null });
  });

  test("after a close by a person doesn't reopen, but the record says unanswered", () => {
    const story = started();
    const reply = story.agentReplies("10:01");
    story.isClosed("10:02");
    story.isRefused("10:03", reply);
    expect(story.facts.closed?.kind).toBe("member");
    expect(waits(story)).toEqual([[1, "10:00", "10:02", "unanswered"]]);
  });
});

describe("an unknown send", () => {
  test("counts as sent until it is settled", () => {
    const story = started();
    const reply = story.agentWrites("10:01");
    story.leaves("10:02", reply, "unknown");
    expect(story.facts.wait).toBeNull();
    expect(story.due.closeAt).toBe("10:32");
  });

  test("settled as undelivered is a refusal", () => {
    const story = started();
    const reply = story.agentWrites("10:01");
    story.leaves("10:02", reply, "unknown");
    story.isRefused("10:10", reply);
    expect(story.facts.wait?.number).toBe(1);
  });

  test("delivered after all ends the wait again, and what came later goes on as its own", () => {
    const story = started();
    const reply = story.agentReplies("10:01");
    story.isRefused("10:02", reply);
    story.customerWrites("10:20");
    expect(story.facts.wait).toMatchObject({ number: 1 });
    story.isDeliveredAfterAll("10:21", reply);
    expect(waits(story)).toEqual([[1, "10:00", "10:01", "answered"]]);
    expect(story.facts.wait).toMatchObject({ number: 2, startedAt: time("10:20") });
    expect(story.told("sendFailed")).toEqual([]);
  });

  test("delivered after all in a later wait takes back its own alert, and no other's", () => {
    const story = started();
    const first = story.agentReplies("10:01");
    story.isRefused("10:02", first);
    story.agentReplies("10:03");
    story.customerWrites("10:04");
    const second = story.agentReplies("10:05");
    story.isRefused("10:06", second);
    const alerts = () => story.session.notices.filter(({ kind }) => kind === "sendFailed");
    expect(alerts()).toHaveLength(2);
    story.isDeliveredAfterAll("10:07", first);
    expect(alerts()).toEqual([expect.objectContaining({ key: `sendFailed:${second}` })]);
  });

  test("delivered after all withdraws the breach it disproves", () => {
    const story = started(only("reply"));
    const reply = story.agentReplies("10:01");
    story.isRefused("10:02", reply);
    story.runsTo("10:35");
    expect(story.session.breaches.get(1)?.withdrawn).toBe(false);
    story.isDeliveredAfterAll("10:36", reply);
    expect(story.session.breaches.get(1)?.withdrawn).toBe(true);
    expect(story.facts.wait).toBeNull();
  });

  test("delivered after all doesn't give what goes on back to those who had it", () => {
    const story = new Story(only("reassign"), ["lan", "bao", "chi"]);
    story.customerWrites("10:00");
    const reply = story.agentReplies("10:01");
    story.isRefused("10:02", reply);
    story.customerWrites("10:03");
    story.runsTo("10:08");
    expect(story.facts.assignee).toBe("bao");
    story.isDeliveredAfterAll("10:09", reply);
    expect(story.facts.wait).toMatchObject({ number: 2, holders: ["bao", "lan"] });
    story.runsTo("10:20");
    expect(story.facts.wait?.holders).toContain("chi");
  });
});

describe("a blocked contact", () => {
  test("has the open session closed silently", () => {
    const story = started();
    story.isBlocked("10:01");
    expect(story.facts.closed?.kind).toBe("blocked");
    expect(story.endMessages).toEqual([]);
    expect(waits(story)).toEqual([[1, "10:00", "10:01", "unanswered"]]);
  });
});

describe("merged contacts", () => {
  /** Ends the story's session in the other's. */
  function merge(at: string, kept: Story, gone: Story): void {
    kept.now = time(at);
    gone.now = time(at);
    const moved = gone.session.entries;
    kept.session.entries = [...kept.session.entries, ...moved].sort((a, b) => a.seq - b.seq);
    const breach = gone.session.breaches.get(gone.facts.wait?.number ?? 0);
    kept.tell({
      type: "sessionAbsorbed",
      other: gone.facts,
      history: historyOf(kept.session),
      otherMessages: moved.map(({ message }) => message.id),
      otherBreachBy: breach?.memberId ?? null,
    });
    gone.tell({ type: "sessionMergedAway" });
  }

  test("keep the session with the older wait; without a wait, the newer session", () => {
    const older = started();
    const newer = new Story();
    newer.customerWrites("10:05");
    expect(survivesMerge(older.facts, newer.facts)).toBe("a");
    older.agentReplies("10:06");
    expect(survivesMerge(older.facts, newer.facts)).toBe("b");
    newer.agentReplies("10:07");
    expect(survivesMerge(older.facts, newer.facts)).toBe("b");
  });

  test("make one wait of both, with the tries, and close the other without an end message", () => {
    const kept = started(only("reassign", "closure"));
    const gone = new Story(only("reassign", "closure"), ["chi", "dao"]);
    gone.customerWrites("10:01");
    gone.runsTo("10:06");
    merge("10:07", kept, gone);
    expect(kept.facts.wait).toMatchObject({
      number: 1,
      startedAt: time("10:00"),
      tries: 1,
      holders: ["lan", "chi", "dao"],
    });
    expect(gone.facts.closed?.kind).toBe("merged");
    expect(gone.endMessages).toEqual([]);
    expect(waits(gone)).toEqual([[1, "10:01", "10:07", "merged"]]);
    kept.agentReplies("10:08");
    expect(kept.due.closeAt).toBe("10:38");
  });

  test("owe what a reply in the other session didn't answer", () => {
    const kept = started(only("closure"));
    const gone = new Story(only("closure"));
    gone.customerWrites("10:01");
    const elsewhere = gone.agentReplies("10:02");
    merge("10:03", kept, gone);
    expect(kept.facts.wait).toMatchObject({ startedAt: time("10:00") });
    kept.isRefused("10:04", elsewhere);
    expect(kept.facts.wait).toMatchObject({ number: 1, startedAt: time("10:00") });
    kept.agentReplies("10:05");
    expect(kept.facts.wait).toBeNull();
  });

  test("move the other's breach here, with the member who was responsible", () => {
    const kept = started(only("reply"));
    const gone = new Story(only("reply"), ["dao"]);
    gone.customerWrites("10:01", { stamp: "09:59" });
    gone.runsTo("10:29");
    expect(survivesMerge(kept.facts, gone.facts)).toBe("b");
    merge("10:29", kept, gone);
    expect(kept.session.breaches.get(1)).toMatchObject({
      dueAt: time("10:29"),
      memberId: "dao",
      withdrawn: false,
    });
    expect(gone.session.breaches.get(1)?.withdrawn).toBe(true);
    kept.runsTo("11:00");
    expect(kept.acts("overdue")).toEqual([]);
  });
});
