import type { Category } from "@punctual/contract";
import type { Queryable, Row, Tx } from "../platform/database.ts";

interface CategoryRow extends Row, Category {}

/** The categories that are offered, by name. */
export async function readCategories(read: Queryable, accountId: string): Promise<Category[]> {
  return await read.query<CategoryRow>(
    `select id, name from categories where account_id = $1 and archived_at is null
     order by lower(name)`,
    [accountId],
  );
}

/** Writes a category, new or renamed. The caller holds the tags' lock and knows that the name is free. */
export function upsertCategory(tx: Tx, accountId: string, category: Category): void {
  tx.write(
    `insert into categories (account_id, id, name, created_at) values ($1, $2, $3, now_ms())
     on conflict (account_id, id) do update set name = excluded.name`,
    [accountId, category.id, category.name],
  );
}

/** No longer offered; sessions that have it keep it. */
export function archiveCategory(tx: Tx, accountId: string, categoryId: string): void {
  tx.write("update categories set archived_at = now_ms() where account_id = $1 and id = $2", [
    accountId,
    categoryId,
  ]);
}

/** The caller holds the session's lock. */
export function writeSessionCategory(
  tx: Tx,
  of: { readonly accountId: string; readonly sessionId: string },
  categoryId: string | null,
): void {
  tx.write("update sessions set category_id = $3 where account_id = $1 and id = $2", [
    of.accountId,
    of.sessionId,
    categoryId,
  ]);
}
