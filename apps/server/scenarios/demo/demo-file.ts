import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { PhonesFile } from "@punctual/whatsapp-emulator";
import { z } from "zod";
import { startEmbeddedPostgres } from "../../src/platform/embedded-postgres/embedded-postgres.ts";

/** What the demo must know of its business to go on with it. */
export const DemoBusiness = z.strictObject({
  employees: z.record(z.string(), z.strictObject({ id: z.uuid(), token: z.string() })),
  /** Ids by number. */
  channels: z.record(z.string(), z.uuid()),
});
export type DemoBusiness = z.infer<typeof DemoBusiness>;

const DemoFile = z.strictObject({ business: DemoBusiness, phones: PhonesFile });
export type DemoFile = z.infer<typeof DemoFile>;

const NAME = "demo.json";

/** What an earlier run left; `null`: there was none, or it didn't come to its end. */
export async function readDemoFile(folder: string): Promise<DemoFile | null> {
  try {
    return DemoFile.parse(JSON.parse(await readFile(join(folder, NAME), "utf8")));
  } catch {
    return null;
  }
}

/** Written whole or not at all: it holds tokens that exist nowhere else. */
export async function writeDemoFile(folder: string, file: DemoFile): Promise<void> {
  const path = join(folder, NAME);
  await mkdir(folder, { recursive: true });
  await writeFile(`${path}.new`, JSON.stringify(file), { mode: 0o600 });
  await rename(`${path}.new`, path);
}

/** Forgets an earlier run, its database included; one that a killed run left running is stopped. */
export async function forgetDemo(folder: string): Promise<void> {
  await rm(join(folder, NAME), { force: true });
  const dataDir = databaseFolder(folder);
  const postgres = await startEmbeddedPostgres({ dataDir });
  await postgres.stop();
  await rm(dataDir, { recursive: true, force: true });
}

export function databaseFolder(folder: string): string {
  return join(folder, "database");
}
