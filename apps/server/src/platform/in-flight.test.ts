import { expect, test } from "vitest";
import { InFlight } from "./in-flight.ts";
import { createLogger } from "./logger.ts";
import { Loop } from "./loop.ts";

/** Ends only when it is hurried, as a send to somebody who never answers. */
function neverAnswered(hurry: AbortSignal): Promise<void> {
  return new Promise((resolve) => hurry.addEventListener("abort", () => resolve()));
}

test("a stop ends what nobody answers, also while the loop waits for room", async () => {
  const flight = new InFlight(2, 20);
  const full = Promise.withResolvers<void>();
  const loop = new Loop({
    name: "sends",
    logger: createLogger("silent"),
    maxSleepMs: 60_000,
    runOnce: async () => {
      if (flight.room === 0) {
        full.resolve();
        await flight.oneEnded();
      } else {
        flight.begin(neverAnswered(flight.hurry));
      }
      return { nextInMs: 0 };
    },
  });
  loop.start();
  await full.promise;
  await flight.stop(loop);
  expect(flight.room).toBe(2);
});
