/** How much a browser has to fetch before somebody can work (targets.md, "web app"). */
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { hasBrowser } from "./testkit/stage.ts";

const DIST = join(import.meta.dirname, "../dist");
const LIMIT_BYTES = 250_000;
const USABLE_INBOX = [
  "index.html",
  "src/app/app.tsx",
  "src/inbox/inbox-page.tsx",
  "src/thread/thread-page.tsx",
];

interface Chunk {
  readonly file: string;
  readonly imports?: readonly string[];
}

test.skipIf(!hasBrowser)("the inbox is usable after 250 kB of JavaScript, compressed", () => {
  const manifest = JSON.parse(readFileSync(join(DIST, ".vite/manifest.json"), "utf8"));
  const chunks = USABLE_INBOX.flatMap((name) => withImports(manifest, name));
  const files = [...new Set(chunks.map(({ file }) => file))].filter((file) => file.endsWith(".js"));
  const bytes = files.reduce((sum, file) => sum + compressedSize(join(DIST, file)), 0);
  expect(bytes).toBeGreaterThan(100_000);
  expect(bytes).toBeLessThanOrEqual(LIMIT_BYTES);
});

function withImports(manifest: Record<string, Chunk>, name: string): Chunk[] {
  const chunk = manifest[name];
  if (chunk === undefined) throw new Error(`${name} is not in the manifest`);
  return [chunk, ...(chunk.imports ?? []).flatMap((each) => withImports(manifest, each))];
}

/** The smallest files are sent as they are. */
function compressedSize(file: string): number {
  return statSync(`${file}.gz`, { throwIfNoEntry: false })?.size ?? statSync(file).size;
}
