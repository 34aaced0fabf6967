import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { findBinaries } from "./binaries.ts";
import { findServerAccount } from "./server-account.ts";

const folder = mkdtempSync(join(tmpdir(), "punctual-"));
chmodSync(folder, 0o755);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("program files in a folder that others can't read run from a readable copy", async () => {
  const closed = await copyPackage("closed");
  chmodSync(closed, 0o000);
  const account = await findServerAccount(null);
  // An ordinary user is the account itself, and can't copy what it can't read.
  if (account === null) chmodSync(closed, 0o755);
  const cache = join(folder, "cache");
  const found = await findBinaries(account, { installed: join(closed, "native"), cache });
  expect(found.postgres.startsWith(account === null ? closed : cache)).toBe(true);
  expect(found.majorVersion).toBeGreaterThanOrEqual(15);
});

test("libraries that npm could not link are linked", async () => {
  const copy = await copyPackage("unlinked");
  const links = (
    JSON.parse(readFileSync(join(copy, "native/pg-symlinks.json"), "utf8")) as {
      target: string;
    }[]
  ).map((link) => join(copy, "native/lib", basename(link.target)));
  for (const link of links) rmSync(link);
  const found = await findBinaries(await findServerAccount(null), {
    installed: join(copy, "native"),
    cache: join(folder, "unused"),
  });
  expect(found.postgres).toBe(join(copy, "native/bin/postgres"));
  expect(links.every((link) => existsSync(link))).toBe(true);
});

async function copyPackage(name: string): Promise<string> {
  const { postgres } = await findBinaries(await findServerAccount(null));
  const installed = dirname(dirname(postgres));
  const copy = join(folder, name);
  mkdirSync(copy);
  cpSync(installed, join(copy, "native"), { recursive: true, verbatimSymlinks: true });
  cpSync(join(installed, "../package.json"), join(copy, "package.json"));
  return copy;
}
