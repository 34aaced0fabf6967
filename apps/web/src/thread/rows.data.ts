/** The lines of a thread from top to bottom: earlier sessions, days, messages, acts, what is on its way. Pure. */
import type { Message, Session, TimelineEntry } from "@punctual/contract";
import type { Outgoing } from "./outgoing.data.ts";
import type { Thread } from "./thread.data.ts";

export type Row =
  /** Leads to earlier sessions of the contact that aren't here yet. */
  | { readonly type: "moreSessions"; readonly key: string }
  /** An earlier session, folded or unfolded. */
  | {
      readonly type: "session";
      readonly key: string;
      readonly session: Session;
      readonly isOpen: boolean;
    }
  /** Where the session that is shown begins, below earlier ones. */
  | { readonly type: "begin"; readonly key: string; readonly at: string }
  | { readonly type: "older"; readonly key: string; readonly sessionId: string }
  | { readonly type: "problem"; readonly key: string; readonly sessionId: string }
  | { readonly type: "loading"; readonly key: string }
  | { readonly type: "day"; readonly key: string; readonly at: string }
  | {
      readonly type: "message";
      readonly key: string;
      readonly message: Message;
      /** First of those that one person wrote in a row. */
      readonly isFirst: boolean;
    }
  | { readonly type: "act"; readonly key: string; readonly entry: TimelineEntry }
  | { readonly type: "outgoing"; readonly key: string; readonly item: Outgoing };

export interface EarlierSession {
  readonly session: Session;
  /** `null`: folded. */
  readonly thread: Thread | null;
}

export interface ThreadRows {
  readonly sessionId: string;
  readonly openedAt: string | null;
  readonly thread: Thread;
  readonly outgoing: readonly Outgoing[];
  /** Newest first, as the timeline is. */
  readonly acts: readonly TimelineEntry[];
  /** Newest first. */
  readonly earlier: readonly EarlierSession[];
  readonly hasMoreSessions: boolean;
}

/** Acts that say something about the conversation; the side panel has all of them. */
const TOLD = new Set([
  "assigned",
  "unassigned",
  "queued",
  "transferred",
  "snoozed",
  "woken",
  "closed",
  "reopened",
  "dismissed",
  "overdue",
  "exhausted",
]);

/** @param dayOf names the day of a moment in the viewer's zone; equal for moments of one day */
export function rowsOf(shown: ThreadRows, dayOf: (at: string) => string): readonly Row[] {
  const { sessionId, openedAt, thread, outgoing, acts, earlier, hasMoreSessions } = shown;
  const rows: Row[] = [];
  // What lies before the session comes into sight once the session is here from its beginning.
  if (thread.state === "ready" && thread.olderCursor === null) {
    if (hasMoreSessions) rows.push({ type: "moreSessions", key: "more-sessions" });
    for (const each of earlier.toReversed()) rows.push(...earlierRows(each, dayOf));
    if (earlier.length > 0 && openedAt !== null) {
      rows.push({ type: "begin", key: "begin", at: openedAt });
    }
  }
  rows.push(...threadRows(sessionId, thread, acts, dayOf));
  rows.push(...outgoing.map((item) => ({ type: "outgoing", key: item.key, item }) as const));
  return rows;
}

function earlierRows({ session, thread }: EarlierSession, dayOf: (at: string) => string): Row[] {
  const head: Row = { type: "session", key: session.id, session, isOpen: thread !== null };
  return thread === null ? [head] : [head, ...threadRows(session.id, thread, [], dayOf)];
}

function threadRows(
  sessionId: string,
  thread: Thread,
  acts: readonly TimelineEntry[],
  dayOf: (at: string) => string,
): Row[] {
  const { state, messages, olderCursor } = thread;
  const rows: Row[] = [];
  if (thread.error !== null) rows.push({ type: "problem", key: `problem-${sessionId}`, sessionId });
  else if (state === "loading") rows.push({ type: "loading", key: `loading-${sessionId}` });
  else if (olderCursor !== null) rows.push({ type: "older", key: `older-${sessionId}`, sessionId });
  const since = olderCursor === null ? "" : (messages[0]?.createdAt ?? "");
  const told = acts.filter(({ kind, happenedAt }) => TOLD.has(kind) && happenedAt >= since);
  let day = "";
  let writer = "";
  for (const line of inOrder(messages, told.toReversed())) {
    const at = line.type === "message" ? line.message.createdAt : line.entry.happenedAt;
    if (dayOf(at) !== day) {
      day = dayOf(at);
      writer = "";
      rows.push({ type: "day", key: `day-${sessionId}-${day}-${line.key}`, at });
    }
    if (line.type === "act") {
      writer = "";
      rows.push(line);
      continue;
    }
    const { kind, authorId } = line.message;
    const isFirst = `${kind}${authorId}` !== writer;
    writer = `${kind}${authorId}`;
    rows.push({ ...line, isFirst });
  }
  return rows;
}

type Line =
  | { readonly type: "message"; readonly key: string; readonly message: Message }
  | { readonly type: "act"; readonly key: string; readonly entry: TimelineEntry };

/** Both are in the order of time. What a message caused comes behind it. */
function inOrder(messages: readonly Message[], acts: readonly TimelineEntry[]): Line[] {
  const lines: Line[] = [];
  let next = 0;
  const actsBefore = (at: string) => {
    for (let entry = acts[next]; entry !== undefined && entry.happenedAt < at; ) {
      lines.push({ type: "act", key: `act-${entry.id}`, entry });
      next += 1;
      entry = acts[next];
    }
  };
  for (const message of messages) {
    actsBefore(message.createdAt);
    lines.push({ type: "message", key: message.id, message });
  }
  actsBefore("9");
  return lines;
}
