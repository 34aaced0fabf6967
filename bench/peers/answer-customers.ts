import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import type { PeerMover } from "./peer.ts";

export interface Answering {
  readonly databaseUrl: string;
  readonly accountId: string;
  /** Whose customers write, one after the other. */
  readonly sessionIds: readonly string[];
  readonly perSecond: number;
  /** Where each message moves its session's deadline, epoch ms. */
  readonly dueAt: number;
  readonly mover: PeerMover;
  /** Counts what was done. */
  readonly tally: { answered: number; behindMs: number };
}

/**
 * Lets customers write at a steady rate until told to end. Each message is one transaction with the rows
 * that ours has (message, session, the contact's window, event), then the session's job is moved.
 */
export function answerCustomers(answering: Answering): () => Promise<void> {
  const { sessionIds, perSecond, mover, tally } = answering;
  const pool = new pg.Pool({ connectionString: answering.databaseUrl, max: 10 });
  const began = performance.now();
  const underWay = new Set<Promise<void>>();
  let ended = false;
  const answer = async (sessionId: string, at: number) => {
    const values = [answering.accountId, sessionId, answering.dueAt, ...MESSAGE_JSON];
    await pool.query({ name: "message", text: MESSAGE_SQL, values });
    await mover.move(sessionId, answering.dueAt);
    tally.answered += 1;
    tally.behindMs = Math.max(tally.behindMs, performance.now() - at);
  };
  const goOn = (async () => {
    for (const [index, sessionId] of sessionIds.entries()) {
      const at = began + (index / perSecond) * 1_000;
      const waitMs = at - performance.now();
      if (waitMs > 0) await sleep(waitMs);
      if (ended) return;
      const each = answer(sessionId, at).finally(() => underWay.delete(each));
      underWay.add(each);
    }
  })();
  return async () => {
    ended = true;
    await goOn;
    await Promise.all(underWay);
    await mover.close();
    await pool.end();
  };
}

const TEXT = "Message 10000: is my order on its way? I have been waiting since this morning.";
const MESSAGE_JSON = [
  JSON.stringify({ type: "text", text: TEXT }),
  JSON.stringify({ from: "84900000001", timestamp: "1760000000", text: { body: TEXT } }),
  JSON.stringify({ session: { state: "x".repeat(900) }, messages: [{ text: TEXT }] }),
];

const MESSAGE_SQL = `with moved as (
    update sessions set last_wait_number = last_wait_number + 1, wait_number = last_wait_number + 1,
      wait_started_at = now_ms(), wait_started_by = uuidv7(), wait_known_at = now_ms(),
      close_at = null, overdue_at = $3, last_message_at = now_ms()
    where account_id = $1 and id = $2
    returning account_id, id, channel_id, contact_id, wait_number, wait_started_by
  ), stored as (
    insert into messages (account_id, id, session_id, channel_id, contact_id, kind, content,
      external_id, stamp, at, created_at, wait_number, raw)
    select account_id, wait_started_by, id, channel_id, contact_id, 'inbound', $4::json,
      'wamid.' || wait_started_by, now_ms(), now_ms(), now_ms(), wait_number, $5::json from moved
  ), window_moved as (
    update contact_identities i set last_customer_stamp = now_ms() from moved m
    where i.account_id = m.account_id and i.channel_id = m.channel_id
      and i.contact_id = m.contact_id
  )
  insert into events (account_id, session_id, type, at, payload)
  select account_id, id, 'session.changed', now_ms(), $6::json from moved`;
