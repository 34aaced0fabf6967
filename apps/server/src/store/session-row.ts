import type { Deadlines, SessionFacts, Wait } from "@punctual/session";
import type { Row } from "../platform/database.ts";
import type { Column } from "./unnest.ts";

/** A session as it is stored: its place, the machine's facts, and what only the store needs. */
export interface StoredSession {
  readonly accountId: string;
  readonly id: string;
  readonly channelId: string;
  readonly contactId: string;
  readonly facts: SessionFacts;
  /** The deadlines as written by the last decision. */
  readonly deadlines: Deadlines;
  /** The contact had a session before this one. */
  readonly returning: boolean;
  /** Whoever held the contact's session before this one. */
  readonly previousAgentId: string | null;
  readonly lastMessageAt: number;
  readonly needsReview: boolean;
  readonly parked: boolean;
  /** Somebody supports or follows it. Changed with these people alone, never by a decision. */
  readonly watched: boolean;
}

type Of = Column<StoredSession>["of"];

function column(name: string, type: Column<StoredSession>["type"], of: Of): Column<StoredSession> {
  return { name, type, of };
}

/** What identifies a session and never changes. */
export const SESSION_IDENTITY: readonly Column<StoredSession>[] = [
  column("account_id", "uuid", (s) => s.accountId),
  column("id", "uuid", (s) => s.id),
];

export const SESSION_ORIGIN: readonly Column<StoredSession>[] = [
  column("channel_id", "uuid", (s) => s.channelId),
  column("contact_id", "uuid", (s) => s.contactId),
  column("opened_at", "bigint", (s) => s.facts.openedAt),
  column("is_returning", "boolean", (s) => s.returning),
  column("previous_agent_id", "uuid", (s) => s.previousAgentId),
];

/**
 * What a decision may change, in groups that change together: of a batch only those are written in which
 * something did.
 */
export const SESSION_STATE = {
  close: [
    column("closed_at", "bigint", (s) => s.facts.closed?.at ?? null),
    column("closed_kind", "text", (s) => s.facts.closed?.kind ?? null),
    column("closed_by", "uuid", (s) => s.facts.closed?.by ?? null),
    column("closed_reason", "text", (s) => s.facts.closed?.reason ?? null),
    column("close_count", "integer", (s) => s.facts.closeCount),
    column("needs_review", "boolean", (s) => s.needsReview),
  ],
  customer: [
    column("customer_wrote", "boolean", (s) => s.facts.customerWrote),
    column("last_customer_stamp", "bigint", (s) => s.facts.lastCustomerStamp),
    column("last_message_at", "bigint", (s) => s.lastMessageAt),
  ],
  wait: [
    column("last_wait_number", "integer", (s) => s.facts.lastWaitNumber),
    ofWait("wait_number", "integer", (wait) => wait.number),
    ofWait("wait_started_at", "bigint", (wait) => wait.startedAt),
    ofWait("wait_started_by", "uuid", (wait) => wait.startedBy),
    ofWait("wait_known_at", "bigint", (wait) => wait.knownAt),
    ofWait("wait_first_assigned_at", "bigint", (wait) => wait.firstAssignedAt),
    ofWait("wait_warned_for", "bigint", (wait) => wait.warnedFor),
    ofWait("wait_overdue_since", "bigint", (wait) => wait.overdueSince),
    ofWait("wait_passed_over", "text", (wait) => wait.passedOver ?? null),
    column("wait_holders", "json", (s) => jsonList(s.facts.wait?.holders)),
    column("wait_not_back_to", "json", (s) => jsonList(s.facts.wait?.notBackTo)),
    column("wait_warned_before", "json", (s) => jsonList(s.facts.wait?.warnedBefore)),
    column("wait_tries", "integer", (s) => s.facts.wait?.tries ?? 0),
    column("wait_exhausted", "boolean", (s) => s.facts.wait?.exhausted ?? false),
    column("wait_waiting_for_agent", "boolean", (s) => s.facts.wait?.waitingForAgent ?? false),
  ],
  assignment: [
    column("assignee_id", "uuid", (s) => s.facts.assignee),
    column("assigned_at", "bigint", (s) => s.facts.assignedAt),
    column("team_id", "uuid", (s) => s.facts.teamId),
  ],
  agent: [
    column("last_agent_message_id", "uuid", (s) => s.facts.lastAgentMessage?.id ?? null),
    column("last_agent_message_by", "uuid", (s) => s.facts.lastAgentMessage?.by ?? null),
    column("last_agent_message_at", "bigint", (s) => s.facts.lastAgentMessageAt),
    column("pending_sends", "integer", (s) => s.facts.pendingSends),
  ],
  turn: [
    column("no_reply_needed_at", "bigint", (s) => s.facts.noReplyNeededAt),
    column("reopened_at", "bigint", (s) => s.facts.reopenedAt),
    column("woken_at", "bigint", (s) => s.facts.wokenAt),
    column("snoozed_until", "bigint", (s) => s.facts.snoozedUntil),
    column("last_echo_stamp", "bigint", (s) => s.facts.lastEchoStamp),
    column("held", "boolean", (s) => s.facts.held),
  ],
  settings: [
    column("settings_account_version", "integer", (s) => s.facts.settings.account),
    column("settings_channel_version", "integer", (s) => s.facts.settings.channel),
  ],
  deadlines: [
    column("armed_at", "bigint", (s) => s.facts.armedAt),
    column("wake_at", "bigint", (s) => s.deadlines.wakeAt),
    column("close_at", "bigint", (s) => s.deadlines.closeAt),
    column("overdue_at", "bigint", (s) => s.deadlines.overdueAt),
    column("warn_at", "bigint", (s) => s.deadlines.warnAt),
    column("reassign_at", "bigint", (s) => s.deadlines.reassignAt),
  ],
} satisfies Record<string, readonly Column<StoredSession>[]>;

