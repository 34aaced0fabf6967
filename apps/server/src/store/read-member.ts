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

/** The role of a member who was not deactivated; `null`: there is none such in the account. */
export async function readActiveRole(
  read: Queryable,
  accountId: string,
  memberId: string,
): Promise<"agent" | "supervisor" | "admin" | null> {
  const [row] = await read.query<{ role: "agent" | "supervisor" | "admin" }>(
    "select role from members where account_id = $1 and id = $2 and active",
    [accountId, memberId],
  );
  return row?.role ?? null;
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
