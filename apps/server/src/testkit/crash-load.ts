import { setTimeout as pause } from "node:timers/promises";
import type { Database } from "../platform/database.ts";
import { isTransient } from "../platform/transient.ts";
import type { SeededRandom } from "./crash-random.ts";
import type { CrashStage } from "./crash-stage.ts";
import type { MovableClock } from "./movable-clock.ts";

/**
 * Customers who write, agents who answer and time that passes, all at once, until it is stopped. While
 * the database is away, time stands still and agents can't answer, but customers write on.
 */
export interface CrashLoad {
  readonly customerIds: readonly string[];
  /** The wamids of everything customers wrote. */
  readonly written: readonly string[];
  /** Answers that no client should ever get, whatever happens to the server. */
  readonly wrongAnswers: readonly string[];
  /** How many answers agents were told are on their way. */
  answered(): number;
  /** Settles when so many more answers are on their way, or after 10 s. */
  answeredMore(count: number): Promise<void>;
  stop(): Promise<void>;
}

interface Load {
  readonly stage: CrashStage;
  readonly db: Database;
  readonly clock: MovableClock;
  readonly random: SeededRandom;
  readonly customers: number;
}

const PAUSE_MS = { customers: 10, agents: 5, clock: 150 };
const PATIENCE_MS = 10_000;
const MAX_STEP_S = 15;
/** So many customers talk at a time; the others were answered, or will come later. */
const TALKING = 20;
const MESSAGES_EACH = 4;
const AGENTS_AT_ONCE = 4;

export async function startCrashLoad(load: Load): Promise<CrashLoad> {
  const { stage, db, clock, random } = load;
  const customerIds = Array.from({ length: load.customers }, (_, index) => `c${index}`);
  for (const [index, id] of customerIds.entries()) {
    await stage.whatsapp.addCustomer({ id, name: id, phone: String(16_505_000_000 + index) });
  }
  const written: string[] = [];
  const wrongAnswers: string[] = [];
  let answered = 0;
  let ahead = 0;
  let stopped = false;
  ahead = (await clock.now()) - Date.now();
  const keepOn = async (everyMs: number, act: () => Promise<void>) => {
    try {
      while (!stopped) {
        await act();
        await pause(everyMs);
      }
    } catch (error) {
      // A test that failed takes everything away under us.
      if (!stage.closing.aborted) throw error;
    }
  };
  const timePasses = async () => {
    try {
      await clock.advance({ seconds: random.below(MAX_STEP_S) });
      ahead = (await clock.now()) - Date.now();
    } catch (error) {
      if (!isTransient(error)) throw error;
    }
  };
  const aCustomerWrites = async () => {
    const timestamp = Math.floor((Date.now() + ahead) / 1_000);
    const text = `message ${written.length}`;
    const message = { type: "text", text, timestamp } as const;
    const first = Math.floor(written.length / MESSAGES_EACH);
    const id = customerIds[(first + random.below(TALKING)) % customerIds.length] ?? "";
    written.push((await stage.whatsapp.write(id, message)).messageId);
  };
  const anAgentAnswers = async () => {
    const waiting = await readWaiting(db);
    if (waiting.length === 0) return;
    const route = `POST /sessions/${random.pick(waiting).id}/messages`;
    const answer = await stage.api(route, { body: { type: "text", text: "Hi" } }).catch(() => null);
    if (answer?.status === 201) answered += 1;
    if (answer !== null && answer.status >= 500 && answer.body.code !== "unavailable") {
      wrongAnswers.push(JSON.stringify(answer));
    }
  };
  const working = Promise.all([
    keepOn(PAUSE_MS.customers, aCustomerWrites),
    ...Array.from({ length: AGENTS_AT_ONCE }, () => keepOn(PAUSE_MS.agents, anAgentAnswers)),
    keepOn(PAUSE_MS.clock, timePasses),
  ]);
  return {
    customerIds,
    written,
    wrongAnswers,
    answered: () => answered,
    answeredMore: async (count) => {
      const wanted = answered + count;
      const deadline = performance.now() + PATIENCE_MS;
      while (answered < wanted && performance.now() < deadline) await pause(PAUSE_MS.agents);
    },
    stop: async () => {
      stopped = true;
      await working;
    },
  };
}

/** None while the database is away. */
async function readWaiting(db: Database): Promise<readonly { id: string }[]> {
  try {
    return await db.query<{ id: string }>(
      "select id from sessions where wait_number is not null order by id",
    );
  } catch (error) {
    if (!isTransient(error)) throw error;
    return [];
  }
}
