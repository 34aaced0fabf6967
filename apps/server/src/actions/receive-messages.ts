/**
 * A customer's messages, from parsed webhook to commit. Messages that arrived together are stored
 * together, in one transaction and a handful of statements. What changes a session's past (an echo, a
 * void, a reopening) needs its history and is stored alone, after the others, in its contact's order.
 */
import type { CustomerMessageEvent, EchoEvent } from "@punctual/channel-kit";
import {
  clampCustomerStamp,
  clampEchoStamp,
  placeCustomerMessage,
  placeEcho,
  type SessionEvent,
  type SessionFacts,
} from "@punctual/session";
import type { Tx } from "../platform/database.ts";
import { newId } from "../platform/ids.ts";
import { retryRaces } from "../platform/transient.ts";
import type { MessageWrite } from "../store/apply-decisions.ts";
import {
  type ContactName,
  type KnownContact,
  noteCustomerStamps,
  noteNames,
  resolveContacts,
} from "../store/contacts.ts";
import { type LoadedSession, loadLatestSessionsForUpdate } from "../store/load-sessions.ts";
import { readKnownMessages } from "../store/messages.ts";
import { loadNewcomers } from "../store/newcomers.ts";
import { loadHistory } from "../store/session-history.ts";
import { assigneeIsActive } from "./act-on-session.ts";
import { accountsOf, tellLoops } from "./commit-decisions.ts";
import { DecisionBatch } from "./decision-batch.ts";
import type { Deps } from "./deps.ts";
import { nextSession, placeOfNewcomer } from "./next-session.ts";
import { loadWorld, type World } from "./world.ts";

/** A customer's message, or an agent's from the provider's own app, with the channel it came by. */
export interface ReceivedMessage {
  readonly accountId: string;
  readonly channelId: string;
  readonly event: CustomerMessageEvent | EchoEvent;
}

export interface Received {
  readonly stored: number;
  /** Providers deliver at least once; a second delivery changes nothing (clock.md §4.7). */
  readonly duplicates: number;
}

/** Stores messages and decides what follows, before the provider hears that we have them. */
export async function receiveMessages(
  deps: Deps,
  received: readonly ReceivedMessage[],
): Promise<Received> {
  if (received.length === 0) return { stored: 0, duplicates: 0 };
  const together = await retryRaces(() => store(deps, received, "together"));
  let { stored, duplicates } = together;
  for (const message of together.deferred) {
    const alone = await retryRaces(() => store(deps, [message], "alone"));
    stored += alone.stored;
    duplicates += alone.duplicates;
  }
  return { stored, duplicates };
}

/** The contacts of a batch of messages, found and locked. */
interface Found {
  readonly tx: Tx;
  readonly mode: "together" | "alone";
  /** The latest session of each contact on its channel, or the place of a newcomer's first. */
  readonly latest: Map<string, LoadedSession>;
  readonly contacts: ReadonlyMap<ReceivedMessage, KnownContact>;
  /** Messages that are stored already, or earlier in this batch: our ids by the provider's. */
  readonly known: Map<string, string>;
  /** Contacts on their channel whose remaining messages must be stored alone. */
  readonly waiting: Set<string>;
}

interface Receiving extends Found {
  readonly world: World;
  readonly batch: DecisionBatch;
}

type Outcome = "stored" | "duplicate" | "deferred";

async function store(
  deps: Deps,
  received: readonly ReceivedMessage[],
  mode: Receiving["mode"],
): Promise<Received & { deferred: readonly ReceivedMessage[] }> {
  const outcomes: Record<Outcome, ReceivedMessage[]> = { stored: [], duplicate: [], deferred: [] };
  const batches = await deps.db.transaction(async (tx) => {
    const found = await findContacts(tx, received, mode);
    const batches: DecisionBatch[] = [];
    for (const wave of wavesOf(found, received)) {
      const receiving = await startReceiving(deps, found, wave.sessions);
      const stored: ReceivedMessage[] = [];
      for (const message of wave.messages) {
        const outcome = await receiveOne(receiving, message);
        outcomes[outcome].push(message);
        if (outcome === "stored") stored.push(message);
      }
      noteStamps(receiving, stored);
      receiving.batch.apply(tx);
      batches.push(receiving.batch);
    }
    return batches;
  });
  for (const batch of batches) tellLoops(deps, batch);
  const { stored, duplicate, deferred } = outcomes;
  return { stored: stored.length, duplicates: duplicate.length, deferred };
}

