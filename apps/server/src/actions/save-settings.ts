import {
  type ApplyTo,
  ClockOverride,
  ClockSettings,
  DEFAULT_CLOCK_SETTINGS,
  PunctualError,
  validationError,
} from "@punctual/contract";
import { deadlinesOf, endMessageProblems, settingsInForce } from "@punctual/session";
import type { Queryable, Tx } from "../platform/database.ts";
import { writeAccountEvent } from "../store/account-events.ts";
import { lockAccount } from "../store/account-locks.ts";
import { type Authored, writeAudit } from "../store/audit-log.ts";
import { readChannel } from "../store/channels.ts";
import { insertSettingsVersion } from "../store/clock-settings.ts";
import { readNow } from "../store/now.ts";
import {
  readClockSettings,
  readOverrides,
  type SettingsVersion,
} from "../store/read-clock-settings.ts";
import { parseSessionRow, type SessionRow, type StoredSession } from "../store/session-row.ts";
import { readOpenSessionsAfter } from "../store/settings-to-apply.ts";
import { authorizeAuthor } from "./authorize-author.ts";
import type { Deps } from "./deps.ts";

export interface SettingsToSave extends Authored {
  /** `null`: the account's own settings. */
  readonly channelId: string | null;
  readonly settings: ClockSettings | ClockOverride;
  readonly applyTo: ApplyTo;
  /** Save only if this is still the newest version; throws `settings_conflict` otherwise. */
  readonly ifVersion?: number | undefined;
}

/**
 * Saves the clock's settings as a new immutable version (clock.md §2). With *apply to all* the open
 * sessions follow in resumable batches; otherwise each at its next wait or agent message.
 *
 * Throws `validation_failed`, `settings_invalid` for contradictions, `channel_not_found`, `settings_conflict`.
 */
export async function saveClockSettings(
  deps: Deps,
  save: SettingsToSave,
): Promise<{ version: number }> {
  const { accountId, channelId, applyTo } = save;
  const settings = parseSettings(save);
  const version = await deps.db.transaction(async (tx) => {
    await authorizeAuthor(tx, save, "changeSettings");
    lockAccount(tx, "settings", accountId);
    await requireScope(tx, accountId, channelId);
    const newest = await readClockSettings(tx, accountId, channelId);
    requireVersion(save, newest?.version ?? 0);
    return await writeSettingsVersion(tx, { ...save, settings }, newest);
  });
  deps.signals.events();
  if (applyTo === "all") deps.signals.settings();
  return { version };
}

/**
 * Writes the next version, tells of it and notes who saved it, in a transaction that does more. Gives its
 * number. The caller holds the settings' lock and has read the version before it.
 */
export async function writeSettingsVersion(
  tx: Tx,
  { accountId, channelId, settings, applyTo, by }: SettingsToSave,
  before: SettingsVersion | null,
): Promise<number> {
  const scopeId = channelId ?? accountId;
  const save = { accountId, scopeId, settings, applyTo, savedBy: by.memberId };
  const version = await insertSettingsVersion(tx, save);
  writeAudit(tx, {
    ...{ accountId, by, act: "settings.saved", subjectId: channelId },
    before: before === null ? null : { version: before.version, settings: before.settings },
    after: { version, settings, applyTo },
  });
  const payload = { channelId, version, applyTo };
  writeAccountEvent(tx, accountId, { type: "settings.saved", payload });
  return version;
}

function parseSettings(
  save: Pick<SettingsToSave, "channelId" | "settings">,
): ClockSettings | ClockOverride {
  const schema = save.channelId === null ? ClockSettings : ClockOverride;
  const parsed = schema.safeParse(save.settings);
  if (!parsed.success) throw validationError(parsed.error.issues);
  const problems = endMessageProblems(parsed.data.closure?.message ?? "");
  if (problems.length > 0) {
    throw new PunctualError("validation_failed", problems.join(" "), {
      errors: problems.map((message) => ({ path: "closure.message", message })),
    });
  }
  return parsed.data;
}

async function requireScope(tx: Tx, accountId: string, channelId: string | null): Promise<void> {
  if (channelId === null) return;
  if ((await readChannel(tx, accountId, channelId)) === null) {
    throw new PunctualError("channel_not_found");
  }
}

function requireVersion({ ifVersion }: SettingsToSave, version: number): void {
  if (ifVersion === undefined || ifVersion === version) return;
  throw new PunctualError("settings_conflict", undefined, { version });
}

/** What *apply to all* would do at once, in numbers of open sessions. */
export interface SettingsPreview {
  readonly openSessions: number;
  readonly wouldClose: number;
  readonly wouldReassign: number;
  readonly wouldBecomeOverdue: number;
}

const PREVIEW_PAGE = 5_000;

/** How many open sessions a save would close, reassign and mark overdue now (clock.md §2). */
export async function previewClockSettings(
  deps: Deps,
  what: { accountId: string; channelId: string | null; settings: ClockSettings | ClockOverride },
): Promise<SettingsPreview> {
  const settings = parseSettings(what);
  return await deps.db.readAs(what.accountId, async (read) => {
    const inForce = await effectiveSettings(read, { ...what, settings });
    const now = await readNow(read);
    const preview = { openSessions: 0, wouldClose: 0, wouldReassign: 0, wouldBecomeOverdue: 0 };
    for (let after: string | null = null; ; ) {
      const rows = await readOpenSessionsAfter(read, { ...what, after }, PREVIEW_PAGE);
      const sessions = (rows as SessionRow[]).map(parseSessionRow);
      for (const session of sessions) count(preview, session, inForce(session), now);
      if (sessions.length < PREVIEW_PAGE) return preview;
      after = sessions.at(-1)?.id ?? null;
    }
  });
}

type InForce = ReturnType<typeof settingsInForce>;

/** The settings each session would have: the account's with its channel's override, one of them new. */
async function effectiveSettings(
  read: Queryable,
  what: { accountId: string; channelId: string | null; settings: ClockSettings | ClockOverride },
): Promise<(session: StoredSession) => InForce> {
  const saved = await readClockSettings(read, what.accountId, null);
  const account = ClockSettings.parse(
    what.channelId === null ? what.settings : (saved?.settings ?? DEFAULT_CLOCK_SETTINGS),
  );
  const newest = await readOverrides(read, what.accountId);
  const overrides = new Map(
    newest.map(({ channelId, settings }) => [channelId, ClockOverride.parse(settings)]),
  );
  if (what.channelId !== null) overrides.set(what.channelId, ClockOverride.parse(what.settings));
  return ({ channelId, facts }) =>
    settingsInForce(account, overrides.get(channelId) ?? null, facts.settings);
}

function count(
  preview: { -readonly [K in keyof SettingsPreview]: number },
  { facts }: StoredSession,
  settings: InForce,
  now: number,
): void {
  const { closeAt, reassignAt, overdueAt } = deadlinesOf(facts, settings);
  preview.openSessions += 1;
  if (closeAt !== null && closeAt <= now) preview.wouldClose += 1;
  if (reassignAt !== null && reassignAt <= now) preview.wouldReassign += 1;
  if (overdueAt !== null && overdueAt <= now) preview.wouldBecomeOverdue += 1;
}
