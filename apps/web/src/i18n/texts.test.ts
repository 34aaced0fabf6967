import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const SOURCES = join(import.meta.dirname, "..");

test("no two features keep their words under the same name", () => {
  const names = readdirSync(SOURCES, { recursive: true, encoding: "utf8" })
    .filter((file) => /texts\.ts$/.test(file))
    .flatMap((file) => {
      const source = readFileSync(join(SOURCES, file), "utf8");
      return [...source.matchAll(/defineTexts\("([^"]+)"/g)].map(([, name]) => name);
    });
  expect(names.length).toBeGreaterThan(10);
  expect(names.toSorted()).toEqual([...new Set(names)].toSorted());
});
