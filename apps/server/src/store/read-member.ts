import type { Queryable } from "../platform/database.ts";

/** Whether there is such a member in the account, not deactivated. */
export async function memberIsActive(
  read: Queryable,
  accountId: string,
  memberId: string,
): Promise<boolean> {
  const [row] = await read.query<{ active: boolean }>(
    "select active from members where account_id = $1 and id = $2",
    [accountId, memberId],
  );
  return row?.active ?? false;
}

export async function memberName(
  read: Queryable,
  accountId: string,
  memberId: string,
): Promise<string | null> {
  const [row] = await read.query<{ name: string }>(
    "select name from members where account_id = $1 and id = $2",
    [accountId, memberId],
  );
  return row?.name ?? null;
}
