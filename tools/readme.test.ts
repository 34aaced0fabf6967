/**
 * What the documentation names must exist: files, functions and environment variables. It can't be
 * tested that a text is true, but most of what makes one false is a name that moved.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { describeConfig } from "../apps/server/src/config.ts";
import { repository } from "./lib/repository.mjs";
import { readSourceFiles } from "./tidy/read-source-files.ts";

const documents = [
  "README.md",
  "CONTRIBUTING.md",
  "apps/whatsapp-emulator/README.md",
  "bench/README.md",
  "sim/README.md",
  ...documentsIn("docs"),
];

const sources = readSourceFiles(repository).map(({ path }) => path);

test("the README lists exactly the environment variables that the server reads", () => {
  const rows = [...read("README.md").matchAll(/^\| `([A-Z_]+)` +\| (.*?) +\| (.*?) +\|$/gm)];
  const listed = rows.map(([, name, preset, meaning]) => ({ name, default: preset, meaning }));
  expect(listed).toEqual(describeConfig());
});

test.each([
  { heading: "Errors", level: "error" },
  { heading: "Warnings", level: "warn" },
])("operating.md explains every line of level $level, and no other", ({ heading, level }) => {
  const section = read("docs/operating.md").split(`### ${heading}\n`)[1]?.split("\n#")[0] ?? "";
  const cells = [...section.matchAll(/^\| (`.*?) \|/gm)].map(([, cell = ""]) => cell);
  const explained = cells.flatMap((cell) =>
    [...cell.matchAll(/`(.+?)`/g)].map(([, said = ""]) => said),
  );
  expect(explained.sort()).toEqual(loggedAt(level));
});

describe("in the documentation", () => {
  test.each(documents)("every path and link of %s leads somewhere", (document) => {
    const text = read(document);
    const links = [...text.matchAll(/\]\((?!https?:)([^)#\s]+)(?:#[^)]*)?\)/g)];
    const targets = links.map(([, target = ""]) => join(dirname(document), target));
    const missing = [...targets, ...pathsIn(text)].filter((path) => !exists(path));
    expect(missing).toEqual([]);
  });

  test("every anchor of a link is a heading", () => {
    const missing = documents.flatMap((document) =>
      [...read(document).matchAll(/\]\((?!https?:)([^)#\s]*)#([^)\s]+)\)/g)].flatMap(
        ([link, target = "", anchor = ""]) => {
          const file = target === "" ? document : join(dirname(document), target);
          return anchorsOf(read(file)).includes(anchor) ? [] : [`${document}: ${link}`];
        },
      ),
    );
    expect(missing).toEqual([]);
  });

  test("every function named in a journey or a decision exists", () => {
    const source = sources
      .filter((path) => path !== "tools/readme.test.ts")
      .map(read)
      .join("\n");
    const names = new Set(source.match(/\b[\w$]+\b/g));
    const missing = documents.flatMap((document) =>
      [...read(document).matchAll(/`(\w+)\(\)`/g)].flatMap(([, name = ""]) =>
        names.has(name) || name in sqlFunctions ? [] : [`${document}: ${name}()`],
      ),
    );
    expect(missing).toEqual([]);
  });
});

/** What is logged there is said by somebody else: the caller, WhatsApp, better-auth. */
const sayOthersWords = [
  "apps/server/src/actions/record-delivery.ts",
  "apps/server/src/platform/record-in-time.ts",
];

/** The messages that the server logs at this level, as `operating.md` writes them. */
function loggedAt(level: string): string[] {
  const call = new RegExp(
    `(?:logger|log)\\.${level}\\(((?:[^()]|\\((?:[^()]|\\([^()]*\\))*\\))*)\\)`,
    "g",
  );
  const messages = sources
    .filter((path) => /^apps\/server\/src\/(?!cli\/)/.test(path) && !path.endsWith(".test.ts"))
    .flatMap((path) => {
      const text = read(path);
      const passedOn = level === "warn" ? [...text.matchAll(/\bwarning: ("[^"]+")/g)] : [];
      return [...text.matchAll(call), ...passedOn].flatMap(([whole, said = ""]) => {
        const last = /(["`])((?:(?!\1).)+)\1,?\s*$/.exec(said)?.[2];
        if (last === undefined && sayOthersWords.includes(path)) return [];
        return [last?.replace(/\$\{.*$/, "…") ?? `${path}: ${whole}`];
      });
    });
  return [...new Set(messages)].sort();
}

/** Functions of PostgreSQL, and ours in the schema. */
const sqlFunctions = { now_ms: true, clock_timestamp: true, pg_current_snapshot: true };

/** Our own pages: the specification is kept as it came. */
function documentsIn(folder: string): string[] {
  return readdirSync(join(repository, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return documentsIn(path);
    const isOurs = !path.startsWith("docs/spec/") || entry.name === "README.md";
    return isOurs && path.endsWith(".md") ? [path] : [];
  });
}

/** What is written as code and looks like a path of this repository. */
function pathsIn(text: string): string[] {
  return [...text.matchAll(/`((?:apps|packages|tools|docs|bench|sim)\/[\w./-]*)`/g)].map(
    ([, path = ""]) => path,
  );
}

/** As GitHub makes them from headings. */
function anchorsOf(text: string): string[] {
  return [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replace(/[^\w\s-]/g, "")
      .replaceAll(" ", "-"),
  );
}

function exists(path: string): boolean {
  return existsSync(join(repository, path));
}

function read(path: string): string {
  return readFileSync(join(repository, path), "utf8");
}
