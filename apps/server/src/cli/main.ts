/**
 * Where the command line begins. What Node makes of our files, their types stripped and their code
 * compiled, is kept for the next start: without it the compiler of types, some 25 MB, is loaded each time
 * and stays. A folder that can't be written is no harm.
 */
import { enableCompileCache } from "node:module";
import { fileURLToPath } from "node:url";

const KEPT = new URL("../../../../node_modules/.cache/punctual", import.meta.url);

enableCompileCache(fileURLToPath(KEPT));
const { runCommandLine } = await import("./command-line.ts");
process.exitCode = await runCommandLine(process.argv);
