/**
 * The acts that change who is online (clock.md §8, "Online"). Each commits the change together with
 * a `member.updated` for everybody whose standing it changed, and then wakes the line: somebody may
 * have become eligible, or is no longer. In some
 * businesses the sessions of who is gone move then.
 */
import type { Tx } from "../platform/database.ts";
import { noteArrival } from "../store/activity.ts";
import {
  amongAvailable,
  type Connection,
  deleteConnections,
  deleteExpired,
  findLapsed,
  lockPresence,
  type MemberKey,
  onlineAmong,
  readExpiredConnections,
  writeConnections,
  writeMemberEvents,
  writeStatus,
} from "../store/presence.ts";
import { markGone, unmarkGone } from "../store/session-moves.ts";
import type { Deps, MemberIdentity } from "./deps.ts";

export type MemberStatus = "available" | "away" | "offline";

type PresenceDeps = Pick<Deps, "db" | "signals">;

/**
 * A member's socket is open on this node.
 * @param resumes it goes on where another one ended: clients open such by themselves, so nobody need be
 * there.
 */
export async function connectMember(
  deps: PresenceDeps,
  nodeId: string,
  connection: Connection,
  { resumes }: { readonly resumes: boolean } = { resumes: false },
): Promise<void> {
  await changePresence(deps, [connection], (tx) => {
    writeConnections(tx, nodeId, [connection]);
    if (!resumes) noteArrival(tx, connection);
    return [];
  });
}

/** A member's socket was closed, by the client or because it was dead. */
export async function disconnectMember(deps: PresenceDeps, connection: Connection): Promise<void> {
  await changePresence(deps, [connection], (tx) => deleteConnections(tx, [connection]));
}

/**
 * The heartbeat of all sockets of a node, in one commit. A connection that had lapsed counts again,
 * and its member may be online again.
 */
export async function touchConnections(
  deps: PresenceDeps,
  nodeId: string,
  connections: readonly Connection[],
): Promise<void> {
  const sorted = connections.toSorted(byKey);
  const lapsed = await findLapsed(deps.db, sorted);
  await changePresence(deps, lapsed, (tx) => {
    writeConnections(tx, nodeId, sorted);
    return [];
  });
}

const SWEEP_BATCH = 1_000;

/**
 * Removes connections without a heartbeat for 60 s, whatever node they were on, and tells who went
 * offline by it. Gives how many it looked at; call again while that is not 0.
 */
export async function sweepConnections(deps: PresenceDeps): Promise<number> {
  const expired = await readExpiredConnections(deps.db, SWEEP_BATCH);
  if (expired.length === 0) return 0;
  const gone = await deps.db.transaction(async (tx) => {
    const members = membersOf(expired);
    await lockPresence(tx, members);
    // Another node may have swept the same ones, and told it.
    const swept = membersOf(await deleteExpired(tx, expired));
    const online = await onlineAmong(tx, swept);
    const offline = swept.filter((member) => !online.has(member.memberId));
    if (offline.length > 0) writeMemberEvents(tx, offline);
    // Who had chosen to be away, or was idle, went offline by that.
    markGone(tx, await amongAvailable(tx, offline), 0);
    return offline;
  });
  wakeLines(deps.signals, gone);
  return expired.length;
}

/**
 * A member chose a status. Gives it with whether they are online now.
 */
export async function setStatus(
  deps: PresenceDeps,
  { member, status }: { readonly member: MemberIdentity; readonly status: MemberStatus },
): Promise<{ readonly status: MemberStatus; readonly online: boolean }> {
  const key = { accountId: member.accountId, memberId: member.id };
  const online = await deps.db.transaction(async (tx) => {
    const before = await lockPresence(tx, [key]);
    writeStatus(tx, key, status);
    writeMemberEvents(tx, [key]);
    const after = await onlineAmong(tx, [key]);
    markTurned(tx, [key], { before, after }, 0);
    return after;
  });
  wakeLines(deps.signals, [key]);
  return { status, online: online.has(member.id) };
}

/** A page that is loaded anew is back within this time, and nothing was moved. */
const RELOAD_MS = 5_000;

/** Notes of members who are online no more that sessions of theirs may have to move, or takes it back. */
function markTurned(
  tx: Tx,
  members: readonly MemberKey[],
  { before, after }: { readonly before: ReadonlySet<string>; readonly after: ReadonlySet<string> },
  graceMs: number,
): void {
  const gone = members.filter(({ memberId: id }) => before.has(id) && !after.has(id));
  markGone(tx, gone, graceMs);
  unmarkGone(
    tx,
    members.filter(({ memberId }) => after.has(memberId)),
  );
}

/**
 * Runs `change` and tells whose standing it changed: members who were and are online don't matter.
 * @param change gives whose connections it deleted.
 */
async function changePresence(
  { db, signals }: PresenceDeps,
  affected: readonly MemberKey[],
  change: (tx: Tx) => readonly MemberKey[] | Promise<readonly MemberKey[]>,
): Promise<void> {
  const members = membersOf(affected);
  const changed = await db.transaction(async (tx) => {
    if (members.length === 0) {
      await change(tx);
      return [];
    }
    const online = await lockPresence(tx, members);
    const left = membersOf(await change(tx)).filter(({ memberId }) => !online.has(memberId));
    // A connection that lapsed before any sweep found it: nobody was told yet that they went offline.
    const untold = await amongAvailable(tx, left);
    const before = online.union(new Set(untold.map(({ memberId }) => memberId)));
    const after = await onlineAmong(tx, members);
    const turned = members.filter(({ memberId: id }) => before.has(id) !== after.has(id));
    if (turned.length > 0) writeMemberEvents(tx, turned);
    markTurned(tx, turned, { before, after }, RELOAD_MS);
    return turned;
  });
  wakeLines(signals, changed);
}

/** Tells lines and sockets that somebody came, went or changed. */
export function wakeLines(signals: Deps["signals"], members: readonly MemberKey[]): void {
  if (members.length === 0) return;
  signals.events();
  for (const accountId of new Set(members.map((member) => member.accountId))) {
    signals.line(accountId);
  }
}

/** Each member once, in the order in which every transaction locks them. */
function membersOf(rows: readonly MemberKey[]): MemberKey[] {
  const members = new Map(
    rows.map(({ accountId, memberId }) => [memberId, { accountId, memberId }] as const),
  );
  return [...members.values()].toSorted((a, b) => compare(keyOf(a), keyOf(b)));
}

function byKey(a: Connection, b: Connection): number {
  return compare(keyOf(a) + a.id, keyOf(b) + b.id);
}

function keyOf({ accountId, memberId }: MemberKey): string {
  return accountId + memberId;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
