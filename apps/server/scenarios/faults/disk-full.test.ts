/**
 * The disk of PostgreSQL fills up under load. Where its write-ahead log finds no room, PostgreSQL gives up
 * and can't even start; when there is room again, everything goes on by itself.
 */
import { setTimeout as pause } from "node:timers/promises";
import { DEFAULT_CLOCK_SETTINGS } from "@punctual/contract";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type CrashCluster, createCrashCluster } from "../../src/testkit/crash-cluster.ts";
import { comeToRest, expectUnharmed } from "../../src/testkit/crash-judge.ts";
import { startCrashLoad } from "../../src/testkit/crash-load.ts";
import { seededRandom } from "../../src/testkit/crash-random.ts";
import type { ServerProcess } from "../../src/testkit/crash-server.ts";
import { type CrashStage, SOON, setCrashStage } from "../../src/testkit/crash-stage.ts";
import { type MovableClock, movableClock } from "../../src/testkit/movable-clock.ts";
import { printFaults } from "../../src/testkit/print-faults.ts";
import { makeSmallDisk, type SmallDisk, whyNoSmallDisk } from "../../src/testkit/small-disk.ts";

const LONG = process.env.PUNCTUAL_FAULTS_LONG !== undefined;
const DISK_MB = 160;
/** In the long form, long enough to be an outage. */
const FULL_MS = LONG ? 45_000 : 1_500;
const LATER = { timeout: 60_000, interval: 50 };

const { closure, reassign, reply } = DEFAULT_CLOCK_SETTINGS;
const SETTINGS = {
  closure: { ...closure, enabled: true, afterMinutes: 1, message: "Bye" },
  reassign: { ...reassign, enabled: true, afterMinutes: 1 },
  reply: { ...reply, enabled: true, limitMinutes: 2, warnMinutes: 1 },
};

const whyNot = whyNoSmallDisk();

describe.skipIf(whyNot !== null)(`a full disk${whyNot === null ? "" : ` (${whyNot})`}`, () => {
  let disk: SmallDisk;
  let cluster: CrashCluster;
  let clock: MovableClock;
  let stage: CrashStage;
  let server: ServerProcess;

  beforeEach(async () => {
    disk = makeSmallDisk(DISK_MB);
    cluster = await createCrashCluster({ folder: disk.folder });
    clock = await movableClock(cluster.db);
    stage = await setCrashStage(cluster.db, { DATA_DIR: cluster.dataDir }, SETTINGS);
    server = await stage.start();
  });
  afterEach(async () => {
    disk.free();
    await stage.close();
    await cluster.remove();
    disk.remove();
  });

  test("refuses webhooks, loses nothing, and is forgotten once there is room", async () => {
    const random = seededRandom(1);
    const load = await startCrashLoad({ stage, db: cluster.db, clock, random, customers: 60 });
    await pause(1_500);
    disk.fill();
    await useUpTheLog(cluster);
    const answers = async () =>
      (await stage.whatsapp.webhooks({ state: "retrying" })).flatMap(({ attempts }) => attempts);
    await expect.poll(answers, LATER).toContainEqual(expect.objectContaining({ status: 503 }));
    await pause(FULL_MS);
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
    disk.free();
    await expect.poll(async () => (await fetch(`${server.url}/readyz`)).status, LATER).toBe(200);
    await pause(1_500);
    await load.stop();
    await comeToRest(stage, cluster.db, clock);
    const tally = await expectUnharmed(stage, cluster.db, load);
    expect(cluster.log()).toMatch(/No space left on device/);
    if (LONG) expect(tally.outages).toBe(1);
    printFaults("disk full", { panics: panics(cluster) }, tally);
  }, 180_000);
});

/** Writes until PostgreSQL refuses: what was set aside for the log is used up as well. */
async function useUpTheLog({ db }: CrashCluster): Promise<void> {
  await expect
    .poll(async () => {
      try {
        await db.query(
          `select count(pg_logical_emit_message(true, 'filler', repeat('x', 10000) || n))
             from generate_series(1, 1000) as n`,
        );
        return "room";
      } catch {
        return "full";
      }
    }, SOON)
    .toBe("full");
}

function panics(cluster: CrashCluster): number {
  return cluster.log().match(/PANIC/g)?.length ?? 0;
}
