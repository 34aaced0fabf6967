/**
 * What the checker reads of a session after a commit: rows as they are stored, without the store's own
 * reading of them, so that a mistake there is seen here.
 */
import type { Explanation } from "@punctual/session";
import type { SessionRow } from "../../apps/server/src/store/session-row.ts";

/** Everything of one session after a commit that touched it. */
export interface SeenSession {
  readonly session: SeenRow;
  /** Whether its contact is blocked. */
  readonly blocked: boolean;
  /** All of them, in commit order. */
  readonly messages: readonly SeenMessage[];
  readonly outbox: readonly SeenSend[];
  readonly waits: readonly SeenWait[];
  readonly breaches: readonly SeenBreach[];
  /** Those that are not withdrawn. */
  readonly notices: readonly SeenNotice[];
  /** Only those that the commit added, in order. */
  readonly acts: readonly SeenAct[];
}

export interface SeenRow extends SessionRow {
  readonly next_due_at: number | null;
  readonly park_error: string | null;
}

export interface SeenMessage {
  readonly id: string;
  readonly seq: number;
  readonly kind: "inbound" | "agent" | "automatic" | "note";
  readonly is_echo: boolean;
  readonly external_id: string | null;
  readonly stamp: number | null;
  readonly at: number;
  readonly created_at: number;
  readonly wait_number: number | null;
  readonly settled: boolean;
  readonly starts_nothing: boolean;
  readonly delivery: string | null;
  readonly close_ordinal: number | null;
  readonly content_type: string;
}

export interface SeenSend {
  readonly message_id: string;
  readonly kind: "agent" | "end";
  readonly state: "queued" | "sending";
  readonly attempts: number;
}

export interface SeenWait {
  readonly number: number;
  readonly overdue_since: number | null;
  readonly ended_at: number;
  readonly outcome: string;
}

export interface SeenBreach {
  readonly wait_number: number;
  readonly due_at: number;
  readonly withdrawn_at: number | null;
}

export interface SeenNotice {
  readonly id: string;
  readonly member_id: string;
  readonly kind: string;
  readonly wait_number: number;
  readonly reply_due_at: number | null;
}

export interface SeenAct {
  readonly seq: number;
  readonly kind: string;
  readonly at: number;
  readonly wait_number: number;
  readonly ordinal: number | null;
  readonly explanation: Explanation;
}
