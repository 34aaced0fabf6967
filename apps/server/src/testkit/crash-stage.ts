import type { ClockSettings, Message } from "@punctual/contract";
import { type EmulatorClient, startEmulator } from "@punctual/whatsapp-emulator";
import { expect } from "vitest";
import type { Database } from "../platform/database.ts";
import { CRASH_NUMBER, createCrashBusiness } from "./crash-business.ts";
import { type CrashProxy, startCrashProxy } from "./crash-proxy.ts";
import { type LogLine, type ServerProcess, startServerProcess } from "./crash-server.ts";
import { WATCH_SQL } from "./journey-watch.ts";

/** A call of the API as a supervisor, paths below `/api/v1`. */
export type Api = (
  route: string,
  call?: { body?: unknown; headers?: Readonly<Record<string, string>> },
) => Promise<{ status: number; body: Record<string, unknown> }>;

/**
 * A business whose server is a real process that may be killed, with WhatsApp on this machine. Between
 * the two are wires that can be cut: `webhooks` to the server, `graph` from it.
 */
export interface CrashStage {
  readonly accountId: string;
  readonly channelId: string;
  readonly whatsapp: EmulatorClient;
  readonly webhooks: CrashProxy;
  readonly graph: CrashProxy;
  readonly api: Api;
  /** The supervisor's API token. */
  readonly token: string;
  /** Starts a server that webhooks go to from now on, and adds it to those that run. */
  start(environment?: Readonly<Record<string, string>>): Promise<ServerProcess>;
  /** Kills every server that runs. */
  kill(): Promise<void>;
  /** Kills one; webhooks go to another that runs, if there is one. */
  killOne(server: ServerProcess): Promise<void>;
  /** Those that run, the latest last. */
  servers(): readonly ServerProcess[];
  /** Aborted once the stage closes. */
  readonly closing: AbortSignal;
  /** What all servers so far logged as errors, since those before were forgotten. */
  errors(): readonly LogLine[];
  forgetErrors(): void;
  close(): Promise<void>;
}

/**
 * Sets the business up in a migrated database.
 * @param environment of every server; names the database.
 */
export async function setCrashStage(
  db: Database,
  environment: Readonly<Record<string, string>>,
  settings: Partial<ClockSettings>,
): Promise<CrashStage> {
  const webhooks = await startCrashProxy();
  const graph = await startCrashProxy();
  const { accountId, channelId, supervisor } = await createCrashBusiness(db, {
    graphUrl: graph.url,
    settings,
    agentNames: ["Lan", "Minh"],
    onlineOnly: false,
  });
  const { token } = supervisor;
  const emulator = await startEmulator({
    settings: { retry: { maxDelayMs: 500, giveUpAfterMs: 600_000 }, historyLimit: 100_000 },
    numbers: [{ ...CRASH_NUMBER, webhookUrl: `${webhooks.url}/webhooks/whatsapp/${channelId}` }],
  });
  graph.leadTo(emulator.url);
  await db.pool.query(WATCH_SQL);
  const servers: ServerProcess[] = [];
  const running = new Set<ServerProcess>();
  const closing = new AbortController();
  const errors = () => servers.flatMap(({ log }) => log.filter(({ level }) => level >= 50));
  let forgotten = 0;
  const kill = async () => {
    webhooks.leadTo(null);
    await Promise.all([...running].map((server) => server.kill()));
    running.clear();
  };
  return {
    accountId,
    channelId,
    token,
    whatsapp: emulator.client,
    webhooks,
    graph,
    api: (route, call) => {
      const server = [...running].at(-1) ?? servers.at(-1);
      return callApi(server?.url ?? "", token, route, call);
    },
    start: async (more = {}) => {
      const server = await startServerProcess({ ...environment, LOG_LEVEL: "warn", ...more });
      servers.push(server);
      running.add(server);
      webhooks.leadTo(server.url);
      return server;
    },
    kill,
    killOne: async (server) => {
      running.delete(server);
      webhooks.leadTo([...running].at(-1)?.url ?? null);
      await server.kill();
    },
    servers: () => [...running],
    errors: () => errors().slice(forgotten),
    forgetErrors: () => {
      forgotten = errors().length;
    },
    closing: closing.signal,
    close: async () => {
      closing.abort();
      await kill();
      await emulator.close();
      await webhooks.close();
      await graph.close();
    },
  };
}

