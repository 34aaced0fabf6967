import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Files that take the better part of a minute begin: last of all, one of them would keep a worker waiting. */
const LONG =
  /\/scenarios\/(crash|faults)\/|\/scenarios\/(race|members|close)\.|\/sim\/|embedded-postgres|cli\/main|web\/e2e\//;

class LongFilesFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isLong = ({ moduleId }: TestSpecification) => LONG.test(moduleId);
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}

export default defineConfig({
  test: {
    include: [
      "apps/**/*.test.{ts,tsx}",
      "packages/**/*.test.ts",
      "sim/**/*.test.ts",
      "bench/**/*.test.ts",
      "tools/**/*.test.ts",
    ],
    globalSetup: ["tools/test-postgres.ts", "tools/test-browser.ts"],
    pool: "forks",
    maxWorkers: 2,
    // The server is loaded, and warm, once for each worker instead of once for each file: a sixth of the work.
    isolate: false,
    sequence: { sequencer: LongFilesFirst },
    // A busy machine shall make no test fail that would pass on a quiet one.
    testTimeout: 180_000,
    hookTimeout: 180_000,
  },
});
