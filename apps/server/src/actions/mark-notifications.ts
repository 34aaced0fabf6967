import { PunctualError } from "@punctual/contract";
import { markRead, markSomeRead, type Reader, readPlace } from "../store/mark-notifications.ts";
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

/**
 * A member read all notifications, or (`throughId`) that one and all older ones, in commits of a bounded
 * size. Throws `notification_not_found`.
 */
export async function readAllNotifications(
  { db, signals }: MarkDeps,
  reader: Reader,
  throughId: string | undefined,
): Promise<void> {
  const through = await db.readAs(reader.accountId, (read) => readPlace(read, reader, throughId));
  if (through === null) throw new PunctualError("notification_not_found");
  while ((await db.transaction((tx) => markSomeRead(tx, reader, through, BATCH))) === BATCH);
  signals.events();
  signals.alerts();
}
