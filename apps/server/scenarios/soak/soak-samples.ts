import type { Queryable, Row } from "../../src/platform/database.ts";
import { type MetricLine, parseMetrics, sumOf } from "./metrics-text.ts";

/** What one look at the server and its database gave. Memory in MB (10⁶ bytes), times in ms. */
export interface SoakSample {
  /** Minutes since the load began. */
  readonly minute: number;
  readonly residentMb: number;
  readonly heapUsedMb: number;
  readonly externalMb: number;
  /** p99 since the look before. */
  readonly eventLoopDelayMs: number;
  /** Processor time of the server so far, seconds. */
  readonly serverCpuS: number;
  readonly databaseConnections: number;
  readonly connectionsWaiting: number;
  readonly outbox: number;
  readonly openSessions: number;
  readonly dueSessions: number;
  readonly longestDueMs: number;
  /** Of PostgreSQL, table with indexes and TOAST, by name. */
  readonly tablesMb: Readonly<Record<string, number>>;
}

/** @param url the server's; @param began `performance.now()` when the load began. */
export async function takeSample(url: string, db: Queryable, began: number): Promise<SoakSample> {
  const [metrics, rows] = await Promise.all([readMetrics(url), db.query<LookRow>(LOOK_SQL)]);
  const look = rows[0];
  if (look === undefined) throw new Error("PostgreSQL gave no figures");
  return {
    minute: round((performance.now() - began) / 60_000),
    residentMb: round(sumOf(metrics, "process_resident_memory_bytes") / 1e6),
    heapUsedMb: round(sumOf(metrics, "nodejs_heap_size_used_bytes") / 1e6),
    externalMb: round(sumOf(metrics, "nodejs_external_memory_bytes") / 1e6),
    eventLoopDelayMs: round(sumOf(metrics, "nodejs_eventloop_lag_p99_seconds") * 1_000),
    serverCpuS: round(sumOf(metrics, "process_cpu_seconds_total")),
    databaseConnections: look.connections,
    connectionsWaiting: sumOf(metrics, "punctual_database_connections", { state: "waiting" }),
    outbox: look.outbox,
    openSessions: look.open,
    dueSessions: look.due,
    longestDueMs: look.longest_due,
    tablesMb: Object.fromEntries(
      Object.entries(look.tables).map(([table, bytes]) => [table, round(bytes / 1e6)]),
    ),
  };
}

async function readMetrics(url: string): Promise<readonly MetricLine[]> {
  const response = await fetch(`${url}/metrics`);
  return parseMetrics(await response.text());
}

interface LookRow extends Row {
  readonly connections: number;
  readonly outbox: number;
  readonly open: number;
  readonly due: number;
  readonly longest_due: number;
  readonly tables: Readonly<Record<string, number>>;
}

const LOOK_SQL = `select
    (select count(*) from pg_stat_activity
      where datname = current_database() and application_name like 'punctual%') as connections,
    (select count(*) from outbox) as outbox,
    (select count(*) from sessions where closed_at is null) as open,
    (select count(*) from sessions where next_due_at <= now_ms()) as due,
    (select coalesce(now_ms() - min(next_due_at), 0) from sessions
      where next_due_at <= now_ms()) as longest_due,
    (select json_object_agg(name, pg_total_relation_size(name::regclass))
      from unnest(array['sessions', 'messages', 'outbox', 'timeline', 'events', 'waits',
        'notifications', 'idempotency_keys', 'nodes']) as name) as tables`;

function round(value: number): number {
  return Math.round(value * 1_000) / 1_000;
}
