/**
 * Everything an admin configures, out to one document and back in. A file names channels by their
 * address and members by e-mail, so that it can be applied to another installation.
 */
import { isDeepStrictEqual } from "node:util";
import {
  type AssignmentRule,
  ClockOverride,
  ClockSettings,
  DEFAULT_CLOCK_SETTINGS,
  type FileRule,
  fieldError,
  type SettingsFile,
  type SettingsImportResult,
  throwFieldErrors,
} from "@punctual/contract";
import { endMessageProblems } from "@punctual/session";
import type { Queryable, Tx } from "../platform/database.ts";
import { newId } from "../platform/ids.ts";
import { writeAccountEvent } from "../store/account-events.ts";
import { lockAccount } from "../store/account-locks.ts";
import { readRules } from "../store/assignment-rules.ts";
import type { Authored } from "../store/audit-log.ts";
import { readBusinessHours } from "../store/business-hours.ts";
import { readPresenceSettings } from "../store/presence-settings.ts";
import { readClockSettings, type SettingsVersion } from "../store/read-clock-settings.ts";
import { authorizeAuthor } from "./authorize-author.ts";
import type { Deps } from "./deps.ts";
import { changeBusinessHours } from "./save-business-hours.ts";
import { changePresenceSettings } from "./save-presence-settings.ts";
import { dropRule, saveRule } from "./save-rule.ts";
import { writeSettingsVersion } from "./save-settings.ts";
import { exportCatalogue, importCatalogue } from "./settings-file-catalogue.ts";
import { loadSettingsNames, type SettingsNames } from "./settings-names.ts";

const NO_OVERRIDE: ClockOverride = { closure: null, reassign: null, reply: null };

/** The account's settings as a file: the newest versions, and the rules in their order. */
export async function exportSettings(
  deps: Pick<Deps, "db">,
  accountId: string,
): Promise<SettingsFile> {
  return await deps.db.readAs(accountId, async (read) => {
    const names = await loadSettingsNames(read, accountId);
    const rules = await readRules(read, accountId);
    const channels: SettingsFile["channels"] = [];
    for (const { id, kind, address } of names.channels) {
      const clock = await readOverride(read, accountId, id);
      channels.push({ kind, address, clock: isDeepStrictEqual(clock, NO_OVERRIDE) ? null : clock });
    }
    return {
      format: "punctual-settings/1",
      clock: await readAccountSettings(read, accountId),
      channels,
      assignmentRules: rules.map((rule) => names.toFile(rule)),
      businessHours: await readBusinessHours(read, accountId),
      presence: await readPresenceSettings(read, accountId),
      ...(await exportCatalogue(read, accountId, names)),
    };
  });
}

/**
 * Applies a file in one transaction: all of it or nothing. Only what differs gets a new version, which
 * reaches every open session. Rules are matched by name, and those the file lacks are removed; rules
 * that stay keep their turn. Channels the file doesn't mention keep their overrides.
 *
 * Throws `validation_failed` when it names channels or members the business doesn't have, and
 * for end messages with unknown variables; `too_many_teams` and `catalogue_full`.
 */
export async function importSettings(
  deps: Pick<Deps, "db" | "signals">,
  { accountId, by, file }: Authored & { file: SettingsFile },
): Promise<SettingsImportResult> {
  requireMessages(file);
  const result = await deps.db.transaction(async (tx) => {
    await authorizeAuthor(tx, { accountId, by }, "changeSettings");
    lockAccount(tx, "settings", accountId);
    lockAccount(tx, "teams", accountId);
    lockAccount(tx, "tags", accountId);
    lockAccount(tx, "rules", accountId);
    const known = await loadSettingsNames(tx, accountId);
    const catalogue = await importCatalogue(tx, { accountId, by }, file, known);
    // Rules may name teams of the file.
    const names = await loadSettingsNames(tx, accountId);
    const clock = await importClock(tx, { accountId, by }, file.clock);
    const channels = await importOverrides(tx, { accountId, by }, file.channels, names);
    const rules = file.assignmentRules.map((rule, index) => names.fromFile(rule, index));
    requireDifferentNames(file.assignmentRules);
    const assignmentRules = await importRules(tx, { accountId, by }, rules);
    writeAccountEvent(tx, accountId, { type: "assignmentRules.updated", payload: {} });
    const hours = file.businessHours;
    const businessHours = {
      changed: hours !== undefined && (await changeBusinessHours(tx, { accountId, by }, hours)),
    };
    const presence = {
      changed:
        file.presence !== undefined &&
        (await changePresenceSettings(tx, { accountId, by }, file.presence)),
    };
    return { clock, channels, assignmentRules, businessHours, presence, ...catalogue };
  });
  deps.signals.events();
  deps.signals.settings();
  deps.signals.line(accountId);
  return result;
}

