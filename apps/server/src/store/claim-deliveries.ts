import type { AlertMedium, NotificationKind, QuietHours } from "@punctual/contract";
import type { Queryable, Row, Tx } from "../platform/database.ts";
import type { PushTarget } from "../platform/web-push.ts";
import { type QuietColumns, quietHoursOf } from "./alert-preferences.ts";
import { REACHED_CHANNELS } from "./channel-limits.ts";
import { ONLINE_MEMBER, PRESENCE_CUTOFF } from "./presence.ts";
import { RowSet, writeRows } from "./unnest.ts";

/** One way of a notification: to a browser or a mailbox, to show or to close it. */
export interface DeliveryKey {
  readonly accountId: string;
  readonly notificationId: string;
  readonly medium: AlertMedium;
  /** The push subscription, or the member. */
  readonly targetId: string;
  readonly act: "show" | "close";
}

/** A delivery whose time has come, locked, with everything that says whether and how it goes out. */
export interface DueDelivery extends DeliveryKey {
  readonly memberId: string;
  readonly attempts: number;
  readonly kind: NotificationKind;
  readonly sessionId: string;
  readonly replyDueAt: number | null;
  readonly createdAt: number;
  /** It was not withdrawn or read, and its member is still active and concerned. */
  readonly holds: boolean;
  /** A push: a tab of the member is visible. An e-mail: the member is online. */
  readonly seen: boolean;
  /** Why it was put off, or tried again, the last time; `null`: nobody looked at it yet. */
  readonly reason: string | null;
  /** It closes a push that somebody may be sending at this moment. */
  readonly overtakes: boolean;
  /** `null`: an e-mail, or the subscription has ended. */
  readonly target: PushTarget | null;
  readonly to: { readonly name: string; readonly email: string };
  readonly business: string;
  readonly contact: string | null;
  readonly quietHours: QuietHours | null;
  readonly now: number;
}

interface DueRow extends Row, QuietColumns {
  readonly account_id: string;
  readonly notification_id: string;
  readonly medium: AlertMedium;
  readonly target_id: string;
  readonly act: "show" | "close";
  readonly member_id: string;
  readonly attempts: number;
  readonly kind: NotificationKind;
  readonly session_id: string;
  readonly reply_due_at: number | null;
  readonly created_at: number;
  readonly holds: boolean;
  readonly seen: boolean;
  readonly reason: string | null;
  readonly overtakes: boolean;
  readonly endpoint: string | null;
  readonly p256dh: string | null;
  readonly auth: string | null;
  readonly member_name: string;
  readonly member_email: string;
  readonly business: string;
  readonly contact: string | null;
  readonly now: number;
}

/** Locks what is due until the commit; other nodes pass it over. */
export async function lockDueDeliveries(tx: Tx, limit: number): Promise<readonly DueDelivery[]> {
  const rows = await tx.query<DueRow>(DUE_SQL, [limit, UNDER_WAY_MS]);
  return rows.map((row) => ({
    accountId: row.account_id,
    notificationId: row.notification_id,
    medium: row.medium,
    targetId: row.target_id,
    act: row.act,
    memberId: row.member_id,
    attempts: row.attempts,
    kind: row.kind,
    sessionId: row.session_id,
    replyDueAt: row.reply_due_at,
    createdAt: row.created_at,
    holds: row.holds,
    seen: row.seen,
    reason: row.reason,
    overtakes: row.overtakes,
    target: targetOf(row),
    to: { name: row.member_name, email: row.member_email },
    business: row.business,
    contact: row.contact,
    quietHours: quietHoursOf(row),
    now: row.now,
  }));
}

function targetOf({ endpoint, p256dh, auth }: DueRow): PushTarget | null {
  if (endpoint === null || p256dh === null || auth === null) return null;
  return { endpoint, p256dh, auth };
}

/** After it, whoever claimed a push has sent it or died. */
const UNDER_WAY_MS = 20_000;

/** Whoever was taken out of a session since hears no more of it (docs/visibility.md). */
const SEES_SESSION = `(m.role <> 'agent' or coalesce(s.assignee_id = m.id, false)
    or (s.assignee_id is null
      and coalesce(s.channel_id::text = any((${REACHED_CHANNELS})::text[]), true))
    or exists (select from session_people sp where sp.account_id = d.account_id
      and sp.session_id = n.session_id and sp.member_id = n.member_id))`;

/**
 * A push may be asked to close in the moment in which its old notification is deleted: such a delivery
 * has nothing left to tell and goes as well, or it would be due for ever.
 */
