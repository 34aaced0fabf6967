import { PunctualError } from "@punctual/contract";
import { markRead, markSomeRead, type Reader } from "../store/mark-notifications.ts";
import type { Deps } from "./deps.ts";

type MarkDeps = Pick<Deps, "db" | "signals">;

/** A member read a notification. Throws `notification_not_found`. */
export async function readOneNotification(
  { db, signals }: MarkDeps,
  reader: Reader,
  id: string,
): Promise<void> {
  const found = await db.transaction((tx) => markRead(tx, reader, id));
  if (!found) throw new PunctualError("notification_not_found");
  signals.events();
  signals.alerts();
}

const BATCH = 500;

/** A member read everything, in commits of a bounded size. */
export async function readAllNotifications(
  { db, signals }: MarkDeps,
  reader: Reader,
): Promise<void> {
  while ((await db.transaction((tx) => markSomeRead(tx, reader, BATCH))) === BATCH);
  signals.events();
  signals.alerts();
}
