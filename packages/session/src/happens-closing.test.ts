/** clock.md §5, "What happens": closing, going on, and manual acts. */
import { describe, expect, test } from "vitest";
import { placeCustomerMessage } from "./index.ts";
import { only, settings } from "./testkit/builders.ts";
import { Story } from "./testkit/story.ts";
import { time } from "./testkit/time.ts";

/** A story in which Lan answered at 10:00. */
function answered(account = only("closure")): Story {
  const story = new Story(account);
  story.customerWrites("09:59");
  story.agentReplies("10:00");
  return story;
}

function endStates(story: Story): string[] {
  return story.endMessages.map(({ state }) => state);
}

describe("closing by the clock", () => {
  test("writes state, reason, end message and timeline entry in one decision", () => {
    const story = answered();
    story.runsTo("10:30");
    expect(story.facts.closed).toEqual({
      at: time("10:30"),
      kind: "clock",
      by: null,
      reason: null,
    });
    expect(story.endMessages).toMatchObject([{ closeOrdinal: 0, content: { type: "text" } }]);
    expect(story.act("closed")).toMatchObject({
      ordinal: 0,
      explanation: { endMessage: "queued" },
    });
  });

  test("closes silently outside the messaging window, with two minutes' margin", () => {
    const story = new Story(settings({ closure: { afterMinutes: 1 } }, only("closure")));
    story.customerWrites("10:00");
    story.agentReplies("+1d 09:57");
    story.runsTo("+1d 09:58");
    expect(story.facts.closed?.kind).toBe("clock");
    expect(story.act("closed").explanation.endMessage).toBe("windowClosed");
    expect(story.endMessages).toEqual([]);
  });

  test("still sends the message just inside the margin", () => {
    const story = new Story(settings({ closure: { afterMinutes: 1 } }, only("closure")));
    story.customerWrites("10:00");
    story.agentReplies("+1d 09:56");
    story.runsTo("+1d 09:57");
    expect(endStates(story)).toEqual(["queued"]);
  });

  test("sends the template outside the window, if one is configured", () => {
    const template = { name: "bye", language: "vi" };
    const account = settings(
      { closure: { afterMinutes: 1440, outsideWindow: { template } } },
      only("closure"),
    );
    const story = answered(account);
    story.runsTo("+1d 10:00");
    expect(story.endMessages[0]?.content).toEqual({ type: "template", template });
  });

  test("measures the window across sessions", () => {
    const story = answered();
    story.isClosed("10:01");
    story.agentReplies("10:02");
    expect(story.facts.lastCustomerStamp).toBe(time("09:59"));
  });

  test("sends nothing if the message is empty or the channel has no templates", () => {
    const empty = answered(settings({ closure: { message: "  " } }, only("closure")));
    empty.runsTo("10:30");
    expect(empty.act("closed").explanation.endMessage).toBe("off");
    const template = { name: "bye", language: "vi" };
    const account = settings(
      { closure: { afterMinutes: 1440, outsideWindow: { template } } },
      only("closure"),
    );
    const plain = answered(account);
    plain.limits = { ...plain.limits, templates: false };
    plain.runsTo("+1d 10:00");
    expect(plain.endMessages).toEqual([]);
  });
});

describe("closing by a person", () => {
  test("keeps their reason, and sends the end message if they choose so", () => {
    const story = answered();
    story.isClosed("10:01", { by: "bao", sendMessage: true });
    expect(story.facts.closed).toMatchObject({ kind: "member", by: "bao", reason: "done" });
    expect(endStates(story)).toEqual(["queued"]);
    const silent = answered();
    silent.isClosed("10:01", { sendMessage: false });
    expect(silent.endMessages).toEqual([]);
  });

  test("during a wait is recorded as unanswered", () => {
    const story = new Story();
    story.customerWrites("10:00");
    story.isClosed("10:01");
    expect(story.session.waits.get(1)).toMatchObject({ outcome: "unanswered", answeredBy: null });
  });

  test("can't happen twice", () => {
    const story = answered();
    story.isClosed("10:01");
    expect(story.isClosed("10:02")).toEqual({ type: "rejected", code: "session_closed" });
  });
});

