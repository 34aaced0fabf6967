import { nextChangeAfter } from "@punctual/session";
import { claimTurningHours, writeNextChange } from "../store/business-hours.ts";
import type { Deps } from "./deps.ts";

const BATCH = 100;

/**
 * Notes that businesses opened or closed, and when they do next. Gives them: another rule may decide for
 * the sessions in their lines now. Call again while it gives some. After a crash before their lines
 * moved, the line loop's sweep moves them.
 */
export async function turnBusinessHours({ db }: Pick<Deps, "db">): Promise<readonly string[]> {
  return await db.transaction(async (tx) => {
    const turning = await claimTurningHours(tx, BATCH);
    for (const { accountId, hours, now } of turning) {
      writeNextChange(tx, accountId, nextChangeAfter(hours, now));
    }
    return turning.map(({ accountId }) => accountId);
  });
}
