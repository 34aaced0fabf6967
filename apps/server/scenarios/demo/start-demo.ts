/**
 * A business at work, to look at: the real server and the emulator, employees and customers who do
 * what people do through the same doors as people.
 *
 * What is authoritative: the database in the demo's folder; beside it a file with the employees' tokens and
 * what the phones hold, written at the end and every few seconds. A folder without that file holds a demo
 * whose beginning was not finished, and is begun anew.
 */
import { once } from "node:events";
import { mkdir } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { type Emulator, startEmulator } from "@punctual/whatsapp-emulator";
import { readConfig } from "../../src/config.ts";
import { type Served, serve } from "../../src/main.ts";
import { type Database, openDatabase } from "../../src/platform/database.ts";
import { startEmbeddedPostgres } from "../../src/platform/embedded-postgres/embedded-postgres.ts";
import { tryExclusiveLock } from "../../src/platform/embedded-postgres/file-lock.ts";
import { createLogger } from "../../src/platform/logger.ts";
import { migrate } from "../../src/store/migrate.ts";
import { createBusiness, QUICK_CLOCK, saveClock } from "./create-business.ts";
import { startCustomers } from "./customers.ts";
import {
  type DemoBusiness,
  type DemoFile,
  databaseFolder,
  forgetDemo,
  readDemoFile,
  writeDemoFile,
} from "./demo-file.ts";
import { CREDENTIALS, CUSTOMER_KEYS, CUSTOMERS, NUMBER_KEYS, NUMBERS } from "./people.ts";
import { openStaff, type Staff } from "./staff.ts";
import { turnBack, writeHistory } from "./write-history.ts";

export interface DemoOptions {
  /** Where it remembers everything. */
  readonly folder: string;
  /** Default: a PostgreSQL of its own in the folder. */
  readonly databaseUrl?: string;
  /** Of the server; 0 takes a free one. */
  readonly port: number;
  /** Of the emulator; 0 takes a free one. */
  readonly phonesPort: number;
  /** Forgets an earlier run. */
  readonly fresh: boolean;
  /** What pauses of people are multiplied with. Default: 1. */
  readonly pace?: number;
  /** Is told what takes a while. */
  readonly say?: (sentence: string) => void;
}

export interface Demo {
  /** Where the server answers. */
  readonly url: string;
  readonly phonesUrl: string;
  readonly business: DemoBusiness;
  readonly staff: Staff;
  readonly stop: () => Promise<void>;
}

type Stop = () => Promise<void>;

/** How often what the phones hold is written down. */
const SAVE_EVERY_MS = 5_000;

/** As on a telephone network: a message is read some seconds after it came. */
const STATUS_DELAYS = { sentMs: 50, deliveredMs: 500, readMs: 3_000 };
const AT_ONCE = { sentMs: 0, deliveredMs: 0, readMs: 0 };

