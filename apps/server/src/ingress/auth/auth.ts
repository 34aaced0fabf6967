/**
 * Who somebody is. API tokens are ours; logins (e-mail and password, cookie) are better-auth's, with
 * its tables in the PostgreSQL schema `auth`. A login belongs to exactly one member, and there is no
 * sign-up: logins come from the set-up and from invitations.
 */
import type { IncomingHttpHeaders } from "node:http";
import { betterAuth } from "better-auth";
import { getMigrations } from "better-auth/db/migration";
import { twoFactor } from "better-auth/plugins/two-factor";
import type pg from "pg";
import { TOKEN_PREFIX } from "../../actions/create-token.ts";
import type { MemberIdentity } from "../../actions/deps.ts";
import { openConnectionPool } from "../../platform/connection-pool.ts";
import type { Database } from "../../platform/database.ts";
import type { Logger } from "../../platform/logger.ts";
import { randomSecret } from "../../platform/random.ts";
import { hashSecret } from "../../platform/secret-hash.ts";
import { SERVER_TIME_LIMITS } from "../../platform/time-limits.ts";
import { type IdentityRow, readMemberOfLogin, readMemberOfToken } from "../../store/members.ts";
import { ensureServerSecret } from "../../store/server-secrets.ts";
import { IdentityCache } from "./identity-cache.ts";

/** A member, and how they proved to be one. */
export interface Proof {
  readonly member: MemberIdentity;
  readonly by: "token" | "cookie";
}

export interface Auth {
  /**
   * Whom a request with these headers comes from; `null`: nobody we know. An answer is remembered for 3 s
   * unless it has to be `fresh`.
   */
  identify(headers: IncomingHttpHeaders, how?: { readonly fresh: boolean }): Promise<Proof | null>;
  /** Looks everybody up anew: somebody's access changed. */
  forget(): void;
  /** Answers a request to `/api/auth/…`. */
  handle(request: Request): Promise<Response>;
  close(): Promise<void>;
}

export interface AuthOptions {
  readonly db: Database;
  /** Where this server is reached, without a slash at the end. */
  readonly publicUrl: string;
  readonly logger: Logger;
}

/** Header in which the client's address is handed to better-auth; what clients send in it is cut. */
export const CLIENT_ADDRESS_HEADER = "x-punctual-client-address";

/** How the login is named among the cookies of a request, whatever prefix https gives it. */
export const LOGIN_COOKIE = "punctual.session_token=";

const CACHE_MS = 3_000;
const CACHED_IDENTITIES = 10_000;

/** Brings better-auth's tables up to date and opens it. */
export async function openAuth({ db, publicUrl, logger }: AuthOptions): Promise<Auth> {
  const config = {
    connectionString: db.url,
    options: "-c search_path=auth",
    max: 4,
    application_name: "punctual login",
    connectionTimeoutMillis: 10_000,
  };
  const pool = openConnectionPool(config, logger, SERVER_TIME_LIMITS);
  const secret = await ensureServerSecret(db, "login-cookies", randomSecret());
  const logins = openLogins(db, pool, publicUrl, secret, logger);
  await migrateLogins(pool, logins.options);
  const cache = new IdentityCache(CACHE_MS, CACHED_IDENTITIES);
  return {
    identify: async (headers, { fresh } = { fresh: false }) =>
      await identify({ db, logins, cache, fresh }, headers),
    forget: () => cache.clear(),
    handle: async (request) => {
      if (request.method !== "GET") cache.clear();
      const response = await logins.handler(request);
      if (request.method !== "GET") cache.clear();
      return response;
    },
    close: () => pool.end(),
  };
}

function openLogins(
  db: Database,
  pool: pg.Pool,
  publicUrl: string,
  secret: string,
  logger: Logger,
) {
  return betterAuth({
    appName: "Punctual",
    baseURL: publicUrl,
    basePath: "/api/auth",
    secret,
    database: pool,
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      minPasswordLength: 10,
      maxPasswordLength: 128,
    },
    // Codes of an app on a phone only. It locks an account for 15 minutes after 10 wrong codes.
    plugins: [twoFactor()],
    databaseHooks: {
      session: {
        create: {
          // Who was deactivated has a password still.
          before: async ({ userId }) => (await readMemberOfLogin(db, userId)) !== null,
        },
      },
    },
    trustedOrigins: (request) => trustedOrigins(publicUrl, request?.headers.get("host") ?? null),
    // Ours counts across all doors: `rate-limits.ts`.
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    advanced: {
      cookiePrefix: "punctual",
      ipAddress: { ipAddressHeaders: [CLIENT_ADDRESS_HEADER] },
    },
    logger: {
      log: (level, message) => logger[level]({ from: "better-auth" }, message),
    },
  });
}

type Logins = ReturnType<typeof openLogins>;

/** The server's own address, under its public name and under the name this request used. */
export function trustedOrigins(publicUrl: string, host: string | null): string[] {
  const own = host === null ? [] : [`http://${host}`, `https://${host}`];
  return [new URL(publicUrl).origin, ...own];
}

/** Any two processes that start on the same database take this advisory lock in turn. */
const LOCK_KEY = 8_217_410_554;

async function migrateLogins(pool: pg.Pool, options: Logins["options"]): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query("select pg_advisory_lock($1)", [LOCK_KEY]);
    const { runMigrations } = await getMigrations(options);
    await runMigrations();
    await client.query("select pg_advisory_unlock($1)", [LOCK_KEY]);
    client.release();
  } catch (error) {
    client.release(true);
    throw error;
  }
}

interface Identifying {
  readonly db: Database;
  readonly logins: Logins;
  readonly cache: IdentityCache;
  readonly fresh: boolean;
}

async function identify(
  { db, logins, cache, fresh }: Identifying,
  headers: IncomingHttpHeaders,
): Promise<Proof | null> {
  const { authorization, cookie } = headers;
  if (authorization !== undefined) {
    const token = /^Bearer +(\S+) *$/i.exec(authorization)?.[1];
    if (token === undefined || !token.startsWith(TOKEN_PREFIX)) return null;
    const hash = hashSecret(token);
    const lookUp = async () => identityOf(await readMemberOfToken(db, hash));
    const member = await cache.find(`token ${hash.toString("base64")}`, lookUp, fresh);
    return member === null ? null : { member, by: "token" };
  }
  if (cookie === undefined || !cookie.includes(LOGIN_COOKIE)) return null;
  const key = `cookie ${hashSecret(cookie).toString("base64")}`;
  const lookUp = async () => {
    const login = await logins.api.getSession({ headers: new Headers({ cookie }) });
    return login === null ? null : identityOf(await readMemberOfLogin(db, login.user.id));
  };
  const member = await cache.find(key, lookUp, fresh);
  return member === null ? null : { member, by: "cookie" };
}

function identityOf(row: IdentityRow | null): MemberIdentity | null {
  if (row === null) return null;
  const { account_id: accountId, id, role, name, email } = row;
  return { accountId, id, role, name, email };
}