describe("a customer who writes after the close", () => {
  test("opens a new session and withdraws an end message that is unclaimed", () => {
    const story = answered();
    story.runsTo("10:30");
    story.customerWrites("10:31");
    expect(story.sessions).toHaveLength(2);
    expect(story.facts.wait?.number).toBe(1);
    expect(endStates(story)).toEqual(["withdrawn"]);
  });

  test("can't withdraw an end message that is claimed already", () => {
    const story = answered();
    story.runsTo("10:30");
    story.endMessageIsClaimed();
    story.customerWrites("10:31");
    expect(endStates(story)).toEqual(["claimed"]);
  });

  test("withdraws it also when an agent opened the new session before", () => {
    const story = answered();
    story.runsTo("10:30");
    story.agentReplies("10:31");
    expect(endStates(story)).toEqual(["queued"]);
    story.customerWrites("10:32");
    expect(endStates(story)).toEqual(["withdrawn"]);
  });

  test("goes on in the same session within the minutes chosen, measured on the message's time", () => {
    const story = answered(settings({ closure: { reopenWithinMinutes: 10 } }, only("closure")));
    story.runsTo("10:30");
    story.customerWrites("10:45", { stamp: "10:40" });
    expect(story.sessions).toHaveLength(1);
    expect(story.facts).toMatchObject({
      closed: null,
      wait: { number: 2, startedAt: time("10:40") },
    });
    story.agentReplies("10:46");
    story.runsTo("11:16");
    story.customerWrites("11:27");
    expect(story.sessions).toHaveLength(2);
  });
});

describe("a message that was on its way when the session closed", () => {
  test("stamped before or in the same second as the close makes the close void", () => {
    const story = answered();
    story.runsTo("10:30:00.400");
    story.customerWrites("10:30:05", { stamp: "10:30" });
    expect(story.sessions).toHaveLength(1);
    expect(story.facts).toMatchObject({
      closed: null,
      wait: { number: 2, startedAt: time("10:30") },
    });
    expect(endStates(story)).toEqual(["withdrawn"]);
    expect(story.act("reopened").explanation.reason).toBe("void");
  });

  test("makes a person's close void as well", () => {
    const story = answered();
    story.isClosed("10:05");
    story.customerWrites("10:06", { stamp: "10:04" });
    expect(story.facts.closed).toBeNull();
  });

  test("stamped a second later opens a new session", () => {
    const story = answered();
    story.runsTo("10:30");
    story.customerWrites("10:30:05", { stamp: "10:30:01" });
    expect(story.sessions).toHaveLength(2);
  });

  test("joins a newer session if one is open, and the close stands", () => {
    const story = answered();
    story.runsTo("10:30");
    story.agentReplies("10:31");
    story.customerWrites("10:32", { stamp: "10:29" });
    expect(story.sessions).toHaveLength(2);
    expect(story.sessions[0]?.facts.closed?.kind).toBe("clock");
    expect(story.facts.wait?.startedAt).toBe(time("10:29"));
  });

  test("comes before reopen within, and never to a session that was blocked or merged", () => {
    const story = answered();
    const account = settings({ closure: { reopenWithinMinutes: 10 } });
    story.isBlocked("10:05");
    const message = { stamp: time("10:04"), at: time("10:04") };
    const chosen = { ...account, versions: { account: 1, channel: null } };
    expect(placeCustomerMessage(story.facts, message, chosen)).toBe("open");
    const closed = answered();
    closed.isClosed("10:05");
    expect(placeCustomerMessage(closed.facts, message, chosen)).toBe("void");
  });
});

