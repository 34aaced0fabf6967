import type { Command } from "commander";
import type { Config } from "../../config.ts";
import type { Database } from "../../platform/database.ts";
import { readBusinessFacts, readChannelsToCheck } from "../../store/read-diagnosis.ts";
import { answerWith } from "../answer.ts";
import { describeFailure } from "../describe-failure.ts";
import { checkBusiness, NO_BUSINESS } from "../doctor/check-business.ts";
import { checkChannel } from "../doctor/check-channels.ts";
import { checkDatabase, type DatabaseChecked } from "../doctor/check-database.ts";
import { checkMail } from "../doctor/check-mail.ts";
import { type Finding, problem } from "../doctor/finding.ts";
import { type AccountOption, addAccountOption, findAccount } from "../find-account.ts";
import { withDatabase } from "../with-server.ts";

/** `punctual doctor`: looks at everything that can be wrong and says what to do. Changes nothing. */
export function addDoctorCommand(program: Command): void {
  const command = addAccountOption(program.command("doctor")).description(
    "Check database, clock, e-mail, channels and webhooks, and say what to fix. Exit code 1: a problem.",
  );
  answerWith<AccountOption>(command, async (options) => {
    const findings = await examine(options);
    const sick = findings.some(({ state }) => state === "problem");
    if (sick) process.exitCode = 1;
    return { data: { healthy: !sick, findings }, text: findings.map(textOf).join("\n") };
  });
}

async function examine(options: AccountOption): Promise<Finding[]> {
  try {
    return await withDatabase(async (config, db) => {
      const checked = await checkDatabase(config, db);
      const { findings, usable } = checked;
      if (!usable) return [...findings];
      const businesses = await examineBusinesses(config, db, options, checked);
      return [...findings, await checkMail(config), ...businesses];
    });
  } catch (error) {
    const { code, message } = describeFailure(error);
    if (code === "unexpected" || code === "not_found") throw error;
    return code === "config_invalid"
      ? [problem("configuration", "An environment variable is not right.", message)]
      : [problem("database", "It can't be used.", message)];
  }
}

async function examineBusinesses(
  { publicUrl }: Config,
  db: Database,
  options: AccountOption,
  { takesWebhooks }: DatabaseChecked,
): Promise<Finding[]> {
  const account = options.account === undefined ? null : await findAccount(db, options);
  const businesses = await readBusinessFacts(db, account?.id ?? null);
  if (businesses.length === 0) return [NO_BUSINESS];
  const channels = await readChannelsToCheck(db, account?.id ?? null);
  const around = { publicUrl, takesWebhooks, fetch };
  const findings = await Promise.all(channels.map((channel) => checkChannel(channel, around)));
  return [...businesses.flatMap(checkBusiness), ...findings.flat()];
}

const MARKS = { ok: "✓", warning: "!", problem: "✗" } as const;

function textOf({ name, state, message, fix }: Finding): string {
  const line = `${MARKS[state]} ${name}: ${message}`;
  return fix === undefined ? line : `${line}\n    ${fix}`;
}
