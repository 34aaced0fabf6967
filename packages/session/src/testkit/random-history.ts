/**
 * Random histories: steps as plain data, so that fast-check can shrink them, and one way to live them.
 * A step says how much time passes, how late timers are, and what happens; numbers choose among what
 * is possible then.
 */
import fc from "fast-check";
import { type Decision, decide, type SessionEvent, survivesMerge } from "../index.ts";
import { member, only, rule, settings } from "./builders.ts";
import { type Entry, historyOf, type StoredSession } from "./ledger.ts";
import { Never } from "./never.ts";
import { owedMessages } from "./oracle.ts";
import { Story } from "./story.ts";
import { time } from "./time.ts";

const SECOND = 1000;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Weighted: what happens most in a chat happens most here. */
const KINDS = {
  customerWrites: 14,
  agentReplies: 8,
  agentWrites: 8,
  sendIsSettled: 10,
  isRefused: 5,
  isDeliveredAfterAll: 4,
  echoes: 5,
  needsNoReply: 3,
  isAssigned: 3,
  isUnassigned: 2,
  isTaken: 2,
  isClosed: 3,
  isReopened: 3,
  isSnoozed: 3,
  isWoken: 1,
  isSaved: 3,
  isSavedForChannel: 2,
  saveReaches: 2,
  memberChanges: 10,
  placeIsOffered: 4,
  assigneeGoesOffline: 2,
  assigneeIsDeactivated: 1,
  outageBegins: 1,
  holdEnds: 2,
  endMessageIsClaimed: 2,
  isBlocked: 1,
  contactsAreMerged: 1,
  strayEvent: 3,
  nothing: 6,
} as const;

type Kind = keyof typeof KINDS;
const MEMBERS = ["lan", "bao", "chi", "dao"] as const;

/** Time that passes before a step; `due`: up to the very next deadline, `justBefore`: 1 ms less. */
const GAPS = [
  0,
  0,
  1,
  400,
  SECOND,
  20 * SECOND,
  MINUTE,
  3 * MINUTE,
  7 * MINUTE,
  31 * MINUTE,
] as const;
const JUMPS = ["due", "due", "justBefore", 5 * HOUR, 25 * HOUR] as const;
/** How far a provider's stamp lies before the arrival. */
const STAMPS = [
  0,
  0,
  0,
  SECOND,
  10 * SECOND,
  3 * MINUTE,
  40 * MINUTE,
  5 * HOUR,
  26 * HOUR,
  -5 * SECOND,
];

export interface Step {
  readonly kind: Kind;
  readonly gap: number | "due" | "justBefore";
  /** Timers fire this long after they are due. */
  readonly lagMs: number;
  /** At one instant: whether the timers come first. */
  readonly timersFirst: boolean;
  readonly stampAgoMs: number;
  readonly wholeSeconds: boolean;
  readonly second: boolean;
  readonly a: number;
  readonly b: number;
}

export interface History {
  readonly settings: number;
  readonly rule: number;
  /** Who is online at first, a bit for each. */
  readonly online: number;
  readonly steps: readonly Step[];
}

const choice = fc.nat({ max: 1000 });

const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.oneof(
    ...Object.entries(KINDS).map(([kind, weight]) => ({
      weight,
      arbitrary: fc.constant(kind as Kind),
    })),
  ),
  gap: fc.oneof(
    { weight: 5, arbitrary: fc.constantFrom(...GAPS) },
    { weight: 3, arbitrary: fc.constantFrom(...JUMPS) },
  ),
  lagMs: fc.constantFrom(0, 0, 0, 4, 700, 90 * SECOND),
  timersFirst: fc.boolean(),
  stampAgoMs: fc.constantFrom(...STAMPS),
  wholeSeconds: fc.boolean(),
  second: fc.nat({ max: 9 }).map((n) => n === 9),
  a: choice,
  b: choice,
});

/** About `length` steps. */
export function historyOfLength(length: number): fc.Arbitrary<History> {
  return fc.record({
    settings: choice,
    rule: choice,
    online: fc.nat({ max: 15 }).map((bits) => 15 - bits),
    steps: fc.array(step, { minLength: 1, maxLength: length, size: "max" }),
  });
}

