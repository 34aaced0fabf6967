/**
 * Decides any number of events for any number of locked sessions and gathers all that follows, to be
 * applied in one commit. Later decisions of a batch see what earlier ones did: the session's facts, and
 * the roster's turns and loads.
 */
import type { MessageContent } from "@punctual/contract";
import {
  type Decision,
  decide,
  type Effect,
  type Roster,
  renderEndMessage,
  rosterAfter,
  type SessionEvent,
  type SessionFacts,
} from "@punctual/session";
import type { Tx } from "../platform/database.ts";
import { newId } from "../platform/ids.ts";
import {
  applyDecisions,
  type EventWrite,
  emptyWrites,
  type MessageWrite,
  type Writes,
} from "../store/apply-decisions.ts";
import type { LoadedSession } from "../store/load-sessions.ts";
import type { NotificationsWithdrawn, NotificationWrite } from "../store/notify.ts";
import type { Watched } from "../store/notify-watchers.ts";
import { presentNewMessage } from "../views/new-message.ts";
import { presentState } from "../views/session.ts";
import { presentSessionState } from "../views/session-state.ts";
import { lostSight } from "./lost-sight.ts";
import type { World } from "./world.ts";

interface Entry {
  /** As it was added. */
  readonly before: LoadedSession;
  session: LoadedSession;
  /** Set: its first decision opens it. */
  readonly opening: Opening | null;
  changed: boolean;
  /** Decided before in this batch: what it was about to write may be taken back. */
  again: boolean;
  readonly messages: MessageWrite[];
  /** Kinds of the timeline's new entries. */
  readonly acts: string[];
}

/** How the channel knows the contact for whom a session opens. */
export interface Opening {
  readonly phone: string | null;
  readonly username: string | null;
}

/** Lives as long as its transaction. */
export class DecisionBatch {
  readonly #world: World;
  readonly #writes: Writes;
  readonly #entries = new Map<string, Entry>();
  #nearest: number | null = null;
  /** Accounts in which somebody may be eligible now for a session in line. */
  readonly linesMoved = new Set<string>();

  constructor(world: World) {
    this.#world = world;
    this.#writes = emptyWrites(world.now);
  }

