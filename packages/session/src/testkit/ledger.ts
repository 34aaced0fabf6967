/** What the store keeps of a session, and how effects change it: the reference for tests. */
import type {
  Act,
  Deadlines,
  Decision,
  Effect,
  EndedWait,
  EndMessageQueued,
  HistoryMessage,
  MemberId,
  MessageId,
  Ms,
  Notified,
  RecordedBreach,
  SessionFacts,
  SessionHistory,
} from "../index.ts";

/** A message as the store keeps it: what the machine asks for, and where its sending stands. */
export interface Entry {
  /** In commit order over all sessions. */
  readonly seq: number;
  message: HistoryMessage;
  send: "pending" | "sent" | "unknown" | "refused" | "none";
}

export interface EndMessage {
  readonly closeOrdinal: number;
  readonly queuedAt: Ms;
  readonly content: EndMessageQueued["content"];
  state: "queued" | "claimed" | "withdrawn";
}

/** One session with everything the store keeps of it. */
export interface StoredSession {
  facts: SessionFacts;
  deadlines: Deadlines;
  nextDueAt: Ms | null;
  entries: Entry[];
  readonly waits: Map<number, EndedWait>;
  readonly breaches: Map<number, RecordedBreach>;
  readonly acts: Act[];
  readonly notices: Notified[];
  readonly endMessages: EndMessage[];
  /** Unique keys of the store: (wait, kind, ordinal) of acts, and those of breaches and end messages. */
  readonly keys: Set<string>;
}

const NONE: Deadlines = {
  wakeAt: null,
  closeAt: null,
  overdueAt: null,
  warnAt: null,
  reassignAt: null,
};

export function storedSession(facts: SessionFacts): StoredSession {
  return {
    facts,
    deadlines: NONE,
    nextDueAt: null,
    entries: [],
    waits: new Map(),
    breaches: new Map(),
    acts: [],
    notices: [],
    endMessages: [],
    keys: new Set(),
  };
}

export function historyOf(session: StoredSession): SessionHistory {
  return {
    messages: session.entries.map(({ message }) => message),
    waits: [...session.waits.values()],
    breaches: [...session.breaches.values()],
  };
}

/** Writes a decision as one commit. A unique key written twice throws, as the database would. */
export function applyDecision(
  session: StoredSession,
  decision: Extract<Decision, { type: "decided" }>,
  at: Ms,
): void {
  session.facts = decision.facts;
  session.deadlines = decision.deadlines;
  session.nextDueAt = decision.nextDueAt;
  for (const effect of decision.effects) applyEffect(session, effect, at);
}

function applyEffect(session: StoredSession, effect: Effect, at: Ms): void {
  switch (effect.type) {
    case "act":
      if (effect.ordinal !== null) claimKey(session, [effect.wait, effect.kind, effect.ordinal]);
      session.acts.push(effect);
      return;
    case "waitEnded":
      session.waits.set(effect.wait.number, effect.wait);
      return;
    case "waitsReopened":
      for (const number of effect.numbers) session.waits.delete(number);
      return;
    case "messagesRenumbered":
      changeMessages(session, effect.ids, { wait: effect.wait });
      return;
    case "messagesMerged":
      for (const entry of session.entries) {
        const isMerged = effect.ids.includes(entry.message.id);
        if (isMerged) entry.message = { ...entry.message, mergedAfter: effect.after };
      }
      return;
    case "messagesSettled":
      settle(session, effect.wait);
      return;
    case "breachRecorded":
      claimKey(session, ["breach", effect.wait]);
      session.breaches.set(effect.wait, { ...effect, withdrawn: false });
      return;
    case "breachWithdrawn":
      withdrawBreach(session, effect.wait);
      return;
    case "endMessageQueued": {
      claimKey(session, ["end message", effect.closeOrdinal]);
      const { closeOrdinal, content } = effect;
      session.endMessages.push({ closeOrdinal, content, queuedAt: at, state: "queued" });
      return;
    }
    case "notified":
      if (!session.notices.some(({ to, key }) => to === effect.to && key === effect.key)) {
        session.notices.push(effect);
      }
      return;
    case "notificationsWithdrawn":
      withdrawNotices(session, effect);
      return;
    case "endMessageWithdrawn":
    case "assignmentChanged":
    case "pointerMoved":
    case "teamTurnMoved":
      return;
  }
}

function claimKey(session: StoredSession, parts: readonly (string | number)[]): void {
  const key = parts.join(" ");
  if (session.keys.has(key)) throw new Error(`decided twice: ${key}`);
  session.keys.add(key);
}

function changeMessages(
  session: StoredSession,
  ids: readonly MessageId[],
  change: { wait: number },
): void {
  for (const entry of session.entries) {
    const { message } = entry;
    if (message.type === "customer" && ids.includes(message.id)) {
      entry.message = { ...message, ...change };
    }
  }
}

function settle(session: StoredSession, wait: number): void {
  for (const entry of session.entries) {
    const { message } = entry;
    if (message.type === "customer" && message.wait === wait) {
      entry.message = { ...message, settled: true };
    }
  }
}

function withdrawBreach(session: StoredSession, wait: number): void {
  const breach = session.breaches.get(wait);
  if (breach === undefined || breach.withdrawn) throw new Error(`no breach stands for ${wait}`);
  session.breaches.set(wait, { ...breach, withdrawn: true });
}

function withdrawNotices(
  session: StoredSession,
  { kinds, wait, key }: Extract<Effect, { type: "notificationsWithdrawn" }>,
): void {
  const kept = session.notices.filter(
    (each) =>
      !kinds.includes(each.kind) ||
      (wait !== null && each.wait !== wait) ||
      (key !== null && each.key !== key),
  );
  session.notices.splice(0, session.notices.length, ...kept);
}

/** Capacity counts open, unsnoozed sessions (clock.md §8). */
export function holderOf({ closed, snoozedUntil, assignee }: SessionFacts): MemberId | null {
  return closed === null && snoozedUntil === null ? assignee : null;
}
