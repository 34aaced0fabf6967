import type { Queryable, Row, Tx } from "../platform/database.ts";

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

export interface AccountRow extends Row {
  readonly id: string;
  readonly name: string;
  readonly created_at: number;
}

export async function readAccount(read: Queryable, accountId: string): Promise<AccountRow> {
  const rows = await read.query<AccountRow>(ACCOUNT_SQL, [accountId]);
  return required(rows[0], accountId);
}

/** Locks a business until the commit. */
export async function loadAccountForUpdate(tx: Tx, accountId: string): Promise<AccountRow> {
  const rows = await tx.query<AccountRow>(`${ACCOUNT_SQL} for no key update`, [accountId]);
  return required(rows[0], accountId);
}

const ACCOUNT_SQL = "select id, name, created_at from accounts where id = $1";

export function writeAccountName(tx: Tx, accountId: string, name: string): void {
  tx.write("update accounts set name = $2 where id = $1", [accountId, name]);
}

function required(row: AccountRow | undefined, accountId: string): AccountRow {
  if (row === undefined) throw new Error(`there is no account ${accountId}`);
  return row;
}
