import type { Queryable, Tx } from "../platform/database.ts";

export function insertAccount(tx: Tx, account: { id: string; name: string }): void {
  tx.write("insert into accounts (id, name, created_at) values ($1, $2, now_ms())", [
    account.id,
    account.name,
  ]);
}

export async function accountExists(read: Queryable): Promise<boolean> {
  const rows = await read.query("select from accounts limit 1");
  return rows.length > 0;
}

export async function readAccountName(read: Queryable, accountId: string): Promise<string> {
  const [row] = await read.query<{ name: string }>("select name from accounts where id = $1", [
    accountId,
  ]);
  if (row === undefined) throw new Error(`there is no account ${accountId}`);
  return row.name;
}
