import { isDeepStrictEqual } from "node:util";
import type { PresenceSettings } from "@punctual/contract";
import type { Tx } from "../platform/database.ts";
import { writeAccountEvent } from "../store/account-events.ts";
import { readAutoAway, startNotingActivity, writeAutoAway } from "../store/activity.ts";
import { type Authored, writeAudit } from "../store/audit-log.ts";
import { lockPresence, onlineAmong, writeMemberEvents } from "../store/presence.ts";
import { lockPresenceSettings, writePresenceSettings } from "../store/presence-settings.ts";
import { unmarkAllGone, unmarkGone } from "../store/session-moves.ts";
import { authorizeAuthor } from "./authorize-author.ts";
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
    await authorizeAuthor(tx, { accountId, by }, "changeSettings");
    await changePresenceSettings(tx, { accountId, by }, settings);
  });
  signals.events();
  signals.line(accountId);
}

/** Writes them if they differ, with all that follows. Gives whether they did. */
export async function changePresenceSettings(
  tx: Tx,
  { accountId, by }: Authored,
  settings: PresenceSettings,
): Promise<boolean> {
  const before = await lockPresenceSettings(tx, accountId);
  if (isDeepStrictEqual(before, settings)) return false;
  writePresenceSettings(tx, accountId, settings);
  if (settings.whenOffline === "keep") unmarkAllGone(tx, accountId);
  if (settings.autoAwayMinutes !== null) {
    if (before.autoAwayMinutes === null) startNotingActivity(tx, accountId);
  } else {
    const away = await readAutoAway(tx, accountId);
    await lockPresence(tx, away);
    writeAutoAway(tx, away, false);
    // They are back before their sessions moved, if they are there at all.
    const online = await onlineAmong(tx, away);
    unmarkGone(
      tx,
      away.filter(({ memberId }) => online.has(memberId)),
    );
    writeMemberEvents(tx, away);
  }
  const of = { accountId, by, subjectId: null };
  writeAudit(tx, { ...of, act: "presenceSettings.saved", before, after: settings });
  writeAccountEvent(tx, accountId, { type: "presenceSettings.updated", payload: {} });
  return true;
}
