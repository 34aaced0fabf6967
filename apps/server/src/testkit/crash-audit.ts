import { ClockOverride, ClockSettings } from "@punctual/contract";
import { deadlinesOf, nextDueAt, settingsInForce } from "@punctual/session";
import type { Database } from "../platform/database.ts";
import { parseSessionRow, type SessionRow } from "../store/session-row.ts";

/**
 * Looks for anything a crash may have left wrong (clock.md §9), whatever the sessions went through.
 * Gives a sentence for each; none: nothing needs repair. Everything must be at rest.
 */
export async function auditCrash(db: Database): Promise<readonly string[]> {
  const told = await Promise.all(
    Object.entries(RULES).map(async ([rule, sql]) => {
      const rows = await db.query<{ id: string }>(sql);
      return rows.map(({ id }) => `${rule}: ${id}`);
    }),
  );
  return [...told.flat(), ...(await wrongDeadlines(db))];
}

/** In commit order, what the customer still waits for: the messages after the last reply. */
const OWED = `select m.session_id from messages m
  where m.kind = 'inbound' and not m.settled and not m.starts_nothing
    and not exists (
      select 1 from messages r where r.account_id = m.account_id and r.session_id = m.session_id
        and r.kind = 'agent' and r.delivery not in ('failed', 'withdrawn')
        and not r.is_echo and r.seq > m.seq)`;

const RULES = {
  "a session is parked": "select id from sessions where parked_at is not null",
  "a customer is owed a reply but no wait runs": `select id from sessions
    where closed_at is null and wait_number is null and id in (${OWED})`,
  "a wait runs but nothing is owed": `select id from sessions
    where wait_number is not null and id not in (${OWED})`,
  "the clock closed a session while the customer was owed a reply": `select id from sessions
    where closed_kind = 'clock' and id in (${OWED})`,
  "a message is stored twice": `select external_id as id from messages
    where external_id is not null group by channel_id, external_id having count(*) > 1`,
  "a close has two end messages": `select session_id as id from messages
    where kind = 'automatic' group by session_id, close_ordinal having count(*) > 1`,
  "a close has no end message": `select s.id from sessions s where s.closed_kind = 'clock'
    and not exists (select 1 from messages m where m.session_id = s.id and m.kind = 'automatic')`,
  "sends pending on the session are not those in the outbox": `select s.id from sessions s
    where s.pending_sends <> (select count(*) from outbox o
      where o.session_id = s.id and o.kind = 'agent')`,
  "a message waits to be sent but is not in the outbox": `select id from messages m
    where delivery in ('queued', 'sending')
      and not exists (select 1 from outbox o where o.message_id = m.id)`,
  "a settled message is still in the outbox": `select m.id from outbox o
    join messages m on m.id = o.message_id where m.delivery in ('unknown', 'failed', 'withdrawn')`,
  "an act has no explanation": "select session_id as id from timeline where explanation is null",
  "a closed session has no close on its timeline": `select id from sessions s
    where s.close_count <> (select count(*) from timeline t
      where t.session_id = s.id and t.kind = 'closed')`,
  "an overdue session has no breach": `select s.id from sessions s
    where s.wait_overdue_since is not null and not exists (select 1 from breaches b
      where b.session_id = s.id and b.wait_number = s.wait_number)`,
} as const;

interface DueRow extends SessionRow {
  readonly next_due_at: number | null;
  readonly account_settings: unknown;
  readonly channel_settings: unknown;
}

/** Rows whose deadlines differ from those that the machine derives from their facts (§9.6). */
async function wrongDeadlines(db: Database): Promise<readonly string[]> {
  const rows = await db.query<DueRow>(
    `select s.*, a.settings as account_settings, c.settings as channel_settings from sessions s
     join clock_settings a on a.account_id = s.account_id and a.scope_id = s.account_id
       and a.version = s.settings_account_version
     left join clock_settings c on c.account_id = s.account_id and c.scope_id = s.channel_id
       and c.version = s.settings_channel_version`,
  );
  return rows.flatMap((row) => {
    const { id, facts, deadlines, parked } = parseSessionRow(row);
    const override =
      row.channel_settings === null ? null : ClockOverride.parse(row.channel_settings);
    const base = ClockSettings.parse(row.account_settings);
    const expected = deadlinesOf(facts, settingsInForce(base, override, facts.settings));
    const due = parked ? null : nextDueAt(expected, facts.held);
    const isRight =
      due === row.next_due_at && JSON.stringify(expected) === JSON.stringify(deadlines);
    return isRight ? [] : [`deadlines differ from the facts: ${id}`];
  });
}
