import type { Queryable, Tx } from "../platform/database.ts";
import { build, runQuery } from "./query-builder.ts";
import type { SessionPeopleTable } from "./schema.ts";

export type SessionRole = SessionPeopleTable["role"];

/** Who helps in a session and who watches it, in the order in which they came. */
export async function readSessionPeople(
  read: Queryable,
  accountId: string,
  sessionId: string,
): Promise<SessionPeopleTable[]> {
  return await runQuery(
    read,
    build
      .selectFrom("session_people as p")
      .selectAll("p")
      .where("p.account_id", "=", accountId)
      .where("p.session_id", "=", sessionId)
      .orderBy("p.added_at")
      .orderBy("p.member_id"),
  );
}

/**
 * Brings a member in, or gives one who is in another role; gives when. The caller holds the session's
 * lock.
 */
export async function putSessionPerson(
  tx: Tx,
  of: { readonly accountId: string; readonly sessionId: string },
  person: { readonly memberId: string; readonly role: SessionRole; readonly addedBy: string },
): Promise<number> {
  const [row] = await tx.query<{ added_at: number }>(
    `insert into session_people (account_id, session_id, member_id, role, added_by, added_at)
     values ($1, $2, $3, $4, $5, now_ms())
     on conflict (account_id, session_id, member_id)
       do update set (role, added_by, added_at) = (excluded.role, excluded.added_by, excluded.added_at)
     returning added_at`,
    [of.accountId, of.sessionId, person.memberId, person.role, person.addedBy],
  );
  tx.write("update sessions set watched = true where account_id = $1 and id = $2 and not watched", [
    of.accountId,
    of.sessionId,
  ]);
  return row?.added_at ?? 0;
}

/** The caller holds the session's lock. */
export function removeSessionPerson(
  tx: Tx,
  of: { readonly accountId: string; readonly sessionId: string },
  memberId: string,
): void {
  tx.write(
    "delete from session_people where account_id = $1 and session_id = $2 and member_id = $3",
    [of.accountId, of.sessionId, memberId],
  );
  tx.write(
    `update sessions s set watched = false where s.account_id = $1 and s.id = $2 and not exists (
       select from session_people p where p.account_id = s.account_id and p.session_id = s.id)`,
    [of.accountId, of.sessionId],
  );
}