async function findContacts(
  tx: Tx,
  received: readonly ReceivedMessage[],
  mode: Found["mode"],
): Promise<Found> {
  // What is stored already is read behind the locks: the statements travel together, in this order.
  const [resolved, known] = await Promise.all([
    resolveContacts(
      tx,
      received.map(({ accountId, channelId, event }) => ({
        accountId,
        channelId,
        identity: event.contact,
      })),
    ),
    readKnownMessages(tx, received.flatMap(externalKeys)),
  ]);
  const contacts = new Map(received.map((message, index) => [message, required(resolved[index])]));
  const keys = [...contacts].map(([{ accountId, channelId }, { contactId }]) => ({
    accountId,
    channelId,
    contactId,
  }));
  const distinct = [...new Map(keys.map((key) => [threadOf(key), key])).values()];
  const sessions = await loadLatestSessionsForUpdate(tx, distinct);
  const latest = new Map(sessions.map((session) => [threadOf(session), session]));
  const newcomers = await loadNewcomers(
    tx,
    distinct.filter((key) => !latest.has(threadOf(key))),
  );
  for (const each of newcomers) latest.set(threadOf(each), placeOfNewcomer(each));
  renameContacts(tx, latest, contacts);
  return { tx, mode, latest, contacts, known, waiting: new Set() };
}

interface Wave {
  readonly sessions: readonly LoadedSession[];
  readonly messages: readonly ReceivedMessage[];
}

/**
 * Those whose session somebody holds, and then the others: only for these the rules run, under a lock that
 * all batches of an account share. What others can do without it is written before it is taken. Not so a
 * customer's first message in a session: it may take back the end message of an older one, which
 * somebody who holds the lock may be waiting for.
 */
function wavesOf({ latest, contacts }: Found, received: readonly ReceivedMessage[]): Wave[] {
  const sessions = Map.groupBy(latest.values(), comesFirst);
  const messages = Map.groupBy(received, (message) => {
    const { contactId } = required(contacts.get(message));
    return comesFirst(required(latest.get(threadOf({ channelId: message.channelId, contactId }))));
  });
  return [true, false].flatMap((first) => {
    const some = messages.get(first);
    return some === undefined ? [] : { sessions: sessions.get(first) ?? [], messages: some };
  });
}

function comesFirst(session: LoadedSession): boolean {
  return !needsSomebody(session) && session.facts.customerWrote;
}

/** The rules run where a session opens, or where nobody holds the open one. */
function needsSomebody({ id, facts }: LoadedSession): boolean {
  return id === "" || facts.closed !== null || facts.assignee === null;
}

async function startReceiving(
  deps: Deps,
  found: Found,
  sessions: readonly LoadedSession[],
): Promise<Receiving> {
  const world = await loadWorld(
    found.tx,
    deps,
    sessions,
    accountsOf(sessions.filter(needsSomebody)),
  );
  const batch = new DecisionBatch(world);
  for (const session of sessions) if (session.id !== "") batch.add(session);
  return { ...found, world, batch };
}

/** A contact is called as they call themself in their newest message. */
function renameContacts(
  tx: Tx,
  latest: Map<string, LoadedSession>,
  contacts: Receiving["contacts"],
): void {
  const names = new Map<string, ContactName>();
  for (const [message, { contactId }] of contacts) {
    const { accountId, channelId } = message;
    const { name } = message.event.contact;
    const thread = threadOf({ channelId, contactId });
    const session = latest.get(thread);
    if (name === null || session === undefined || session.contact.named) continue;
    if (session.contact.name === name) continue;
    latest.set(thread, { ...session, contact: { ...session.contact, name } });
    names.set(contactId, { accountId, contactId, name });
  }
  noteNames(tx, [...names.values()]);
}

async function receiveOne(receiving: Receiving, message: ReceivedMessage): Promise<Outcome> {
  const { known, waiting, mode } = receiving;
  const { contactId } = required(receiving.contacts.get(message));
  const key = `${message.channelId} ${message.event.externalId}`;
  if (known.has(key)) return "duplicate";
  const thread = threadOf({ channelId: message.channelId, contactId });
  const latest = required(receiving.latest.get(thread));
  const place = placeOf(receiving, message, latest);
  const simple = message.event.type === "customerMessage" && (place === "join" || place === "open");
  if (waiting.has(thread) || (mode === "together" && !simple && place !== "keep")) {
    waiting.add(thread);
    return "deferred";
  }
  const id = newId();
  known.set(key, id);
  if (place === "keep") {
    keep(receiving, message, latest, id);
    return "stored";
  }
  const session = place === "open" ? openNext(receiving, message, latest) : latest;
  const event = await eventOf(receiving, message, id, place, session);
  receiving.batch.decide(session.id, event);
  const { facts } = receiving.batch.session(session.id);
  const waitNumber = event.type === "customerMessageReceived" ? waitOf(facts, event.stamp) : null;
  receiving.batch.addMessage({ ...messageOf(receiving, message, session, id), waitNumber }, false);
  receiving.latest.set(thread, receiving.batch.session(session.id));
  return "stored";
}

