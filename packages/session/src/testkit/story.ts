/**
 * Tells stories to the machine: one contact on one channel, with a reference ledger kept as the store
 * would keep it, so that tests read like what happened. Imported only by tests.
 */
import type { ApplyTo, ClockOverride, ClockSettings } from "@punctual/contract";
import {
  type Act,
  type Context,
  clampCustomerStamp,
  clampEchoStamp,
  type Deadlines,
  type Decision,
  decide,
  type HistoryMessage,
  type MemberId,
  type MessageId,
  type Ms,
  type Notified,
  newSession,
  placeCustomerMessage,
  placeEcho,
  type Roster,
  type RosterMember,
  rosterAfter,
  type SessionEvent,
  type SessionFacts,
  type SettingsChoice,
  type SettingsInForce,
  type SettingsVersions,
} from "../index.ts";
import { ALL_ON, rosterOf } from "./builders.ts";
import { deepFreeze } from "./deep-freeze.ts";
import {
  applyDecision,
  type EndMessage,
  type Entry,
  historyOf,
  holderOf,
  type StoredSession,
  storedSession,
} from "./ledger.ts";
import { type Save, Saves } from "./saves.ts";
import { Teams } from "./teams.ts";
import { clockOf, type Time, time } from "./time.ts";

/** What a watcher of a story sees of each decision, before it is written. */
export interface Told {
  readonly story: Story;
  readonly session: StoredSession;
  readonly before: SessionFacts;
  readonly event: SessionEvent;
  readonly context: Context;
  readonly decision: Decision;
}

/** Whether a save reaches the open session at once, as it does unless told otherwise. */
type Reach = { readonly reach?: boolean };

const DAY_MS = 24 * 3_600_000;

/** Stories that share a network write into one commit order. */
let lastSeq = 0;

export class Story {
  now: Ms = time("08:00");
  readonly sessions: StoredSession[] = [];
  roster: Roster;
  readonly teams = new Teams();
  hold = false;
  random = 0;
  contact: Context["contact"] = {
    channelId: "channel",
    tags: [],
    attributes: {},
    returning: false,
    previousAgent: null,
    owner: null,
  };
  limits: Context["limits"] = { windowMs: DAY_MS, windowMarginMs: 120_000, templates: true };
  watch: (told: Told) => void = () => {};
  readonly #saves: Saves;
  #lastCustomerStamp: Ms | null = null;
  #lastSaveAt: Ms = 0;

  constructor(account: ClockSettings = ALL_ON, members: readonly string[] = ["lan", "bao", "chi"]) {
    this.#saves = new Saves(account);
    this.roster = rosterOf(members);
  }

  get session(): StoredSession {
    const latest = this.sessions.at(-1);
    if (latest === undefined) throw new Error("no session was opened yet");
    return latest;
  }

  get facts(): SessionFacts {
    return this.session.facts;
  }

  /** The deadlines as times of day. */
  get due(): Record<keyof Deadlines, string | null> {
    const { wakeAt, closeAt, overdueAt, warnAt, reassignAt } = this.session.deadlines;
    return {
      wakeAt: clockOf(wakeAt),
      closeAt: clockOf(closeAt),
      overdueAt: clockOf(overdueAt),
      warnAt: clockOf(warnAt),
      reassignAt: clockOf(reassignAt),
    };
  }

  acts(kind: Act["kind"], session = this.session): Act[] {
    return session.acts.filter((act) => act.kind === kind);
  }

  /** The latest act of a kind. */
  act(kind: Act["kind"], session = this.session): Act {
    const act = this.acts(kind, session).at(-1);
    if (act === undefined) throw new Error(`no act ${kind}`);
    return act;
  }

  /** To whom notices of a kind stand. */
  told(kind: Notified["kind"]): string[] {
    return this.session.notices.filter((each) => each.kind === kind).map((each) => each.to);
  }

  get endMessages(): EndMessage[] {
    return this.sessions.flatMap((session) => session.endMessages);
  }

  customerWrites(at: Time, options: { stamp?: Time } = {}): MessageId {
    this.now = time(at);
    const stamp = time(options.stamp ?? at);
    const message = {
      messageId: nextId("customer"),
      stamp,
      at: clampCustomerStamp(stamp, this.now),
    };
    const received = { type: "customerMessageReceived", ...message } as const;
    const latest = this.sessions.at(-1)?.facts ?? null;
    const place = placeCustomerMessage(latest, received, this.choice(this.sessions.at(-1)).newest);
    this.#lastCustomerStamp = Math.max(this.#lastCustomerStamp ?? 0, Math.min(stamp, this.now));
    if (place === "open") this.#open();
    if (place === "open" || place === "join") this.tell(received);
    else this.#reopen(this.session, { type: place, message: received });
    const wait = this.facts.wait?.number ?? null;
    const { messageId: id } = message;
    this.#record({ type: "customer", id, stamp, at: message.at, wait, settled: false }, "none");
    return id;
  }

