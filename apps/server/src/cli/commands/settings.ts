import { writeFile } from "node:fs/promises";
import {
  type ApplyTo,
  ClockOverride,
  ClockSettings,
  PunctualError,
  SettingsFile,
} from "@punctual/contract";
import { type Command, Option } from "commander";
import type { z } from "zod";
import { saveClockSettings } from "../../actions/save-settings.ts";
import { exportSettings, importSettings } from "../../actions/settings-file.ts";
import { loadClockOverride, loadClockSettings } from "../../ingress/api/load-clock-settings.ts";
import { COMMAND_LINE } from "../../store/audit-log.ts";
import { type Answer, answerWith } from "../answer.ts";
import { type AccountOption, addAccountOption, findAccount } from "../find-account.ts";
import { parseAssignments } from "../parse-assignments.ts";
import { readJsonInput } from "../read-input.ts";
import { requireSettings } from "../require-settings.ts";
import { type CommandContext, withServer } from "../with-server.ts";

interface ScopeOptions extends AccountOption {
  readonly channel?: string;
}

interface SetOptions extends ScopeOptions {
  readonly file?: string;
  readonly applyTo: ApplyTo;
}

/** `punctual settings …`: the session clock's settings (clock.md §2). */
export function addSettingsCommands(program: Command): void {
  const settings = program.command("settings").description("The session clock's settings");
  addGet(settings);
  addSet(settings);
  addExport(settings);
  addImport(settings);
}

function addGet(settings: Command): void {
  const get = addScope(settings.command("get")).description("Print the settings, or an override");
  answerWith<ScopeOptions>(get, async (options) =>
    withServer(async (context) => showSettings(context, options)),
  );
}

function addSet(settings: Command): void {
  const set = addScope(settings.command("set"))
    .description("Change single settings; those not named stay as they are")
    .argument("[settings...]", "such as closure.enabled=true closure.afterMinutes=30")
    .option("--file <file>", "take them from a JSON file; - reads standard input")
    .addOption(
      new Option("--apply-to <which>", "all open sessions now, or each at its next message")
        .choices(["all", "nextMessage"])
        .default("all"),
    )
    .addHelpText("after", EXAMPLES);
  answerWith<SetOptions>(set, async (options, args) => {
    const given = options.file === undefined ? {} : await readJsonInput(options.file);
    return await withServer((context) => changeSettings(context, options, given, args));
  });
}

const EXAMPLES = `
Examples:
  punctual settings set closure.enabled=true closure.afterMinutes=30 'closure.message=Good-bye!'
  punctual settings set --channel <id> reply.limitMinutes=10   only for this channel
  punctual settings set --channel <id> reply=null              as the business again`;

async function changeSettings(
  context: CommandContext,
  options: SetOptions,
  given: unknown,
  args: readonly string[],
): Promise<Answer> {
  const { deps } = context;
  const { id: accountId } = await findAccount(deps.db, options);
  const channelId = options.channel ?? null;
  const account = settingsOnly(await loadClockSettings(deps, accountId));
  const current =
    channelId === null
      ? account
      : settingsOnly(await loadClockOverride(deps, accountId, channelId));
  const overrides = { ...current, ...Object(given) };
  const changed = parseAssignments(overrides, args, account);
  if (args.length === 0 && options.file === undefined) {
    throw new PunctualError("validation_failed", "Say what to change. --help has examples.");
  }
  requireSettings(changed, channelId === null ? ClockSettings : ClockOverride);
  const { applyTo } = options;
  const { version } = await saveClockSettings(deps, {
    ...{ accountId, channelId, applyTo, by: COMMAND_LINE },
    // The action checks them as it does what comes over the API.
    settings: changed as Parameters<typeof saveClockSettings>[1]["settings"],
  });
  const shown = await showSettings(context, options);
  return { data: shown.data, text: `Saved version ${version}.\n${shown.text}` };
}

async function showSettings({ deps }: CommandContext, options: ScopeOptions): Promise<Answer> {
  const { id } = await findAccount(deps.db, options);
  const view =
    options.channel === undefined
      ? await loadClockSettings(deps, id)
      : await loadClockOverride(deps, id, options.channel);
  const hints = view.hints.map(({ message }) => `Hint: ${message}`);
  const lines = [JSON.stringify(settingsOnly(view), null, 2), `version ${view.version}`, ...hints];
  return { data: view, text: lines.join("\n") };
}

function settingsOnly<S>({
  closure,
  reassign,
  reply,
}: {
  closure: S;
  reassign: unknown;
  reply: unknown;
}) {
  return { closure, reassign, reply };
}

function addExport(settings: Command): void {
  const command = addAccountOption(settings.command("export"))
    .description("Write all settings and assignment rules to one file")
    .argument("[file]", "where to; standard output if left out");
  answerWith<AccountOption>(command, async (options, [path]) => {
    const file = await withServer(async ({ deps }) => {
      const account = await findAccount(deps.db, options);
      return await exportSettings(deps, account.id);
    });
    const text = JSON.stringify(file, null, 2);
    if (path === undefined) return { data: file, text };
    await writeFile(path, `${text}\n`);
    return { data: { file: path }, text: `Wrote ${path}.` };
  });
}

function addImport(settings: Command): void {
  const command = addAccountOption(settings.command("import"))
    .description("Apply such a file, all of it or nothing. Rules that it lacks are removed.")
    .argument("<file>", "what export wrote; - reads standard input");
  answerWith<AccountOption>(command, async (options, [path = "-"]) => {
    const file = parseFile(await readJsonInput(path));
    return await withServer(async ({ deps }) => {
      const { id: accountId } = await findAccount(deps.db, options);
      const result = await importSettings(deps, { accountId, by: COMMAND_LINE, file });
      const { created, updated, removed } = result.assignmentRules;
      const versions = [result.clock, ...result.channels].filter(({ changed }) => changed).length;
      const text =
        `${versions} clock settings changed; rules: ${created.length} created, ` +
        `${updated.length} updated, ${removed.length} removed.`;
      return { data: result, text };
    });
  });
}

function parseFile(content: unknown): SettingsFile {
  const parsed = SettingsFile.safeParse(content);
  if (parsed.success) return parsed.data;
  throw new PunctualError("validation_failed", "The file is not what settings export writes.", {
    errors: parsed.error.issues.map(issueOf),
  });
}

function issueOf({ path, message }: z.core.$ZodIssue) {
  return { path: path.join("."), message };
}

function addScope(command: Command): Command {
  return addAccountOption(command).option("--channel <id>", "the override of this channel");
}
