import { elapsedMs, sleep } from "./clock.ts";
import type { Logger } from "./logger.ts";
import { isTransient } from "./transient.ts";

const AGAIN_MS = 250;

export interface InTime {
  /** Whoever claimed what is recorded is given up for dead after it, in ms. */
  readonly withinMs: number;
  /** Aborted: this process ends, and tries no more. */
  readonly hurry: AbortSignal;
  readonly logger: Pick<Logger, "warn">;
  /** What the log says of each further try. */
  readonly warning: string;
}

/**
 * Records what somebody else answered, again and again while the database is away for a moment: the answer
 * is known only here. Throws what recording it threw last.
 */
export async function recordInTime(
  record: () => Promise<void>,
  { withinMs, hurry, logger, warning }: InTime,
): Promise<void> {
  const giveUpAt = elapsedMs() + withinMs;
  for (;;) {
    try {
      return await record();
    } catch (error) {
      if (!isTransient(error) || elapsedMs() > giveUpAt || hurry.aborted) throw error;
      logger.warn({ err: error }, warning);
    }
    await sleep(AGAIN_MS);
  }
}
