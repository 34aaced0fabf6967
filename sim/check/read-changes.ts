/**
 * Finds what a commit changed. Triggers note which sessions each statement touched, in the same
 * transaction, so that one statement afterwards reads exactly those, however many sessions there are.
 */
import type { Queryable } from "../../apps/server/src/platform/database.ts";
import type { SeenSession } from "./rows.ts";

/** What was committed since the last look. */
export interface Changes {
  readonly sessions: readonly SeenSession[];
  /** Members, their presence and channels, teams, rules, hours, outages, or what is done when somebody goes, changed. */
  readonly world: boolean;
  /** A node said that it lives. */
  readonly beat: boolean;
  /** Settings were saved. */
  readonly settings: boolean;
}

/** Prepares a database that nobody uses yet. */
export async function prepareChanges(observer: Queryable): Promise<void> {
  for (const sql of PREPARE) await observer.query(sql);
}

/** Reads what was touched since the last call, and forgets it. */
export async function readChanges(observer: Queryable): Promise<Changes> {
  const rows = await observer.query<{ seen: SeenSession | null; others: readonly number[] | null }>(
    "select seen, others from sim_look()",
  );
  const others = rows.flatMap((row) => row.others ?? []);
  return {
    sessions: rows.flatMap(({ seen }) => seen ?? []),
    world: others.includes(WORLD),
    beat: others.includes(BEAT),
    settings: others.includes(SETTINGS),
  };
}

/** What is noted in place of a session. */
const WORLD = 0;
const SETTINGS = 1;
const BEAT = 2;

/** Notes a page of sessions as touched; gives the last one's id, `null` after the last page. */
export async function touchPage(
  observer: Queryable,
  after: string,
  limit: number,
): Promise<string | null> {
  const rows = await observer.query<{ id: string }>(
    `with page as (select account_id, id from sessions where id > $1 order by id limit $2)
     insert into sim_touched (account_id, session_id) select account_id, id from page
     returning session_id as id`,
    [after, limit],
  );
  return rows
    .map(({ id }) => id)
    .reduce((a: string | null, b) => (a === null || b > a ? b : a), null);
}

/** Deleted rows would pile up: nothing else clears them away. */
export async function tidyChanges(observer: Queryable): Promise<void> {
  await observer.query("vacuum sim_touched");
}

const LOOK_SQL = `create function sim_look() returns table (seen json, others json)
  language plpgsql
  set enable_seqscan to off set enable_bitmapscan to off
  set enable_hashjoin to off set enable_mergejoin to off
  as $$ begin return query
  with gone as (delete from sim_touched returning account_id, session_id, act),
  touched as (
    select account_id, session_id, array_agg(act order by act) filter (where act is not null) as acts
    from gone group by account_id, session_id
  )
  select case when t.session_id is not null then json_build_object(
    'blocked', (select c.blocked_at is not null from sessions s
      join contacts c on c.account_id = s.account_id and c.id = s.contact_id
      where s.account_id = t.account_id and s.id = t.session_id),
    'session', (select row_to_json(s) from sessions s
      where s.account_id = t.account_id and s.id = t.session_id),
    'messages', coalesce((select json_agg(m order by m.seq) from (
      select id, seq, kind, is_echo, external_id, stamp, at, created_at, wait_number, settled,
        starts_nothing, delivery, close_ordinal, content->>'type' as content_type
      from messages where account_id = t.account_id and session_id = t.session_id) m), '[]'),
    'outbox', coalesce((select json_agg(o) from (
      select message_id, kind, state, attempts
      from outbox where account_id = t.account_id and session_id = t.session_id) o), '[]'),
    'waits', coalesce((select json_agg(w) from (
      select number, overdue_since, ended_at, outcome
      from waits where account_id = t.account_id and session_id = t.session_id) w), '[]'),
    'breaches', coalesce((select json_agg(b) from (
      select wait_number, due_at, withdrawn_at
      from breaches where account_id = t.account_id and session_id = t.session_id) b), '[]'),
    'notices', coalesce((select json_agg(n) from (
      select id, member_id, kind, wait_number, reply_due_at from notifications
      where account_id = t.account_id and session_id = t.session_id and withdrawn_at is null
    ) n), '[]'),
    'acts', coalesce((select json_agg(a order by a.seq) from (
      select seq, kind, at, wait_number, ordinal, explanation
      from timeline where account_id = t.account_id and session_id = t.session_id
        and seq = any(t.acts)) a), '[]')
  ) end, case when t.session_id is null then to_json(t.acts) end from touched t;
  end $$`;

/** The table, what a change of it touches, and which changes there are. */
const WATCHED: readonly (readonly [table: string, what: string, events: string])[] = [
  ["sessions", "id", "insert update"],
  ["messages", "session_id", "insert update delete"],
  ["outbox", "session_id", "insert update delete"],
  ["waits", "session_id", "insert update delete"],
  ["breaches", "session_id", "insert update"],
  ["notifications", "session_id", "insert update"],
  ["members", "world", "insert update"],
  ["member_connections", "world", "insert update delete"],
  ["assignment_rules", "world", "insert update delete"],
  ["team_members", "world", "insert update delete"],
  ["accounts", "world", "update"],
  ["channel_limits", "world", "insert delete"],
  ["business_hours", "world", "insert update delete"],
  ["nodes", "beat", "insert update"],
  ["outages", "world", "insert update"],
  ["clock_settings", "settings", "insert"],
  ["timeline", "act", "insert"],
];

const PREPARE: readonly string[] = [
  "create table sim_touched (account_id uuid, session_id uuid, act bigint)",
  touchFunction("id", "select distinct account_id, id, null::bigint from changed"),
  touchFunction("session_id", "select distinct account_id, session_id, null::bigint from changed"),
  touchFunction("act", "select account_id, session_id, seq from changed"),
  touchFunction("world", `select null::uuid, null::uuid, ${WORLD} from changed limit 1`),
  // A node that stops writes no beat: the world is read anew.
  touchFunction(
    "beat",
    `select null::uuid, null::uuid,
       case when stopped_at is null then ${BEAT} else ${WORLD} end from changed limit 1`,
  ),
  touchFunction("settings", `select null::uuid, null::uuid, ${SETTINGS} from changed limit 1`),
  ...WATCHED.flatMap(([table, what, events]) =>
    events.split(" ").map((event) => trigger(table, event, what)),
  ),
  LOOK_SQL,
];

function touchFunction(what: string, select: string): string {
  return `create function sim_touch_${what}() returns trigger language plpgsql as $$ begin
    insert into sim_touched ${select}; return null; end $$`;
}

function trigger(table: string, event: string, what: string): string {
  const rows = event === "delete" ? "old" : "new";
  return `create trigger sim_${event} after ${event} on ${table}
    referencing ${rows} table as changed for each statement execute function sim_touch_${what}()`;
}
