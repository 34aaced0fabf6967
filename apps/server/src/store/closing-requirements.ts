import type { ClosingRequirements } from "@punctual/contract";
import type { Queryable, Row, Tx } from "../platform/database.ts";

interface RequirementsRow extends Row, ClosingRequirements {}

/** What a person must leave behind to close a session of the account. */
export async function readClosingRequirements(
  read: Queryable,
  accountId: string,
): Promise<ClosingRequirements> {
  const [row] = await read.query<RequirementsRow>(REQUIREMENTS_SQL, [accountId]);
  return row ?? NOTHING;
}

const REQUIREMENTS_SQL = `select close_needs_tag as tag, close_needs_note as note,
    close_needs_category as category
  from accounts where id = $1`;
const NOTHING: ClosingRequirements = { tag: false, note: false, category: false };

/** Saves of one account's requirements wait for one another until the commit. */
export async function lockClosingRequirements(
  tx: Tx,
  accountId: string,
): Promise<ClosingRequirements> {
  const [row] = await tx.query<RequirementsRow>(`${REQUIREMENTS_SQL} for no key update`, [
    accountId,
  ]);
  return row ?? NOTHING;
}

export function writeClosingRequirements(
  tx: Tx,
  accountId: string,
  { tag, note, category }: ClosingRequirements,
): void {
  tx.write(
    `update accounts set close_needs_tag = $2, close_needs_note = $3, close_needs_category = $4
     where id = $1`,
    [accountId, tag, note, category],
  );
}

/** What of it the session doesn't have, as written so far in this transaction. */
export async function readMissingToClose(
  read: Queryable,
  of: { readonly accountId: string; readonly sessionId: string },
): Promise<ClosingRequirements> {
  const [row] = await read.query<RequirementsRow>(
    `select a.close_needs_tag and not exists (
         select from session_tags st join tags t on t.account_id = st.account_id and t.id = st.tag_id
         where st.account_id = s.account_id and st.session_id = s.id) as tag,
       a.close_needs_note and not exists (select from messages m
         where m.account_id = s.account_id and m.session_id = s.id and m.kind = 'note'
           and m.deleted_at is null and m.created_at >= coalesce(s.reopened_at, 0)) as note,
       a.close_needs_category and s.category_id is null as category
     from sessions s join accounts a on a.id = s.account_id
     where s.account_id = $1 and s.id = $2`,
    [of.accountId, of.sessionId],
  );
  return row ?? NOTHING;
}
