import type { Queryable } from "../platform/database.ts";

/** The secret of this name, the same for every node; created from `fresh` when there is none yet. */
export async function ensureServerSecret(
  db: Queryable,
  name: string,
  fresh: string,
): Promise<string> {
  await db.query(
    `insert into server_secrets (name, value, created_at) values ($1, $2, now_ms())
     on conflict (name) do nothing`,
    [name, fresh],
  );
  const [row] = await db.query<{ value: string }>(
    "select value from server_secrets where name = $1",
    [name],
  );
  if (row === undefined) throw new Error(`the secret ${name} is gone`);
  return row.value;
}
