/**
 * Brings the event log to the agents' sockets. One reader per process follows the log, once for all
 * sockets; each batch is encoded once for all sockets of an account that are shown the same of it. What
 * a socket is shown: `realtime-hub-encoding.ts`. Whose member sees other sessions than before is told to
 * load afresh.
 *
 *     join ──▶ catching up: reads the log itself from the client's cursor; live batches queue
 *                │
 *                ▼
 *              live: gets each batch ──▶ left, cut for being slow, or closed at shutdown
 *
 * The hub's cursor and the client's are both snapshots, and snapshots of one server contain each
 * other, so what the catch-up gave can be dropped from the queue row by row: no gap, no double.
 * A gap is ruled out by the order of things: a socket is registered, then a round of the hub that
 * began afterwards ends, and only then is the end of the catch-up read.
 */
import { EVENTS_CLOSE } from "@punctual/contract";
import { keepEventEpoch } from "../actions/keep-event-epoch.ts";
import { after, elapsedMs, every, sleep } from "../platform/clock.ts";
import type { Database } from "../platform/database.ts";
import type { Logger } from "../platform/logger.ts";
import { Loop, type Round } from "../platform/loop.ts";
import type { Metrics } from "../platform/metrics.ts";
import { ACCESS_CHANGED } from "../store/account-events.ts";
import { type EventRow, readEvents, readTail } from "../store/event-log.ts";
import {
  isVisibleIn,
  isWholeCursor,
  type Snapshot,
  snapshotOf,
  timeOf,
} from "../store/event-log-cursor.ts";
import { readOnlineMembers } from "../store/presence.ts";
import { createEncoder, message } from "./realtime-hub-encoding.ts";
import type { Presence, PresenceKeeper } from "./realtime-hub-presence.ts";
import { lookUpSights, type Onlooker, unknownSight, whoSeesOthers } from "./realtime-hub-sight.ts";
import type { Joined, Joining } from "./realtime-hub-socket.ts";
import { TypingRelay } from "./realtime-hub-typing.ts";
import type { LiveSignals } from "./signals.ts";

export interface RealtimeHubOptions {
  readonly db: Database;
  readonly logger: Logger;
  readonly signals: Pick<LiveSignals, "onEvents" | "onTyping" | "typing">;
  readonly presence: Pick<PresenceKeeper, "add">;
  readonly metrics?: Pick<Metrics, "sockets">;
  /** A socket with more bytes waiting than this is cut; its client resumes when it can. */
  readonly maxBufferedBytes?: number;
  /** A client farther behind than this many events loads afresh. */
  readonly maxBehind?: number;
}

interface Client extends Joining, Onlooker {
  readonly presence: Presence;
  /** Batches that came while catching up; `null` once live. */
  queue: Batch[] | null;
  queuedRows: number;
  /** What the catch-up gave already; `null` once the hub has passed it. */
  seen: Snapshot | null;
  /** The last cursor sent. */
  told: string | null;
}

type Batch =
  | { readonly type: "events"; readonly rows: readonly EventRow[]; readonly cursor: string }
  | { readonly type: "resync"; readonly cursor: string };

const MAX_BUFFERED_BYTES = 4_000_000;
const MAX_QUEUED_ROWS = 20_000;
const MAX_BEHIND = 20_000;
const PAGE = 500;
/** Polling covers a notification that was lost. */
const POLL_MS = 1_000;
/** Between two reads: under load, events then travel together. Never more than half the time is sending. */
const PAUSE_MS = 5;
const MAX_PAUSE_MS = 50;
/** An idle client's cursor moves too, or a resume would have to look through what others did. */
const CURSOR_EVERY_MS = 20_000;

/** How long a client may take to answer the good-bye. */
const GOODBYE_MS = 2_000;

export class RealtimeHub {
  readonly #options: RealtimeHubOptions;
  readonly #loop: Loop;
  readonly #clients = new Map<string, Set<Client>>();
  /** Who waits for a round that begins after they registered. */
  #waiting: (() => void)[] = [];
  #cursor: string | null = null;
  /** How far the database's clock is ahead of this process's, which counts from its start, in ms. */
  #aheadMs = 0;
  #pauseUntil = 0;
  readonly #typing: TypingRelay;
  #stops: (() => void)[] = [];
  #stopped = false;
  readonly #allLeft = Promise.withResolvers<void>();

