/**
 * The web app's files for browsers, `apps/web/dist`. Built when they are missing or older than what they
 * are made of: that is told by a fingerprint of the sources, which is kept beside them.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { brotliCompress, gzip } from "node:zlib";
import { Problem } from "./problem.mjs";
import { repository } from "./repository.mjs";

const folder = path.join(repository, "apps/web/dist");
const fingerprintFile = path.join(folder, ".made-from");
const sources = [
  "apps/web/index.html",
  "apps/web/vite.config.ts",
  "apps/web/public",
  "apps/web/src",
  "packages/contract/src",
  "package-lock.json",
];
/** Smaller files gain nothing. */
const compressedFromBytes = 1_024;
const isText = /\.(js|css|svg|json|html)$/;

/**
 * Builds the web app unless it is up to date.
 *
 * @param {string} runtime the Node to build with
 * @returns {Promise<boolean>} whether it was built
 */
export async function buildWebApp(runtime) {
  const fingerprint = fingerprintOf(sources);
  if (fs.existsSync(fingerprintFile) && fs.readFileSync(fingerprintFile, "utf8") === fingerprint) {
    return false;
  }
  const started = Date.now();
  process.stderr.write("Building the web app … ");
  const vite = path.join(repository, "node_modules/vite/bin/vite.js");
  const args = [vite, "build", "--logLevel", "warn", "--config", "apps/web/vite.config.ts"];
  const { status, stdout, stderr } = spawnSync(runtime, args, {
    cwd: repository,
    encoding: "utf8",
    maxBuffer: 100_000_000,
    // Tests run under another one, and would get React's development build.
    env: { ...process.env, NODE_ENV: "production" },
  });
  if (status !== 0) {
    process.stderr.write("failed\n\n");
    throw new Problem(`${stdout}${stderr}\nThe web app could not be built; Vite says why above.`);
  }
  await compress(folder);
  fs.writeFileSync(fingerprintFile, fingerprint);
  process.stderr.write(`done in ${Math.round((Date.now() - started) / 1000)} s\n`);
  return true;
}

/** @param {string[]} places files and folders of the repository */
function fingerprintOf(places) {
  const hash = createHash("sha256");
  for (const file of places.flatMap((place) => filesIn(path.join(repository, place)))) {
    hash.update(path.relative(repository, file)).update("\0").update(fs.readFileSync(file));
  }
  return hash.digest("hex");
}

/** @param {string} place */
function filesIn(place) {
  if (!fs.statSync(place).isDirectory()) return [place];
  return fs
    .readdirSync(place, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();
}

/** Once here rather than for every browser: the server sends `.br` or `.gz` where it is understood. */
async function compress(place) {
  const files = filesIn(place).filter(
    (file) => isText.test(file) && fs.statSync(file).size >= compressedFromBytes,
  );
  await Promise.all(
    files.map(async (file) => {
      const bytes = fs.readFileSync(file);
      fs.writeFileSync(`${file}.br`, await promisify(brotliCompress)(bytes));
      fs.writeFileSync(`${file}.gz`, await promisify(gzip)(bytes, { level: 9 }));
    }),
  );
}
