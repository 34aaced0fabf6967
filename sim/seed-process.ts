/** The process of one seed: takes its options from the parent, and tells it how far it is and the result. */
import { runSeed, type SeedOptions } from "./run-seed.ts";

export type SeedRequest = Omit<SeedOptions, "onProgress">;

process.once("message", async (request: SeedRequest) => {
  const onProgress = (part: number) => process.send?.({ part });
  const result = await runSeed({ ...request, onProgress });
  process.send?.({ result }, () => process.exit(0));
});
