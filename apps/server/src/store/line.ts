import type { Queryable } from "../platform/database.ts";

/** In row `s` of `sessions`: it is in line for an agent (clock.md §8). An SQL expression. */
export const IN_LINE = `(s.wait_number is not null and s.parked_at is null
  and (s.assignee_id is null or s.wait_waiting_for_agent))`;

/** Accounts with sessions in line for an agent. */
export async function readAccountsInLine(read: Queryable): Promise<string[]> {
  const rows = await read.query<{ id: string }>(
    `select a.id from accounts a where exists (
       select 1 from sessions s where s.account_id = a.id and ${IN_LINE})`,
  );
  return rows.map((row) => row.id);
}

/** A session that looks for an agent. */
export interface Seeker {
  readonly accountId: string;
  readonly id: string;
  /** The team it was transferred to. */
  readonly teamId: string | null;
  /** Another one whenever the session or its contact was written to. */
  readonly version: string;
}

/** The columns of a `Seeker`, in rows `s` and `c`, whose contact is looked up by `CONTACT_VERSION`. */
export const SEEKER = `s.account_id as "accountId", s.id, s.team_id as "teamId",
  s.xmin::text || ' ' || c.version as version`;

/** The contact of row `s` of `sessions`, looked up one by one: a join might begin with all contacts. */
export const CONTACT_VERSION = `cross join lateral (
    select c.xmin::text as version from contacts c
    where c.account_id = s.account_id and c.id = s.contact_id limit 1
  ) c`;

/** The account's sessions in line, the longest wait first. */
export async function readLine(read: Queryable, accountId: string): Promise<Seeker[]> {
  return await read.query<{
    accountId: string;
    id: string;
    teamId: string | null;
    version: string;
  }>(
    `select ${SEEKER} from sessions s ${CONTACT_VERSION}
     where s.account_id = $1 and ${IN_LINE} order by s.wait_started_at, s.id`,
    [accountId],
  );
}
