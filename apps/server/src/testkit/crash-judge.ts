import { EmulatorCallError } from "@punctual/whatsapp-emulator";
import { expect } from "vitest";
import type { Database } from "../platform/database.ts";
import { auditCrash } from "./crash-audit.ts";
import type { CrashLoad } from "./crash-load.ts";
import type { CrashStage } from "./crash-stage.ts";
import { findBrokenRules } from "./journey-never.ts";
import type { MovableClock } from "./movable-clock.ts";

/** What came of a load, for a table. */
export interface CrashTally {
  readonly messages: number;
  readonly replies: number;
  readonly sends: number;
  readonly deadlines: number;
  readonly outages: number;
  /** How often a webhook was answered with 503, and came again. */
  readonly refusedWebhooks: number;
}

/** Longer than a claim may be without its sender, and than a hold lasts without late webhooks. */
const STALE_S = 50;
const HOLD_S = 61;
const UNAVAILABLE = 503;
const PROGRESS_MS = 30_000;
const LONG = { timeout: 60_000, interval: 50 };

/**
 * Everything the provider has is handed over, everything due is decided, every send is settled, no hold
 * is on. Fails when that doesn't come about by itself.
 */
export async function comeToRest(
  stage: CrashStage,
  db: Database,
  clock: MovableClock,
): Promise<void> {
  const unsettled = async () => {
    const [row] = await db.query<{ n: number }>(UNSETTLED_SQL);
    return row?.n ?? 0;
  };
  await stage.whatsapp.clearFaults();
  await stage.whatsapp.flush();
  await handedOver(stage, db);
  await clock.advance({ seconds: STALE_S });
  await clock.advance({ seconds: HOLD_S });
  await expect.poll(unsettled, LONG).toBe(0);
  await stage.whatsapp.waitUntilIdle(60_000);
  await expect.poll(unsettled, LONG).toBe(0);
}

/** However many are left, and however slow the machine is: as long as there is progress. */
async function handedOver({ whatsapp }: CrashStage, db: Database): Promise<void> {
  let before = -1;
  for (;;) {
    try {
      await whatsapp.waitUntilIdle(PROGRESS_MS);
      return;
    } catch (error) {
      const [row] = await db.query<{ n: number }>("select count(*) as n from messages");
      const stored = row?.n ?? 0;
      if (!(error instanceof EmulatorCallError) || stored === before) throw error;
      before = stored;
    }
  }
}

const UNSETTLED_SQL = `select (select count(*) from outbox)
  + (select count(*) from sessions where next_due_at <= now_ms())
  + (select count(*) from outages where hold_ended_at is null) as n`;

/** Nothing acknowledged was lost, nothing sent twice, each deadline was decided once (clock.md §9). */
export async function expectUnharmed(
  stage: CrashStage,
  db: Database,
  load: CrashLoad,
): Promise<CrashTally> {
  const stored = await db.query<{ id: string }>(
    "select external_id as id from messages where kind = 'inbound'",
  );
  expect(stored.map(({ id }) => id).sort()).toEqual([...load.written].sort());

  const received = await Promise.all(load.customerIds.map((id) => stage.whatsapp.sent(id)));
  const references = received.flat().map(({ reference }) => reference);
  expect(new Set(references).size).toBe(references.length);
  const arrived = await db.query<{ id: string }>(
    `select id from messages where kind in ('agent', 'automatic')
       and delivery in ('sent', 'delivered', 'read')`,
  );
  expect(arrived.map(({ id }) => id).sort()).toEqual([...references].sort());

  expect(await auditCrash(db)).toEqual([]);
  expect(await findBrokenRules(db)).toEqual([]);
  expect(load.wrongAnswers).toEqual([]);
  return await tally(stage, db, load, references.length);
}

async function tally(
  stage: CrashStage,
  db: Database,
  load: CrashLoad,
  sends: number,
): Promise<CrashTally> {
  const [row] = await db.query<{ deadlines: number; outages: number }>(
    `select (select count(*) from timeline where explanation->'deadline' is not null) as deadlines,
       (select count(*) from outages) as outages`,
  );
  const webhooks = await stage.whatsapp.webhooks({ limit: 100_000 });
  const answers = webhooks.flatMap(({ attempts }) => attempts.map(({ status }) => status));
  return {
    messages: load.written.length,
    replies: load.answered(),
    sends,
    deadlines: row?.deadlines ?? 0,
    outages: row?.outages ?? 0,
    refusedWebhooks: answers.filter((status) => status === UNAVAILABLE).length,
  };
}
