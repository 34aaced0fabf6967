import { readdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { Database, Queryable, Row } from "../platform/database.ts";
import { newId } from "../platform/ids.ts";
import { ONLINE_MEMBER } from "./presence.ts";

/** What `punctual doctor` and `/readyz` ask of the database. */

const FOLDER = fileURLToPath(new URL("./migrations/", import.meta.url));

/** Names of the migrations of this version that the database lacks. */
export async function readMissingMigrations(read: Queryable): Promise<string[]> {
  const files = (await readdir(FOLDER)).filter((name) => name.endsWith(".sql"));
  const [table] = await read.query("select where to_regclass('migrations') is not null");
  if (table === undefined) return files;
  const rows = await read.query<{ name: string }>("select name from migrations");
  const done = new Set(rows.map((row) => row.name));
  return files.filter((name) => !done.has(name));
}

export interface ServerFacts extends Row {
  readonly version: string;
  /** Epoch ms by the database's clock. */
  readonly now: number;
}

/** Needs no schema: works before the first migration. */
export async function readServerFacts(read: Queryable): Promise<ServerFacts> {
  const [row] = await read.query<ServerFacts>(
    `select current_setting('server_version') as version,
       floor(extract(epoch from clock_timestamp()) * 1000)::bigint as now`,
  );
  if (row === undefined) throw new Error("the database gave no version");
  return row;
}

/** Tables with an account's rows that PostgreSQL itself does not keep apart; none if all is well. */
export async function readUnprotectedTables(read: Queryable): Promise<string[]> {
  const rows = await read.query<{ name: string }>(
    `select c.relname as name from pg_class c
     join pg_attribute a on a.attrelid = c.oid and a.attname = 'account_id' and not a.attisdropped
     where c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace
       and not c.relrowsecurity
     order by 1`,
  );
  return rows.map((row) => row.name);
}

/** Whether somebody of no business sees any business: row-level security is not in force. */
export async function strangersSeeRows(db: Pick<Database, "readAs">): Promise<boolean> {
  return await db.readAs(newId(), async (read) => {
    const [row] = await read.query<{ leaks: boolean }>(
      "select exists (select 1 from accounts) or exists (select 1 from members) as leaks",
    );
    return row?.leaks !== false;
  });
}

export interface WorkFacts extends Row {
  /** Roles of the nodes that run now, each once. */
  readonly roles: readonly string[];
  readonly nodes: number;
  /** Deadlines more than a minute late, counted up to 1,000. */
  readonly late: number;
  readonly parked: number;
  /** Messages that wait for longer than five minutes, counted up to 1,000. */
  readonly stuck: number;
}

/** Whether somebody does the work, and what is left undone. */
export async function readWorkFacts(read: Queryable): Promise<WorkFacts> {
  const [row] = await read.query<WorkFacts>(WORK_SQL);
  if (row === undefined) throw new Error("the database gave no figures");
  return row;
}

/** A node that missed three beats in a row has died, or hangs. */
const WORK_SQL = `with running as (
    select roles from nodes where stopped_at is null and heartbeat_at > now_ms() - 15000)
  select
    coalesce((select array_agg(distinct role) from running, unnest(roles) as role), '{}') as roles,
    (select count(*) from running) as nodes,
    (select count(*) from (select from sessions
      where next_due_at < (select now_ms()) - 60000 limit 1000) as due) as late,
    (select count(*) from (select from sessions where parked_at is not null limit 1000) as p) as parked,
    (select count(*) from (select from outbox
      where created_at < (select now_ms()) - 300000 limit 1000) as waiting) as stuck`;

export interface BusinessFacts extends Row {
  readonly name: string;
  readonly channels: number;
  /** Assignment rules that are on. */
  readonly rules: number;
  /** Members who are not deactivated, and how many of them are online. */
  readonly members: number;
  readonly online: number;
}

/** What one business, or (`null`) each, has set up, in the order of their names. */
export async function readBusinessFacts(
  read: Queryable,
  accountId: string | null,
): Promise<BusinessFacts[]> {
  return await read.query<BusinessFacts>(BUSINESS_SQL, [accountId]);
}

const BUSINESS_SQL = `select a.name,
    (select count(*) from channels c where c.account_id = a.id) as channels,
    (select count(*) from assignment_rules r where r.account_id = a.id and r.enabled) as rules,
    (select count(*) from members m where m.account_id = a.id and m.active) as members,
    (select count(*) from members m where m.account_id = a.id and ${ONLINE_MEMBER}) as online
  from accounts a where $1::uuid is null or a.id = $1 order by a.name, a.id`;

export interface ChannelToCheck extends Row {
  readonly id: string;
  readonly account: string;
  readonly kind: string;
  readonly name: string;
  readonly config: unknown;
  readonly stopped_reason: string | null;
  /** Ms since the last webhook; `null`: none came yet. */
  readonly quiet_ms: number | null;
}

/** Every channel of one business, or (`null`) of all, with its credentials. */
export async function readChannelsToCheck(
  read: Queryable,
  accountId: string | null,
): Promise<ChannelToCheck[]> {
  return await read.query<ChannelToCheck>(
    `select c.id, a.name as account, c.kind, c.name, c.config, c.stopped_reason,
       now_ms() - c.last_webhook_at as quiet_ms
     from channels c join accounts a on a.id = c.account_id
     where $1::uuid is null or c.account_id = $1 order by a.name, c.created_at, c.id`,
    [accountId],
  );
}
