/** PostgreSQL's error classes that say nothing about the statement: try the same again later. */
const TRANSIENT_CLASSES = ["08", "40", "53", "57"];

const TRANSIENT_CODES = new Set([
  "55P03",
  "25006",
  "25P03",
  "ECONNREFUSED",
  "ECONNRESET",
  "ENOENT",
  "EPIPE",
  "ETIMEDOUT",
  "ENOTFOUND",
]);

/** What pg itself says, and a replica that has not taken its primary's place yet. */
const PASSING = new RegExp(
  "connection (terminated|timeout|ended)|timeout ex(ceeded|pired)|read timeout|not queryable|" +
    "recovery is in progress",
  "i",
);

/**
 * Whether an error is of the moment (connection lost, deadlock, server shutting down or full) and not of
 * the data: then nothing is parked, and the work is simply tried again.
 */
export function isTransient(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  if (TRANSIENT_CODES.has(code)) return true;
  if (isStalePlan(error)) return true;
  if (code.length === 5 && TRANSIENT_CLASSES.includes(code.slice(0, 2))) return true;
  return PASSING.test(error.message);
}

/**
 * A migration changed a table whose rows a prepared statement gives: it fails for ever on its connection
 * and works on a new one.
 */
export function isStalePlan(error: unknown): boolean {
  return error instanceof Error && error.message === "cached plan must not change result type";
}

/** Runs again what lost a deadlock or a race for a unique key, a few times. */
export async function retryRaces<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (attempt >= 5 || !isRace(error)) throw error;
    }
  }
}

const RACES = new Set(["40001", "40P01", "23505"]);

function isRace(error: unknown): boolean {
  return error instanceof Error && "code" in error && RACES.has(String(error.code));
}
