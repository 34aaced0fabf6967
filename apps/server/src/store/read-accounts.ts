import type { Queryable, Row } from "../platform/database.ts";

export interface AccountRow extends Row {
  readonly id: string;
  readonly name: string;
}

/** Every business on this server, the oldest first. For who operates it, not for members. */
export async function readAccounts(read: Queryable): Promise<AccountRow[]> {
  return await read.query<AccountRow>("select id, name from accounts order by created_at, id");
}
