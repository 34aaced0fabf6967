import type { Queryable } from "../platform/database.ts";

/** Accounts with sessions in line for an agent. */
export async function readAccountsInLine(read: Queryable): Promise<string[]> {
  const rows = await read.query<{ id: string }>(
    `select a.id from accounts a where exists (
       select 1 from sessions s where s.account_id = a.id and s.wait_number is not null
         and (s.assignee_id is null or s.wait_waiting_for_agent))`,
  );
  return rows.map((row) => row.id);
}

/** Whether any session of the account is in line. */
export async function anyoneInLine(read: Queryable, accountId: string): Promise<boolean> {
  const rows = await read.query(
    `select 1 from sessions s where s.account_id = $1 and s.wait_number is not null
       and (s.assignee_id is null or s.wait_waiting_for_agent) limit 1`,
    [accountId],
  );
  return rows.length > 0;
}
