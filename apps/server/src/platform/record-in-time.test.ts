import { expect, test } from "vitest";
import { createLogger } from "./logger.ts";
import { recordInTime } from "./record-in-time.ts";

const logger = createLogger("silent");
const warning = "the outcome is recorded again";

/** As PostgreSQL says that it shuts down. */
function away(): Error {
  return Object.assign(new Error("terminating connection"), { code: "57P01" });
}

function failing(times: number, error: Error) {
  let tries = 0;
  return {
    tries: () => tries,
    record: async () => {
      tries += 1;
      if (tries <= times) throw error;
    },
  };
}

test("what came while the database was away for a moment is recorded once it is back", async () => {
  const { tries, record } = failing(1, away());
  const hurry = new AbortController().signal;
  await recordInTime(record, { withinMs: 60_000, hurry, logger, warning });
  expect(tries()).toBe(2);
});

test("what the database refuses is not tried again", async () => {
  const { tries, record } = failing(1, new Error("refused"));
  const hurry = new AbortController().signal;
  const recording = recordInTime(record, { withinMs: 60_000, hurry, logger, warning });
  await expect(recording).rejects.toThrow("refused");
  expect(tries()).toBe(1);
});

test("nothing is tried again in a hurry, or too late", async () => {
  const ways = [
    { withinMs: 60_000, hurry: AbortSignal.abort() },
    { withinMs: -1, hurry: new AbortController().signal },
  ];
  for (const way of ways) {
    const { tries, record } = failing(9, away());
    const recording = recordInTime(record, { ...way, logger, warning });
    await expect(recording).rejects.toThrow("terminating");
    expect(tries()).toBe(1);
  }
});
