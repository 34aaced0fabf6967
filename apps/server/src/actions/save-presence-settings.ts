import type { PresenceSettings } from "@punctual/contract";
import { writeAccountEvent } from "../store/account-events.ts";
import { readAutoAway, startNotingActivity, writeAutoAway } from "../store/activity.ts";
import { type Authored, writeAudit } from "../store/audit-log.ts";
import { lockPresence, writeMemberEvents } from "../store/presence.ts";
import { lockPresenceSettings, writePresenceSettings } from "../store/presence-settings.ts";
import { unmarkAllGone } from "../store/session-moves.ts";
import type { Deps } from "./deps.ts";

/**
 * Saves what happens when members are idle or go offline. Who is offline already keeps their sessions;
 * who was idle is not away before the minutes have passed anew.
 */
export async function savePresenceSettings(
  { db, signals }: Pick<Deps, "db" | "signals">,
  { accountId, by }: Authored,
  settings: PresenceSettings,
): Promise<void> {
  await db.transaction(async (tx) => {
    const before = await lockPresenceSettings(tx, accountId);
    writePresenceSettings(tx, accountId, settings);
    if (settings.whenOffline === "keep") unmarkAllGone(tx, accountId);
    if (settings.autoAwayMinutes !== null) {
      if (before.autoAwayMinutes === null) startNotingActivity(tx, accountId);
    } else {
      const away = await readAutoAway(tx, accountId);
      await lockPresence(tx, away);
      writeAutoAway(tx, away, false);
      writeMemberEvents(tx, away);
    }
    const of = { accountId, by, subjectId: null };
    writeAudit(tx, { ...of, act: "presenceSettings.saved", before, after: settings });
    writeAccountEvent(tx, accountId, { type: "presenceSettings.updated", payload: {} });
  });
  signals.events();
  signals.line(accountId);
}
