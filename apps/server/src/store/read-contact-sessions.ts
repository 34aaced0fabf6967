import { sql } from "kysely";
import type { Queryable } from "../platform/database.ts";
import { type Page, pageOf, readCursor } from "./page.ts";
import { build, runQuery } from "./query-builder.ts";
import { type ListedSession, readListedSessions } from "./read-sessions.ts";
import { inSightOrAbove, type Looking, readOnlooker } from "./visibility.ts";

const CONTACT_SCOPE = "sessions-of-contact";

/**
 * One page of a contact's sessions on all channels or on one, the latest first; for an agent, those they see and the
 * ones above these in the thread. Throws `cursor_invalid`.
 */
export async function readSessionsOfContact(
  read: Queryable,
  member: Looking,
  contactId: string,
  page: {
    /** Only those on this channel. */
    readonly channel?: string | undefined;
    readonly cursor?: string | undefined;
    readonly limit: number;
  },
): Promise<Page<ListedSession>> {
  const { accountId } = member;
  const onlooker = await readOnlooker(read, member);
  const after = readCursor(CONTACT_SCOPE, page.cursor);
  let query = build
    .selectFrom("sessions as s")
    .select(["s.id", "s.opened_at as value"])
    .where("s.account_id", "=", accountId)
    // By whole keys of the index of a contact's sessions: one stretch of it for each channel.
    .where(sql<boolean>`s.channel_id = any(array(
      select id from channels where account_id = ${accountId}::uuid))`)
    .where("s.contact_id", "=", contactId);
  if (page.channel !== undefined) query = query.where("s.channel_id", "=", page.channel);
  if (onlooker !== null) query = query.where(inSightOrAbove(onlooker));
  if (after !== null) {
    query = query.where(
      sql<boolean>`(s.opened_at, s.id) < (${after.value}::bigint, ${after.id}::uuid)`,
    );
  }
  const places = await runQuery(
    read,
    query
      .orderBy("s.opened_at", "desc")
      .orderBy("s.id", "desc")
      .limit(page.limit + 1),
  );
  const { items, next } = pageOf(places, page.limit, CONTACT_SCOPE, (place) => place);
  const ids = items.map((place) => place.id);
  return { items: await readListedSessions(read, { accountId, viewerId: member.id }, ids), next };
}