async function importClock(
  tx: Tx,
  author: Authored,
  settings: ClockSettings,
): Promise<SettingsImportResult["clock"]> {
  const saved = await readClockSettings(tx, author.accountId, null);
  if (saved !== null && isDeepStrictEqual(ClockSettings.parse(saved.settings), settings)) {
    return { changed: false, version: saved.version };
  }
  const save = { ...author, channelId: null, settings, applyTo: "all" } as const;
  return { changed: true, version: await writeSettingsVersion(tx, save, saved) };
}

async function importOverrides(
  tx: Tx,
  author: Authored,
  given: SettingsFile["channels"],
  names: SettingsNames,
): Promise<SettingsImportResult["channels"]> {
  const results: SettingsImportResult["channels"] = [];
  for (const [index, { kind, address, clock }] of given.entries()) {
    const channelId = names.channelId({ kind, address }, `channels.${index}`);
    const settings = clock ?? NO_OVERRIDE;
    const saved = await readClockSettings(tx, author.accountId, channelId);
    const changed = !isDeepStrictEqual(overrideOf(saved), settings);
    const save = { ...author, channelId, settings, applyTo: "all" } as const;
    const version = changed ? await writeSettingsVersion(tx, save, saved) : (saved?.version ?? 0);
    results.push({ kind, address, changed, version });
  }
  return results;
}

async function importRules(
  tx: Tx,
  author: Authored,
  wanted: readonly Omit<AssignmentRule, "id">[],
): Promise<SettingsImportResult["assignmentRules"]> {
  const stored = new Map((await readRules(tx, author.accountId)).map((rule) => [rule.name, rule]));
  const result: SettingsImportResult["assignmentRules"] = {
    created: [],
    updated: [],
    removed: [],
    unchanged: [],
  };
  const kept = new Set<string>();
  for (const rule of wanted) {
    const before = stored.get(rule.name);
    const after = { ...rule, id: before?.id ?? newId() };
    kept.add(after.id);
    if (before !== undefined && isDeepStrictEqual(before, after)) {
      result.unchanged.push(rule.name);
      continue;
    }
    saveRule(tx, author, before ?? null, after);
    (before === undefined ? result.created : result.updated).push(rule.name);
  }
  for (const rule of await readRules(tx, author.accountId)) {
    if (kept.has(rule.id)) continue;
    await dropRule(tx, author, rule);
    result.removed.push(rule.name);
  }
  return result;
}

async function readAccountSettings(read: Queryable, accountId: string): Promise<ClockSettings> {
  const saved = await readClockSettings(read, accountId, null);
  return ClockSettings.parse(saved?.settings ?? DEFAULT_CLOCK_SETTINGS);
}

async function readOverride(
  read: Queryable,
  accountId: string,
  channelId: string,
): Promise<ClockOverride> {
  return overrideOf(await readClockSettings(read, accountId, channelId));
}

function overrideOf(saved: SettingsVersion | null): ClockOverride {
  return ClockOverride.parse(saved?.settings ?? NO_OVERRIDE);
}

function requireMessages(file: SettingsFile): void {
  const messages = [
    ["clock", file.clock.closure.message],
    ...file.channels.map(({ clock }, index) => [
      `channels.${index}.clock`,
      clock?.closure?.message ?? null,
    ]),
  ] as const;
  const errors = messages.flatMap(([path, message]) =>
    endMessageProblems(message ?? "").map((problem) => ({
      path: `${path}.closure.message`,
      message: problem,
    })),
  );
  throwFieldErrors(errors);
}

function requireDifferentNames(rules: readonly FileRule[]): void {
  const names = rules.map((rule) => rule.name);
  const twice = names.findIndex((name, index) => names.indexOf(name) !== index);
  if (twice === -1) return;
  const path = `assignmentRules.${twice}.name`;
  throw fieldError(path, "Two rules have this name; rules are matched by it.");
}