describe("a session that goes on", () => {
  test("works the wait out again from the messages", () => {
    const story = new Story(only());
    story.customerWrites("10:00");
    story.isClosed("10:05");
    story.isReopened("10:06");
    expect(story.facts.wait).toMatchObject({ number: 1, startedAt: time("10:00") });
    expect(story.session.waits.size).toBe(0);
  });

  test("keeps the assignee if still active, and finds another one if not", () => {
    const kept = answered();
    kept.isClosed("10:05");
    kept.isReopened("10:06");
    expect(kept.facts.assignee).toBe("lan");
    const gone = new Story(only());
    gone.customerWrites("10:00");
    gone.isClosed("10:05");
    gone.memberChanges("lan", { active: false });
    gone.isReopened("10:06");
    expect(gone.facts.assignee).toBe("bao");
  });

  test("can only be the latest, and only a closed one", () => {
    const story = answered();
    expect(story.isReopened("10:01")).toEqual({ type: "rejected", code: "session_open" });
    story.isClosed("10:02");
    story.customerWrites("10:03");
    const [old] = story.sessions;
    expect(story.isReopened("10:04", "lan", old)).toEqual({
      type: "rejected",
      code: "session_not_latest",
    });
  });

  test("may be closed again, with another end message", () => {
    const story = answered();
    story.runsTo("10:30");
    story.endMessageIsClaimed();
    story.isReopened("10:31");
    story.runsTo("11:01");
    expect(story.endMessages.map(({ closeOrdinal }) => closeOrdinal)).toEqual([0, 1]);
  });
});

describe("a snooze", () => {
  test("suspends only the close: a customer who is owed a reply still waits", () => {
    const story = new Story();
    story.customerWrites("10:00");
    story.isSnoozed("10:01", "12:00");
    expect(story.due).toMatchObject({ overdueAt: "10:30", reassignAt: "10:05", wakeAt: "12:00" });
    story.runsTo("10:30");
    expect(story.acts("overdue")).toHaveLength(1);
  });

  test("until a time that has passed changes nothing", () => {
    expect(answered().isSnoozed("10:05", "10:05").type).toBe("ignored");
  });
});

describe("assigning by hand", () => {
  test("the same member changes nothing", () => {
    const story = answered();
    expect(story.isAssigned("10:01", "lan").type).toBe("ignored");
    expect(story.isTaken("10:01", "lan").type).toBe("ignored");
  });

  test("tells everyone concerned except whoever did it", () => {
    const story = answered();
    story.isAssigned("10:01", "bao", "bao");
    expect(story.told("assigned")).toEqual([]);
    expect(story.told("takenAway")).toEqual(["lan"]);
  });

  test("takes back what the one before was told of it", () => {
    const story = answered();
    expect(story.told("assigned")).toEqual(["lan"]);
    story.isAssigned("10:01", "bao");
    expect(story.told("assigned")).toEqual(["bao"]);
  });

  test("takes it back also when they were told in an earlier wait", () => {
    const story = answered();
    story.customerWrites("10:02");
    story.isAssigned("10:03", "bao");
    expect(story.told("assigned")).toEqual(["bao"]);
  });

  test("an unassigned session is never given back to that member in the same wait", () => {
    const story = new Story(only(), ["lan"]);
    story.customerWrites("10:00");
    story.isAssigned("10:01", null);
    expect(story.facts.assignee).toBeNull();
    story.customerWrites("10:02");
    expect(story.tell({ type: "placeOffered" }).type).toBe("ignored");
    story.agentReplies("10:03", "boss");
    story.isAssigned("10:04", null);
    story.customerWrites("10:05");
    expect(story.facts.assignee).toBe("lan");
  });

  test("can't be done in a closed session", () => {
    const story = answered();
    story.isClosed("10:01");
    expect(story.isAssigned("10:02", "bao")).toMatchObject({ code: "session_closed" });
    expect(story.isTaken("10:02", "bao")).toMatchObject({ code: "session_closed" });
    expect(story.isSnoozed("10:02", "11:00")).toMatchObject({ code: "session_closed" });
    expect(story.needsNoReply("10:02")).toMatchObject({ code: "session_closed" });
  });
});
