import { Queue, Worker } from "bullmq";
import pg from "pg";
import type { Peer, PeerPlace } from "./peer.ts";

const QUEUE = "deadlines";
const BULK = 1_000;
/** Jobs at work in one process. More gains nothing here: PostgreSQL's two cores are taken. */
const CONCURRENCY = 50;

/** BullMQ on Redis. A job's id is its session's, so that it can be found and moved. */
export const bullmq: Peer = {
  name: "BullMQ",
  workers: 2,
  needsRedis: true,

  arm: async (place, jobs) => {
    const queue = openQueue(place);
    for (let at = 0; at < jobs.length; at += BULK) {
      const now = Date.now();
      await queue.addBulk(
        jobs.slice(at, at + BULK).map(({ sessionId, dueAt }) => ({
          name: "deadline",
          data: {},
          opts: { jobId: sessionId, delay: dueAt - now },
        })),
      );
    }
    await queue.close();
  },

  work: async (place, fire) => {
    const pool = new pg.Pool({ connectionString: place.databaseUrl, max: 10 });
    const run = async (text: string, values: readonly unknown[]) =>
      await pool.query({ name: "fire", text, values: [...values] });
    const worker = new Worker(QUEUE, async (job) => await fire(run, [job.id ?? ""]), {
      connection: connectionOf(place),
      concurrency: CONCURRENCY,
    });
    await worker.waitUntilReady();
    return async () => {
      await worker.close();
      await pool.end();
    };
  },

  openMover: async (place) => {
    const queue = openQueue(place);
    return {
      move: async (sessionId, dueAt) => {
        const job = await queue.getJob(sessionId);
        await job?.changeDelay(dueAt - Date.now());
      },
      close: () => queue.close(),
    };
  },
};

function openQueue(place: PeerPlace): Queue {
  return new Queue(QUEUE, {
    connection: connectionOf(place),
    defaultJobOptions: { removeOnComplete: true, removeOnFail: true },
  });
}

function connectionOf({ redisPort }: PeerPlace) {
  if (redisPort === null) throw new Error("BullMQ needs a Redis");
  // What a worker must be given (BullMQ, "Going to production").
  return { host: "127.0.0.1", port: redisPort, maxRetriesPerRequest: null };
}