/** Written back for a session that was parked and has been decided. */
export const SESSION_UNPARKED: readonly Column<StoredSession>[] = [
  column("parked_at", "bigint", () => null),
  column("park_error", "text", () => null),
  column("park_retry_at", "bigint", () => null),
  column("park_attempts", "integer", () => 0),
];

function ofWait(
  name: string,
  type: Column<StoredSession>["type"],
  of: (wait: Wait) => number | string | null,
): Column<StoredSession> {
  return column(name, type, (s) => (s.facts.wait === null ? null : of(s.facts.wait)));
}

function jsonList(list: readonly (string | number)[] | undefined): string {
  return list === undefined || list.length === 0 ? "[]" : JSON.stringify(list);
}

/** A row of `sessions` as pg gives it. */
export interface SessionRow extends Row {
  readonly account_id: string;
  readonly id: string;
  readonly channel_id: string;
  readonly contact_id: string;
  readonly opened_at: number;
  readonly is_returning: boolean;
  readonly previous_agent_id: string | null;
  readonly closed_at: number | null;
  readonly closed_kind: "clock" | "member" | "blocked" | "merged" | null;
  readonly closed_by: string | null;
  readonly closed_reason: string | null;
  readonly close_count: number;
  readonly needs_review: boolean;
  readonly customer_wrote: boolean;
  readonly last_customer_stamp: number | null;
  readonly last_wait_number: number;
  readonly wait_number: number | null;
  readonly wait_started_at: number | null;
  readonly wait_started_by: string | null;
  readonly wait_known_at: number | null;
  readonly wait_first_assigned_at: number | null;
  readonly wait_warned_for: number | null;
  readonly wait_overdue_since: number | null;
  readonly wait_holders: readonly string[];
  readonly wait_not_back_to: readonly string[];
  readonly wait_warned_before: readonly number[];
  readonly wait_tries: number;
  readonly wait_exhausted: boolean;
  readonly wait_waiting_for_agent: boolean;
  readonly wait_passed_over: string | null;
  readonly assignee_id: string | null;
  readonly assigned_at: number | null;
  readonly team_id: string | null;
  readonly last_agent_message_id: string | null;
  readonly last_agent_message_by: string | null;
  readonly last_agent_message_at: number | null;
  readonly pending_sends: number;
  readonly no_reply_needed_at: number | null;
  readonly reopened_at: number | null;
  readonly woken_at: number | null;
  readonly snoozed_until: number | null;
  readonly last_echo_stamp: number | null;
  readonly held: boolean;
  readonly settings_account_version: number;
  readonly settings_channel_version: number | null;
  readonly armed_at: number;
  readonly wake_at: number | null;
  readonly close_at: number | null;
  readonly overdue_at: number | null;
  readonly warn_at: number | null;
  readonly reassign_at: number | null;
  readonly parked_at: number | null;
  readonly last_message_at: number;
  readonly watched: boolean;
}

