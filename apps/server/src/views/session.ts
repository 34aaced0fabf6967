import {
  previewOf,
  type Session,
  type SessionAct,
  type SessionDetail,
  type SessionStateView,
} from "@punctual/contract";
import type { ListedSession } from "../store/read-sessions.ts";
import type { SessionPeopleTable } from "../store/schema.ts";
import { presentSessionPeople } from "./session-people.ts";
import { presentSessionState, type SessionState } from "./session-state.ts";
import { timestamp } from "./timestamp.ts";

/**
 * A session's state as the API and the realtime events show it: `SessionState` with its times in ISO
 * 8601. The one shape for both, so that a client may lay an event over what it fetched.
 */
export function presentState(state: SessionState): SessionStateView {
  const { wait, closed, deadlines, settingsVersions } = state;
  return {
    id: state.id,
    channelId: state.channelId,
    contactId: state.contactId,
    state: state.state,
    turn: state.turn,
    assigneeId: state.assigneeId,
    assignedAt: timestamp(state.assignedAt),
    teamId: state.teamId,
    openedAt: timestamp(state.openedAt),
    lastMessageAt: timestamp(state.lastMessageAt),
    snoozedUntilAt: timestamp(state.snoozedUntil),
    wait:
      wait === null
        ? null
        : {
            number: wait.number,
            startedAt: timestamp(wait.startedAt),
            tries: wait.tries,
            exhausted: wait.exhausted,
            waitingForAgent: wait.waitingForAgent,
            overdueSinceAt: timestamp(wait.overdueSince),
          },
    overdue: state.overdue,
    closed:
      closed === null
        ? null
        : {
            closedAt: timestamp(closed.at),
            kind: closed.kind,
            memberId: closed.by,
            reason: closed.reason,
          },
    needsReview: state.needsReview,
    deadlines: {
      wakeAt: timestamp(deadlines.wakeAt),
      closeAt: timestamp(deadlines.closeAt),
      overdueAt: timestamp(deadlines.overdueAt),
      warnAt: timestamp(deadlines.warnAt),
      reassignAt: timestamp(deadlines.reassignAt),
    },
    nextDueAt: timestamp(state.nextDueAt),
    held: state.held,
    settingsVersions: { ...settingsVersions },
  };
}

/** A row → its entry in a list of sessions. */
export function presentSession(row: ListedSession): Session {
  const { stored } = row;
  return {
    ...presentState(presentSessionState(stored, stored.facts, stored.deadlines)),
    contact: {
      id: row.contact_id,
      name: row.contact_name,
      phone: row.contact_phone,
      username: row.contact_username,
    },
    channel: { id: row.channel_id, kind: row.channel_kind, name: row.channel_name },
    unread: row.unread,
    preview: presentPreview(row),
    tags: row.tag_names,
    category:
      row.category_id === null ? null : { id: row.category_id, name: row.category_name ?? "" },
    parked:
      row.parked_at === null
        ? null
        : {
            parkedAt: timestamp(row.parked_at),
            error: row.park_error ?? "",
            attempts: row.park_attempts,
            retryAt: timestamp(row.park_retry_at),
          },
  };
}

function presentPreview(row: ListedSession): Session["preview"] {
  const { preview_id: id, preview_kind: kind, preview_content: content, preview_at: at } = row;
  if (id === null || kind === null || content === null || at === null) return null;
  return previewOf({
    id,
    kind,
    authorId: row.preview_author_id,
    content,
    sentAt: timestamp(at),
    delivery: row.preview_delivery === null ? null : { state: row.preview_delivery },
    deletedAt: timestamp(row.preview_deleted_at),
  });
}

/** How long free-form messages may follow the customer's last one, in ms; `null`: always. */
export interface WindowLimits {
  readonly windowMs: number | null;
  readonly windowMarginMs: number;
}

/** One session with everything that its screen shows. */
export interface WholeSession {
  readonly row: ListedSession;
  readonly people: readonly SessionPeopleTable[];
  /** What the member may do who looks at it. */
  readonly may: readonly SessionAct[];
}

/** Rows → one session with its facts, its people, and until when free-form messages can leave. */
export function presentSessionDetail(
  { row, people, may }: WholeSession,
  limits: WindowLimits,
): SessionDetail {
  return {
    ...presentSession(row),
    ...presentSessionPeople(people),
    may: [...may],
    facts: {
      customerWrote: row.customer_wrote,
      closeCount: row.close_count,
      lastWaitNumber: row.last_wait_number,
      wait: presentWaitFacts(row),
      lastAgentMessageId: row.last_agent_message_id,
      lastAgentMessageBy: row.last_agent_message_by,
      lastAgentMessageAt: timestamp(row.last_agent_message_at),
      pendingSends: row.pending_sends,
      noReplyNeededAt: timestamp(row.no_reply_needed_at),
      reopenedAt: timestamp(row.reopened_at),
      wokenAt: timestamp(row.woken_at),
      lastEchoAt: timestamp(row.last_echo_stamp),
      lastCustomerMessageAt: timestamp(row.contact_last_customer_stamp),
      armedAt: timestamp(row.armed_at),
    },
    messagingWindow: presentWindow(row, limits),
  };
}

function presentWaitFacts(row: ListedSession): SessionDetail["facts"]["wait"] {
  if (row.wait_started_by === null || row.wait_known_at === null) return null;
  return {
    startedByMessageId: row.wait_started_by,
    knownAt: timestamp(row.wait_known_at),
    firstAssignedAt: timestamp(row.wait_first_assigned_at),
    holderIds: row.wait_holders,
    notBackToIds: row.wait_not_back_to,
    warnedForAt: timestamp(row.wait_warned_for),
  };
}

function presentWindow(row: ListedSession, limits: WindowLimits): SessionDetail["messagingWindow"] {
  if (limits.windowMs === null) return { limited: false, open: true, endsAt: null };
  const stamp = row.contact_last_customer_stamp;
  if (stamp === null) return { limited: true, open: false, endsAt: null };
  const endsAt = stamp + limits.windowMs - limits.windowMarginMs;
  return { limited: true, open: row.read_at < endsAt, endsAt: timestamp(endsAt) };
}
