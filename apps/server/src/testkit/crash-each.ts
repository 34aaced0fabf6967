import type { ClockSettings } from "@punctual/contract";
import { afterAll, afterEach, beforeEach, expect } from "vitest";
import { buildCommitGate } from "./crash-commit-gate.ts";
import {
  addCrashCustomer,
  type CrashCustomer,
  type CrashStage,
  setCrashStage,
} from "./crash-stage.ts";
import { type MovableClock, movableClock } from "./movable-clock.ts";
import { createTestDatabase, type TestDatabase } from "./test-database.ts";

/** What each test has: a server that runs, and a customer of its own who has not written yet. */
export interface OnCrashStage {
  readonly database: TestDatabase;
  readonly clock: MovableClock;
  readonly stage: CrashStage;
  readonly anna: CrashCustomer;
}

type Opened = Omit<OnCrashStage, "anna">;

/**
 * One stage for the tests of a file, on a database with a commit gate: each test begins with the server
 * that the one before started after its crash. After a test that failed everything is set up anew. Told
 * before each test.
 */
export function eachOnCrashStage(
  settings: Partial<ClockSettings>,
  tell: (on: OnCrashStage) => void,
): void {
  let opened: Opened | null = null;
  const close = async () => {
    await opened?.stage.close();
    await opened?.database.drop();
    opened = null;
  };
  beforeEach(async () => {
    opened ??= await open(settings);
    const { stage, database } = opened;
    if (stage.servers().length === 0) await stage.start();
    tell({ ...opened, anna: await addCrashCustomer(stage, database.db) });
  });
  afterEach(async ({ task }) => {
    if (opened === null) return;
    if (task.result?.state === "fail") await close();
    else await cleanUp(opened);
  });
  afterAll(close);
}

async function open(settings: Partial<ClockSettings>): Promise<Opened> {
  const database = await createTestDatabase();
  const clock = await movableClock(database.db);
  await buildCommitGate(database.db);
  const stage = await setCrashStage(database.db, { DATABASE_URL: database.url }, settings);
  return { database, clock, stage };
}

/** The next test meets nothing of this one: no fault, nothing on its way, no session that falls due. */
async function cleanUp({ stage, database: { db } }: Opened): Promise<void> {
  await stage.whatsapp.clearFaults();
  await stage.whatsapp.flush();
  await stage.whatsapp.waitUntilIdle();
  const open = await db.query<{ id: string }>("select id from sessions where closed_at is null");
  for (const { id } of open) {
    const { status } = await stage.api(`POST /sessions/${id}/close`, {
      body: { sendMessage: false },
    });
    expect(status).toBe(200);
  }
  stage.forgetErrors();
}
