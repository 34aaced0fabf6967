import type { Queryable } from "../platform/database.ts";

export interface SeedSessions {
  readonly accountId: string;
  readonly channelId: string;
  readonly memberId: string;
  readonly count: number;
  /** Epoch ms at which the first is due to close, and the span over which the others follow. */
  readonly firstDueAt: number;
  readonly spanMs: number;
}

/**
 * Writes open sessions on the customer's turn, as they stand after an agent's message: one contact each,
 * due to close one after the other. For benchmarks and tests of size; one set-based statement a table.
 */
export async function seedSessions(db: Queryable, seed: SeedSessions): Promise<void> {
  const { accountId, channelId, memberId, count, firstDueAt, spanMs } = seed;
  await db.query(
    `insert into contacts (account_id, id, name, created_at)
     select $1, ${id("contact")}, 'Customer ' || i, now_ms()
     from generate_series(1, $3::int) i`,
    [accountId, channelId, count],
  );
  await db.query(
    `insert into contact_identities (account_id, channel_id, contact_id, phone, last_customer_stamp)
     select $1, $2::uuid, ${id("contact")}, (84900000000 + i)::text, now_ms()
     from generate_series(1, $3::int) i`,
    [accountId, channelId, count],
  );
  await db.query(
    `insert into sessions (account_id, id, channel_id, contact_id, opened_at, customer_wrote,
       last_customer_stamp, last_wait_number, assignee_id, assigned_at, last_agent_message_id,
       last_agent_message_by, last_agent_message_at, settings_account_version, armed_at, close_at,
       last_message_at)
     select $1, ${id("session")}, $2::uuid, ${id("contact")}, now_ms(), true, now_ms(), 1, $4::uuid, now_ms(),
       ${id("message")}, $4::uuid, due.at - s.minutes * 60000, s.version,
       now_ms(), due.at, now_ms()
     from generate_series(1, $3::int) i
     cross join lateral (select $5::bigint + floor($6::float8 * i / $3::int)::bigint as at) due
     cross join (select max(version) as version,
       (array_agg((settings->'closure'->>'afterMinutes')::int order by version desc))[1] as minutes
       from clock_settings where account_id = $1 and scope_id = $1) s`,
    [accountId, channelId, count, memberId, firstDueAt, spanMs],
  );
  await db.query("analyze sessions");
}

/**
 * Writes closed sessions as they stand long after, for tests of size: one each of contacts that nobody
 * looks for.
 */
export async function seedClosedSessions(
  db: Queryable,
  seed: Pick<SeedSessions, "accountId" | "channelId" | "memberId" | "count">,
): Promise<void> {
  await db.query(
    `insert into sessions (account_id, id, channel_id, contact_id, opened_at, closed_at, closed_kind,
       close_count, customer_wrote, last_customer_stamp, last_wait_number, assignee_id, assigned_at,
       settings_account_version, armed_at, last_message_at)
     select $1, ${id("closed session", LONG_AGO_MS)}, $2::uuid, ${id("closed contact", LONG_AGO_MS)},
       now_ms(), now_ms(), 'clock', 1, true, now_ms(), 1, $4::uuid, now_ms(), 1, now_ms(), now_ms()
     from generate_series(1, $3::int) i`,
    [seed.accountId, seed.channelId, seed.count, seed.memberId],
  );
  await db.query("analyze sessions");
}

const LONG_AGO_MS = 1_700_000_000_000;

/**
 * An id as the server makes them, UUID version 7: they grow with time, and so do the places where an
 * index keeps them. Made from the row's number, so that every table names the same rows.
 */
function id(of: string, firstMs = 1_770_000_000_000): string {
  const hash = `md5('${of} ' || $2::text || i)`;
  const millisecond = `lpad(to_hex(${firstMs} + i), 12, '0')`;
  return `(${millisecond} || '7' || left(${hash}, 3) || '8' || right(${hash}, 15))::uuid`;
}