/** The wait a message belongs to; one that an echo answered before it came belongs to none. */
function waitOf({ wait, lastEchoStamp }: SessionFacts, stamp: number): number | null {
  if (lastEchoStamp !== null && stamp <= lastEchoStamp) return null;
  return wait?.number ?? null;
}

type Place = "join" | "void" | "reopenWithin" | "open" | "keep";

function placeOf(receiving: Receiving, { event }: ReceivedMessage, latest: LoadedSession): Place {
  const exists = latest.id !== "";
  if (exists && latest.contact.blocked) return "keep";
  const facts = exists ? latest.facts : null;
  const stamp = stampOf(receiving, event);
  if (event.type === "echo") return placeEcho(facts, stamp);
  const { now } = receiving.world;
  const at = clampCustomerStamp(stamp, now);
  const settings = receiving.world.contextOf(latest).settings.newest;
  return placeCustomerMessage(facts, { stamp, at }, settings);
}

/** The provider's stamp, epoch ms; a payload without one counts as written now. */
function stampOf(receiving: Receiving, event: ReceivedMessage["event"]): number {
  return event.at > 0 ? event.at : receiving.world.now;
}

function openNext(
  receiving: Receiving,
  message: ReceivedMessage,
  latest: LoadedSession,
): LoadedSession {
  const { lastCustomerStamp, now: ids } = required(receiving.contacts.get(message));
  const { now } = receiving.world;
  const session = nextSession(latest, { id: newId(), now, lastCustomerStamp });
  receiving.batch.add(session, { phone: ids.phone, username: ids.username });
  return session;
}

async function eventOf(
  { tx, world }: Receiving,
  { event }: ReceivedMessage,
  messageId: string,
  place: Place,
  session: LoadedSession,
): Promise<SessionEvent> {
  const stamp = event.at > 0 ? event.at : world.now;
  if (event.type === "echo") {
    const history = await loadHistory(tx, session);
    const at = clampEchoStamp(stamp, world.now);
    return { type: "agentEchoReceived", messageId, at, stamp, history };
  }
  const at = clampCustomerStamp(stamp, world.now);
  const message = { type: "customerMessageReceived", messageId, at, stamp } as const;
  if (place !== "void" && place !== "reopenWithin") return message;
  return {
    type: "sessionReopened",
    why: { type: place, message },
    history: await loadHistory(tx, session),
    assigneeActive: await assigneeIsActive(tx, session),
    isLatest: true,
  };
}

/** A blocked contact's message is kept and starts nothing (clock.md §4.8). */
function keep(
  receiving: Receiving,
  message: ReceivedMessage,
  session: LoadedSession,
  id: string,
): void {
  const write = messageOf(receiving, message, session, id);
  receiving.batch.addMessage({ ...write, startsNothing: true }, false);
}

function messageOf(
  receiving: Receiving,
  { channelId, event }: ReceivedMessage,
  session: LoadedSession,
  id: string,
): MessageWrite {
  const { now } = receiving.world;
  const stamp = stampOf(receiving, event);
  const isEcho = event.type === "echo";
  const replyTo = isEcho ? null : event.replyTo;
  return {
    accountId: session.accountId,
    sessionId: session.id,
    id,
    channelId: session.channelId,
    contactId: session.contactId,
    kind: isEcho ? "agent" : "inbound",
    isEcho,
    authorId: null,
    content: event.content,
    externalId: event.externalId,
    replyTo,
    replyToId: receiving.known.get(`${channelId} ${replyTo}`) ?? null,
    stamp,
    at: isEcho ? clampEchoStamp(stamp, now) : clampCustomerStamp(stamp, now),
    createdAt: now,
    waitNumber: null,
    delivery: isEcho ? "sent" : null,
    closeOrdinal: null,
    startsNothing: false,
    raw: event.raw,
  };
}

function noteStamps({ tx, world, contacts }: Receiving, stored: readonly ReceivedMessage[]): void {
  const stamps = stored.flatMap((message) => {
    const { accountId, channelId, event } = message;
    if (event.type === "echo") return [];
    const stamp = Math.min(event.at > 0 ? event.at : world.now, world.now);
    return { accountId, channelId, contactId: required(contacts.get(message)).contactId, stamp };
  });
  noteCustomerStamps(tx, stamps);
}

/** A contact's sessions on one channel; a contact on two channels has two clocks (clock.md §1). */
function threadOf({ channelId, contactId }: { channelId: string; contactId: string }): string {
  return `${channelId} ${contactId}`;
}

/** Of the message, and of the one that it quotes. */
function externalKeys({ accountId, channelId, event }: ReceivedMessage) {
  const quoted = event.type === "echo" ? null : event.replyTo;
  return [event.externalId, ...(quoted === null ? [] : [quoted])].map((externalId) => ({
    ...{ accountId, channelId, externalId },
  }));
}

function required<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("the batch lost track of a contact");
  return value;
}