  /** Adds a locked session, or (`opening`) one that its first decision opens. */
  add(session: LoadedSession, opening: Opening | null = null): void {
    this.#entries.set(session.id, {
      before: session,
      session,
      opening,
      changed: false,
      again: false,
      messages: [],
      acts: [],
    });
  }

  /** The session as the batch has it now. */
  session(sessionId: string): LoadedSession {
    return this.#entry(sessionId).session;
  }

  /** The account's roster as the batch has it now. */
  roster(accountId: string): Roster {
    return this.#world.rosterOf(accountId);
  }

  /** Decides one event; what it changes is remembered for `apply`. */
  decide(sessionId: string, event: SessionEvent): Decision {
    const entry = this.#entry(sessionId);
    const { session } = entry;
    const context = this.#world.contextOf(session);
    const decision = decide(session.facts, event, context);
    if (decision.type !== "decided") return decision;
    entry.again = entry.changed;
    entry.changed = true;
    entry.session = {
      ...session,
      facts: decision.facts,
      deadlines: decision.deadlines,
      parked: false,
      needsReview: needsReview(session, decision.facts),
    };
    this.#noteNearest(decision.nextDueAt);
    for (const effect of decision.effects) this.#plan(entry, effect, session.facts);
    this.#updateRoster(session, decision, context.roster);
    if (changesLine(session.facts, decision.facts)) this.linesMoved.add(session.accountId);
    return decision;
  }

  /** A message of the session, stored in the same commit; `send` puts it into the outbox too. */
  addMessage(message: MessageWrite, send: boolean): void {
    const entry = this.#entry(message.sessionId);
    entry.messages.push(message);
    entry.session = {
      ...entry.session,
      lastMessageAt: Math.max(entry.session.lastMessageAt, message.createdAt),
    };
    this.#writes.messages.push(message);
    if (send) this.#writes.sends.push({ ...message, outboxKind: "agent" });
  }

  /** A person looked at a close by the clock. */
  markReviewed(sessionId: string): void {
    const entry = this.#entry(sessionId);
    entry.changed = true;
    entry.session = { ...entry.session, needsReview: false };
  }

  /** Tells members of what a person did in the same commit. */
  notify(notifications: readonly NotificationWrite[]): void {
    this.#writes.notifications.push(...notifications);
  }

  /** Takes back what members were told. */
  withdrawNotification(withdrawn: NotificationsWithdrawn): void {
    this.#writes.notificationsWithdrawn.push(withdrawn);
  }

  /** Nobody knows whether an automatic message left. That decides nothing, but the timeline says so. */
  tellSendUnknown(sessionId: string, messageId: string): void {
    const { session, acts } = this.#entry(sessionId);
    const { accountId, facts } = session;
    acts.push("sendUnknown");
    this.#writes.timeline.push({
      accountId,
      sessionId,
      kind: "sendUnknown",
      at: this.#world.now,
      wait: facts.lastWaitNumber,
      ordinal: null,
      explanation: { by: { type: "provider" }, messageId },
    });
  }

  /** Takes a parked session back though nothing of it was due. */
  unpark(sessionId: string): [] {
    const entry = this.#entry(sessionId);
    entry.changed = true;
    entry.session = { ...entry.session, parked: false };
    if (isInLine(entry.session.facts)) this.linesMoved.add(entry.session.accountId);
    return [];
  }

  /** Whether the outbox, or the event log, grows by this batch. */
  get hasSends(): boolean {
    return this.#writes.sends.length > 0;
  }

  get hasEvents(): boolean {
    return this.#writes.events.length > 0 || this.hasAlerts;
  }

  /** Whether somebody is told something, or no longer. */
  get hasAlerts(): boolean {
    const { notifications, notificationsWithdrawn, watched } = this.#writes;
    return notifications.length + notificationsWithdrawn.length + watched.length > 0;
  }

  /** Sends everything with the commit. */
  apply(tx: Tx): void {
    for (const entry of this.#entries.values()) {
      const { before, session: after, messages, acts } = entry;
      if (!entry.changed && messages.length === 0 && acts.length === 0) continue;
      if (entry.opening !== null) this.#writes.opened.push(after);
      else this.#writes.changed.push({ before, after });
      this.#writes.events.push(sessionEvent(entry, this.#world));
      if (after.watched && entry.messages.some(isNews)) this.#writes.watched.push(watchedOf(after));
    }
    applyDecisions(tx, this.#writes);
  }

  /** The earliest deadline armed by this batch; the timer loop must not sleep beyond it. */
  get nearestDeadline(): number | null {
    return this.#nearest;
  }

  #entry(sessionId: string): Entry {
    const entry = this.#entries.get(sessionId);
    if (entry === undefined) throw new Error(`session ${sessionId} is not in this batch`);
    return entry;
  }

  #noteNearest(at: number | null): void {
    if (at !== null && (this.#nearest === null || at < this.#nearest)) this.#nearest = at;
  }

  #updateRoster(
    before: LoadedSession,
    decision: Extract<Decision, { type: "decided" }>,
    roster: Parameters<typeof rosterAfter>[0],
  ): void {
    const pointer = decision.effects.find((effect) => effect.type === "pointerMoved") ?? null;
    const released = holderOf(before.facts);
    const given = holderOf(decision.facts);
    const after = rosterAfter(roster, { released, given, pointer });
    if (after !== roster) this.#world.setRoster(before.accountId, after);
  }

  #plan(entry: Entry, effect: Effect, before: SessionFacts): void {
    const writes = this.#writes;
    const { accountId, channelId, contactId, id: sessionId } = entry.session;
    const of = { accountId, sessionId };
    switch (effect.type) {
      case "act":
        entry.acts.push(effect.kind);
        return void writes.timeline.push({ ...of, ...effect });
      case "waitEnded":
        if (entry.again) dropWait(writes, sessionId, effect.wait.number);
        return void writes.waits.push({ ...of, wait: effect.wait });
      case "waitsReopened":
        return void writes.waitsReopened.push(
          ...effect.numbers.map((number) => ({ ...of, number })),
        );
      case "messagesRenumbered":
        for (const messageId of effect.ids) {
          writes.renumbered.push({ accountId, messageId, wait: effect.wait });
        }
        return;
      case "messagesSettled":
        return void writes.settled.push({ ...of, wait: effect.wait });
      case "breachRecorded":
        return void writes.breaches.push({ ...of, ...effect });
      case "breachWithdrawn":
        return void writes.breachesWithdrawn.push({ ...of, ...effect });
      case "endMessageQueued":
        return void this.#queueEndMessage(entry, effect);
      case "endMessageWithdrawn":
        return void writes.endMessagesWithdrawn.push({ accountId, channelId, contactId });
      case "notified":
        return void writes.notifications.push({
          ...of,
          ...effect,
          to: effect.to === "supervisors" ? null : effect.to,
        });
      case "notificationsWithdrawn":
        for (const kind of effect.kinds) {
          const withdrawn = { ...of, wait: effect.wait, key: effect.key, kind };
          dropNotifications(writes, withdrawn);
          writes.notificationsWithdrawn.push(withdrawn);
        }
        return;
      case "assignmentChanged":
        return void writes.assignments.push({
          ...{ ...of, change: effect },
          fromLine: effect.to !== null && isInLine(before),
          lineTeamId: before.teamId,
        });
      case "pointerMoved":
        dropWhere(writes.pointers, (row) => row.ruleId === effect.ruleId);
        return void writes.pointers.push({ accountId, ...effect });
      case "teamTurnMoved":
        dropWhere(writes.teamTurns, (row) => row.teamId === effect.teamId);
        this.#world.moveTeamTurn(effect.teamId, effect.memberId);
        return void writes.teamTurns.push({ accountId, ...effect });
    }
  }

  #queueEndMessage(entry: Entry, effect: Extract<Effect, { type: "endMessageQueued" }>): void {
    const { session } = entry;
    const { now } = this.#world;
    const message: MessageWrite = {
      accountId: session.accountId,
      sessionId: session.id,
      id: newId(),
      channelId: session.channelId,
      contactId: session.contactId,
      kind: "automatic",
      isEcho: false,
      authorId: null,
      content: endMessageContent(this.#world.names, session, effect.content),
      externalId: null,
      replyTo: null,
      replyToId: null,
      stamp: null,
      at: now,
      createdAt: now,
      waitNumber: null,
      delivery: "queued",
      closeOrdinal: effect.closeOrdinal,
      startsNothing: false,
      raw: null,
    };
    entry.messages.push(message);
    this.#writes.messages.push(message);
    this.#writes.sends.push({ ...message, outboxKind: "end" });
  }
}

