import type { Queryable } from "../platform/database.ts";

/** How long until the nearest deadline, and the database's clock as it was asked; ms. */
export async function readNextDueInMs(
  read: Queryable,
): Promise<{ readonly inMs: number | null; readonly now: number }> {
  const [row] = await read.query<{ due: number | null; now: number }>(
    `select now_ms() as now, (select next_due_at from sessions
       where next_due_at is not null order by next_due_at limit 1) as due`,
  );
  const now = row?.now ?? 0;
  const due = row?.due ?? null;
  return { inMs: due === null ? null : Math.max(0, due - now), now };
}
