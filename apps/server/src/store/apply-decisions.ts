/**
 * Writes any number of decisions in a handful of set-based statements, whatever their mix
 * (architecture.md, rule 2). Everything a decision caused goes into the caller's transaction: facts and
 * deadlines, messages, outbox, timeline, waits, breaches, notifications and the event log. Nothing is
 * enqueued after the commit. The caller holds the sessions' locks.
 */
import type { EventContent, MessageContent } from "@punctual/contract";
import type { AssignmentChanged, EndedWait } from "@punctual/session";
import type { Tx } from "../platform/database.ts";
import { eventType } from "./account-events.ts";
import { type SessionChange, writeChangedSessions } from "./changed-sessions.ts";
import type { ContactKey } from "./load-sessions.ts";
import {
  type NotificationsWithdrawn,
  type NotificationWrite,
  notify,
  withdrawNotifications,
} from "./notify.ts";
import { notifyWatchers, type Watched } from "./notify-watchers.ts";
import { type TeamTurn, writeTeamTurns } from "./roster-teams.ts";
import {
  SESSION_IDENTITY,
  SESSION_ORIGIN,
  SESSION_STATE,
  type StoredSession,
} from "./session-row.ts";
import { type Column, RowSet, writeRows } from "./unnest.ts";

export interface Of {
  readonly accountId: string;
  readonly sessionId: string;
}

export interface MessageWrite extends Of {
  readonly id: string;
  readonly channelId: string;
  readonly contactId: string;
  readonly kind: "inbound" | "agent" | "automatic" | "note";
  readonly isEcho: boolean;
  readonly authorId: string | null;
  readonly content: MessageContent;
  readonly externalId: string | null;
  /** The provider's id of the message that it quotes, and ours where we have it. */
  readonly replyTo: string | null;
  readonly replyToId: string | null;
  readonly stamp: number | null;
  readonly at: number;
  readonly createdAt: number;
  readonly waitNumber: number | null;
  readonly delivery: "queued" | "sent" | null;
  readonly closeOrdinal: number | null;
  /** Kept only: a blocked contact wrote it. */
  readonly startsNothing: boolean;
  readonly raw: unknown;
}

export interface TimelineWrite extends Of {
  readonly kind: string;
  readonly at: number;
  readonly wait: number;
  readonly ordinal: number | null;
  readonly explanation: unknown;
}

/** All rows that a batch of decisions causes. */
export interface Writes {
  readonly now: number;
  readonly opened: StoredSession[];
  readonly changed: SessionChange[];
  readonly messages: MessageWrite[];
  /** Messages of these that must be sent, in order. */
  readonly sends: (MessageWrite & { readonly outboxKind: "agent" | "end" })[];
  readonly timeline: TimelineWrite[];
  readonly waits: (Of & { readonly wait: EndedWait })[];
  readonly waitsReopened: (Of & { readonly number: number })[];
  readonly renumbered: { accountId: string; messageId: string; wait: number }[];
  readonly settled: (Of & { readonly wait: number })[];
  readonly breaches: (Of & { wait: number; dueAt: number; memberId: string | null })[];
  readonly breachesWithdrawn: (Of & { wait: number; reason: string })[];
  readonly assignments: (Of & {
    readonly change: AssignmentChanged;
    /** It was given away out of the line. */
    readonly fromLine: boolean;
    /** The team whose line it was; `null`: the line of all. */
    readonly lineTeamId: string | null;
  })[];
  readonly notifications: NotificationWrite[];
  readonly notificationsWithdrawn: NotificationsWithdrawn[];
  /** Sessions in which the customer wrote while somebody watches. */
  readonly watched: Watched[];
  readonly endMessagesWithdrawn: ContactKey[];
  readonly pointers: { accountId: string; ruleId: string; memberId: string }[];
  readonly teamTurns: TeamTurn[];
  readonly events: EventWrite[];
}

export type EventWrite = EventContent & {
  readonly accountId: string;
  readonly sessionId: string | null;
  readonly at: number;
  /** Whose sight it took the session out of: members, and (`queue`) whoever saw it unassigned. */
  readonly lostBy: { readonly members: readonly string[]; readonly queue: boolean } | null;
};

