import type { Queryable, Row } from "../platform/database.ts";
import type { LoadReading } from "../platform/metrics.ts";

/**
 * How much there is to do, for `/metrics`. Every part reads a bounded number of rows: beyond 50,000 open
 * sessions their number comes from the planner's statistics, and the states are scaled up with it.
 */
export async function readLoad(read: Queryable): Promise<LoadReading> {
  const [sessions, due, outbox] = await Promise.all([
    read.query<SessionsRow>(SESSIONS_SQL),
    read.query<DueRow>(DUE_SQL),
    read.query<OutboxRow>(OUTBOX_SQL),
  ]);
  const { sampled, estimated, parked, ...states } = sessions[0] ?? NO_SESSIONS;
  const open = sampled < SAMPLE ? sampled : Math.max(sampled, estimated);
  const scale = sampled === 0 ? 1 : open / sampled;
  return {
    sessions: {
      open,
      parked,
      ...Object.fromEntries(
        Object.entries(states).map(([state, count]) => [state, Math.round(count * scale)]),
      ),
    },
    deadlinesDue: due[0] ?? {},
    outbox: { queued: outbox[0]?.queued ?? 0, sending: outbox[0]?.sending ?? 0 },
    outboxOldestMs: outbox[0]?.oldest_ms ?? 0,
  };
}

const SAMPLE = 50_000;

/** `sampled`, `estimated` and `parked` are numbers of sessions; so is each further state. */
interface SessionsRow extends Row {
  readonly [state: string]: number;
  readonly sampled: number;
  readonly estimated: number;
  readonly parked: number;
}

const NO_SESSIONS: SessionsRow = { sampled: 0, estimated: 0, parked: 0 };

const SESSIONS_SQL = `select count(*) as sampled,
    (select greatest(reltuples, 0)::bigint from pg_class
      where oid = to_regclass('sessions_open')) as estimated,
    (select count(*) from (
      select from sessions where parked_at is not null limit 10000) as p) as parked,
    count(*) filter (where wait_number is not null) as agent_turn,
    count(*) filter (where wait_number is null) as customer_turn,
    count(*) filter (where wait_overdue_since is not null) as overdue,
    count(*) filter (where assignee_id is null) as unassigned,
    count(*) filter (where wait_waiting_for_agent) as waiting_for_agent,
    count(*) filter (where snoozed_until is not null) as snoozed,
    count(*) filter (where held) as held
  from (select * from sessions where closed_at is null limit ${SAMPLE}) as open`;

interface DueRow extends Row {
  readonly [kind: string]: number;
}

const DUE_SQL = `select count(*) filter (where wake_at <= now) as wake,
    count(*) filter (where warn_at <= now) as warn,
    count(*) filter (where overdue_at <= now) as overdue,
    count(*) filter (where reassign_at <= now and not held) as reassign,
    count(*) filter (where close_at <= now and not held) as close
  from (
    select *, now_ms() as now from sessions where next_due_at <= (select now_ms()) limit 10000
  ) as due`;

interface OutboxRow extends Row {
  readonly queued: number;
  readonly sending: number;
  readonly oldest_ms: number;
}

const OUTBOX_SQL = `select count(*) filter (where state = 'queued') as queued,
    count(*) filter (where state = 'sending') as sending,
    coalesce(now_ms() - min(created_at), 0) as oldest_ms
  from (select state, created_at from outbox limit ${SAMPLE}) as waiting`;
