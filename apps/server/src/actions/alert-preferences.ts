import type { AlertPreferences } from "@punctual/contract";
import { writeAlertPreferences } from "../store/alert-preferences.ts";
import type { Reader } from "../store/mark-notifications.ts";
import { parseAlertPreferences } from "../views/alert-preferences.ts";
import type { Deps } from "./deps.ts";

/** A member chose what reaches them, by which ways and when. */
export async function saveAlertPreferences(
  { db, signals }: Pick<Deps, "db" | "signals">,
  reader: Reader,
  preferences: AlertPreferences,
): Promise<void> {
  await db.transaction(async (tx) =>
    writeAlertPreferences(tx, reader, parseAlertPreferences(preferences)),
  );
  signals.alerts();
}