  constructor(options: RealtimeHubOptions) {
    this.#options = options;
    this.#loop = new Loop({
      name: "realtime",
      logger: options.logger,
      runOnce: () => this.runOnce(),
      maxSleepMs: POLL_MS,
    });
    this.#typing = new TypingRelay({ ...options, socketsOf: (id) => this.#liveOf(id) });
  }

  start(): void {
    this.#stops = [
      this.#options.signals.onEvents(() => this.#loop.wake()),
      every(CURSOR_EVERY_MS, () => this.#tellCursors()),
      this.#typing.start(),
    ];
    this.#loop.start();
  }

  /** Says good-bye to every socket (1001: the server goes away) and ends the reading. */
  async stop(): Promise<void> {
    this.#stopped = true;
    for (const stop of this.#stops) stop();
    for (const client of this.#all())
      client.socket.close(EVENTS_CLOSE.goingAway, "server shutting down");
    const cancel = after(GOODBYE_MS, () => {
      for (const client of [...this.#all()]) this.#drop(client);
    });
    if (this.#clients.size > 0) await this.#allLeft.promise;
    cancel();
    await this.#loop.stop();
  }

  /**
   * Adds a socket: it is sent `hello`, what it missed since its cursor, then everything as it commits.
   * Gives what to do when the client says something, and when it is gone.
   */
  join(joining: Joining): Joined {
    const { member, socket, cursor } = joining;
    if (this.#stopped) {
      socket.close(EVENTS_CLOSE.goingAway, "server shutting down");
      return { show: () => undefined, type: () => undefined, leave: () => undefined };
    }
    const presence = this.#options.presence.add(member, { resumes: cursor !== null });
    const { accountId } = member;
    const client: Client = {
      ...{ ...joining, ...unknownSight(member), presence },
      ...{ queue: [], queuedRows: 0, seen: null, told: null },
    };
    const others = this.#clients.get(accountId);
    if (others === undefined) this.#clients.set(accountId, new Set([client]));
    else others.add(client);
    this.#count();
    this.#catchUp(client).catch((error: unknown) => {
      this.#options.logger.error({ err: error }, "a socket could not catch up with the event log");
      client.socket.close(EVENTS_CLOSE.failed, "try again");
    });
    return {
      show: presence.show,
      type: (sessionId, typing) => this.#typing.say(client, sessionId, typing),
      leave: () => this.#remove(client),
    };
  }

  /** Reads once and hands out what there is. */
  async runOnce(): Promise<Round> {
    const waiting = this.#waiting.splice(0);
    try {
      const round = await this.#follow();
      for (const done of waiting) done();
      return round;
    } catch (error) {
      this.#waiting.unshift(...waiting);
      throw error;
    }
  }

  async #follow(): Promise<Round> {
    if (this.#clients.size === 0) {
      this.#cursor = null;
      return { nextInMs: POLL_MS };
    }
    if (this.#cursor === null) {
      this.#cursor = await this.#readTail();
      return { nextInMs: POLL_MS };
    }
    await pause(this.#pauseUntil - elapsedMs());
    const accountIds = [...this.#clients.keys()];
    const read = await readEvents(this.#options.db, { cursor: this.#cursor, accountIds });
    const began = elapsedMs();
    if (read.type === "events") this.#setClock(read.now);
    if (read.type === "resync") {
      this.#cursor = await this.#readTail();
      this.#options.logger.warn({ reason: read.reason }, "clients have to load afresh");
      for (const client of this.#all()) {
        this.#deliver(client, { type: "resync", cursor: this.#cursor });
      }
    } else {
      const turned = whoSeesOthers(read.rows);
      const looking = [...this.#all()].filter(({ member }) => turned.has(member.id));
      await lookUpSights(this.#options.db, looking);
      this.#cursor = read.cursor;
      this.#handOut(read.rows, read.cursor);
    }
    const took = elapsedMs() - began;
    this.#pauseUntil = elapsedMs() + Math.min(MAX_PAUSE_MS, Math.max(PAUSE_MS, took));
    return { nextInMs: read.type === "events" && read.more ? 0 : POLL_MS };
  }

  async #readTail(): Promise<string> {
    await keepEventEpoch(this.#options);
    const tail = await readTail(this.#options.db);
    this.#setClock(timeOf(tail));
    return tail;
  }

  #setClock(now: number): void {
    this.#aheadMs = now - elapsedMs();
  }

  /** What the database's clock says by now, epoch ms: clients reckon with it. */
  #now(): number {
    return Math.round(elapsedMs() + this.#aheadMs);
  }

  #handOut(rows: readonly EventRow[], cursor: string): void {
    for (const [accountId, own] of Map.groupBy(rows, (row) => row.accountId)) {
      const encode = createEncoder(own, cursor, this.#now());
      const turned = whoSeesOthers(own);
      for (const client of this.#clients.get(accountId) ?? []) {
        if (turned.has(client.member.id)) this.#deliver(client, { type: "resync", cursor });
        else if (client.queue === null && client.seen === null)
          this.#send(client, encode(client.sight), cursor);
        else this.#deliver(client, { type: "events", rows: own, cursor });
      }
      this.#checkAccess(accountId, own);
    }
  }

  #checkAccess(accountId: string, rows: readonly EventRow[]): void {
    for (const { type, memberId } of rows) {
      if (type !== ACCESS_CHANGED) continue;
      for (const client of this.#clients.get(accountId) ?? []) {
        if (client.member.id === memberId) client.socket.checkAccess();
      }
    }
  }

  /** For one that catches up, or still has to drop what the catch-up gave. */
  #deliver(client: Client, batch: Batch): void {
    if (client.queue !== null) {
      client.queue.push(batch);
      client.queuedRows += batch.type === "events" ? batch.rows.length : 0;
      if (client.queuedRows > MAX_QUEUED_ROWS) this.#cut(client);
      return;
    }
    if (batch.type === "resync") {
      client.seen = null;
      this.#send(client, message({ type: "resync", cursor: batch.cursor }), batch.cursor);
      return;
    }
    const { seen } = client;
    const rows =
      seen === null ? batch.rows : batch.rows.filter((row) => !isVisibleIn(row.xid, seen));
    const whole = isWholeCursor(batch.cursor);
    // In the middle of pages, the cursor knows nothing of what the catch-up gave.
    const cursor = seen === null || whole ? batch.cursor : null;
    const encoded = createEncoder(rows, cursor, this.#now())(client.sight);
    if (encoded !== null) this.#send(client, encoded, cursor);
    if (seen !== null && whole && snapshotOf(batch.cursor).xmin >= seen.xmax) client.seen = null;
  }

  async #catchUp(client: Client): Promise<void> {
    const { db, maxBehind = MAX_BEHIND } = this.#options;
    const { accountId } = client.member;
    await client.presence.ready;
    await this.#nextRound();
    const online = await readOnlineMembers(db, accountId);
    const hello = (cursor: string) => {
      const { id: memberId } = client.member;
      const said = { type: "hello", cursor, memberId, online, now: this.#now() } as const;
      this.#send(client, message(said), cursor);
    };
    let cursor = client.cursor;
    let first = true;
    if (cursor !== null) await lookUpSights(db, [client]);
    while (cursor !== null && this.#has(client)) {
      const query = { accountIds: [accountId], cursor, limit: PAGE, maxBehind };
      const read = await readEvents(db, query);
      if (read.type === "resync" || whoSeesOthers(read.rows).has(client.member.id)) break;
      if (first) hello(cursor);
      first = false;
      cursor = read.cursor;
      const encoded = createEncoder(read.rows, cursor, this.#now())(client.sight);
      if (encoded !== null) await this.#sendAndWait(client, encoded, cursor);
      if (!read.more) return this.#goLive(client, cursor);
    }
    const tail = await this.#readTail();
    // What changes from here on is in what the hub reads.
    await lookUpSights(db, [client]);
    if (first) hello(tail);
    if (client.cursor !== null) {
      this.#send(client, message({ type: "resync", cursor: tail }), tail);
    }
    this.#goLive(client, tail);
  }

  #goLive(client: Client, cursor: string): void {
    const queue = client.queue ?? [];
    client.queue = null;
    client.seen = snapshotOf(cursor);
    for (const batch of queue) this.#deliver(client, batch);
  }

  #nextRound(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.push(resolve);
    this.#loop.wake();
    return promise;
  }

  #send(client: Client, encoded: Buffer | null, cursor: string | null, sent?: () => void): void {
    if (encoded === null || !this.#has(client)) {
      sent?.();
      return;
    }
    const { maxBufferedBytes = MAX_BUFFERED_BYTES } = this.#options;
    client.socket.send(encoded, sent);
    client.told = cursor;
    if (client.socket.bufferedBytes() > maxBufferedBytes) this.#cut(client);
  }

  async #sendAndWait(client: Client, encoded: Buffer, cursor: string): Promise<void> {
    await new Promise<void>((sent) => this.#send(client, encoded, cursor, sent));
  }

  #cut(client: Client): void {
    const { id: memberId, accountId } = client.member;
    this.#options.logger.warn({ memberId, accountId }, "a slow socket was cut; it can resume");
    this.#drop(client);
  }

  #drop(client: Client): void {
    this.#remove(client);
    client.socket.cut();
  }

  #tellCursors(): void {
    const cursor = this.#cursor;
    if (cursor === null || !isWholeCursor(cursor)) return;
    for (const client of this.#all()) {
      if (client.queue !== null || client.seen !== null || client.told === cursor) continue;
      this.#send(client, message({ type: "cursor", cursor }), cursor);
    }
  }

  #has(client: Client): boolean {
    return this.#clients.get(client.member.accountId)?.has(client) ?? false;
  }

  #remove(client: Client): void {
    // Who is here when the server goes away is not offline by that (clock.md §6).
    if (!this.#stopped) {
      client.presence.leave();
      this.#typing.leave(client);
    }
    const { accountId } = client.member;
    const clients = this.#clients.get(accountId);
    clients?.delete(client);
    if (clients?.size === 0) this.#clients.delete(accountId);
    this.#count();
    if (this.#clients.size === 0 && this.#stopped) this.#allLeft.resolve();
  }

  #count(): void {
    this.#options.metrics?.sockets([...this.#all()].length);
  }

  *#liveOf(accountId: string): Iterable<Client> {
    for (const client of this.#clients.get(accountId) ?? []) {
      if (client.queue === null) yield client;
    }
  }

  *#all(): Iterable<Client> {
    for (const clients of this.#clients.values()) yield* clients;
  }
}

async function pause(ms: number): Promise<void> {
  if (ms > 0) await sleep(ms);
}
