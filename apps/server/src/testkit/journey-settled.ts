import type { EmulatorClient } from "@punctual/whatsapp-emulator";
import type { Database } from "../platform/database.ts";

/**
 * Whether nothing is under way: no webhook, no send, no due deadline, no save. Looks twice: a webhook under
 * way becomes a commit, a commit a send, a send a webhook.
 */
export async function isSettled(db: Database, whatsapp: EmulatorClient): Promise<boolean> {
  for (let look = 0; look < 2; look++) {
    await whatsapp.waitUntilIdle();
    const [row] = await db.query<{ busy: boolean }>(BUSY_SQL);
    if (row?.busy !== false) return false;
  }
  return true;
}

const BUSY_SQL = `select
  exists (select 1 from sessions where next_due_at <= now_ms())
  or exists (select 1 from clock_settings where apply_to = 'all' and applied_at is null)
  or exists (select 1 from outbox where state = 'sending')
  or exists (
    select 1 from outbox o
    join channels ch on ch.account_id = o.account_id and ch.id = o.channel_id
    join contact_identities i on i.account_id = o.account_id and i.channel_id = o.channel_id
      and i.contact_id = o.contact_id
    where o.next_attempt_at <= now_ms() and ch.stopped_at is null
      and greatest(ch.paused_until, i.paused_until, 0) <= now_ms()
      and not exists (
        select 1 from outbox earlier
        where earlier.account_id = o.account_id and earlier.channel_id = o.channel_id
          and earlier.contact_id = o.contact_id and earlier.seq < o.seq)
  ) as busy`;