/** Which sends a step may settle. */
const SENDS: Partial<Record<Kind, readonly Entry["send"][]>> = {
  sendIsSettled: ["pending"],
  isRefused: ["pending", "sent", "unknown"],
  isDeliveredAfterAll: ["refused"],
};

const CLOCKS = [
  settings(),
  settings({ closure: { afterMinutes: 4 }, reply: { limitMinutes: 8, warnMinutes: 3 } }),
  settings({ reply: { countFrom: "firstAssignment", limitMinutes: 10, warnMinutes: 2 } }),
  settings({ closure: { reopenWithinMinutes: 10 }, reassign: { afterMinutes: 1, maxPerWait: 1 } }),
  settings({ reply: { limitMinutes: 12 }, reassign: { afterMinutes: 20 } }),
  settings({ closure: { afterMinutes: 1440 }, reply: { limitMinutes: 31, warnMinutes: 30 } }),
  only("closure"),
  only("reply"),
  only("reassign"),
  settings({ closure: { message: null }, reassign: { enabled: false } }),
  settings({ closure: { outsideWindow: { template: { name: "bye", language: "vi" } } } }),
];

const OVERRIDES = [
  { closure: null, reassign: null, reply: null },
  { closure: settings({ closure: { afterMinutes: 2 } }).closure, reassign: null, reply: null },
  { closure: null, reassign: settings({ reassign: { enabled: false } }).reassign, reply: null },
  { closure: null, reassign: null, reply: settings({ reply: { limitMinutes: 9 } }).reply },
  { closure: null, reassign: null, reply: settings({ reply: { enabled: false } }).reply },
];

const RULES = [
  rule(),
  rule({ onlineOnly: false, mode: "leastBusy" }),
  rule({ capacity: 2, previousAgentFirst: true, ownerFirst: true }),
  rule({ mode: "random" }),
  rule({ target: { members: ["bao", "chi"] } }),
];

/** Lives a history; throws, with the number of the rule of §9, when one is broken. */
export function live(history: History): void {
  const world = new World(history);
  for (const each of history.steps) world.live(each);
}

class World {
  readonly #never = new Never();
  readonly #first: Story;
  readonly #second: Story;
  #merged: Story | null = null;
  readonly #final = new Set<string>();

  constructor(history: History) {
    this.#first = this.#story(history);
    this.#second = this.#story(history);
  }

  live(step: Step): void {
    const story = this.#merged ?? (step.second ? this.#second : this.#first);
    story.now = Math.max(this.#first.now, this.#second.now);
    this.#advance(story, step);
    story.random = (step.b % 100) / 100;
    this.#happens(story, step);
    this.#never.checkState(story);
  }

  #story(history: History): Story {
    const story = new Story(pick(CLOCKS, history.settings), [...MEMBERS]);
    const members = MEMBERS.map((id, index) =>
      member(id, {
        capacity: index === 0 ? 3 : null,
        online: Math.floor(history.online / 2 ** index) % 2 === 1,
      }),
    );
    story.roster = { members, rules: [pick(RULES, history.rule)] };
    story.contact = { ...story.contact, owner: "dao", previousAgent: "chi" };
    story.now = time("08:00");
    story.watch = this.#never.watch;
    return story;
  }