export function emptyWrites(now: number): Writes {
  return {
    now,
    opened: [],
    changed: [],
    messages: [],
    sends: [],
    timeline: [],
    waits: [],
    waitsReopened: [],
    renumbered: [],
    settled: [],
    breaches: [],
    breachesWithdrawn: [],
    assignments: [],
    notifications: [],
    notificationsWithdrawn: [],
    watched: [],
    endMessagesWithdrawn: [],
    pointers: [],
    teamTurns: [],
    events: [],
  };
}

/** Sends every statement with the commit; a failing one fails the whole transaction. */
export function applyDecisions(tx: Tx, writes: Writes): void {
  writeRows(tx, writes.opened, OPENED, OPENED.insertSql("sessions"));
  writeChangedSessions(tx, writes.changed);
  writeRows(tx, writes.messages, MESSAGES, MESSAGES.insertSql("messages"));
  writeRows(tx, writes.sends, OUTBOX, OUTBOX.insertSql("outbox"));
  writeRows(tx, writes.timeline, TIMELINE, TIMELINE.insertSql("timeline"));
  writeRows(tx, writes.waitsReopened, REOPENED_WAITS, REOPENED_WAITS_SQL);
  writeRows(tx, writes.waits, WAITS, WAITS_SQL);
  writeRows(tx, writes.renumbered, RENUMBERED, RENUMBERED_SQL);
  writeRows(tx, writes.settled, SETTLED, SETTLED_SQL);
  writeRows(tx, writes.breachesWithdrawn, WITHDRAWN_BREACHES, WITHDRAWN_BREACHES_SQL);
  const breaches = writes.breaches.map((breach) => ({ ...breach, recordedAt: writes.now }));
  writeRows(tx, breaches, BREACHES, BREACHES.insertSql("breaches", BREACHES_AGAIN));
  const assignments = writes.assignments.map((each) => ({ ...each, at: writes.now }));
  writeRows(tx, assignments, ASSIGNMENTS, ASSIGNMENTS.insertSql("assignments"));
  writeRows(tx, writes.pointers, POINTERS, POINTERS.updateSql("assignment_rules", POINTER_KEY));
  writeTeamTurns(tx, writes.teamTurns);
  writeRows(tx, writes.endMessagesWithdrawn, CONTACTS, WITHDRAW_END_SQL);
  writeRows(tx, writes.events, EVENTS, EVENTS.insertSql("events"));
  withdrawNotifications(tx, writes.notificationsWithdrawn);
  notify(tx, writes.notifications);
  notifyWatchers(tx, writes.watched);
}

const OF: readonly Column<Of>[] = [
  { name: "account_id", type: "uuid", of: (row) => row.accountId },
  { name: "session_id", type: "uuid", of: (row) => row.sessionId },
];

const OPENED = new RowSet<StoredSession>([
  ...SESSION_IDENTITY,
  ...SESSION_ORIGIN,
  ...Object.values(SESSION_STATE).flat(),
]);

const MESSAGES = new RowSet<MessageWrite>([
  ...OF,
  { name: "id", type: "uuid", of: (row) => row.id },
  { name: "channel_id", type: "uuid", of: (row) => row.channelId },
  { name: "contact_id", type: "uuid", of: (row) => row.contactId },
  { name: "kind", type: "text", of: (row) => row.kind },
  { name: "is_echo", type: "boolean", of: (row) => row.isEcho },
  { name: "author_id", type: "uuid", of: (row) => row.authorId },
  { name: "content", type: "json", of: (row) => JSON.stringify(row.content) },
  { name: "external_id", type: "text", of: (row) => row.externalId },
  { name: "reply_to", type: "text", of: (row) => row.replyTo },
  { name: "stamp", type: "bigint", of: (row) => row.stamp },
  { name: "at", type: "bigint", of: (row) => row.at },
  { name: "created_at", type: "bigint", of: (row) => row.createdAt },
  { name: "wait_number", type: "integer", of: (row) => row.waitNumber },
  { name: "delivery", type: "text", of: (row) => row.delivery },
  { name: "starts_nothing", type: "boolean", of: (row) => row.startsNothing },
  { name: "close_ordinal", type: "integer", of: (row) => row.closeOrdinal },
  { name: "raw", type: "json", of: (row) => (row.raw === null ? null : JSON.stringify(row.raw)) },
]);

