import {
  ClockOverride,
  type ClockOverrideView,
  ClockSettings,
  type ClockSettingsView,
  DEFAULT_CLOCK_SETTINGS,
  PunctualError,
  type SettingsHint,
} from "@punctual/contract";
import type { Deps } from "../../actions/deps.ts";
import type { Queryable } from "../../platform/database.ts";
import { type ChannelRow, readChannel, readChannels } from "../../store/channels.ts";
import { readClockSettings } from "../../store/read-clock-settings.ts";
import { clockHints } from "../../views/clock-hints.ts";
import { presentSaved } from "../../views/clock-settings.ts";

const NO_OVERRIDE: ClockOverride = { closure: null, reassign: null, reply: null };

/** The business's settings with what may surprise about them. */
export async function loadClockSettings(deps: Deps, accountId: string): Promise<ClockSettingsView> {
  return await deps.db.readAs(accountId, async (read) => {
    const saved = await readClockSettings(read, accountId, null);
    const settings = ClockSettings.parse(saved?.settings ?? DEFAULT_CLOCK_SETTINGS);
    const windows = windowsOf(deps, await readChannels(read, accountId));
    return { ...settings, ...presentSaved(saved), hints: clockHints(settings, windows) };
  });
}

/** A channel's override. Hints are about what is in force with it. Throws `channel_not_found`. */
export async function loadClockOverride(
  deps: Deps,
  accountId: string,
  channelId: string,
): Promise<ClockOverrideView> {
  return await deps.db.readAs(accountId, async (read) => {
    const channel = await requireChannel(read, accountId, channelId);
    const saved = await readClockSettings(read, accountId, channelId);
    const override = ClockOverride.parse(saved?.settings ?? NO_OVERRIDE);
    const inForce = await overAccount(read, accountId, override);
    const hints = clockHints(inForce, windowsOf(deps, [channel]));
    return { ...override, ...presentSaved(saved), hints };
  });
}

/** Hints on settings that are not saved yet: an override of the channel, or (null) all of them. */
export async function hintsFor(
  deps: Deps,
  accountId: string,
  channelId: string | null,
  given: ClockOverride,
): Promise<SettingsHint[]> {
  return await deps.db.readAs(accountId, async (read) => {
    const channels =
      channelId === null
        ? await readChannels(read, accountId)
        : [await requireChannel(read, accountId, channelId)];
    return clockHints(await overAccount(read, accountId, given), windowsOf(deps, channels));
  });
}

async function requireChannel(
  read: Queryable,
  accountId: string,
  channelId: string,
): Promise<ChannelRow> {
  const channel = await readChannel(read, accountId, channelId);
  if (channel === null) throw new PunctualError("channel_not_found");
  return channel;
}

async function overAccount(
  read: Queryable,
  accountId: string,
  override: ClockOverride,
): Promise<ClockSettings> {
  const saved = await readClockSettings(read, accountId, null);
  const account = ClockSettings.parse(saved?.settings ?? DEFAULT_CLOCK_SETTINGS);
  return {
    closure: override.closure ?? account.closure,
    reassign: override.reassign ?? account.reassign,
    reply: override.reply ?? account.reply,
  };
}

function windowsOf(deps: Deps, channels: readonly ChannelRow[]) {
  return channels.map((channel) => deps.limitsOf(channel.kind));
}
