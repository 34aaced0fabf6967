import type { HistoryMessage, SessionHistory } from "@punctual/session";
import type { Queryable, Row } from "../platform/database.ts";
import type { SessionKey } from "./load-sessions.ts";

/**
 * A session's messages, ended waits and breaches, for the rare events that change the past. The caller
 * holds the session's lock, so the past can't change meanwhile.
 */
export async function loadHistory(read: Queryable, key: SessionKey): Promise<SessionHistory> {
  const params = [key.accountId, key.id];
  const [messages, waits, breaches] = await Promise.all([
    read.query<MessageRow>(MESSAGES_SQL, params),
    read.query<WaitRow>("select * from waits where account_id = $1 and session_id = $2", params),
    read.query<BreachRow>(BREACHES_SQL, params),
  ]);
  return {
    messages: messages.map(parseMessage),
    waits: waits.map((row) => ({
      number: row.number,
      startedAt: row.started_at,
      startedBy: row.started_by,
      knownAt: row.known_at,
      firstAssignedAt: row.first_assigned_at,
      holders: row.holders,
      tries: row.tries,
      exhausted: row.exhausted,
      waitingForAgent: false,
      notBackTo: row.not_back_to,
      warnedFor: row.warned_for,
      ...(row.warned_before.length === 0 ? {} : { warnedBefore: row.warned_before }),
      overdueSince: row.overdue_since,
      endedAt: row.ended_at,
      outcome: row.outcome,
      answeredBy: row.answered_by,
    })),
    breaches: breaches.map((row) => ({
      wait: row.wait_number,
      dueAt: row.due_at,
      memberId: row.member_id,
      withdrawn: row.withdrawn,
    })),
  };
}

/** Notes, automatic messages and what the customer wrote while blocked answer and start nothing. */
const MESSAGES_SQL = `select id, kind, is_echo, author_id, stamp, at, created_at, wait_number, settled,
    delivery, settled_at
  from messages where account_id = $1 and session_id = $2 and kind in ('inbound', 'agent')
    and not starts_nothing
  order by seq`;

const BREACHES_SQL = `select wait_number, due_at, member_id, withdrawn_at is not null as withdrawn
  from breaches where account_id = $1 and session_id = $2`;

interface MessageRow extends Row {
  readonly id: string;
  readonly kind: "inbound" | "agent";
  readonly is_echo: boolean;
  readonly author_id: string | null;
  readonly stamp: number | null;
  readonly at: number;
  readonly created_at: number;
  readonly wait_number: number | null;
  readonly settled: boolean;
  readonly delivery: string | null;
  readonly settled_at: number | null;
}

function parseMessage(row: MessageRow): HistoryMessage {
  if (row.kind === "inbound") {
    return {
      type: "customer",
      id: row.id,
      stamp: row.stamp ?? row.at,
      at: row.at,
      wait: row.wait_number,
      settled: row.settled,
    };
  }
  if (row.is_echo) return { type: "echo", id: row.id, stamp: row.stamp ?? row.at, at: row.at };
  return {
    type: "agent",
    id: row.id,
    by: row.author_id,
    refused: row.delivery === "failed",
    at: row.created_at,
  };
}

interface WaitRow extends Row {
  readonly number: number;
  readonly started_at: number;
  readonly started_by: string;
  readonly known_at: number;
  readonly first_assigned_at: number | null;
  readonly holders: readonly string[];
  readonly tries: number;
  readonly exhausted: boolean;
  readonly not_back_to: readonly string[];
  readonly warned_for: number | null;
  readonly warned_before: readonly number[];
  readonly overdue_since: number | null;
  readonly ended_at: number;
  readonly outcome: "answered" | "dismissed" | "unanswered" | "merged";
  readonly answered_by: string | null;
}

interface BreachRow extends Row {
  readonly wait_number: number;
  readonly due_at: number;
  readonly member_id: string | null;
  readonly withdrawn: boolean;
}
