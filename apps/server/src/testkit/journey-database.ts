/**
 * Databases for journeys. One is prepared for a run of the tests by the real set-up (business, admin, API
 * token); every journey then starts from a copy of it, which takes milliseconds.
 */
import { readConfig } from "../config.ts";
import { type Served, serve } from "../main.ts";
import { createCaller } from "./journey-api.ts";
import { CLOCK_SQL } from "./journey-clock.ts";
import { WATCH_SQL } from "./journey-watch.ts";
import { onceForRun } from "./once-for-run.ts";
import {
  createRunDatabase,
  dropRunDatabase,
  migratedDatabase,
  runDatabaseUrl,
  runSql,
} from "./run-database.ts";

const PUBLIC_URL = "http://punctual.test";

/** A copy of the prepared database. */
export interface JourneyDatabase {
  readonly url: string;
  /** Of the business's admin. */
  readonly adminToken: string;
  drop(): Promise<void>;
}

interface Prepared {
  readonly name: string;
  readonly adminToken: string;
}

/** A database in which a business was just set up, with a movable clock and a watch on its rows. */
export async function createJourneyDatabase(): Promise<JourneyDatabase> {
  const prepared = await onceForRun("journey-database", async () =>
    JSON.stringify(await prepare()),
  );
  const { name: template, adminToken } = JSON.parse(prepared) as Prepared;
  const name = await createRunDatabase("journey", template);
  return {
    url: runDatabaseUrl(name),
    adminToken,
    drop: () => dropRunDatabase(name),
  };
}

/** Starts a server on a database with what else its environment says. */
export type StartServer = (
  databaseUrl: string,
  environment?: Readonly<Record<string, string>>,
) => Promise<Pick<Served, "url" | "stop">>;

/** Starts a server in this process, on a free port. */
export async function serveJourney(
  databaseUrl: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<Served> {
  return await serve(readConfig({ ...journeyEnvironment(databaseUrl), ...environment }));
}

/** What every server of a journey is configured with. */
export function journeyEnvironment(databaseUrl: string): Record<string, string> {
  return {
    PORT: "0",
    PUBLIC_URL,
    DATABASE_URL: databaseUrl,
    DATABASE_POOL_SIZE: "8",
    LOG_LEVEL: "silent",
  };
}

async function prepare(): Promise<Prepared> {
  const name = await createRunDatabase("prepared", await migratedDatabase());
  const url = runDatabaseUrl(name);
  await runSql(url, CLOCK_SQL);
  await runSql(url, WATCH_SQL);
  const server = await serveJourney(url);
  const adminToken = await setUp(server);
  await server.stop();
  // No node of this database was ever there to be missed.
  await runSql(url, "delete from nodes");
  return { name, adminToken };
}

/** What a person does with the link that the first start prints. */
async function setUp({ url, setupLink }: Served): Promise<string> {
  const token = new URL(setupLink ?? "").searchParams.get("token");
  const login = { email: "ada@acme.test", password: "correct horse battery" };
  const call = createCaller(url, { origin: PUBLIC_URL });
  const business = { token, businessName: "Acme", name: "Ada", ...login };
  await call("POST /api/v1/setup", business);
  const { headers } = await call("POST /api/auth/sign-in/email", login);
  const cookie = headers
    .getSetCookie()
    .map((each) => each.split(";")[0])
    .join("; ");
  const asAda = createCaller(url, { origin: PUBLIC_URL, cookie });
  const { body } = await asAda("POST /api/v1/tokens", { name: "journeys" });
  return String(body.secret);
}
