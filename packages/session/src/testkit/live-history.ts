/**
 * Lives a random history: tells its steps to a story, or to two whose contacts may be merged, lets late
 * timers fire in between, and has everything watched by `Never`.
 */
import { survivesMerge } from "../index.ts";
import { member, only, settings } from "./builders.ts";
import {
  changeContact,
  changeHours,
  changeMember,
  changeRules,
  changeTeam,
  deactivateMember,
  RULES,
} from "./change-staff.ts";
import { type Entry, historyOf, type StoredSession } from "./ledger.ts";
import { Never } from "./never.ts";
import { owedMessages } from "./oracle.ts";
import {
  type History,
  type Kind,
  MEMBERS,
  MINUTE,
  pick,
  SECOND,
  type Step,
} from "./random-history.ts";
import { Story } from "./story.ts";
import { tellStray } from "./stray-event.ts";
import { time } from "./time.ts";

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
  settings({ closure: { afterMinutes: 1439 }, reply: { limitMinutes: 31, warnMinutes: 30 } }),
  settings({ reply: { limitMinutes: 9, warnMinutes: 8 }, reassign: { enabled: false } }),
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

const TEAMS = [
  ["pair", ["chi", "bao"]],
  ["single", ["dao"]],
  ["nobody", []],
] as const;

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
    story.roster = { businessHours: null, members, rules: [pick(RULES, history.rule)] };
    for (const [id, members] of TEAMS) story.teams.put(id, members);
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
      case "memberIsDeactivated":
        deactivateMember(story, step);
        return;
      case "rulesChange":
        changeRules(story, step);
        return;
      case "hoursChange":
        changeHours(story, step);
        return;
      case "contactChanges":
        changeContact(story, step);
        return;
      case "teamChanges":
        changeTeam(story, step);
        return;
      case "endMessageIsClaimed":
        story.endMessageIsClaimed();
        return;
      case "isSavedAndTakenBack":
        this.#saveAndTakeBack(story, step);
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

  /** A save that somebody regrets at once, after the timers saw it. */
  #saveAndTakeBack(story: Story, { a }: Step): void {
    const latest = story.sessions.at(-1);
    const { current } = story.choice(latest);
    const reach = latest !== undefined;
    story.isSaved(story.now, pick(CLOCKS, a), "all", { reach });
    const due = dueOf(story);
    if (due !== null && due <= story.now) story.timerFires(story.now);
    story.isSaved(story.now, current, "all", { reach });
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
    case "isTransferred": {
      const [team] = pick(TEAMS, step.b);
      if (story.teams.find(team) !== null) story.tell(story.teams.transfer(team, by));
      return;
    }
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

function save(story: Story, { kind, a, b }: Step): void {
  const applyTo = b % 2 === 0 ? "all" : "nextMessage";
  const options = { reach: b % 3 !== 0 && story.sessions.length > 0 };
  if (kind === "isSaved") story.isSaved(story.now, pick(CLOCKS, a), applyTo, options);
  else story.isSavedForChannel(story.now, pick(OVERRIDES, a), applyTo, options);
}

function stampOf({ stampAgoMs, wholeSeconds }: Step, at: number): number {
  const stamp = at - stampAgoMs;
  return wholeSeconds ? Math.floor(stamp / SECOND) * SECOND : stamp;
}
