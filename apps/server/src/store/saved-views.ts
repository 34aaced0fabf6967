import type { SavedView } from "@punctual/contract";
import type { Queryable, Row, Tx } from "../platform/database.ts";
import type { MemberKey } from "./presence.ts";

interface SavedViewRow extends Row, SavedView {}

/** A member's views, in their order. */
export async function readSavedViews(read: Queryable, of: MemberKey): Promise<SavedView[]> {
  return await read.query<SavedViewRow>(
    `select id, name, filters, sort from saved_views
     where account_id = $1 and member_id = $2 order by position, id`,
    [of.accountId, of.memberId],
  );
}

/** Changes of one member's views wait for one another until the commit. */
export async function lockSavedViews(tx: Tx, { memberId }: MemberKey): Promise<void> {
  await tx.query("select pg_advisory_xact_lock(hashtextextended('views:' || $1, 0))", [memberId]);
}

/** Writes a view, new or changed, at this place. The caller holds the lock. */
export function upsertSavedView(tx: Tx, of: MemberKey, view: SavedView, position: number): void {
  tx.write(
    `insert into saved_views (account_id, member_id, id, position, name, filters, sort)
     values ($1, $2, $3, $4, $5, $6::json, $7)
     on conflict (account_id, member_id, id) do update set position = excluded.position,
       name = excluded.name, filters = excluded.filters, sort = excluded.sort`,
    [
      ...[of.accountId, of.memberId, view.id, position],
      ...[view.name, JSON.stringify(view.filters), view.sort],
    ],
  );
}

export function deleteSavedView(tx: Tx, of: MemberKey, viewId: string): void {
  tx.write("delete from saved_views where account_id = $1 and member_id = $2 and id = $3", [
    of.accountId,
    of.memberId,
    viewId,
  ]);
}
