import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { PunctualError } from "@punctual/contract";

/** The text of a file; `-`: of standard input. Throws `validation_failed` when there is none. */
export async function readInput(path: string): Promise<string> {
  if (path === "-") return await text(process.stdin);
  try {
    return await readFile(path, "utf8");
  } catch {
    throw new PunctualError("validation_failed", `The file ${path} can't be read.`);
  }
}

/** The JSON of a file; `-`: of standard input. */
export async function readJsonInput(path: string): Promise<unknown> {
  const content = await readInput(path);
  try {
    return JSON.parse(content);
  } catch {
    const where = path === "-" ? "Standard input" : `The file ${path}`;
    throw new PunctualError("malformed_json", `${where} is not valid JSON.`);
  }
}
