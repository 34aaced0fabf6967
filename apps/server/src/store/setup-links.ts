import type { Queryable, Tx } from "../platform/database.ts";

/** One set-up at a time, on whatever node, until the commit. */
export async function lockSetup(tx: Tx): Promise<void> {
  await tx.query("select pg_advisory_xact_lock(hashtextextended('set-up', 0))");
}

/** Replaces whatever link was printed before: only the newest one works. */
export function replaceSetupLink(tx: Tx, tokenHash: Buffer): void {
  tx.write("delete from setup_links where used_at is null");
  tx.write("insert into setup_links (token_hash, created_at) values ($1, now_ms())", [tokenHash]);
}

/** Uses the link up; `false` when it was used already or never existed. */
export async function useSetupLink(tx: Tx, tokenHash: Buffer): Promise<boolean> {
  const rows = await tx.query(
    `update setup_links set used_at = now_ms() where token_hash = $1 and used_at is null
     returning used_at`,
    [tokenHash],
  );
  return rows.length > 0;
}

/** Whether the link can still be used. */
export async function readSetupLink(read: Queryable, tokenHash: Buffer): Promise<boolean> {
  const rows = await read.query(
    "select created_at from setup_links where token_hash = $1 and used_at is null",
    [tokenHash],
  );
  return rows.length > 0;
}