function endMessageContent(
  names: World["names"],
  { accountId, contact, facts }: LoadedSession,
  content: Extract<Effect, { type: "endMessageQueued" }>["content"],
): MessageContent {
  if (content.type === "template") return { type: "template", ...content.template };
  return {
    type: "text",
    text: renderEndMessage(content.template, {
      contactName: contact.name,
      agentName: facts.assignee === null ? null : names.member(accountId, facts.assignee),
      businessName: names.business(accountId),
    }),
  };
}

/** Capacity counts open, unsnoozed sessions (clock.md §8). */
function holderOf(facts: SessionFacts): string | null {
  return facts.closed === null && facts.snoozedUntil === null ? facts.assignee : null;
}

/** A close by the clock is marked for a person to look at; reopening takes the mark off again. */
function needsReview(before: LoadedSession, after: SessionFacts): boolean {
  if (after.closed === null) return false;
  return before.facts.closed === null ? after.closed.kind === "clock" : before.needsReview;
}

function sessionEvent(entry: Entry, { now, names }: World): EventWrite {
  const { before, session, opening, messages, acts } = entry;
  const { accountId, id: sessionId, channelId, contactId } = session;
  const state = presentState(presentSessionState(session, session.facts, session.deadlines));
  const news = { messages: messages.map(presentNewMessage), acts };
  const of = { accountId, sessionId, at: now };
  if (opening === null) {
    const lostBy = lostSight(before.facts, session.facts);
    return { ...of, type: "session.changed", payload: { session: state, ...news }, lostBy };
  }
  const contact = { id: contactId, name: session.contact.name, ...opening };
  const name = names.channel(accountId, channelId);
  const channel = { id: channelId, kind: session.channelKind, name };
  const payload = { session: { ...state, contact, channel }, ...news };
  return { ...of, type: "session.opened", payload, lostBy: null };
}

/** What those who watch a session are told of. */
function isNews({ kind, startsNothing }: MessageWrite): boolean {
  return kind === "inbound" && !startsNothing;
}

function watchedOf({ accountId, id: sessionId, facts }: LoadedSession): Watched {
  return { accountId, sessionId, wait: facts.lastWaitNumber, assigneeId: facts.assignee };
}

/** A place got free, or a session joined the line (clock.md §8). */
function changesLine(before: SessionFacts, after: SessionFacts): boolean {
  const held = holderOf(before);
  return (held !== null && held !== holderOf(after)) || (isInLine(after) && !isInLine(before));
}

function isInLine({ wait, assignee }: SessionFacts): boolean {
  return wait !== null && (assignee === null || wait.waitingForAgent);
}

function dropWait(writes: Writes, sessionId: string, number: number): void {
  const { waits } = writes;
  dropWhere(waits, (row) => row.sessionId === sessionId && row.wait.number === number);
}

/** Withdrawals are written before notifications: what is told and taken back in one batch is never told. */
function dropNotifications(writes: Writes, gone: NotificationsWithdrawn): void {
  dropWhere(
    writes.notifications,
    (row) =>
      row.sessionId === gone.sessionId &&
      row.kind === gone.kind &&
      (gone.wait === null || row.wait === gone.wait) &&
      (gone.key === null || row.key === gone.key),
  );
}

function dropWhere<T>(rows: T[], match: (row: T) => boolean): void {
  for (let at = rows.length - 1; at >= 0; at--) {
    const row = rows[at];
    if (row !== undefined && match(row)) rows.splice(at, 1);
  }
}