const DUE_SQL = `with due as materialized (
    select * from notification_deliveries
    where state = 'queued' and due_at <= (select now_ms())
    order by due_at limit $1 for update skip locked
  ), orphaned as (
    delete from notification_deliveries d using due
    where d.account_id = due.account_id and d.notification_id = due.notification_id
      and d.medium = due.medium and d.target_id = due.target_id and d.act = due.act
      and not exists (
        select from notifications n where n.account_id = d.account_id and n.id = d.notification_id)
  )
  select d.account_id, d.notification_id, d.medium, d.target_id, d.act, d.member_id, d.attempts, d.reason,
    n.kind, n.session_id, n.reply_due_at, n.created_at,
    n.withdrawn_at is null and n.read_at is null and m.active and (n.kind <> 'assigned'
      or coalesce(s.assignee_id = n.member_id and s.closed_at is null, false))
      and (n.kind <> 'mention' or ${SEES_SESSION}) as holds,
    case d.medium when 'email' then ${ONLINE_MEMBER} else exists (
      select 1 from member_connections c
      where c.account_id = d.account_id and c.member_id = d.member_id and c.visible
        and c.seen_at > ${PRESENCE_CUTOFF}) end as seen,
    d.act = 'close' and exists (
      select 1 from notification_deliveries shown
      where shown.account_id = d.account_id and shown.notification_id = d.notification_id
        and shown.medium = d.medium and shown.target_id = d.target_id and shown.act = 'show'
        and shown.state = 'claimed' and shown.claimed_at > now_ms() - $2::bigint) as overtakes,
    b.endpoint, b.p256dh, b.auth, m.name as member_name, m.email as member_email,
    a.name as business, k.name as contact,
    p.quiet_time_zone, p.quiet_days, p.quiet_from, p.quiet_until, now_ms() as now
  from due d
  join notifications n on n.account_id = d.account_id and n.id = d.notification_id
  join members m on m.account_id = d.account_id and m.id = d.member_id
  join accounts a on a.id = d.account_id
  left join sessions s on s.account_id = d.account_id and s.id = n.session_id
  left join contacts k on k.account_id = s.account_id and k.id = s.contact_id
  left join push_subscriptions b on b.account_id = d.account_id and b.id = d.target_id
    and b.member_id = d.member_id
  left join notification_preferences p
    on p.account_id = d.account_id and p.member_id = d.member_id`;

/** What becomes of a locked or claimed delivery. */
export interface DeliveryState extends DeliveryKey {
  readonly state: "queued" | "claimed" | "sent" | "failed" | "skipped" | "withdrawn";
  readonly attempts: number;
  /** From now on, in ms, by the database's clock; counts only in the state `queued`. */
  readonly dueInMs: number;
  readonly reason: string | null;
}

const STATES = new RowSet<DeliveryState>([
  { name: "account_id", type: "uuid", of: (row) => row.accountId },
  { name: "notification_id", type: "uuid", of: (row) => row.notificationId },
  { name: "medium", type: "text", of: (row) => row.medium },
  { name: "target_id", type: "uuid", of: (row) => row.targetId },
  { name: "act", type: "text", of: (row) => row.act },
  { name: "state", type: "text", of: (row) => row.state },
  { name: "attempts", type: "integer", of: (row) => row.attempts },
  { name: "due_in", type: "bigint", of: (row) => row.dueInMs },
  { name: "reason", type: "text", of: (row) => row.reason },
]);
const STATES_SQL = `update notification_deliveries t set state = u.state, attempts = u.attempts,
    due_at = now_ms() + u.due_in, reason = u.reason,
    claimed_at = case when u.state in ('claimed', 'sent') then now_ms() end
  from ${STATES.unnest} as u(${STATES.names})
  where t.account_id = u.account_id and t.notification_id = u.notification_id
    and t.medium = u.medium and t.target_id = u.target_id and t.act = u.act`;

/** Settles deliveries that this transaction has locked. */
export function settleDeliveries(tx: Tx, states: readonly DeliveryState[]): void {
  writeRows(tx, states, STATES, STATES_SQL);
}

/** Records what became of a claimed one. */
export function recordDelivery(tx: Tx, state: DeliveryState): void {
  writeRows(tx, [state], STATES, RECORD_SQL);
}

const RECORD_SQL = `${STATES_SQL} and t.state = 'claimed'`;

/** Ms until the next delivery is due; `null`: none waits. */
export async function readNextDeliveryInMs(read: Queryable): Promise<number | null> {
  const [row] = await read.query<{ ms: number | null }>(
    `select min(due_at) - now_ms() as ms from notification_deliveries where state = 'queued'`,
  );
  return row?.ms ?? null;
}
