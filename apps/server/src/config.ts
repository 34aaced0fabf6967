/**
 * What the environment says, checked once at start. Nothing else reads `process.env`.
 */
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";

/** A relative DATA_DIR means the same folder from wherever a command is run. */
const REPOSITORY = fileURLToPath(new URL("../../..", import.meta.url));

export const ROLES = ["http", "realtime", "timers", "outbox"] as const;
export type NodeRole = (typeof ROLES)[number];

export interface Config {
  readonly port: number;
  readonly host: string;
  /** Where people and providers reach this server, without a slash at the end. */
  readonly publicUrl: string;
  /** Absolute. */
  readonly dataDir: string;
  /** `null`: the server runs its own PostgreSQL in the data folder. */
  readonly databaseUrl: string | null;
  readonly roles: readonly NodeRole[];
  readonly logLevel: string;
  /** What Fastify's `trustProxy` takes. */
  readonly trustProxy: boolean | number | string;
  readonly databasePoolSize: number;
  readonly metricsToken: string | null;
  /** `null`: no e-mail is sent. */
  readonly mail: { readonly url: string; readonly from: string } | null;
  /** Push services besides those of the known browsers: hosts, `*.` hosts, or origins. */
  readonly pushAllowedHosts: readonly string[];
}

/** Mistakes in the environment: a sentence for each, all of them at once. */
export class ConfigError extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join("\n"));
    this.name = "ConfigError";
    this.problems = problems;
  }
}

interface Variable {
  readonly schema: z.ZodType;
  /** As documentation shows it. */
  readonly default: string;
  readonly meaning: string;
}

const LOG_LEVELS = ["fatal", "error", "warn", "info", "debug", "trace", "silent"] as const;

const VARIABLES = {
  PORT: {
    schema: wholeNumber(0, 65_535, "Give a port from 0 to 65535; 0 takes a free one.").default(
      3000,
    ),
    default: "3000",
    meaning: "Port to listen on.",
  },
  HOST: {
    // The first start prints a link that makes an admin, and without TLS passwords travel in the
    // clear: nobody else should reach that before the owner decides so.
    schema: z.string().default("127.0.0.1"),
    default: "127.0.0.1",
    meaning:
      "Address to listen on. The default is this machine only, for a reverse proxy that speaks " +
      "HTTPS. In a container use 0.0.0.0.",
  },
  PUBLIC_URL: {
    schema: z
      .string()
      .refine(
        isPublicUrl,
        "Give the whole address, such as https://chat.example.com, without a path.",
      )
      .optional(),
    default: "http://localhost:PORT",
    meaning: "Where people and providers reach the server, such as https://chat.example.com.",
  },
  DATA_DIR: {
    schema: z.string().default("./data"),
    default: "./data",
    meaning: "Folder of the server's own PostgreSQL. Not used with DATABASE_URL.",
  },
  DATABASE_URL: {
    schema: z
      .string()
      .refine(isPostgresUrl, "Give an address such as postgres://user:password@host:5432/punctual.")
      .optional(),
    default: "own PostgreSQL in DATA_DIR",
    meaning: "A PostgreSQL (15 or newer) of yours, as postgres://user:password@host:5432/name.",
  },
  ROLES: {
    schema: z
      .string()
      .transform((text) => text.split(",").map((role) => role.trim()))
      .pipe(z.array(z.enum(ROLES)).min(1))
      .default([...ROLES]),
    default: ROLES.join(","),
    meaning: "What this process does. Several processes on one database may share the work.",
  },
  LOG_LEVEL: {
    schema: z.enum(LOG_LEVELS).default("info"),
    default: "info",
    meaning: `What is logged: ${LOG_LEVELS.join(", ")}.`,
  },
  TRUST_PROXY: {
    schema: z.string().transform(parseTrustProxy).default("loopback"),
    default: "loopback",
    meaning:
      "Which proxies may say who called: true, false, how many in a row, or their addresses " +
      "separated by commas.",
  },
  DATABASE_POOL_SIZE: {
    schema: wholeNumber(4, 500, "Give a whole number from 4 to 500.").default(20),
    default: "20",
    meaning:
      "Most database connections of this process; up to 5 for notifications and logins come on top.",
  },
  METRICS_TOKEN: {
    schema: z.string().min(8, "Give at least 8 characters.").optional(),
    default: "none: open to all",
    meaning: "Bearer token that /metrics asks for.",
  },
  SMTP_URL: {
    schema: z
      .string()
      .refine(isSmtpUrl, "Give an address such as smtp://user:password@mail.example.com:587.")
      .optional(),
    default: "none: no e-mail is sent",
    meaning:
      "The server that takes e-mails, as smtp://user:password@host:587, or smtps:// for TLS from " +
      "the start.",
  },
  MAIL_FROM: {
    schema: z
      .string()
      .regex(
        /^([^<>\r\n]+ )?<[^<>@\s]+@[^<>@\s]+>$|^[^<>@\s]+@[^<>@\s]+$/,
        "Give an address such as Acme <chat@example.com>.",
      )
      .optional(),
    default: "none: no e-mail is sent",
    meaning: "Whom e-mails come from, such as Acme <chat@example.com>. Needed with SMTP_URL.",
  },
  PUSH_ALLOWED_HOSTS: {
    schema: z
      .string()
      .transform((text) => text.split(",").map((host) => host.trim().toLowerCase()))
      .refine(
        (hosts) => hosts.every(isPushHost),
        "Give hosts separated by commas, such as push.example.com or *.example.com.",
      )
      .default([]),
    default: "none but those of browsers",
    meaning:
      "Push services that browsers may name besides their makers' own: hosts separated by commas, " +
      "*.example.com for all below one, or http://host:port where there is no TLS.",
  },
} as const satisfies Record<string, Variable>;