  /** Lets the time of a step pass, with the timers that are due in it. */
  #advance(story: Story, { gap, lagMs, timersFirst }: Step): void {
    const next = story.sessions.at(-1)?.nextDueAt ?? null;
    const jump = next === null ? MINUTE : Math.max(0, next - story.now);
    const passes = gap === "due" ? jump : gap === "justBefore" ? Math.max(0, jump - 1) : gap;
    const end = story.now + passes;
    for (let due = dueOf(story); due !== null; due = dueOf(story)) {
      const fires = Math.max(due + lagMs, story.now);
      if (fires > end || (fires === end && !timersFirst)) break;
      story.timerFires(fires);
      this.#never.checkState(story);
    }
    story.now = end;
  }

  #happens(story: Story, step: Step): void {
    const at = story.now;
    const latest = story.sessions.at(-1);
    const by = pick(MEMBERS, step.a);
    switch (step.kind) {
      case "customerWrites": {
        story.customerWrites(at, { stamp: stampOf(step, at) });
        if (story.endMessages.some(({ state }) => state === "queued")) {
          throw new Error("§9.3: an end message is unclaimed after the customer wrote");
        }
        return;
      }
      case "agentReplies":
        story.agentReplies(at, by);
        return;
      case "agentWrites":
        story.agentWrites(at, by);
        return;
      case "echoes":
        story.echoes(at, { stamp: stampOf(step, at) });
        return;
      case "sendIsSettled":
      case "isRefused":
      case "isDeliveredAfterAll":
        this.#settleSend(story, step);
        return;
      case "contactsAreMerged":
        this.#merge();
        return;
      case "outageBegins":
        story.hold = true;
        return;
      case "holdEnds":
        this.#endHold(story);
        return;
      case "memberChanges":
        changeMember(story, step);
        return;
      case "endMessageIsClaimed":
        story.endMessageIsClaimed();
        return;
      case "isSaved":
      case "isSavedForChannel":
        save(story, step);
        return;
      case "nothing":
        return;
      default:
        if (latest !== undefined) actOn(story, latest, step);
    }
  }

  #settleSend(story: Story, { kind, a, b }: Step): void {
    const states = SENDS[kind] ?? [];
    const entries = story.sessions
      .flatMap((session) => session.entries)
      .filter(({ message, send }) => message.type === "agent" && states.includes(send))
      .filter(({ message }) => !this.#final.has(message.id));
    const entry = entries.at(-1 - (a % Math.max(1, Math.min(3, entries.length))));
    if (entry === undefined) return;
    const { id } = entry.message;
    if (kind === "sendIsSettled") {
      story.leaves(story.now, id, b % 4 === 0 ? "unknown" : "sent");
    } else if (kind === "isRefused") {
      story.isRefused(story.now, id);
    } else {
      this.#final.add(id);
      story.isDeliveredAfterAll(story.now, id);
    }
  }

  #endHold(story: Story): void {
    story.hold = false;
    for (const session of story.sessions) {
      if (session.facts.held) story.tell({ type: "holdEnded" }, session);
    }
  }

  #merge(): void {
    const [a, b] = [this.#first.sessions.at(-1), this.#second.sessions.at(-1)];
    if (this.#merged !== null || a === undefined || b === undefined) return;
    if (a.facts.closed !== null || b.facts.closed !== null) return;
    const isFirst = survivesMerge(a.facts, b.facts) === "a";
    const story = isFirst ? this.#first : this.#second;
    const other = isFirst ? this.#second : this.#first;
    const [kept, gone] = isFirst ? [a, b] : [b, a];
    story.now = Math.max(story.now, other.now);
    other.now = story.now;
    this.#carry(kept, gone);
    const moved = gone.entries;
    kept.entries = [...kept.entries, ...moved].sort((x, y) => x.seq - y.seq);
    gone.entries = [];
    const breach = gone.breaches.get(gone.facts.wait?.number ?? 0);
    story.tell({
      type: "sessionAbsorbed",
      other: gone.facts,
      history: historyOf(kept),
      otherMessages: moved.map(({ message }) => message.id),
      otherBreachBy: breach?.memberId ?? null,
    });
    other.tell({ type: "sessionMergedAway" });
    this.#merged = story;
    this.#never.checkState(story);
  }

  /** A reply in one of the sessions answered nothing in the other, until they were merged. */
  #carry(kept: StoredSession, gone: StoredSession): void {
    const memory = this.#never.memoryOf(kept);
    const others = this.#never.memoryOf(gone);
    const last = Math.max(...[...kept.entries, ...gone.entries].map(({ seq }) => seq), 0);
    for (const { message } of gone.entries) memory.merged.set(message.id, last);
    // Waits that ended stay with the other session: one that comes back later is a new wait.
    for (const { id } of owedMessages(gone, others)) {
      memory.holders.set(id, others.holders.get(id) ?? new Set());
      memory.notBack.set(id, others.notBack.get(id) ?? new Set());
    }
    for (const id of others.settled) memory.settled.add(id);
    memory.closeAnchors.push(...others.closeAnchors);
    memory.mayClose ||= others.mayClose;
    memory.windowFrom = Math.max(memory.windowFrom, others.windowFrom);
    for (const { message } of gone.entries) {
      if (message.type === "customer") {
        memory.windowFrom = Math.max(memory.windowFrom, message.stamp);
      }
    }
  }
}

