import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseSourceFile, type SourceFile } from "./source-file.ts";

const folders = ["apps", "packages", "tools", "bench", "sim"];
const notOurs = new Set(["node_modules", "dist", "data", "coverage"]);

/** Reads all TypeScript and JavaScript of the repository. */
export function readSourceFiles(repository: string): SourceFile[] {
  return folders
    .flatMap((folder) => pathsIn(repository, folder))
    .map((path) => parseSourceFile(path, readFileSync(join(repository, path), "utf8")));
}

function pathsIn(repository: string, folder: string): string[] {
  return entriesOf(join(repository, folder)).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return notOurs.has(entry.name) ? [] : pathsIn(repository, path);
    return /\.(ts|tsx|mjs)$/.test(entry.name) ? [path] : [];
  });
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    // git keeps no empty folders, so one that is planned may be missing in a clone.
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    throw error;
  }
}
