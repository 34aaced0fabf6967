/**
 * Decisions per second of the machine on one core: a mix of events as an inbox makes it, then each kind by
 * itself. `node bench/decide.ts [--full]`
 */
import {
  type Context,
  type Decision,
  decide,
  newSession,
  type Roster,
  type SessionEvent,
  type SessionFacts,
  type SettingsInForce,
} from "@punctual/session";
import { type Bench, type Figure, OURS } from "./lib/bench-result.ts";
import { runAlone } from "./lib/run-alone.ts";

interface Case {
  readonly name: string;
  /** How often it happens in the mix, of 100. */
  readonly share: number;
  readonly facts: SessionFacts;
  readonly event: SessionEvent;
  readonly context: Context;
}

const MINUTE = 60_000;
const START = Date.UTC(2026, 0, 5, 10);

const settings: SettingsInForce = {
  closure: {
    enabled: true,
    afterMinutes: 30,
    message: "Bye {{contact.firstName}}",
    outsideWindow: "silent",
    reopenWithinMinutes: null,
  },
  reassign: { enabled: true, afterMinutes: 5, maxPerWait: 3 },
  reply: { enabled: true, limitMinutes: 30, warnMinutes: 5, countFrom: "customerMessage" },
  versions: { account: 7, channel: null },
};

const roster: Roster = {
  businessHours: null,
  rules: [
    {
      id: "rule",
      name: "Everyone in turn",
      enabled: true,
      conditions: {},
      target: { everyone: true },
      mode: "sequential",
      previousAgentFirst: false,
      ownerFirst: false,
      onlineOnly: true,
      capacity: 20,
      pointer: "agent 3",
    },
  ],
  members: Array.from({ length: 10 }, (_, index) => ({
    id: `agent ${index}`,
    active: true,
    online: index % 4 !== 0,
    capacity: null,
    channels: null,
    open: index * 3,
  })),
};

function contextAt(now: number): Context {
  return {
    now,
    settings: { current: settings, newest: settings },
    roster,
    team: null,
    contact: {
      channelId: "channel",
      tags: [],
      attributes: {},
      returning: true,
      previousAgent: null,
      owner: null,
    },
    limits: { windowMs: 24 * 60 * MINUTE, windowMarginMs: 2 * MINUTE, templates: true },
    hold: false,
    random: 0.5,
  };
}

/** The facts after some events, each a minute after the one before. */
function factsAfter(...events: SessionEvent[]): SessionFacts {
  let facts = newSession(START, settings.versions, null);
  for (const [minute, event] of events.entries()) {
    const decision = decide(facts, event, contextAt(START + minute * MINUTE));
    if (decision.type === "decided") facts = decision.facts;
  }
  return facts;
}

const HELLO: SessionEvent = {
  type: "customerMessageReceived",
  messageId: "m1",
  at: START,
  stamp: START,
};
const REPLY: SessionEvent = { type: "agentMessageWritten", messageId: "m2", by: "agent 5" };
const LEFT: SessionEvent = {
  type: "agentMessageLeft",
  messageId: "m2",
  by: "agent 5",
  at: START + 2 * MINUTE,
  outcome: "sent",
};
const MORE: SessionEvent = {
  type: "customerMessageReceived",
  messageId: "m3",
  at: START + 3 * MINUTE,
  stamp: START + 3 * MINUTE,
};
const TIME: SessionEvent = { type: "timePassed" };

const waiting = factsAfter(HELLO);
const answered = factsAfter(HELLO, REPLY, LEFT);
const sending = factsAfter(HELLO, REPLY);
const exhausted: SessionFacts = {
  ...waiting,
  wait: waiting.wait === null ? null : { ...waiting.wait, exhausted: true },
};
const later = contextAt(START + 3 * MINUTE);

const CASES: readonly Case[] = [
  {
    name: "a session opens, routed among 10",
    share: 6,
    facts: newSession(START, settings.versions, null),
    event: HELLO,
    context: contextAt(START),
  },
  {
    name: "customer writes, a wait starts",
    share: 26,
    facts: answered,
    event: MORE,
    context: later,
  },
  { name: "customer writes again", share: 14, facts: waiting, event: MORE, context: later },
  { name: "agent writes", share: 22, facts: waiting, event: REPLY, context: later },
  { name: "agent's message left", share: 22, facts: sending, event: LEFT, context: later },
  {
    name: "reassigned by the clock among 10",
    share: 2,
    facts: waiting,
    event: TIME,
    context: contextAt(START + 5 * MINUTE),
  },
  {
    name: "warned",
    share: 1,
    facts: exhausted,
    event: TIME,
    context: contextAt(START + 25 * MINUTE),
  },
  {
    name: "overdue",
    share: 1,
    facts: exhausted,
    event: TIME,
    context: contextAt(START + 30 * MINUTE),
  },
  {
    name: "closed by the clock",
    share: 6,
    facts: answered,
    event: TIME,
    context: contextAt(START + 32 * MINUTE),
  },
];

/** Keeps what was decided reachable, so that no work can be optimised away. */
const kept: { last: Decision | null } = { last: null };

function perSecond(cases: readonly Case[], seconds: number): number {
  const until = performance.now() + seconds * 1000;
  const start = performance.now();
  let count = 0;
  while (performance.now() < until) {
    for (let round = 0; round < 100; round++) {
      for (const { facts, event, context } of cases) kept.last = decide(facts, event, context);
    }
    count += cases.length * 100;
  }
  return (count / (performance.now() - start)) * 1000;
}

/** The cases as often as they happen, spread evenly. */
function mix(): readonly Case[] {
  const all = CASES.flatMap((each) =>
    Array.from({ length: each.share }, (_, index) => ({ each, place: (index + 0.5) / each.share })),
  );
  return all.sort((a, b) => a.place - b.place).map(({ each }) => each);
}

export const decisions: Bench = async ({ full }) => {
  const seconds = full ? 5 : 1;
  perSecond(mix(), 1);
  const figures: Figure[] = [{ ...FIGURE, name: "mix of all", value: perSecond(mix(), seconds) }];
  for (const each of CASES) {
    figures.push({ ...FIGURE, name: each.name, value: perSecond([each], seconds / 4) });
  }
  if (kept.last?.type !== "decided") throw new Error("nothing was decided");
  return { about: { seconds }, figures };
};

const FIGURE = { subject: OURS, unit: "/s" } as const;

if (import.meta.main) await runAlone("decide", decisions);
