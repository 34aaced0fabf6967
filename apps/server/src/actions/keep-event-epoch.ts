import { keepEventEpoch as keep } from "../store/event-log.ts";
import type { Deps } from "./deps.ts";

/** Renews the event log's epoch if the database may have lost the end of its log (`store/event-log.ts`). */
export async function keepEventEpoch({ db }: Pick<Deps, "db">): Promise<void> {
  await db.transaction(keep);
}