const OUTBOX = new RowSet<Writes["sends"][number]>([
  ...OF,
  { name: "message_id", type: "uuid", of: (row) => row.id },
  { name: "channel_id", type: "uuid", of: (row) => row.channelId },
  { name: "contact_id", type: "uuid", of: (row) => row.contactId },
  { name: "kind", type: "text", of: (row) => row.outboxKind },
  { name: "created_at", type: "bigint", of: (row) => row.createdAt },
  { name: "next_attempt_at", type: "bigint", of: (row) => row.createdAt },
]);

const TIMELINE = new RowSet<TimelineWrite>([
  ...OF,
  { name: "kind", type: "text", of: (row) => row.kind },
  { name: "at", type: "bigint", of: (row) => row.at },
  { name: "wait_number", type: "integer", of: (row) => row.wait },
  { name: "ordinal", type: "bigint", of: (row) => row.ordinal },
  { name: "explanation", type: "json", of: (row) => JSON.stringify(row.explanation) },
]);

const WAITS = new RowSet<Writes["waits"][number]>([
  ...OF,
  { name: "number", type: "integer", of: ({ wait }) => wait.number },
  { name: "started_at", type: "bigint", of: ({ wait }) => wait.startedAt },
  { name: "started_by", type: "uuid", of: ({ wait }) => wait.startedBy },
  { name: "known_at", type: "bigint", of: ({ wait }) => wait.knownAt },
  { name: "first_assigned_at", type: "bigint", of: ({ wait }) => wait.firstAssignedAt },
  { name: "holders", type: "json", of: ({ wait }) => JSON.stringify(wait.holders) },
  { name: "tries", type: "integer", of: ({ wait }) => wait.tries },
  { name: "exhausted", type: "boolean", of: ({ wait }) => wait.exhausted },
  { name: "not_back_to", type: "json", of: ({ wait }) => JSON.stringify(wait.notBackTo) },
  { name: "warned_for", type: "bigint", of: ({ wait }) => wait.warnedFor },
  {
    name: "warned_before",
    type: "json",
    of: ({ wait }) => JSON.stringify(wait.warnedBefore ?? []),
  },
  { name: "overdue_since", type: "bigint", of: ({ wait }) => wait.overdueSince },
  { name: "ended_at", type: "bigint", of: ({ wait }) => wait.endedAt },
  { name: "outcome", type: "text", of: ({ wait }) => wait.outcome },
  { name: "answered_by", type: "uuid", of: ({ wait }) => wait.answeredBy },
]);
const WAITS_SQL = WAITS.insertSql(
  "waits",
  `on conflict (account_id, session_id, number) do update set
     (started_at, started_by, known_at, first_assigned_at, holders, tries, exhausted, not_back_to,
      warned_for, warned_before, overdue_since, ended_at, outcome, answered_by) =
     (excluded.started_at, excluded.started_by, excluded.known_at, excluded.first_assigned_at,
      excluded.holders, excluded.tries, excluded.exhausted, excluded.not_back_to,
      excluded.warned_for, excluded.warned_before, excluded.overdue_since, excluded.ended_at,
      excluded.outcome, excluded.answered_by)`,
);

const REOPENED_WAITS = new RowSet<Writes["waitsReopened"][number]>([
  ...OF,
  { name: "number", type: "integer", of: (row) => row.number },
]);
const REOPENED_WAITS_SQL = `delete from waits t
  using ${REOPENED_WAITS.unnest} as u(${REOPENED_WAITS.names})
  where t.account_id = u.account_id and t.session_id = u.session_id and t.number = u.number`;

const RENUMBERED = new RowSet<Writes["renumbered"][number]>([
  { name: "account_id", type: "uuid", of: (row) => row.accountId },
  { name: "id", type: "uuid", of: (row) => row.messageId },
  { name: "wait_number", type: "integer", of: (row) => row.wait },
]);
const RENUMBERED_SQL = RENUMBERED.updateSql("messages", ["account_id", "id"]);

const SETTLED = new RowSet<Writes["settled"][number]>([
  ...OF,
  { name: "wait_number", type: "integer", of: (row) => row.wait },
]);
const SETTLED_SQL = `update messages t set settled = true
  from ${SETTLED.unnest} as u(${SETTLED.names})
  where t.account_id = u.account_id and t.session_id = u.session_id
    and t.kind = 'inbound' and t.wait_number = u.wait_number`;

