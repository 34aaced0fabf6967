/** The process of one seed: takes its options from the parent, and tells it how far it is and the result. */
import { removeFolder } from "./kernel/server-folder.ts";
import { runSeed, type SeedOptions, type SeedResult } from "./run-seed.ts";

export type SeedRequest = Omit<SeedOptions, "onProgress">;

export type SeedMessage = { readonly part: number } | { readonly result: SeedResult };

const tell = (message: SeedMessage, then = () => {}) => process.send?.(message, then);

process.once("message", async (request: SeedRequest) => {
  // The parent was killed: nobody else will clean up.
  process.once("disconnect", () => {
    removeFolder(request.folder);
    process.exit(1);
  });
  const result = await runSeed({ ...request, onProgress: (part) => tell({ part }) });
  tell({ result }, () => process.exit(0));
});
