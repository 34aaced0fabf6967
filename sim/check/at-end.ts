import type { Queryable } from "../../apps/server/src/platform/database.ts";
import type { SimViolation } from "../checker.ts";

/** What may not be left over once the world has settled: all nodes up, no input for a while. */
export async function judgeAtEnd(observer: Queryable): Promise<readonly SimViolation[]> {
  const found = await Promise.all(
    LEFT_OVER.map(async ([rule, what, sql]) => {
      const rows = await observer.query<{ session_id: string | null }>(`${sql} limit 20`);
      return rows.map(({ session_id: sessionId }) => ({ rule, what, sessionId }));
    }),
  );
  return found.flat();
}

const LEFT_OVER: readonly (readonly [rule: string, what: string, sql: string])[] = [
  [
    "§9.1",
    "a message is in the outbox for ever",
    `select o.session_id from outbox o join channels c on c.account_id = o.account_id
       and c.id = o.channel_id where c.stopped_at is null`,
  ],
  [
    "§9.6",
    "a session is parked",
    "select id as session_id from sessions where parked_at is not null",
  ],
  ["§6", "a session is held for ever", "select id as session_id from sessions where held"],
  [
    "§6",
    "a hold never ended",
    "select null::uuid as session_id from outages where hold_ended_at is null",
  ],
  [
    "§9.9",
    "a deadline was never decided",
    "select id as session_id from sessions where next_due_at < now_ms() - 3600000",
  ],
  [
    "§2",
    "a save never reached all open sessions",
    "select null::uuid as session_id from clock_settings where apply_to = 'all' and applied_at is null",
  ],
  [
    "§2",
    "an open session has older settings than the last save for all",
    `select s.id as session_id from sessions s where s.closed_at is null and (
       s.settings_account_version < (select max(version) from clock_settings v
         where v.account_id = s.account_id and v.scope_id = s.account_id and v.apply_to = 'all')
       or coalesce(s.settings_channel_version, 0) < (select max(version) from clock_settings v
         where v.account_id = s.account_id and v.scope_id = s.channel_id and v.apply_to = 'all'))`,
  ],
  [
    "§8",
    "a deactivated member still holds it",
    `select s.id as session_id from sessions s join members m on m.account_id = s.account_id
       and m.id = s.assignee_id where s.closed_at is null and not m.active`,
  ],
  [
    "§4.6",
    "an agent's message never settled",
    `select session_id from messages m where delivery in ('queued', 'sending') and not exists (
       select 1 from outbox o where o.account_id = m.account_id and o.message_id = m.id)`,
  ],
  [
    "§1",
    "two sessions of a contact are open on a channel",
    `select min(id::text)::uuid as session_id from sessions where closed_at is null
     group by account_id, channel_id, contact_id having count(*) > 1`,
  ],
];
