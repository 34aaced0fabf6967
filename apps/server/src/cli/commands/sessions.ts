import { SessionSort } from "@punctual/contract";
import { type Command, Option } from "commander";
import { readMembers } from "../../store/members.ts";
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
    .addOption(
      new Option("--state <state>", "open or closed ones, or all")
        .choices(["open", "closed", "all"])
        .default("open"),
    )
    .addOption(
      new Option("--sort <order>", "what comes first")
        .choices(SessionSort.options)
        .default("nextDeadline"),
    )
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
      const { page, names } = await deps.db.readAs(accountId, async (read) => ({
        page: await readSessions(read, accountId, filter),
        names: new Map((await readMembers(read, accountId)).map(({ id, name }) => [id, name])),
      }));
      const items = page.items.map(presentSession);
      const rows = items.map((session) => [
        session.id,
        session.contact.name ?? session.contact.phone,
        session.overdue
          ? "overdue"
          : session.state === "open"
            ? `${session.turn}'s turn`
            : "closed",
        names.get(session.assigneeId ?? "") ?? session.assigneeId,
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

function filterOf(options: ListOptions): Parameters<typeof readSessions>[2] {
  const { state, sort, overdue, parked, unassigned, assignee, channel, text, limit } = options;
  return {
    ...{ state, sort, overdue, parked, text, limit, onlooker: null, viewerId: null },
    cursor: options.cursor,
    assigneeId: unassigned === true ? null : assignee,
    channelId: channel,
  };
}
