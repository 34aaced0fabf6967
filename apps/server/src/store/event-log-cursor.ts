/** A place in the event log, as `event-log.ts` explains it. */
export interface EventCursor {
  readonly epoch: string;
  /** When the snapshot was taken, epoch ms: a cursor grows stale. */
  readonly at: number;
  /** The snapshot up to which everything was read, as PostgreSQL writes it. */
  readonly seen: string;
  /** Set while rows between two snapshots are read in pages. */
  readonly page: {
    readonly upTo: string;
    readonly upToAt: number;
    readonly afterId: number;
  } | null;
}

const SNAPSHOT = /^\d{1,20}:\d{1,20}:(\d{1,20}(,\d{1,20})*)?$/;
const EPOCH = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const MAX_LENGTH = 20_000;

/** The cursor as clients keep it; it needs no escaping in a URL's query. */
export function formatCursor({ epoch, at, seen, page }: EventCursor): string {
  const whole = [epoch, at, seen];
  return [...whole, ...(page === null ? [] : [page.upTo, page.upToAt, page.afterId])].join("~");
}

/** The cursor that a client sent, or `null` when no cursor of ours looks like that. */
export function parseCursor(text: string): EventCursor | null {
  if (text.length > MAX_LENGTH) return null;
  const [epoch = "", at = "", seen = "", ...rest] = text.split("~");
  const atMs = parseWhole(at);
  if (!EPOCH.test(epoch) || atMs === null || !SNAPSHOT.test(seen)) return null;
  if (rest.length === 0) return { epoch, at: atMs, seen, page: null };
  const [upTo = "", upToAt = "", afterId = "", ...none] = rest;
  const upToMs = parseWhole(upToAt);
  const after = parseWhole(afterId);
  if (upToMs === null || after === null || !SNAPSHOT.test(upTo) || none.length > 0) return null;
  return { epoch, at: atMs, seen, page: { upTo, upToAt: upToMs, afterId: after } };
}

function parseWhole(text: string): number | null {
  const value = /^\d{1,16}$/.test(text) ? Number(text) : null;
  return value !== null && Number.isSafeInteger(value) ? value : null;
}

/** Whether a cursor is not in the middle of pages. */
export function isWholeCursor(cursor: string): boolean {
  return parseCursor(cursor)?.page === null;
}

/** When the snapshot of a cursor was taken, by the database's clock, epoch ms. */
export function timeOf(cursor: string): number {
  const parsed = parseCursor(cursor);
  if (parsed === null) throw new Error("not a cursor");
  return parsed.at;
}

/** Whether a transaction's rows were visible to a snapshot, as PostgreSQL decides it. */
export function isVisibleIn(xid: bigint, snapshot: Snapshot): boolean {
  if (xid < snapshot.xmin) return true;
  return xid < snapshot.xmax && !snapshot.inProgress.has(xid);
}

export interface Snapshot {
  readonly xmin: bigint;
  readonly xmax: bigint;
  readonly inProgress: ReadonlySet<bigint>;
}

/** The snapshot of a cursor that is not in the middle of pages. */
export function snapshotOf(cursor: string): Snapshot {
  const parsed = parseCursor(cursor);
  if (parsed === null || parsed.page !== null) throw new Error("not a whole cursor");
  const [xmin = "0", xmax = "0", inProgress = ""] = parsed.seen.split(":");
  const ids = inProgress === "" ? [] : inProgress.split(",").map(BigInt);
  return { xmin: BigInt(xmin), xmax: BigInt(xmax), inProgress: new Set(ids) };
}
