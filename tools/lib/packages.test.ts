import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { packagesAreMissing } from "./packages.mjs";

const needs = { development: false, platformPackages: ["engine-linux"] };
const lib = { version: "1.0.0", integrity: "sha512-a" };
const tool = { version: "2.0.0", integrity: "sha512-b", dev: true };
const linuxEngine = { version: "3.0.0", integrity: "sha512-c", optional: true };
const macEngine = { version: "3.0.0", integrity: "sha512-d", optional: true };
const locked = {
  "": { name: "app" },
  "node_modules/lib": lib,
  "node_modules/tool": tool,
  "node_modules/engine-linux": linuxEngine,
  "node_modules/engine-mac": macEngine,
};
const { "node_modules/engine-mac": _, ...installedOnLinux } = locked;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "punctual-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("an installation that has all the lock file names for this platform is left alone", () => {
  install(installedOnLinux);
  expect(packagesAreMissing(needs, folder)).toBe(false);
});

test("a fresh clone and an interrupted installation lack everything", () => {
  write("package-lock.json", locked);
  expect(packagesAreMissing(needs, folder)).toBe(true);
  mkdirSync(join(folder, "node_modules/lib"), { recursive: true });
  expect(packagesAreMissing(needs, folder)).toBe(true);
});

test("an updated lock file is noticed", () => {
  install({ ...installedOnLinux, "node_modules/lib": { ...lib, version: "0.9.0" } });
  expect(packagesAreMissing(needs, folder)).toBe(true);
});

test("a package that was deleted by hand is noticed", () => {
  install(installedOnLinux);
  rmSync(join(folder, "node_modules/lib"), { recursive: true });
  expect(packagesAreMissing(needs, folder)).toBe(true);
});

test("an installation brought from another platform is noticed", () => {
  const { "node_modules/engine-linux": __, ...installedOnMac } = locked;
  install(installedOnMac);
  expect(packagesAreMissing(needs, folder)).toBe(true);
});

test("tools for development are missed only by who needs them", () => {
  const { "node_modules/tool": __, ...production } = installedOnLinux;
  install(production);
  expect(packagesAreMissing(needs, folder)).toBe(false);
  expect(packagesAreMissing({ ...needs, development: true }, folder)).toBe(true);
});

function install(packages: Record<string, object>): void {
  write("package-lock.json", locked);
  for (const place of Object.keys(packages)) mkdirSync(join(folder, place), { recursive: true });
  write("node_modules/.package-lock.json", packages);
}

function write(file: string, packages: Record<string, object>): void {
  writeFileSync(join(folder, file), JSON.stringify({ packages }));
}
