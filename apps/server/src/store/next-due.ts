import type { Queryable } from "../platform/database.ts";

export interface NextDue {
  /** The nearest deadline, epoch ms; `null`: there is none. */
  readonly at: number | null;
  /** Ms until then; 0: it has come. */
  readonly inMs: number | null;
  /** The database's clock as it was asked. */
  readonly now: number;
}

/**
 * The nearest deadline and how long until then.
 * @param from no earlier one is looked for, epoch ms; 0: any.
 */
export async function readNextDue(read: Queryable, from = 0): Promise<NextDue> {
  const [row] = await read.query<{ at: number | null; now: number }>(
    `select now_ms() as now, (select next_due_at from sessions
       where next_due_at >= $1 order by next_due_at limit 1) as at`,
    [from],
  );
  const now = row?.now ?? 0;
  const at = row?.at ?? null;
  return { at, inMs: at === null ? null : Math.max(0, at - now), now };
}
