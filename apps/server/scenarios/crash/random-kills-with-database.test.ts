/**
 * Two servers and their PostgreSQL are killed at random under load, one, several or all at a time, now and
 * then for so long that it is an outage. `PUNCTUAL_CRASH_ROUNDS` rounds (4), beginning with
 * `PUNCTUAL_CRASH_SEED` (a new one each time); a failure names its seed.
 */
import { randomInt } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { DEFAULT_CLOCK_SETTINGS } from "@punctual/contract";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type CrashCluster, createCrashCluster } from "../../src/testkit/crash-cluster.ts";
import { comeToRest, expectUnharmed } from "../../src/testkit/crash-judge.ts";
import { startCrashLoad } from "../../src/testkit/crash-load.ts";
import { seededRandom } from "../../src/testkit/crash-random.ts";
import { type CrashStage, setCrashStage } from "../../src/testkit/crash-stage.ts";
import { type MovableClock, movableClock } from "../../src/testkit/movable-clock.ts";
import { printFaults } from "../../src/testkit/print-faults.ts";

const ROUNDS = Number(process.env.PUNCTUAL_CRASH_ROUNDS ?? 4);
const SEED = Number(process.env.PUNCTUAL_CRASH_SEED ?? randomInt(2 ** 31));
/** A life lasts for up to so many replies, however slow the machine is, and a little longer. */
const MOST_REPLIES = 8;
const PAUSE_MS = 300;
const SERVERS = 2;
const FATAL = 60;

const { closure, reassign, reply } = DEFAULT_CLOCK_SETTINGS;
const SETTINGS = {
  closure: { ...closure, enabled: true, afterMinutes: 1, message: "Bye" },
  reassign: { ...reassign, enabled: true, afterMinutes: 1 },
  reply: { ...reply, enabled: true, limitMinutes: 2, warnMinutes: 1 },
};

let cluster: CrashCluster;
let clock: MovableClock;
let stage: CrashStage;

beforeEach(async () => {
  cluster = await createCrashCluster();
  clock = await movableClock(cluster.db);
  stage = await setCrashStage(cluster.db, { DATA_DIR: cluster.dataDir }, SETTINGS);
});
afterEach(async () => {
  await stage.close();
  await cluster.remove();
});

test(
  `customers lose nothing and get nothing twice, whatever of servers and PostgreSQL is killed (seed ${SEED})`,
  async () => {
    const random = seededRandom(SEED);
    const kills = { server: 0, database: 0 };
    const kill = async (what: "server" | "database") => {
      const running = stage.servers();
      if (what === "server" && running.length === 0) return;
      kills[what] += 1;
      await (what === "server" ? stage.killOne(random.pick(running)) : cluster.kill());
    };
    const startAll = async () => {
      while (stage.servers().length < SERVERS) await stage.start();
    };
    await startAll();
    const load = await startCrashLoad({ stage, db: cluster.db, clock, random, customers: 100 });
    await stage.whatsapp.setFault({ kind: "duplicate", copies: 2, concurrent: true });
    for (let round = 0; round < ROUNDS; round++) {
      await load.answeredMore(1 + random.below(MOST_REPLIES));
      await pause(random.below(PAUSE_MS));
      const together = random.pick(TOGETHER);
      // Or nobody would be left to bring it back so that it can be killed.
      if (together.some((what) => what === "database")) await cluster.running();
      await Promise.all(together.map(kill));
      if (together.every((what) => what === "server") && stage.servers().length === 0) {
        await clock.passUnattended({ seconds: 30 + random.below(120) });
      }
      await startAll();
    }
    await load.stop();
    await comeToRest(stage, cluster.db, clock);
    const tally = await expectUnharmed(stage, cluster.db, load);
    expect(tally.messages).toBeGreaterThan(ROUNDS * 20);
    expect(stage.errors()).not.toContainEqual(expect.objectContaining({ level: FATAL }));
    printFaults("servers and PostgreSQL killed", { seed: SEED, ...kills }, tally);
  },
  240_000 + ROUNDS * 20_000,
);

/** What dies in one moment. */
const TOGETHER = [
  ["server"],
  ["database"],
  ["server", "server"],
  ["server", "database"],
  ["server", "server", "database"],
] as const;
