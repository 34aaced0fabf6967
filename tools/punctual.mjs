#!/usr/bin/env node
/** `npx punctual …`: the command line, in the folder it is called from. */
import path from "node:path";
import { prepare } from "./lib/prepare.mjs";
import { repository } from "./lib/repository.mjs";
import { runInForeground } from "./lib/run-in-foreground.mjs";

const commandLine = path.join(repository, "apps/server/src/cli/main.ts");
process.exitCode = await runInForeground(prepare(), [commandLine, ...process.argv.slice(2)], {
  cwd: process.cwd(),
});
