import { Message, SessionDetail, TimelineEntry } from "@punctual/contract";
import type {
  CustomerInput,
  CustomerMessageInput,
  EmulatorClient,
} from "@punctual/whatsapp-emulator";
import type { Database } from "../platform/database.ts";
import type { Caller } from "./journey-api.ts";
import type { JourneyClock } from "./journey-clock.ts";

/** What a customer wrote: WhatsApp's id, and its stamp as epoch ms (whole seconds). */
export interface Written {
  readonly id: string;
  readonly stamp: number;
}

export interface WritingHow {
  /** The message's stamp, epoch ms; WhatsApp keeps whole seconds. Default: now. */
  readonly at?: number;
  /** A wamid of one's own, to send the same message again. */
  readonly id?: string;
}

/** Somebody with WhatsApp, as the emulator has them and as the business sees them. */
export interface Customer {
  readonly id: string;
  readonly phone: string;
  /** Writes, and waits until the server has the message. */
  writes(text?: string, how?: WritingHow): Promise<Written>;
  /** Writes without waiting for anybody. */
  posts(text?: string, how?: WritingHow): Promise<Written>;
  /** Anything else a customer can do; waits until the webhook was answered. */
  does(what: CustomerMessageInput): Promise<Written>;
  /** An agent answers in WhatsApp's own app; waits as above. */
  getsEcho(text?: string, how?: WritingHow): Promise<Written>;
  /** What the business sent them: texts, and templates by name. */
  received(): Promise<readonly string[]>;
  /** Their sessions, the oldest first, as the API shows them. */
  sessions(): Promise<readonly SessionDetail[]>;
  /** Their latest session. */
  session(): Promise<SessionDetail>;
  sessionId(): Promise<string>;
  /** The latest session's acts with their explanations, the oldest first. */
  timeline(): Promise<readonly TimelineEntry[]>;
  /** The kinds of those acts. */
  acts(): Promise<readonly string[]>;
  /** The latest session's messages, the oldest first. */
  messages(): Promise<readonly Message[]>;
}

export interface CustomerWorld {
  readonly db: Database;
  readonly clock: JourneyClock;
  readonly whatsapp: EmulatorClient;
  /** The API as the admin. */
  readonly admin: Caller;
  until(condition: () => Promise<boolean>, what: string): Promise<void>;
}

export async function createCustomer(
  world: CustomerWorld,
  input: CustomerInput & { id: string; phone: string },
): Promise<Customer> {
  const { whatsapp } = world;
  const { id, phone } = input;
  await whatsapp.addCustomer(input);
  const posts = async (text = "Hello", how: WritingHow = {}) =>
    written(await whatsapp.write(id, { type: "text", text, ...(await extrasOf(world, how)) }));
  const customer: Customer = {
    ...reads(world, phone),
    id,
    phone,
    posts,
    writes: async (text, how) => await stored(world, await posts(text, how)),
    does: async (what) => {
      const timestamp = what.timestamp ?? seconds(await world.clock.now());
      const done = written(await whatsapp.write(id, { ...what, timestamp }));
      await whatsapp.waitUntilIdle();
      return done;
    },
    getsEcho: async (text = "From the app", how = {}) => {
      const echo = await whatsapp.echo(id, { text, ...(await extrasOf(world, how)) });
      return await stored(world, written(echo));
    },
    received: async () => (await whatsapp.sent(id)).map(({ body }) => wordsOf(body)),
  };
  return customer;
}

async function extrasOf({ clock }: CustomerWorld, { at, id }: WritingHow) {
  const timestamp = seconds(at ?? (await clock.now()));
  return id === undefined ? { timestamp } : { timestamp, id };
}

async function stored({ db, until }: CustomerWorld, message: Written): Promise<Written> {
  await until(async () => {
    const rows = await db.query("select 1 from messages where external_id = $1", [message.id]);
    return rows.length > 0;
  }, `the message ${message.id} to be stored`);
  return message;
}

type Reads = Pick<
  Customer,
  "sessions" | "session" | "sessionId" | "timeline" | "acts" | "messages"
>;

function reads({ db, admin }: CustomerWorld, phone: string): Reads {
  const ids = async () => {
    const rows = await db.query<{ id: string }>(
      `select s.id from sessions s join contact_identities i
         on i.contact_id = s.contact_id and i.channel_id = s.channel_id
       where i.phone = $1 order by s.opened_at, s.id`,
      [phone.replace(/\D/g, "")],
    );
    return rows.map((row) => row.id);
  };
  const read = async (id: string) =>
    SessionDetail.parse((await admin(`GET /api/v1/sessions/${id}`)).body);
  const sessionId = async () => {
    const id = (await ids()).at(-1);
    if (id === undefined) throw new Error(`${phone} has no session`);
    return id;
  };
  const list = async (what: "timeline" | "messages") =>
    (await admin(`GET /api/v1/sessions/${await sessionId()}/${what}?limit=100`)).body;
  const timeline = async () =>
    TimelineEntry.array()
      .parse((await list("timeline")).entries)
      .reverse();
  return {
    sessionId,
    timeline,
    session: async () => await read(await sessionId()),
    sessions: async () => await Promise.all((await ids()).map(read)),
    acts: async () => (await timeline()).map((entry) => entry.kind),
    messages: async () => Message.array().parse((await list("messages")).messages),
  };
}

function written({ messageId, timestamp }: { messageId: string; timestamp: number }): Written {
  return { id: messageId, stamp: timestamp * 1_000 };
}

function seconds(at: number): number {
  return Math.floor(at / 1_000);
}

interface SentBody {
  readonly text?: { readonly body: string };
  readonly template?: { readonly name: string };
}

function wordsOf(body: SentBody): string {
  return body.text?.body ?? `template ${body.template?.name}`;
}
