/**
 * The Chromium that the browser tests use: the system's. Nothing is downloaded from anywhere but the
 * system's own package sources.
 */
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";

const names = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];
const macPlaces = [
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/**
 * Finds Chromium; where it is missing, installs it from the system's packages if this process may.
 *
 * @returns {{ path: string } | { missing: string }} where it is, or why it isn't there
 */
export function findChromium() {
  const found = lookForChromium();
  if (found !== null) return { path: found };
  if (process.platform !== "linux") return { missing: "install Chromium or Chrome" };
  if (process.getuid?.() !== 0) return { missing: "ask root to: apt-get install chromium" };
  if (!has("apt-get")) return { missing: "install the package chromium of your system" };
  process.stderr.write("Installing Chromium from the system's packages … ");
  const environment = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const run = (...args) => spawnSync("apt-get", args, { env: environment, stdio: "ignore" });
  run("update");
  run("install", "-y", "--no-install-recommends", "chromium");
  const installed = lookForChromium();
  process.stderr.write(installed === null ? "failed\n" : "done\n");
  return installed === null
    ? { missing: "apt-get install chromium failed; run it to see why" }
    : { path: installed };
}

function lookForChromium() {
  const { CHROMIUM_PATH: chosen } = process.env;
  if (chosen !== undefined && fs.existsSync(chosen)) return chosen;
  const onPath = names.map(which).find((place) => place !== null);
  return onPath ?? macPlaces.find((place) => fs.existsSync(place)) ?? null;
}

function which(name) {
  const folders = (process.env.PATH ?? "").split(path.delimiter);
  return (
    folders.map((folder) => path.join(folder, name)).find((file) => fs.existsSync(file)) ?? null
  );
}

function has(name) {
  return which(name) !== null;
}
