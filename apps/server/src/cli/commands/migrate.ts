import type { Command } from "commander";
import { migrate } from "../../store/migrate.ts";
import { answerWith } from "../answer.ts";
import { withDatabase } from "../with-server.ts";

/** `punctual migrate`: what `serve` does first, for who wants it as a step of its own. */
export function addMigrateCommand(program: Command): void {
  const command = program
    .command("migrate")
    .description("Bring the database's schema up to date. The server does so itself at start.");
  answerWith(command, async () => {
    const applied = await withDatabase(async (_config, db) => await migrate(db.url));
    const text =
      applied.length === 0 ? "The schema is up to date." : `Applied ${applied.join(", ")}.`;
    return { data: { applied }, text };
  });
}
