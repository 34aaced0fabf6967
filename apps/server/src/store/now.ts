import type { Queryable } from "../platform/database.ts";

/** The database's clock, epoch ms: the only one that decides. Read it after the locks. */
export async function readNow(read: Queryable): Promise<number> {
  const [row] = await read.query<{ now: number }>("select now_ms() as now");
  return row?.now ?? 0;
}
