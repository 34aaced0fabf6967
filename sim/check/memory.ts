/**
 * What must be remembered of a session from one commit to the next, and how a commit brings it forward.
 * It grows from what was seen alone: nothing in it relies on what the product keeps for itself.
 */
import { type Owed, owedMessages } from "./owed.ts";
import type { SeenAct, SeenMessage, SeenRow, SeenSession } from "./rows.ts";

export interface Memory {
  /** The rows after the last commit that touched the session; `null`: it is new. */
  row: SeenRow | null;
  /** The highest message it had. */
  lastSeq: number;
  /** Its agents' messages in the outbox, and all that were ever claimed. */
  pending: ReadonlySet<string>;
  readonly claimed: Set<string>;
  /** Messages settled by *no reply needed*. */
  readonly settled: Set<string>;
  /** Who held the session while a message was owed a reply. */
  readonly holders: Map<string, Set<string>>;
  /** From whom it was taken by hand, or by exhaustion, while a message was owed. */
  readonly notBack: Map<string, Set<string>>;
  /** Keys of what may happen once. */
  readonly once: Set<string>;
  /** Waits that are, or were, overdue; a withdrawn breach takes its wait out. */
  readonly overdue: Set<number>;
  /** Timed reassignments in each wait. */
  readonly tries: Map<number, number>;
  /** When each deadline, as it now stands, was first seen. */
  armed: Readonly<Record<DeadlineColumn, Armed | null>>;
}

export type DeadlineColumn = "wake_at" | "warn_at" | "overdue_at" | "reassign_at" | "close_at";

export interface Armed {
  readonly dueAt: number;
  readonly since: number;
}

const COLUMNS = ["wake_at", "warn_at", "overdue_at", "reassign_at", "close_at"] as const;

export function newMemory(): Memory {
  return {
    row: null,
    lastSeq: 0,
    pending: new Set(),
    claimed: new Set(),
    settled: new Set(),
    holders: new Map(),
    notBack: new Map(),
    once: new Set(),
    overdue: new Set(),
    tries: new Map(),
    armed: { wake_at: null, warn_at: null, overdue_at: null, reassign_at: null, close_at: null },
  };
}

/** The messages that the commit added. */
export function newMessages(seen: SeenSession, { lastSeq }: Memory): readonly SeenMessage[] {
  return seen.messages.filter(({ seq }) => seq > lastSeq);
}

/** Takes in the rows that were seen after a commit, once they and their acts were judged. */
export function rememberRows(memory: Memory, seen: SeenSession, now: number): void {
  const owed = owedMessages(seen.messages, memory.settled);
  if (seen.session.closed_at === null) noteHolder(memory.holders, owed, seen.session.assignee_id);
  for (const { message_id, state } of seen.outbox) {
    if (state === "sending") memory.claimed.add(message_id);
  }
  memory.pending = new Set(
    seen.outbox.filter(({ kind }) => kind === "agent").map(({ message_id }) => message_id),
  );
  memory.lastSeq = seen.messages.at(-1)?.seq ?? 0;
  memory.armed = rearmed(memory, seen.session, now);
  memory.row = seen.session;
}

/** Takes in one act, once it was judged. @param owed what the customer was owed at its commit */
export function rememberAct(memory: Memory, act: SeenAct, owed: readonly Owed[]): void {
  const { kind, wait_number: wait, explanation } = act;
  const key = onceKey(act);
  if (key !== null) memory.once.add(key);
  if (kind === "overdue" || kind === "breachRecorded") memory.overdue.add(wait);
  if (kind === "breachWithdrawn") memory.overdue.delete(wait);
  if (kind === "dismissed") for (const { id } of owed) memory.settled.add(id);
  if (isTimed(act)) memory.tries.set(wait, (memory.tries.get(wait) ?? 0) + 1);
  if (kind === "assigned") noteHolder(memory.holders, owed, explanation.to ?? null);
  const taken = kind === "unassigned" && explanation.by.type !== "rules";
  if (taken) noteHolder(memory.notBack, owed, explanation.from ?? null);
}

/** A timed reassignment: it uses a try. */
export function isTimed({ kind, explanation }: SeenAct): boolean {
  return kind === "assigned" && explanation.by.type === "clock";
}

/** What may happen once in a session, whatever ordinals the product gives; `null`: it may again. */
export function onceKey({ kind, wait_number: wait, ordinal, explanation }: SeenAct): string | null {
  if (kind === "warned") return `wait ${wait} warned for ${explanation.dueAt}`;
  if (kind === "overdue" || kind === "breachRecorded") return `wait ${wait} overdue`;
  if (kind === "exhausted") return `wait ${wait} exhausted`;
  if (kind === "closed") return `close ${ordinal}`;
  return ordinal === null ? null : `wait ${wait} ${kind} ${ordinal}`;
}

/** Notes that a member held (or lost) the session while these messages were owed a reply. */
function noteHolder(
  sets: Map<string, Set<string>>,
  owed: readonly Owed[],
  memberId: string | null,
): void {
  if (memberId === null) return;
  for (const { id } of owed) {
    const set = sets.get(id) ?? new Set();
    set.add(memberId);
    sets.set(id, set);
  }
}

/** A deadline that moved is a new one. One that a hold releases, or a retry after parking, counts anew too. */
function rearmed({ armed, row }: Memory, next: SeenRow, now: number): Memory["armed"] {
  const released = row !== null && (row.held || row.parked_at !== null) && !next.held;
  const entries = COLUMNS.map((column) => {
    const dueAt = next[column];
    const known = armed[column];
    if (dueAt === null) return [column, null] as const;
    if (known?.dueAt === dueAt && !released) return [column, known] as const;
    return [column, { dueAt, since: now }] as const;
  });
  return { ...armed, ...Object.fromEntries(entries) };
}