async function callApi(url: string, token: string, route: string, call: Parameters<Api>[1] = {}) {
  const [method = "GET", path = ""] = route.split(" ");
  const response = await fetch(`${url}/api/v1${path}`, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(call.body === undefined ? {} : { "content-type": "application/json" }),
      ...call.headers,
    },
    ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
  });
  const body: unknown = await response.json();
  return { status: response.status, body: Object(body) };
}

/** For conditions that another process brings about. */
export const SOON = { timeout: 60_000, interval: 20 };

/** A customer of the stage, with what the database and the customer's phone know. */
export interface CrashCustomer {
  readonly id: string;
  /** Writes, stamped by the database's clock. Gives the wamid. */
  write(text: string): Promise<string>;
  /** The texts the business's database holds of the customer, in commit order. */
  stored(): Promise<readonly string[]>;
  /** What is on the customer's phone, in order. */
  received(): Promise<readonly string[]>;
  /** Their sessions, the oldest first. */
  sessions(): Promise<readonly SessionView[]>;
  /** A supervisor answers in the latest session; settles when the customer has read it. */
  answered(text: string): Promise<void>;
  /** The business's messages in the latest session, as the API shows them. */
  messages(): Promise<readonly Message[]>;
  /** Kinds of the acts on the latest session's timeline, oldest first, from the API. */
  timeline(): Promise<readonly string[]>;
}

export interface SessionView {
  readonly id: string;
  readonly closed: boolean;
  readonly waiting: boolean;
  readonly overdue: boolean;
  readonly nextDueAt: number | null;
}

let customers = 0;

export async function addCrashCustomer(stage: CrashStage, db: Database): Promise<CrashCustomer> {
  customers += 1;
  const id = `customer-${customers}`;
  const phone = String(16_505_550_000 + customers);
  await stage.whatsapp.addCustomer({ id, name: `Customer ${customers}`, phone });
  const sessions = () => sessionsOf(db, phone);
  const latest = async () => (await sessions()).at(-1)?.id ?? "none";
  const messages = async () => {
    const { body } = await stage.api(`GET /sessions/${await latest()}/messages?limit=100`);
    return body.messages as Message[];
  };
  return {
    id,
    write: async (text) => {
      const [clock] = await db.query<{ now: number }>("select now_ms() as now");
      const timestamp = Math.floor((clock?.now ?? 0) / 1_000);
      return (await stage.whatsapp.write(id, { type: "text", text, timestamp })).messageId;
    },
    stored: async () => {
      const rows = await db.query<{ text: string }>(
        `select m.content->>'text' as text from messages m
         join contact_identities i on i.contact_id = m.contact_id
         where i.phone = $1 and m.kind = 'inbound' order by m.seq`,
        [phone],
      );
      return rows.map((row) => row.text);
    },
    received: async () => (await stage.whatsapp.sent(id)).map(textOf),
    sessions,
    answered: async (text) => {
      const body = { type: "text", text };
      const { status } = await stage.api(`POST /sessions/${await latest()}/messages`, { body });
      expect(status).toBe(201);
      // A status may tell before the send is recorded, and the close counts from the record.
      await expect.poll(() => pendingSends(db, phone), SOON).toBe(0);
      // Each status is a commit of its own, which a test that halts at a commit must not meet.
      await expect.poll(async () => (await messages()).at(-1)?.delivery?.state, SOON).toBe("read");
    },
    messages,
    timeline: async () => {
      const { body } = await stage.api(`GET /sessions/${await latest()}/timeline?limit=100`);
      return (body.entries as { kind: string }[]).map(({ kind }) => kind).reverse();
    },
  };
}

async function pendingSends(db: Database, phone: string): Promise<number> {
  const [row] = await db.query<{ n: number }>(
    `select count(*) as n from outbox o join contact_identities i on i.contact_id = o.contact_id
     where i.phone = $1`,
    [phone],
  );
  return row?.n ?? 0;
}

function textOf({ body }: { body: Readonly<Record<string, unknown>> }): string {
  return String(Object(body.text).body);
}

async function sessionsOf(db: Database, phone: string): Promise<readonly SessionView[]> {
  return await db.query<SessionView & Record<string, unknown>>(
    `select s.id, s.closed_at is not null as closed, s.wait_number is not null as waiting,
       s.wait_overdue_since is not null as overdue, s.next_due_at as "nextDueAt"
     from sessions s join contact_identities i on i.contact_id = s.contact_id
     where i.phone = $1 order by s.opened_at, s.id`,
    [phone],
  );
}