/** Starts the demo where the last run ended, or from its beginning. */
export async function startDemo(options: DemoOptions): Promise<Demo> {
  const { folder, say = () => {} } = options;
  const stops: Stop[] = [];
  const stop = async () => {
    for (const each of stops.splice(0).reverse()) await each();
  };
  try {
    await takeFolder(folder, stops);
    await requireFreePort(options.port);
    const kept = options.fresh ? null : await readDemoFile(folder);
    const emulator = await openEmulator(options, kept);
    stops.push(() => emulator.close());
    if (kept === null && options.databaseUrl === undefined) await forgetDemo(folder);
    say(
      kept === null ? "Preparing a business and its last days …" : "Going on with the business …",
    );
    const databaseUrl = options.databaseUrl ?? (await openPostgres(folder, stops));
    const db = await openOwnDatabase(databaseUrl, stops);
    const place = { options, databaseUrl, db, emulator, stops };
    const opened = kept === null ? await begin(place) : await goOn(place, kept);
    startLife(place, opened);
    return { ...opened, phonesUrl: emulator.url, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

interface Place {
  readonly options: DemoOptions;
  readonly databaseUrl: string;
  readonly db: Database;
  readonly emulator: Emulator;
  readonly stops: Stop[];
}

type Opened = Pick<Demo, "url" | "business" | "staff">;

/** Business and history, on a clock that is set back and then catches up. */
async function begin(place: Place): Promise<Opened> {
  const { db, emulator, stops } = place;
  const { client: whatsapp } = emulator;
  await whatsapp.updateSettings({ statusDelays: AT_ONCE });
  const clock = await turnBack(db, whatsapp);
  const server = await openServer(place);
  const { url, publicUrl, setupLink } = server;
  const business = await createBusiness(
    { url, publicUrl, graphUrl: emulator.url },
    setupLink ?? "",
  );
  await pointWebhooks(emulator, url, business);
  const staff = await openStaff(url, business);
  stops.push(async () => staff.leave());
  await writeHistory(db, whatsapp, staff, clock);
  await clock.backToNow();
  await saveClock(staff.as("david"), QUICK_CLOCK);
  await whatsapp.updateSettings({ statusDelays: STATUS_DELAYS });
  return { url, business, staff };
}

async function goOn(place: Place, { business, phones }: DemoFile): Promise<Opened> {
  const { emulator, stops } = place;
  const { url } = await openServer(place);
  await pointWebhooks(emulator, url, business);
  await emulator.client.updateSettings({ statusDelays: STATUS_DELAYS });
  await emulator.client.importPhones(phones);
  const staff = await openStaff(url, business);
  stops.push(async () => staff.leave());
  // The emulator may have another port than last time.
  for (const channelId of Object.values(business.channels)) {
    const config = { graphUrl: emulator.url };
    await staff.as("david")(`PATCH /api/v1/channels/${channelId}`, { config });
  }
  return { url, business, staff };
}

/** From now on people do what they do, and what the phones hold is kept. */
function startLife({ options, emulator, stops }: Place, { business, staff }: Opened): void {
  const { pace = 1, folder } = options;
  const end = new AbortController();
  const answers = new Map<string, string[]>();
  staff.beginAnswering(answers, pace);
  startCustomers({ whatsapp: emulator.client, answers, pace, signal: end.signal });
  const save = async () =>
    await writeDemoFile(folder, { business, phones: await emulator.client.exportPhones() });
  void save().catch(console.error);
  const saving = setInterval(() => void save().catch(console.error), SAVE_EVERY_MS);
  stops.push(async () => {
    end.abort();
    clearInterval(saving);
    await save();
  });
}

/** The folder is another demo's that runs now. */
export class DemoRunsError extends Error {}

/** Two at once would take the database from each other. */
async function takeFolder(folder: string, stops: Stop[]): Promise<void> {
  await mkdir(folder, { recursive: true });
  const lock = tryExclusiveLock(join(folder, ".demo.lock"));
  if (lock === null) {
    throw new DemoRunsError(
      `a demo runs in ${folder} already. Stop it, or choose another folder with --folder.`,
    );
  }
  stops.push(async () => lock.release());
}

/** Before anything is prepared: the server itself would find out half a minute later. */
async function requireFreePort(port: number): Promise<void> {
  const probe = createServer().listen(port, "127.0.0.1");
  await once(probe, "listening");
  probe.close();
  await once(probe, "close");
}

async function openPostgres(folder: string, stops: Stop[]): Promise<string> {
  const dataDir = databaseFolder(folder);
  const postgres = await startEmbeddedPostgres({ dataDir, keepRunning: true });
  stops.push(() => postgres.stop());
  return postgres.url;
}

async function openOwnDatabase(url: string, stops: Stop[]): Promise<Database> {
  await migrate(url);
  const db = openDatabase({ url, maxConnections: 2, logger: createLogger("silent") });
  stops.push(() => db.close());
  return db;
}

async function openEmulator({ phonesPort }: DemoOptions, kept: DemoFile | null): Promise<Emulator> {
  const numbers = NUMBER_KEYS.map((key) => {
    const { team: _team, ...number } = NUMBERS[key];
    return { ...number, ...CREDENTIALS };
  });
  const emulator = await startEmulator({ port: phonesPort, numbers });
  for (const id of kept === null ? CUSTOMER_KEYS : []) {
    await emulator.client.addCustomer({ id, ...CUSTOMERS[id] });
  }
  return emulator;
}

async function openServer(place: Place): Promise<Served & { readonly publicUrl: string }> {
  const { options, databaseUrl, stops } = place;
  const config = readConfig({
    PORT: String(options.port),
    DATABASE_URL: databaseUrl,
    LOG_LEVEL: "error",
  });
  const served = await serve(config);
  stops.push(() => served.stop());
  return { ...served, publicUrl: config.publicUrl };
}

async function pointWebhooks({ client }: Emulator, url: string, business: DemoBusiness) {
  for (const key of NUMBER_KEYS) {
    const webhookUrl = `${url}/webhooks/whatsapp/${business.channels[key]}`;
    await client.updateNumber(NUMBERS[key].phoneNumberId, { webhookUrl });
  }
}
