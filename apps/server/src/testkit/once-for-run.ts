import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { inject } from "vitest";
import { acquireExclusiveLock } from "../platform/embedded-postgres/file-lock.ts";

/** As long as something may take that the other test files wait for. */
const LIMIT_MS = 60_000;

const made = new Map<string, string>();

/**
 * Makes something once for a whole run of the tests, whichever file asks for it first; gives the words by
 * which `make` says where it is. What fails is tried again by the next who asks.
 */
export async function onceForRun(what: string, make: () => Promise<string>): Promise<string> {
  const known = made.get(what) ?? (await makeOnce(join(inject("runFolder"), what), make));
  made.set(what, known);
  return known;
}

async function makeOnce(file: string, make: () => Promise<string>): Promise<string> {
  const lock = await acquireExclusiveLock(`${file}.lock`, LIMIT_MS);
  try {
    if (!existsSync(file)) writeFileSync(file, await make());
    return readFileSync(file, "utf8");
  } finally {
    lock.release();
  }
}