const BREACHES = new RowSet<Writes["breaches"][number] & { recordedAt: number }>([
  ...OF,
  { name: "wait_number", type: "integer", of: (row) => row.wait },
  { name: "due_at", type: "bigint", of: (row) => row.dueAt },
  { name: "member_id", type: "uuid", of: (row) => row.memberId },
  { name: "recorded_at", type: "bigint", of: (row) => row.recordedAt },
]);
/** Only a breach that was withdrawn can be recorded again under its wait's number. */
const BREACHES_AGAIN = `on conflict (account_id, session_id, wait_number) do update set
  due_at = excluded.due_at, member_id = excluded.member_id, recorded_at = excluded.recorded_at,
  withdrawn_at = null, withdrawn_reason = null
  where breaches.withdrawn_at is not null`;

const WITHDRAWN_BREACHES = new RowSet<Writes["breachesWithdrawn"][number]>([
  ...OF,
  { name: "wait_number", type: "integer", of: (row) => row.wait },
  { name: "withdrawn_reason", type: "text", of: (row) => row.reason },
]);
const WITHDRAWN_BREACHES_SQL = `update breaches t
  set withdrawn_at = now_ms(), withdrawn_reason = u.withdrawn_reason
  from ${WITHDRAWN_BREACHES.unnest} as u(${WITHDRAWN_BREACHES.names})
  where t.account_id = u.account_id and t.session_id = u.session_id
    and t.wait_number = u.wait_number and t.withdrawn_at is null`;

const ASSIGNMENTS = new RowSet<Writes["assignments"][number] & { at: number }>([
  ...OF,
  { name: "from_member_id", type: "uuid", of: ({ change }) => change.from },
  { name: "to_member_id", type: "uuid", of: ({ change }) => change.to },
  { name: "by", type: "text", of: ({ change }) => change.by },
  { name: "from_line", type: "boolean", of: (row) => row.fromLine },
  { name: "line_team_id", type: "uuid", of: (row) => row.lineTeamId },
  { name: "at", type: "bigint", of: ({ at }) => at },
]);

const POINTERS = new RowSet<Writes["pointers"][number]>([
  { name: "account_id", type: "uuid", of: (row) => row.accountId },
  { name: "id", type: "uuid", of: (row) => row.ruleId },
  { name: "pointer_member_id", type: "uuid", of: (row) => row.memberId },
]);
const POINTER_KEY = ["account_id", "id"];

const CONTACTS = new RowSet<ContactKey>([
  { name: "account_id", type: "uuid", of: (row) => row.accountId },
  { name: "channel_id", type: "uuid", of: (row) => row.channelId },
  { name: "contact_id", type: "uuid", of: (row) => row.contactId },
]);
/**
 * A contact's end message that nobody claimed yet, of whichever session on the channel; one that is
 * being sent already can't be taken back.
 */
const WITHDRAW_END_SQL = `with gone as (
    delete from outbox o using ${CONTACTS.unnest} as u(${CONTACTS.names})
    where o.account_id = u.account_id and o.channel_id = u.channel_id
      and o.contact_id = u.contact_id and o.kind = 'end' and o.state = 'queued'
    returning o.account_id, o.session_id, o.message_id
  ), marked as (
    update messages m set delivery = 'withdrawn' from gone
    where m.account_id = gone.account_id and m.id = gone.message_id
    returning m.account_id, m.session_id, m.id, delivery_json(m) as delivery
  )
  insert into events (account_id, type, session_id, at, payload)
  select account_id, ${eventType("message.updated")}, session_id, now_ms(),
    json_build_object('id', id, 'sessionId', session_id, 'delivery', delivery) from marked`;

const EVENTS = new RowSet<EventWrite>([
  { name: "account_id", type: "uuid", of: (row) => row.accountId },
  { name: "session_id", type: "uuid", of: (row) => row.sessionId },
  { name: "type", type: "text", of: (row) => row.type },
  { name: "at", type: "bigint", of: (row) => row.at },
  { name: "payload", type: "text", of: (row) => JSON.stringify(row.payload) },
  {
    name: "lost_by",
    type: "json",
    of: ({ lostBy }) => (lostBy === null ? null : JSON.stringify(lostBy)),
  },
]);
