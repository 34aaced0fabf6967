import { SessionSort } from "@punctual/contract";
import { type Command, Option } from "commander";
import { readSessions } from "../../store/read-sessions.ts";
import { presentSession } from "../../views/session.ts";
import { answerWith, textTable } from "../answer.ts";
import { type AccountOption, addAccountOption, findAccount } from "../find-account.ts";
import { parseCount } from "../parse-options.ts";
import { withServer } from "../with-server.ts";

interface ListOptions extends AccountOption {
  readonly state: "open" | "closed" | "all";
  readonly sort: SessionSort;
  readonly overdue?: boolean;
  readonly parked?: boolean;
  readonly unassigned?: boolean;
  readonly assignee?: string;
  readonly channel?: string;
  readonly text?: string;
  readonly limit: number;
  readonly cursor?: string;
}

/** `punctual sessions …`: what the API's `GET /sessions` lists. */
export function addSessionCommands(program: Command): void {
  const sessions = program.command("sessions").description("Sessions with customers");
  const list = addAccountOption(sessions.command("list"))
    .description("List sessions")
    .addOption(choice("--state <state>", ["open", "closed", "all"], "open"))
    .addOption(choice("--sort <order>", SessionSort.options, "nextDeadline"))
    .option("--overdue", "only those that are overdue")
    .option("--parked", "only those that could not be decided")
    .option("--unassigned", "only those that nobody holds")
    .option("--assignee <member id>", "only this member's")
    .option("--channel <id>", "only this channel's")
    .option("--text <text>", "part of a message or of the customer's name")
    .option("--limit <count>", "how many", parseCount, 50)
    .option("--cursor <cursor>", "where the last page ended");
  answerWith<ListOptions>(list, async (options) =>
    withServer(async ({ deps }) => {
      const { id: accountId } = await findAccount(deps.db, options);
      const filter = filterOf(options);
      const page = await deps.db.readAs(accountId, (read) => readSessions(read, accountId, filter));
      const items = page.items.map(presentSession);
      const rows = items.map((session) => [
        session.id,
        session.contact.name ?? session.contact.phone,
        session.overdue
          ? "overdue"
          : session.state === "open"
            ? `${session.turn}'s turn`
            : "closed",
        session.assigneeId,
        session.nextDueAt,
      ]);
      const titles = ["id", "customer", "state", "assignee", "next deadline"];
      const more = page.next === null ? "" : `\nMore: --cursor ${page.next}`;
      return {
        data: { sessions: items, nextCursor: page.next },
        text: textTable(titles, rows, "There is none.") + more,
      };
    }),
  );
}

function choice(flags: string, values: readonly string[], preset: string): Option {
  return new Option(flags, "which ones, or in which order").choices(values).default(preset);
}

function filterOf(options: ListOptions): Parameters<typeof readSessions>[2] {
  const { state, sort, overdue, parked, unassigned, assignee, channel, text, limit } = options;
  return {
    ...{ state, sort, overdue, parked, text, limit },
    cursor: options.cursor,
    assigneeId: unassigned === true ? null : assignee,
    channelId: channel,
  };
}
