import pg from "pg";
import { PgBoss } from "pg-boss";
import type { Fire, Peer, PeerPlace } from "./peer.ts";

const QUEUE = "deadlines";
const BULK = 5_000;
const BATCH = 1_000;
/** Batches under way at a time: one is written while the next is fetched. */
const WORKERS = 2;
const CONNECTIONS = 10;

/**
 * pg-boss on the same PostgreSQL: jobs are fetched and completed in batches, and each is written in a
 * transaction of its own, so that one that fails stops no other.
 */
export const pgBoss: Peer = {
  name: "pg-boss",
  workers: 1,
  needsRedis: false,
  arm,
  openMover,

  work: async (place, fire) => {
    const boss = await open(place);
    const pool = new pg.Pool({ connectionString: place.databaseUrl, max: CONNECTIONS });
    const run = async (text: string, values: readonly unknown[]) =>
      await pool.query({ name: "fire", text, values: [...values] });
    const options = { ...OPTIONS, perJobResults: true } as const;
    await boss.work(
      QUEUE,
      options,
      async (jobs) =>
        await Promise.all(
          jobs.map(async ({ id }) => {
            await fire(run, [id]);
            return { id, status: "completed" as const };
          }),
        ),
    );
    return async () => {
      await boss.stop({ graceful: true });
      await pool.end();
    };
  },
};

/**
 * The same, when the application brings a statement of ours that writes a whole batch: it runs in the
 * transaction that completes the batch's jobs, and one that fails fails with all of them.
 */
export const pgBossInSets: Peer = {
  name: "pg-boss, a batch in one statement",
  isVariant: true,
  workers: 1,
  needsRedis: false,
  arm,
  openMover,

  work: async (place, fire) => {
    const boss = await open(place);
    await boss.work(QUEUE, { ...OPTIONS, transactional: true }, async (jobs, tx) => {
      const run: Parameters<Fire>[0] = async (sql, params) => await tx.executeSql(sql, [...params]);
      await fire(
        run,
        jobs.map(({ id }) => id),
      );
    });
    return async () => await boss.stop({ graceful: true });
  },
};

const OPTIONS = {
  batchSize: BATCH,
  burstWhenBatchFull: true,
  localConcurrency: WORKERS,
  // The least that it takes.
  pollingIntervalSeconds: 0.5,
} as const;

async function arm(place: PeerPlace, jobs: Parameters<Peer["arm"]>[1]): Promise<void> {
  const boss = await open(place);
  // A table of its own, as advised for a queue that grows large.
  await boss.createQueue(QUEUE, { partition: true });
  for (let at = 0; at < jobs.length; at += BULK) {
    await boss.insert(
      QUEUE,
      jobs.slice(at, at + BULK).map(({ sessionId, dueAt }) => ({
        id: sessionId,
        startAfter: new Date(dueAt),
      })),
    );
  }
  await boss.stop({ graceful: false });
}

async function openMover(place: PeerPlace): ReturnType<Peer["openMover"]> {
  const boss = await open(place);
  return {
    move: async (sessionId, dueAt) => {
      await boss.update(QUEUE, undefined, { id: sessionId, startAfter: new Date(dueAt) });
    },
    close: async () => await boss.stop({ graceful: false }),
  };
}

async function open({ databaseUrl }: PeerPlace): Promise<PgBoss> {
  const boss = new PgBoss({ connectionString: databaseUrl, max: CONNECTIONS, schedule: false });
  boss.on("error", (error) => console.error(error));
  return await boss.start();
}