type Name = keyof typeof VARIABLES;

/**
 * The configuration of an environment. A variable that is empty counts as not set.
 * @throws {ConfigError} that names every mistake
 */
export function readConfig(environment: NodeJS.ProcessEnv = process.env): Config {
  const schemas = Object.fromEntries(
    Object.entries(VARIABLES).map(([name, { schema }]) => [name, schema]),
  ) as { [N in Name]: (typeof VARIABLES)[N]["schema"] };
  const given = Object.fromEntries(
    Object.keys(VARIABLES).flatMap((name) => {
      const value = environment[name]?.trim() ?? "";
      return value === "" ? [] : [[name, value]];
    }),
  );
  const parsed = z.object(schemas).safeParse(given);
  if (!parsed.success) throw new ConfigError(parsed.error.issues.map(sentenceOf));
  const { data } = parsed;
  return {
    port: data.PORT,
    host: data.HOST,
    publicUrl: (data.PUBLIC_URL ?? `http://localhost:${data.PORT}`).replace(/\/+$/, ""),
    dataDir: resolve(REPOSITORY, data.DATA_DIR),
    databaseUrl: data.DATABASE_URL ?? null,
    roles: [...new Set(data.ROLES)],
    logLevel: data.LOG_LEVEL,
    trustProxy: data.TRUST_PROXY,
    databasePoolSize: data.DATABASE_POOL_SIZE,
    metricsToken: data.METRICS_TOKEN ?? null,
    mail: mailOf(data.SMTP_URL, data.MAIL_FROM),
    pushAllowedHosts: data.PUSH_ALLOWED_HOSTS,
  };
}

function mailOf(url: string | undefined, from: string | undefined): Config["mail"] {
  if (url === undefined && from === undefined) return null;
  if (url === undefined) throw new ConfigError(["SMTP_URL is missing: MAIL_FROM is set."]);
  if (from === undefined) throw new ConfigError(["MAIL_FROM is missing: SMTP_URL is set."]);
  return { url, from };
}

/** Every variable with its default and meaning, as the README and `--help` show them. */
export function describeConfig(): readonly {
  readonly name: string;
  readonly default: string;
  readonly meaning: string;
}[] {
  return Object.entries(VARIABLES).map(([name, { default: preset, meaning }]) => ({
    name,
    default: preset,
    meaning,
  }));
}

function sentenceOf({ path, message, code }: z.core.$ZodIssue): string {
  const name = String(path[0]);
  const allowed = name === "ROLES" ? ROLES : LOG_LEVELS;
  return code === "invalid_value"
    ? `${name} is not right. Choose from ${allowed.join(", ")}.`
    : `${name} is not right. ${message}`;
}

function wholeNumber(least: number, most: number, sentence: string) {
  return z
    .string()
    .regex(/^\d{1,6}$/, sentence)
    .transform(Number)
    .refine((value) => value >= least && value <= most, sentence);
}

function isPublicUrl(text: string): boolean {
  const url = URL.parse(text);
  if (url === null || !["http:", "https:"].includes(url.protocol)) return false;
  return url.pathname === "/" && url.search === "" && url.hash === "" && url.username === "";
}

function isPostgresUrl(text: string): boolean {
  return ["postgres:", "postgresql:"].includes(URL.parse(text)?.protocol ?? "");
}

function isSmtpUrl(text: string): boolean {
  const url = URL.parse(text);
  if (url === null || !["smtp:", "smtps:"].includes(url.protocol)) return false;
  return url.hostname !== "" && ["", "/"].includes(url.pathname) && isDecodable(url);
}

function isPushHost(text: string): boolean {
  if (text.includes("://")) return URL.parse(text)?.origin === text;
  return /^(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(text);
}

/** Signs of a user name or password that mean something in an address must be written as %40 and the like. */
function isDecodable({ username, password }: URL): boolean {
  try {
    decodeURIComponent(username + password);
    return true;
  } catch {
    return false;
  }
}

function parseTrustProxy(text: string): boolean | number | string {
  if (text === "true") return true;
  if (text === "false") return false;
  return /^\d+$/.test(text) ? Number(text) : text;
}