  /** An agent's message that leaves in the moment it is written. */
  agentReplies(at: Time, by?: MemberId): MessageId {
    const id = this.agentWrites(at, by);
    this.leaves(at, id);
    return id;
  }

  agentWrites(at: Time, by?: MemberId): MessageId {
    this.now = time(at);
    const latest = this.sessions.at(-1);
    const writer = by ?? latest?.facts.assignee ?? "lan";
    if (latest === undefined || latest.facts.closed !== null) this.#open();
    const id = nextId("agent");
    this.tell({ type: "agentMessageWritten", messageId: id, by: writer });
    const message = { type: "agent", id, by: writer, refused: false, at: this.now } as const;
    this.#record(message, "pending");
    return id;
  }

  leaves(at: Time, id: MessageId, outcome: "sent" | "unknown" = "sent"): Decision {
    const { session, entry, by } = this.#sent(at, id);
    entry.send = outcome;
    const left = { type: "agentMessageLeft", messageId: id, by, at: this.now, outcome } as const;
    return this.tell(left, session);
  }

  isRefused(at: Time, id: MessageId): Decision {
    const { session, entry, by } = this.#sent(at, id);
    const wasPending = entry.send === "pending";
    entry.send = "refused";
    if (entry.message.type === "agent") entry.message = { ...entry.message, refused: true };
    const refused = {
      type: "agentMessageRefused",
      messageId: id,
      by,
      wasPending,
      reason: "131026",
      history: historyOf(session),
      newer: this.session === session ? null : { assignee: this.facts.assignee },
      assigneeActive: this.#isActive(session.facts.assignee),
    } as const;
    return this.tell(refused, session);
  }

  isDeliveredAfterAll(at: Time, id: MessageId): Decision {
    const { session, entry } = this.#sent(at, id);
    entry.send = "sent";
    if (entry.message.type === "agent") entry.message = { ...entry.message, refused: false };
    const history = historyOf(session);
    return this.tell({ type: "agentMessageDeliveredAfterAll", messageId: id, history }, session);
  }

  /** An agent types in the provider's own app. */
  echoes(at: Time, options: { stamp?: Time } = {}): MessageId {
    this.now = time(at);
    const stamp = time(options.stamp ?? at);
    const latest = this.sessions.at(-1)?.facts ?? null;
    if (placeEcho(latest, stamp) === "open") this.#open();
    const id = nextId("echo");
    const echo = { stamp, at: clampEchoStamp(stamp, this.now) };
    const history = historyOf(this.session);
    this.tell({ type: "agentEchoReceived", messageId: id, ...echo, history });
    this.#record({ type: "echo", id, ...echo }, "sent");
    return id;
  }

  /** The timer claims the session at this time, once. */
  timerFires(at: Time): Decision {
    return this.tellAt(at, { type: "timePassed" });
  }

  /** Every deadline until `at`, and at `at` itself, fires in its own millisecond. */
  runsTo(at: Time): void {
    const end = time(at);
    for (let next = this.session.nextDueAt; next !== null && next <= end; ) {
      this.timerFires(Math.max(next, this.now));
      if (this.session.nextDueAt === next) throw new Error(`the timer hangs at ${clockOf(next)}`);
      next = this.session.nextDueAt;
    }
    this.now = end;
  }

  isAssigned(at: Time, to: MemberId | null, by: MemberId = "boss"): Decision {
    return this.tellAt(at, { type: "sessionAssigned", to, by });
  }

  isTaken(at: Time, by: MemberId): Decision {
    return this.tellAt(at, { type: "sessionTaken", by });
  }

  needsNoReply(at: Time, by: MemberId = "lan"): Decision {
    return this.tellAt(at, { type: "noReplyNeeded", by });
  }

  isClosed(at: Time, options: { by?: MemberId; sendMessage?: boolean } = {}): Decision {
    const { by = "lan", sendMessage = false } = options;
    return this.tellAt(at, { type: "sessionClosedByMember", by, reason: "done", sendMessage });
  }

  isReopened(at: Time, by: MemberId = "lan", session = this.session): Decision {
    this.now = time(at);
    return this.#reopen(session, { type: "member", by });
  }

  isSnoozed(at: Time, until: Time | null): Decision {
    const wake = until === null ? null : time(until);
    return this.tellAt(at, { type: "sessionSnoozed", until: wake, by: "lan" });
  }

