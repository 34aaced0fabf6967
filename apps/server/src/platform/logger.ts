import { type DestinationStream, type Logger, pino } from "pino";

export type { Logger } from "pino";

/** Names under which secrets or people's words could slip into a log line. */
const REDACTED = [
  "accessToken",
  "appSecret",
  "verifyToken",
  "token",
  "password",
  "text",
  "content",
];

/** Structured logs to stdout. No message text and no token ever: they are cut out by name as well. */
export function createLogger(level: string, to: DestinationStream = pino.destination(1)): Logger {
  const paths = REDACTED.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]);
  const timestamp = pino.stdTimeFunctions.isoTime;
  const serializers = { err: presentError };
  return pino({ level, base: null, timestamp, serializers, redact: { paths, remove: true } }, to);
}

/**
 * What a log may tell of an error. Errors of libraries carry whole connections, and PostgreSQL quotes
 * the failing row and its parameters in theirs.
 */
function presentError(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { message: String(error) };
  return {
    type: error.name,
    message: error.message,
    ...("code" in error ? { code: String(error.code) } : {}),
    stack: error.stack,
    ...(error.cause === undefined ? {} : { cause: presentError(error.cause) }),
  };
}
