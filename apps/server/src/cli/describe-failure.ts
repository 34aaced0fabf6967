import { ERRORS, PunctualError } from "@punctual/contract";
import { ConfigError } from "../config.ts";
import { EmbeddedPostgresError } from "../platform/embedded-postgres/embedded-postgres-error.ts";
import { PortInUseError } from "./port-in-use.ts";

export interface Failure {
  readonly code: string;
  /** Sentences that say what to do. */
  readonly message: string;
}

/** What a person reads when a command could not do its work. */
export function describeFailure(error: unknown): Failure {
  if (error instanceof PunctualError) return { code: error.code, message: sentencesOf(error) };
  if (error instanceof ConfigError) return { code: "config_invalid", message: error.message };
  if (error instanceof EmbeddedPostgresError) return { code: error.code, message: error.message };
  if (error instanceof PortInUseError) return { code: error.code, message: error.message };
  const code = codeOf(error);
  const message = KNOWN[code];
  if (message !== undefined) return { code, message };
  return {
    code: "unexpected",
    message: error instanceof Error ? (error.stack ?? error.message) : String(error),
  };
}

function sentencesOf({ code, detail, extra }: PunctualError): string {
  const title = detail ?? ERRORS[code].title;
  const fields = Array.isArray(extra.errors) ? extra.errors.map(fieldSentence) : [];
  // With a single field the detail often is its sentence already.
  return [title, ...fields.filter((field) => field.trim() !== title)].join("\n");
}

function fieldSentence(field: unknown): string {
  const { path = "", message = "" } = Object(field) as { path?: string; message?: string };
  return `  ${path}: ${message}`;
}

const UNREACHABLE =
  "The database can't be reached. Check DATABASE_URL, and that the PostgreSQL behind it runs.";

/** System and PostgreSQL error codes that the caller can do something about. */
const KNOWN: Readonly<Record<string, string>> = {
  ECONNREFUSED: UNREACHABLE,
  ENOTFOUND: UNREACHABLE,
  ETIMEDOUT: UNREACHABLE,
  EADDRNOTAVAIL: "This machine has no such address. Set HOST to one that it has, or to 0.0.0.0.",
  EACCES: "Permission was denied. Choose a port above 1023 and a folder that you may write to.",
  ENOENT: "There is no such file.",
  "28P01": "The database refused the password in DATABASE_URL.",
  "28000": "The database refused the user in DATABASE_URL.",
  "3D000": "The database named in DATABASE_URL doesn't exist. Create it first.",
  "22P02": "An id is not valid. Ids look like 0199c2b4-7e51-7000-8000-000000000000.",
  "42501": "The database user in DATABASE_URL lacks a right. Let it own the database.",
};

function codeOf(error: unknown): string {
  if (error instanceof AggregateError) return codeOf(error.errors[0]);
  const { code, cause } = Object(error) as { code?: unknown; cause?: unknown };
  if (typeof code === "string" && code in KNOWN) return code;
  return cause === undefined ? "" : codeOf(cause);
}
