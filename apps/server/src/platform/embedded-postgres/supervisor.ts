import { Loop, type Round } from "../loop.ts";
import type { Cluster } from "./cluster.ts";
import { isClusterProcess, processMark } from "./cluster-processes.ts";
import { readPidFile } from "./pid-file.ts";
import type { PostgresLogger } from "./postgres-logger.ts";

const watchMs = 500;

/** What the supervisor remembers of the server it last saw alive. */
interface SeenServer {
  readonly pid: number;
  readonly mark: string;
}

/**
 * Watches the server and starts it again when it has died, with a pause that grows while that fails.
 * Its own children are PostgreSQL's to look after: when one of them dies, the server itself recovers.
 *
 *     alive ──it ends, whoever ended it──▶ dead ──start again──▶ alive
 *                                           └──fails: again after 0.1 s … 5 s──┘
 */
export function createSupervisor(options: {
  readonly cluster: Cluster;
  readonly logger: PostgresLogger;
  readonly startAgain: () => Promise<void>;
}): Loop {
  const { cluster, logger, startAgain } = options;
  let seen: SeenServer | null = null;
  const runOnce = async (): Promise<Round> => {
    if (seen !== null && processMark(seen.pid) === seen.mark) return { nextInMs: watchMs };
    seen = await findServer(cluster);
    if (seen !== null) return { nextInMs: watchMs };
    logger.warn({ dataFolder: cluster.dataFolder }, "PostgreSQL has died and is started again");
    await startAgain();
    return { nextInMs: 0 };
  };
  return new Loop({ name: "embedded PostgreSQL", logger, runOnce, maxSleepMs: watchMs });
}

async function findServer(cluster: Cluster): Promise<SeenServer | null> {
  const pidFile = await readPidFile(cluster.dataFolder);
  if (pidFile === null || !isClusterProcess(pidFile.pid, cluster)) return null;
  const mark = processMark(pidFile.pid);
  return mark === null ? null : { pid: pidFile.pid, mark };
}
