import type { Queryable, Row, Tx } from "../platform/database.ts";

export interface QuickReplyRow extends Row {
  readonly id: string;
  readonly shortcut: string;
  readonly text: string;
  readonly changed_at: number;
  /** `null`: nobody of the business. */
  readonly changed_by: string | null;
}

/** The business's quick replies, by shortcut. */
export async function readQuickReplies(
  read: Queryable,
  accountId: string,
): Promise<QuickReplyRow[]> {
  return await read.query<QuickReplyRow>(
    `select id, shortcut, text, changed_at, changed_by from quick_replies
     where account_id = $1 order by shortcut`,
    [accountId],
  );
}

/**
 * Writes a quick reply, new or changed, and gives it as it is. The caller holds the lock and knows that
 * the shortcut is free.
 */
export async function upsertQuickReply(
  tx: Tx,
  accountId: string,
  reply: Pick<QuickReplyRow, "id" | "shortcut" | "text" | "changed_by">,
): Promise<QuickReplyRow> {
  const [row] = await tx.query<QuickReplyRow>(
    `insert into quick_replies (account_id, id, shortcut, text, changed_at, changed_by)
     values ($1, $2, $3, $4, now_ms(), $5)
     on conflict (account_id, id) do update set shortcut = excluded.shortcut,
       text = excluded.text, changed_at = excluded.changed_at, changed_by = excluded.changed_by
     returning id, shortcut, text, changed_at, changed_by`,
    [accountId, reply.id, reply.shortcut, reply.text, reply.changed_by],
  );
  if (row === undefined) throw new Error("a quick reply was not written");
  return row;
}

export function deleteQuickReply(tx: Tx, accountId: string, id: string): void {
  tx.write("delete from quick_replies where account_id = $1 and id = $2", [accountId, id]);
}
