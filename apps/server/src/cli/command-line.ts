/**
 * The command line, `npx punctual …`. Each command is a file in `commands/`; they call the same actions
 * as the API. Exit codes: 0 done, 1 it could not be done (a sentence says why), 2 used wrongly.
 */
import { readFileSync } from "node:fs";
import { Command, CommanderError } from "commander";
import { describeConfig } from "../config.ts";
import { addAccountCommands } from "./commands/account.ts";
import { addChannelCommands } from "./commands/channel.ts";
import { addDoctorCommand } from "./commands/doctor.ts";
import { addMemberCommands } from "./commands/member.ts";
import { addMigrateCommand } from "./commands/migrate.ts";
import { addRuleCommands } from "./commands/rules.ts";
import { addServeCommand } from "./commands/serve.ts";
import { addSessionCommands } from "./commands/sessions.ts";
import { addSettingsCommands } from "./commands/settings.ts";
import { describeFailure } from "./describe-failure.ts";

const DONE = 0;
const FAILED = 1;
const USED_WRONGLY = 2;

/** Runs one command; gives the exit code. */
export async function runCommandLine(argv: readonly string[]): Promise<number> {
  try {
    await commandLine().parseAsync(argv);
    return Number(process.exitCode ?? DONE);
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? DONE : USED_WRONGLY;
    const failure = describeFailure(error);
    console.error(argv.includes("--json") ? JSON.stringify({ error: failure }) : failure.message);
    return FAILED;
  }
}

function commandLine(): Command {
  const program = new Command("punctual")
    .version(readVersion(), "--version", "print the version")
    .description("Customer chat with a session clock that can be trusted.")
    .exitOverride()
    .showHelpAfterError("(--help shows what it takes)")
    .addHelpText("after", `\n${configTable()}`);
  addServeCommand(program);
  addMigrateCommand(program);
  addDoctorCommand(program);
  addAccountCommands(program);
  addMemberCommands(program);
  addChannelCommands(program);
  addSettingsCommands(program);
  addRuleCommands(program);
  addSessionCommands(program);
  return program;
}

function readVersion(): string {
  const file = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  return (JSON.parse(file) as { version: string }).version;
}

function configTable(): string {
  const variables = describeConfig();
  const width = Math.max(...variables.map(({ name }) => name.length));
  const lines = variables.map(
    ({ name, meaning, default: preset }) =>
      `  ${name.padEnd(width)}  ${meaning} Default: ${preset}`,
  );
  return ["Environment variables:", ...lines].join("\n");
}