function dueOf(story: Story): number | null {
  return story.sessions.at(-1)?.nextDueAt ?? null;
}

function actOn(story: Story, latest: StoredSession, step: Step): void {
  const at = story.now;
  const by = pick(MEMBERS, step.a);
  switch (step.kind) {
    case "needsNoReply":
      story.needsNoReply(at, by);
      return;
    case "isAssigned":
      story.isAssigned(at, by);
      return;
    case "isUnassigned":
      story.isAssigned(at, null);
      return;
    case "isTaken":
      story.isTaken(at, by);
      return;
    case "isClosed":
      story.isClosed(at, { by, sendMessage: step.b % 2 === 0 });
      return;
    case "isReopened":
      story.isReopened(at, by, step.b % 5 === 0 ? pick(story.sessions, step.a) : latest);
      return;
    case "isSnoozed":
      story.isSnoozed(at, at + ((step.b % 60) - 2) * MINUTE);
      return;
    case "isWoken":
      story.isSnoozed(at, null);
      return;
    case "saveReaches":
      story.tell({ type: "settingsApplied" });
      return;
    case "placeIsOffered":
      story.tell({ type: "placeOffered" });
      return;
    case "isBlocked":
      story.isBlocked(at);
      return;
    case "assigneeGoesOffline":
      if (latest.facts.assignee !== null) {
        story.memberChanges(latest.facts.assignee, { online: false });
        story.tell({ type: "assigneeWentOffline" });
      }
      return;
    case "assigneeIsDeactivated":
      if (latest.facts.assignee !== null) {
        story.memberChanges(latest.facts.assignee, { active: false, online: false });
        story.tell({ type: "assigneeDeactivated" });
      }
      return;
    case "strayEvent":
      tellStray(story, step);
      return;
    default:
      return;
  }
}

function changeMember(story: Story, { a, b }: Step): void {
  const id = pick(MEMBERS, a);
  const change = [
    { online: true, active: true, open: 0 },
    { online: true, active: true, open: 0 },
    { online: true, active: true },
    { online: false },
    { open: 9 },
    { open: 0 },
    { capacity: 2 },
  ];
  story.memberChanges(id, pick(change, b));
  // Presence and capacity drain the line at once, usually.
  if (b % 7 !== 0 && story.sessions.length > 0) story.tell({ type: "placeOffered" });
}

function save(story: Story, { kind, a, b }: Step): void {
  const applyTo = b % 2 === 0 ? "all" : "nextMessage";
  const options = { reach: b % 3 !== 0 && story.sessions.length > 0 };
  if (kind === "isSaved") story.isSaved(story.now, pick(CLOCKS, a), applyTo, options);
  else story.isSavedForChannel(story.now, pick(OVERRIDES, a), applyTo, options);
}

/** Any event in any state: the machine answers, and nothing is written. */
function tellStray(story: Story, { a, b }: Step): void {
  const session = pick(story.sessions, a);
  const history = historyOf(session);
  const message = { messageId: "stray", stamp: story.now, at: story.now };
  const received = { type: "customerMessageReceived", ...message } as const;
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

function stampOf({ stampAgoMs, wholeSeconds }: Step, at: number): number {
  const stamp = at - stampAgoMs;
  return wholeSeconds ? Math.floor(stamp / SECOND) * SECOND : stamp;
}

function pick<T>(from: readonly T[], index: number): T {
  const chosen = from[index % from.length];
  if (chosen === undefined) throw new Error("nothing to choose from");
  return chosen;
}