/** A stored row → the session it describes. */
export function parseSessionRow(row: SessionRow): StoredSession {
  return {
    accountId: row.account_id,
    id: row.id,
    channelId: row.channel_id,
    contactId: row.contact_id,
    facts: factsOf(row),
    deadlines: {
      wakeAt: row.wake_at,
      closeAt: row.close_at,
      overdueAt: row.overdue_at,
      warnAt: row.warn_at,
      reassignAt: row.reassign_at,
    },
    returning: row.is_returning,
    previousAgentId: row.previous_agent_id,
    lastMessageAt: row.last_message_at,
    needsReview: row.needs_review,
    parked: row.parked_at !== null,
    watched: row.watched,
  };
}

function factsOf(row: SessionRow): SessionFacts {
  return {
    openedAt: row.opened_at,
    closed:
      row.closed_at === null || row.closed_kind === null
        ? null
        : {
            at: row.closed_at,
            kind: row.closed_kind,
            by: row.closed_by,
            reason: row.closed_reason,
          },
    closeCount: row.close_count,
    customerWrote: row.customer_wrote,
    lastCustomerStamp: row.last_customer_stamp,
    lastWaitNumber: row.last_wait_number,
    wait: waitOf(row),
    assignee: row.assignee_id,
    assignedAt: row.assigned_at,
    teamId: row.team_id,
    lastAgentMessage:
      row.last_agent_message_id === null
        ? null
        : { id: row.last_agent_message_id, by: row.last_agent_message_by },
    lastAgentMessageAt: row.last_agent_message_at,
    pendingSends: row.pending_sends,
    noReplyNeededAt: row.no_reply_needed_at,
    reopenedAt: row.reopened_at,
    wokenAt: row.woken_at,
    snoozedUntil: row.snoozed_until,
    lastEchoStamp: row.last_echo_stamp,
    held: row.held,
    settings: {
      account: row.settings_account_version,
      channel: row.settings_channel_version,
    },
    armedAt: row.armed_at,
  };
}

function waitOf(row: SessionRow): Wait | null {
  const { wait_number, wait_started_at, wait_started_by, wait_known_at } = row;
  if (wait_number === null || wait_started_at === null) return null;
  if (wait_started_by === null || wait_known_at === null) return null;
  return {
    number: wait_number,
    startedAt: wait_started_at,
    startedBy: wait_started_by,
    knownAt: wait_known_at,
    firstAssignedAt: row.wait_first_assigned_at,
    holders: row.wait_holders,
    tries: row.wait_tries,
    exhausted: row.wait_exhausted,
    waitingForAgent: row.wait_waiting_for_agent,
    notBackTo: row.wait_not_back_to,
    warnedFor: row.wait_warned_for,
    ...(row.wait_warned_before.length === 0 ? {} : { warnedBefore: row.wait_warned_before }),
    ...(row.wait_passed_over === null ? {} : { passedOver: row.wait_passed_over }),
    overdueSince: row.wait_overdue_since,
  };
}
