import type {
  AuditAct,
  DeliveryState,
  MessageContent,
  MessageKind,
  NotificationKind,
} from "@punctual/contract";
import type { ActKind, CloseKind, Explanation } from "@punctual/session";

/** The tables that typed statements read. Times are epoch ms; the migrations are authoritative. */
export interface Schema {
  readonly channels: { account_id: string; id: string; kind: string; name: string };
  readonly contacts: ContactsTable;
  readonly contact_identities: ContactIdentitiesTable;
  readonly sessions: SessionsTable;
  readonly session_people: SessionPeopleTable;
  readonly messages: MessagesTable;
  readonly timeline: TimelineTable;
  readonly notifications: NotificationsTable;
  readonly audit_log: AuditLogTable;
}

interface ContactsTable {
  account_id: string;
  id: string;
  name: string | null;
  owner_member_id: string | null;
  blocked_at: number | null;
}

interface ContactIdentitiesTable {
  account_id: string;
  channel_id: string;
  contact_id: string;
  phone: string | null;
  username: string | null;
  last_customer_stamp: number | null;
}

export interface SessionsTable {
  account_id: string;
  id: string;
  channel_id: string;
  contact_id: string;
  opened_at: number;
  is_returning: boolean;
  previous_agent_id: string | null;
  last_customer_stamp: number | null;
  closed_at: number | null;
  closed_kind: CloseKind | null;
  closed_by: string | null;
  closed_reason: string | null;
  close_count: number;
  needs_review: boolean;
  customer_wrote: boolean;
  last_wait_number: number;
  wait_number: number | null;
  wait_started_at: number | null;
  wait_started_by: string | null;
  wait_known_at: number | null;
  wait_first_assigned_at: number | null;
  wait_holders: string[];
  wait_tries: number;
  wait_exhausted: boolean;
  wait_waiting_for_agent: boolean;
  wait_passed_over: string | null;
  watched: boolean;
  wait_not_back_to: string[];
  wait_warned_for: number | null;
  wait_warned_before: number[];
  wait_overdue_since: number | null;
  assignee_id: string | null;
  assigned_at: number | null;
  team_id: string | null;
  last_agent_message_id: string | null;
  last_agent_message_by: string | null;
  last_agent_message_at: number | null;
  pending_sends: number;
  no_reply_needed_at: number | null;
  reopened_at: number | null;
  woken_at: number | null;
  snoozed_until: number | null;
  last_echo_stamp: number | null;
  held: boolean;
  settings_account_version: number;
  settings_channel_version: number | null;
  armed_at: number;
  wake_at: number | null;
  close_at: number | null;
  overdue_at: number | null;
  warn_at: number | null;
  reassign_at: number | null;
  next_due_at: number | null;
  parked_at: number | null;
  park_error: string | null;
  park_attempts: number;
  park_retry_at: number | null;
  last_message_at: number;
  category_id: string | null;
}

export interface SessionPeopleTable {
  account_id: string;
  session_id: string;
  member_id: string;
  role: "supporter" | "follower";
  added_by: string;
  added_at: number;
}

export interface MessagesTable {
  account_id: string;
  id: string;
  seq: number;
  session_id: string;
  kind: MessageKind;
  is_echo: boolean;
  author_id: string | null;
  content: MessageContent;
  external_id: string | null;
  reply_to: string | null;
  at: number;
  created_at: number;
  wait_number: number | null;
  delivery: DeliveryState | null;
  settled_at: number | null;
  delivered_at: number | null;
  read_at: number | null;
  error_code: string | null;
  error_message: string | null;
  reaction: string | null;
  edited_at: number | null;
  deleted_at: number | null;
}

export interface TimelineTable {
  account_id: string;
  session_id: string;
  seq: number;
  kind: ActKind;
  at: number;
  wait_number: number;
  ordinal: number | null;
  explanation: Explanation;
}

export interface NotificationsTable {
  account_id: string;
  id: string;
  member_id: string;
  session_id: string;
  kind: NotificationKind;
  wait_number: number;
  reply_due_at: number | null;
  created_at: number;
  read_at: number | null;
  withdrawn_at: number | null;
}

export interface AuditLogTable {
  account_id: string;
  id: number;
  at: number;
  member_id: string | null;
  via: "login" | "token" | "link" | "commandLine";
  ip: string | null;
  act: AuditAct;
  subject_id: string | null;
  before: unknown;
  after: unknown;
}
