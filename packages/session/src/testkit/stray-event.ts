import { type Decision, decide, type SessionEvent } from "../index.ts";
import { historyOf } from "./ledger.ts";
import { pick, type Step } from "./random-history.ts";
import type { Story } from "./story.ts";

/** Any event in any state: the machine answers, and nothing is written. */
export function tellStray(story: Story, { a, b }: Step): void {
  const session = pick(story.sessions, a);
  const history = historyOf(session);
  const message = { messageId: "stray", stamp: story.now, at: story.now };
  const received = { type: "customerMessageReceived", ...message } as const;
  const strangers = { id: "strangers", name: "Strangers", members: ["stray"], pointer: "gone" };
  const strays: SessionEvent[] = [
    received,
    { type: "agentMessageWritten", messageId: "stray", by: "lan" },
    { type: "agentMessageLeft", messageId: "stray", by: "lan", at: story.now, outcome: "sent" },
    { type: "agentEchoReceived", ...message, history },
    { type: "agentMessageDeliveredAfterAll", messageId: "stray", history },
    {
      type: "agentMessageRefused",
      messageId: "stray",
      by: null,
      wasPending: true,
      reason: "stray",
      history: { messages: [], waits: [], breaches: [] },
      newer: { assignee: null },
      assigneeActive: false,
    },
    {
      type: "sessionReopened",
      why: { type: "void", message: received },
      history,
      assigneeActive: false,
      isLatest: b % 2 === 0,
    },
    { type: "timePassed" },
    { type: "holdEnded" },
    { type: "placeOffered" },
    { type: "sessionTransferred", team: strangers, by: "stray" },
    { type: "sessionTaken", by: "stray" },
    { type: "assigneeWentOffline" },
    { type: "assigneeDeactivated" },
    {
      type: "sessionAbsorbed",
      other: session.facts,
      history,
      otherMessages: [],
      otherBreachBy: null,
    },
    { type: "sessionMergedAway" },
    { type: "settingsApplied" },
  ];
  const event = pick(strays, b);
  const context = story.context(session);
  const [once, again]: [Decision, Decision] = [
    decide(session.facts, event, context),
    decide(session.facts, event, context),
  ];
  if (JSON.stringify(once) !== JSON.stringify(again)) throw new Error("decided otherwise again");
}