  /** The account's settings are saved; *all* reaches the open session at once, unless it waits. */
  isSaved(at: Time, settings: ClockSettings, applyTo: ApplyTo, options: Reach = {}): void {
    this.#save(at, { scope: "account", applyTo, settings }, options.reach);
  }

  /** The same for this channel's override. */
  isSavedForChannel(
    at: Time,
    settings: ClockOverride,
    applyTo: ApplyTo,
    options: Reach = {},
  ): void {
    this.#save(at, { scope: "channel", applyTo, settings }, options.reach);
  }

  #save(at: Time, save: Save, reach = true): void {
    // Two saves never commit in the same millisecond.
    this.now = Math.max(time(at), this.#lastSaveAt + 1);
    this.#lastSaveAt = this.now;
    this.#saves.add(save);
    if (reach && save.applyTo === "all") this.tell({ type: "settingsApplied" });
  }

  isBlocked(at: Time): Decision {
    return this.tellAt(at, { type: "contactBlocked", by: "boss" });
  }

  memberChanges(id: MemberId, change: Partial<RosterMember>): void {
    const members = this.roster.members.map((each) =>
      each.id === id ? { ...each, ...change } : each,
    );
    this.roster = { ...this.roster, members };
  }

  /** The oldest end message still in the outbox is claimed for sending. */
  endMessageIsClaimed(): void {
    const queued = this.endMessages.find(({ state }) => state === "queued");
    if (queued !== undefined) queued.state = "claimed";
  }

  tellAt(at: Time, event: SessionEvent): Decision {
    this.now = time(at);
    return this.tell(event);
  }

  /** Lets the machine decide, with everything it is given frozen, and writes what it says. */
  tell(event: SessionEvent, session = this.session): Decision {
    const before = deepFreeze(session.facts);
    const context = deepFreeze(this.context(session));
    const decision = decide(before, deepFreeze(event), context);
    if (decision.type === "decided") {
      applyDecision(session, decision, this.now);
      this.#applyOutside(decision, before);
    }
    this.watch({ story: this, session, before, event, context, decision });
    return decision;
  }

  /** What a decision for this session may choose from (clock.md §2). */
  choice(session: StoredSession | undefined): SettingsChoice {
    return this.#saves.choice(session?.facts.settings);
  }

  inForce(versions: SettingsVersions): SettingsInForce {
    return this.#saves.inForce(versions);
  }

  /** What a decision for this session is given now. */
  context(session: StoredSession): Context {
    return {
      now: this.now,
      settings: this.choice(session),
      roster: this.roster,
      team: this.teams.find(session.facts.teamId),
      contact: this.contact,
      limits: this.limits,
      hold: this.hold,
      random: this.random,
    };
  }

  #open(): void {
    const { newest } = this.choice(undefined);
    const facts = newSession(this.now, newest.versions, this.#lastCustomerStamp);
    this.sessions.push(storedSession(facts));
  }

  #reopen(
    session: StoredSession,
    why: Extract<SessionEvent, { type: "sessionReopened" }>["why"],
  ): Decision {
    const event = {
      type: "sessionReopened",
      why,
      history: historyOf(session),
      assigneeActive: this.#isActive(session.facts.assignee),
      isLatest: session === this.session,
    } as const;
    return this.tell(event, session);
  }

  #applyOutside(decision: Extract<Decision, { type: "decided" }>, before: SessionFacts): void {
    for (const effect of decision.effects) {
      if (effect.type === "endMessageWithdrawn") {
        for (const message of this.endMessages) {
          if (message.state === "queued") message.state = "withdrawn";
        }
      }
      this.teams.apply(effect);
      const pointer = effect.type === "pointerMoved" ? effect : null;
      this.roster = rosterAfter(this.roster, { released: null, given: null, pointer });
    }
    const change = { released: holderOf(before), given: holderOf(decision.facts), pointer: null };
    this.roster = rosterAfter(this.roster, change);
  }

  #isActive(id: MemberId | null): boolean {
    return this.roster.members.some((each) => each.id === id && each.active);
  }

  #record(message: HistoryMessage, send: Entry["send"]): void {
    lastSeq += 1;
    this.session.entries.push({ seq: lastSeq, message: deepFreeze(message), send });
  }

  #sent(at: Time, id: MessageId): { session: StoredSession; entry: Entry; by: MemberId | null } {
    this.now = time(at);
    for (const session of this.sessions) {
      const entry = session.entries.find(({ message }) => message.id === id);
      if (entry?.message.type === "agent") return { session, entry, by: entry.message.by };
    }
    throw new Error(`no agent message ${id}`);
  }
}

function nextId(kind: string): MessageId {
  lastSeq += 1;
  return `${kind} ${lastSeq}`;
}
