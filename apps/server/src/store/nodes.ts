/**
 * Nodes say that they live; a gap in the heartbeats of all of them is an outage (clock.md §6), and
 * an outage begins a hold: closes and reassignments wait until the provider has handed over what it
 * kept back. One hold at a time, kept by a unique index. All times are the database's.
 *
 *     no hold ──gap over 30 s──▶ hold ──60 s without a late webhook, or 5 minutes──▶ ended
 *                                 └──another gap: the same hold, detected anew──┘
 *
 * When only the way to us was broken, nodes went on beating and there is no hold.
 */
import type { Queryable, Tx } from "../platform/database.ts";
import { PACE } from "../platform/pace.ts";

/** A webhook stamped longer than this before it arrived was held back (clock.md §6). */
const LATE_MS = 60_000;

/** A hold is over after this long without a late webhook, and after this long at the latest. */
export const HOLD_LIMITS = { quietMs: 60_000, limitMs: 300_000 } as const;

export interface HoldLimits {
  readonly quietMs: number;
  readonly limitMs: number;
}

export interface NodeBeat {
  readonly nodeId: string;
  readonly roles: readonly string[];
}

/**
 * Notes an outage if no node has beaten for 30 s. Gives whether it did. Nothing is noted on the first
 * start ever: nobody was there to be missed.
 */
export async function noteOutage(tx: Tx, outageMs = PACE.outageMs): Promise<boolean> {
  const rows = await tx.query(NOTE_OUTAGE_SQL, [outageMs]);
  return rows.length > 0;
}

const NOTE_OUTAGE_SQL = `insert into outages (began_at, detected_at)
  select newest, now_ms() from (select max(heartbeat_at) as newest from nodes) as beats
  where newest < now_ms() - $1::bigint
  on conflict ((true)) where hold_ended_at is null
    do update set detected_at = excluded.detected_at
  returning id`;

export function writeBeat(tx: Tx, { nodeId, roles }: NodeBeat): void {
  tx.write(BEAT_SQL, [nodeId, roles]);
}

const BEAT_SQL = `insert into nodes (id, started_at, heartbeat_at, roles)
  values ($1, now_ms(), now_ms(), $2)
  on conflict (id) do update set heartbeat_at = excluded.heartbeat_at`;

/** Says that a node stopped in order. Its last beat stays: the next gap is measured from it. */
export function writeStop(tx: Tx, nodeId: string): void {
  tx.write("update nodes set stopped_at = now_ms() where id = $1", [nodeId]);
}

/** Forgets nodes that stopped a day ago. The newest beat stays: the next gap is measured from it. */
export function deleteOldNodes(tx: Tx): void {
  tx.write(
    `delete from nodes where heartbeat_at < now_ms() - 86400000
      and heartbeat_at < (select max(heartbeat_at) from nodes)`,
  );
}

/**
 * Whether closes and reassignments are held now (clock.md §6). Also true while an outage has ended
 * that no node has noted yet, so that a timer can't overtake the note.
 */
export async function holdIsOn(read: Queryable): Promise<boolean> {
  const [row] = await read.query<{ held: boolean }>(HOLD_SQL, [PACE.outageMs]);
  return row?.held === true;
}

const HOLD_SQL = `select exists (select 1 from outages where hold_ended_at is null)
    or coalesce((select max(heartbeat_at) < now_ms() - $1::bigint from nodes), false) as held`;

/**
 * A message came in with this stamp (epoch ms). If that is more than 60 s ago and a hold is on, the
 * provider is still handing over: the hold goes on. Cheap; written at most once a second.
 */
export function noteLateWebhook(tx: Tx, stamp: number): void {
  tx.write(LATE_SQL, [stamp, LATE_MS]);
}

const LATE_SQL = `update outages set last_late_webhook_at = now_ms()
  where hold_ended_at is null and $1::bigint < now_ms() - $2::bigint
    and coalesce(last_late_webhook_at, 0) < now_ms() - 1000`;

/**
 * Ends the hold when its time has come. True once, for the caller that ended it, who then releases
 * the held sessions in the same transaction.
 */
export async function endHoldIfOver(tx: Tx, limits: HoldLimits = HOLD_LIMITS): Promise<boolean> {
  const rows = await tx.query(END_HOLD_SQL, [limits.quietMs, limits.limitMs]);
  return rows.length > 0;
}

const END_HOLD_SQL = `update outages set hold_ended_at = now_ms()
  where hold_ended_at is null and (
    now_ms() >= greatest(detected_at, last_late_webhook_at) + $1::bigint
    or now_ms() >= detected_at + $2::bigint
  )
  returning id`;

/** When the hold that is on will end at the earliest, epoch ms; `null` when none is on. */
export async function readHoldEnd(
  read: Queryable,
  limits: HoldLimits = HOLD_LIMITS,
): Promise<number | null> {
  const [row] = await read.query<{ at: number }>(HOLD_END_SQL, [limits.quietMs, limits.limitMs]);
  return row?.at ?? null;
}

const HOLD_END_SQL = `select least(
    greatest(detected_at, last_late_webhook_at) + $1::bigint, detected_at + $2::bigint) as at
  from outages where hold_ended_at is null`;
