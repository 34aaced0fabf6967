import path from "node:path";
import { fileURLToPath } from "node:url";

/** The folder of this repository, wherever a command was called from. */
export const repository = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");
