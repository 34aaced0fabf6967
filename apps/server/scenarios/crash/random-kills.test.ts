/**
 * The server is killed at random moments under load. `PUNCTUAL_CRASH_ROUNDS` kills (6), beginning with
 * `PUNCTUAL_CRASH_SEED` (a new one each time); a failure names its seed.
 */
import { randomInt } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { DEFAULT_CLOCK_SETTINGS } from "@punctual/contract";
import { afterEach, beforeEach, expect, test } from "vitest";
import { comeToRest, expectUnharmed } from "../../src/testkit/crash-judge.ts";
import { startCrashLoad } from "../../src/testkit/crash-load.ts";
import { seededRandom } from "../../src/testkit/crash-random.ts";
import { type CrashStage, setCrashStage } from "../../src/testkit/crash-stage.ts";
import { type MovableClock, movableClock } from "../../src/testkit/movable-clock.ts";
import { printFaults } from "../../src/testkit/print-faults.ts";
import { createTestDatabase, type TestDatabase } from "../../src/testkit/test-database.ts";

const ROUNDS = Number(process.env.PUNCTUAL_CRASH_ROUNDS ?? 6);
const SEED = Number(process.env.PUNCTUAL_CRASH_SEED ?? randomInt(2 ** 31));
/** A life lasts for up to so many replies, however slow the machine is, and a little longer. */
const MOST_REPLIES = 8;
const PAUSE_MS = 300;

const { closure, reassign, reply } = DEFAULT_CLOCK_SETTINGS;
const SETTINGS = {
  closure: { ...closure, enabled: true, afterMinutes: 1, message: "Bye" },
  reassign: { ...reassign, enabled: true, afterMinutes: 1 },
  reply: { ...reply, enabled: true, limitMinutes: 2, warnMinutes: 1 },
};

let database: TestDatabase;
let clock: MovableClock;
let stage: CrashStage;

beforeEach(async () => {
  database = await createTestDatabase();
  clock = await movableClock(database.db);
  stage = await setCrashStage(database.db, { DATABASE_URL: database.url }, SETTINGS);
});
afterEach(async () => {
  await stage.close();
  await database.drop();
});

test(
  `customers lose nothing and get nothing twice, however often the server is killed (seed ${SEED})`,
  async () => {
    const random = seededRandom(SEED);
    const load = await startCrashLoad({ stage, db: database.db, clock, random, customers: 100 });
    await stage.whatsapp.setFault({ kind: "duplicate", copies: 2, concurrent: true });
    await stage.whatsapp.setFault({ kind: "slowAnswer", ms: 30 });
    for (let round = 0; round < ROUNDS; round++) {
      await stage.start();
      await stage.whatsapp.setFault({ kind: "batch", max: 5, times: 10, updates: "messages" });
      await stage.whatsapp.setFault({ kind: "acceptedNoAnswer", socket: "destroy", times: 1 });
      await load.answeredMore(1 + random.below(MOST_REPLIES));
      await pause(random.below(PAUSE_MS));
      await stage.kill();
    }
    await load.stop();
    await stage.start();
    await comeToRest(stage, database.db, clock);
    const tally = await expectUnharmed(stage, database.db, load);
    expect(tally.messages).toBeGreaterThan(ROUNDS * 20);
    expect(stage.errors()).toEqual([]);
    const acts = await database.db.query<{ kind: string }>("select distinct kind from timeline");
    expect(acts.map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(["closed", "assigned", "overdue", "answered", "sendUnknown"]),
    );
    printFaults("server killed", { seed: SEED, serverKills: ROUNDS }, tally);
  },
  240_000 + ROUNDS * 20_000,
);
