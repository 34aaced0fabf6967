import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { MUTANTS } from "./mutant-list.ts";

test.each(MUTANTS)("the machine can still be broken: $what", ({ file, from }) => {
  const source = readFileSync(join(import.meta.dirname, "..", file), "utf8");
  expect(source.split(from)).toHaveLength(2);
});
