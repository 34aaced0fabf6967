import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { Queryable } from "../../apps/server/src/platform/database.ts";
import type { LoadBusiness } from "./load-business.ts";
import type { LoadPlan } from "./load-plan.ts";
import { prepareLoad } from "./load-run.ts";

/**
 * Messages a second when one statement writes the rows that as many messages to open sessions cause: the
 * message, the session, the contact's window, the event. JSON is constant. Nothing that must write these
 * rows can be faster on this machine.
 */
export async function measureInsertLimit(
  db: Queryable,
  { accountId, channelId, target }: LoadBusiness,
): Promise<number> {
  const count = target.customers;
  const began = performance.now();
  await db.query(INSERT_SQL, [accountId, channelId, count, CONTENT, RAW, EVENT]);
  return (count / (performance.now() - began)) * 1_000;
}

const TEXT = "Message 10000: is my order on its way? I have been waiting since this morning.";
const CONTENT = JSON.stringify({ type: "text", text: TEXT });
const RAW = JSON.stringify({
  from: "84900000001",
  id: "wamid.0123456789abcdef0123456789abcdef0000010000",
  timestamp: "1760000000",
  text: { body: TEXT },
  type: "text",
});
/** About as long as the event of a message is. */
const EVENT = JSON.stringify({ session: { state: "x".repeat(900) }, messages: [{ text: TEXT }] });

const INSERT_SQL = `with written as materialized (
    select s.account_id, s.id as session_id, s.channel_id, s.contact_id, gen_random_uuid() as id,
      row_number() over () as number
    from sessions s where s.account_id = $1 and s.channel_id = $2::uuid and s.closed_at is null
    limit $3
  ), stored as (
    insert into messages (account_id, id, session_id, channel_id, contact_id, kind, content,
      external_id, stamp, at, created_at, wait_number, raw)
    select account_id, id, session_id, channel_id, contact_id, 'inbound', $4::json,
      'limit.' || id, now_ms(), now_ms(), now_ms(), 2, $5::json from written
  ), told as (
    insert into events (account_id, type, session_id, at, payload)
    select account_id, 'session.changed', session_id, now_ms(), $6::json from written
  ), window_moved as (
    update contact_identities i set last_customer_stamp = now_ms() from written w
    where i.account_id = w.account_id and i.channel_id = w.channel_id
      and i.contact_id = w.contact_id
  )
  update sessions s set last_wait_number = s.last_wait_number + 1,
    wait_number = s.last_wait_number + 1, wait_started_at = now_ms(), wait_started_by = w.id,
    wait_known_at = now_ms(), close_at = null, overdue_at = now_ms() + 3600000,
    warn_at = now_ms() + 3300000, reassign_at = now_ms() + 1800000, last_message_at = now_ms()
  from written w where s.account_id = w.account_id and s.id = w.session_id`;

/** Webhooks a second when a handler only checks the signature, on as many connections as the plan's. */
export async function measureSignatureLimit(plan: LoadPlan): Promise<number> {
  const program = fileURLToPath(new URL("load-signature-server.ts", import.meta.url));
  const server = fork(program, [plan.appSecret]);
  try {
    const [port] = await once(server, "message");
    const load = await prepareLoad({ ...plan, url: `http://127.0.0.1:${port}` });
    const { seconds, statuses } = await load.run();
    return (statuses[200] ?? 0) / seconds;
  } finally {
    server.kill();
  }
}
