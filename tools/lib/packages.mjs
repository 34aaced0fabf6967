import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { Problem } from "./problem.mjs";
import { repository } from "./repository.mjs";

/**
 * Whether `node_modules` lacks something that `package-lock.json` names.
 *
 * @param {{ development: boolean, platformPackages: string[] }} needs optional packages are for one
 *   platform each; those in `platformPackages` are the ones that this platform needs
 * @param {string} [folder]
 */
export function packagesAreMissing({ development, platformPackages }, folder = repository) {
  const wanted = readPackages(path.join(folder, "package-lock.json"));
  // npm writes this file last, so after an interrupted installation it isn't there.
  const installed = readPackages(path.join(folder, "node_modules/.package-lock.json"));
  if (wanted === null) throw new Problem("package-lock.json is missing: restore it from git.");
  if (installed === null) return true;
  const needed = new Set(platformPackages.map((name) => `node_modules/${name}`));
  return Object.entries(wanted).some(([place, entry]) => {
    if (!place.includes("node_modules/")) return false;
    if (entry.dev && !development) return false;
    const found = installed[place];
    const isOptional = (entry.optional || entry.devOptional) && !needed.has(place);
    if (found === undefined) return !isOptional;
    if (!fs.existsSync(path.join(folder, place))) return true;
    return found.version !== entry.version || found.integrity !== entry.integrity;
  });
}

/** Installs exactly what `package-lock.json` names. npm's own words are shown only when it fails. */
export function installPackages() {
  const started = Date.now();
  process.stderr.write("Installing packages, this takes a minute the first time … ");
  const [command, ...args] = npm("ci", "--include=dev", "--include=optional");
  const { status, error, stdout, stderr } = spawnSync(command, args, {
    cwd: repository,
    encoding: "utf8",
    maxBuffer: 100_000_000,
    shell: process.platform === "win32" && command === "npm",
  });
  if (status === 0) {
    process.stderr.write(`done in ${Math.round((Date.now() - started) / 1000)} s\n`);
    return;
  }
  process.stderr.write("failed\n\n");
  process.stderr.write(error === undefined ? `${stdout}${stderr}` : `${error.message}\n`);
  throw new Problem(
    "\nThe packages could not be installed; npm says why above. Mend that (often the network, or " +
      "the rights on this folder) and run the same command again.",
  );
}

/**
 * How to run npm: the one that called us, by the Node it runs on, else the one on the path. The Node
 * that runs *us* may be the repository's own, which npm is about to replace.
 */
function npm(...args) {
  const { npm_execpath: script, npm_node_execpath: node } = process.env;
  const isNpm = script !== undefined && /^np[mx]-cli\.c?js$/.test(path.basename(script));
  if (!isNpm || node === undefined || !fs.existsSync(node)) return ["npm", ...args];
  return [node, path.join(path.dirname(script), "npm-cli.js"), ...args];
}

function readPackages(file) {
  try {
    return JSON.parse(fs.readFileSync(file, "utf8")).packages ?? {};
  } catch (error) {
    if (error.code === "ENOENT") return null;
    throw error;
  }
}
