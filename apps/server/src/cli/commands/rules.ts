import type { RuleTarget } from "@punctual/contract";
import type { Command } from "commander";
import { readRules } from "../../store/assignment-rules.ts";
import { readTeams, type TeamRow } from "../../store/teams.ts";
import { answerWith, textTable } from "../answer.ts";
import { type AccountOption, addAccountOption, findAccount } from "../find-account.ts";
import { withServer } from "../with-server.ts";

/** `punctual rules …`: the assignment rules. They are changed by `settings import` or the API. */
export function addRuleCommands(program: Command): void {
  const rules = program.command("rules").description("Assignment rules");
  const list = addAccountOption(rules.command("list")).description("List the rules in their order");
  answerWith<AccountOption>(list, async (options) =>
    withServer(async ({ deps }) => {
      const account = await findAccount(deps.db, options);
      const assignmentRules = await readRules(deps.db, account.id);
      const teams = await readTeams(deps.db, account.id);
      const rows = assignmentRules.map(
        ({ position, name, enabled, mode, target, capacity, id }) => [
          ...[position, name, enabled ? "on" : "off", mode],
          wordsOf(target, teams),
          ...[capacity, id],
        ],
      );
      const titles = ["position", "name", "state", "mode", "target", "capacity", "id"];
      return { data: { assignmentRules }, text: textTable(titles, rows, "There is none yet.") };
    }),
  );
}

function wordsOf(target: RuleTarget, teams: readonly TeamRow[]): string {
  if ("everyone" in target) return "everyone";
  if ("members" in target) return `${target.members.length} members`;
  return `team ${teams.find(({ id }) => id === target.team)?.name ?? target.team}`;
}
