import { Logger, makeWorkerUtils, run, type WorkerUtils } from "graphile-worker";
import type { Peer, PeerPlace } from "./peer.ts";

const TASK = "deadline";
const BULK = 5_000;
const CONCURRENCY = 24;

/** graphile-worker on the same PostgreSQL, as its page on performance sets it up. */
export const graphileWorker: Peer = {
  name: "graphile-worker",
  workers: 1,
  needsRedis: false,

  arm: async (place, jobs) => {
    const utils = await openUtils(place);
    await utils.migrate();
    for (let at = 0; at < jobs.length; at += BULK) {
      await utils.addJobs(
        jobs.slice(at, at + BULK).map(({ sessionId, dueAt }) => ({
          identifier: TASK,
          payload: { sessionId },
          jobKey: sessionId,
          runAt: new Date(dueAt),
        })),
      );
    }
    await utils.release();
  },

  work: async (place, fire) => {
    const runner = await run({
      taskList: {
        [TASK]: async (payload, { withPgClient }) => {
          await withPgClient(
            async (client) =>
              await fire(
                async (text, values) =>
                  await client.query({ name: "fire", text, values: [...values] }),
                [sessionOf(payload)],
              ),
          );
        },
      },
      noHandleSignals: true,
      preset: {
        worker: {
          connectionString: place.databaseUrl,
          concurrentJobs: CONCURRENCY,
          maxPoolSize: CONCURRENCY + 1,
          localQueue: { size: 500 },
          completeJobBatchDelay: 0,
          failJobBatchDelay: 0,
          pollInterval: 100,
          logger: quiet,
        },
      },
    });
    return async () => await runner.stop();
  },

  openMover: async (place) => {
    const utils = await openUtils(place);
    return {
      move: async (sessionId, dueAt) => {
        const options = { jobKey: sessionId, runAt: new Date(dueAt) };
        await utils.addJob(TASK, { sessionId }, options);
      },
      close: async () => await utils.release(),
    };
  },
};

/** Its own words on every job would be counted against it. */
const quiet = new Logger(() => (level, message) => {
  if (level === "error") console.error(message);
});

async function openUtils({ databaseUrl }: PeerPlace): Promise<WorkerUtils> {
  return await makeWorkerUtils({ connectionString: databaseUrl, maxPoolSize: 10, logger: quiet });
}

function sessionOf(payload: unknown): string {
  return (payload as { readonly sessionId: string }).sessionId;
}
