/**
 * The door for live connections: `GET /api/v1/events`, a WebSocket. It authenticates, keeps the limits,
 * notices dead sockets and hands the living ones to the hub, which speaks to them. What both sides say,
 * and the close codes, are in the contract: `packages/contract/src/api/events.ts`.
 */
import { type IncomingMessage, type Server, STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import {
  ClientSaying,
  ERRORS,
  type ErrorCode,
  EVENTS_CLOSE,
  PunctualError,
  problemOf,
} from "@punctual/contract";
import { type WebSocket, WebSocketServer } from "ws";
import type { MemberIdentity } from "../actions/deps.ts";
import { after, every } from "../platform/clock.ts";
import type { Logger } from "../platform/logger.ts";
import { isTransient } from "../platform/transient.ts";
import { notAuthenticated } from "./auth/authenticate.ts";

/** Who takes a socket once it is let in; `join` gives what to call when it speaks, and when it is gone. */
export interface EventHub {
  join(joining: {
    readonly member: MemberIdentity;
    readonly cursor: string | null;
    readonly socket: {
      send(message: Buffer, sent?: () => void): void;
      bufferedBytes(): number;
      close(code: number, reason: string): void;
      cut(): void;
      checkAccess(): void;
    };
  }): {
    show(visible: boolean): void;
    type(sessionId: string, typing: boolean): void;
    leave(): void;
  };
}

export interface EventsDoorOptions {
  readonly server: Server;
  readonly hub: EventHub;
  readonly logger: Logger;
  /** Who sends this request, by cookie or `Authorization: Bearer`; `null`: nobody we know. */
  readonly authenticate: (
    request: IncomingMessage,
    /** `fresh`: as it is now, whatever is remembered. */
    how: { readonly fresh: boolean },
  ) => Promise<MemberIdentity | null>;
  /** The member did something at their screen. */
  readonly onActivity: (member: MemberIdentity) => void;
  /** The address people open: pages from elsewhere may not connect with somebody's cookie. */
  readonly publicUrl: string;
  readonly limits?: Partial<EventsLimits>;
}

export interface EventsLimits {
  readonly connectionsPerMember: number;
  readonly connections: number;
  readonly pingEveryMs: number;
  /**
   * So many pings in a row without a sign of life, and by the next the socket is dead. Counted, not timed: who
   * stood still for a while, this process too, has not read the answers yet.
   */
  readonly unansweredPings: number;
  /** How often an open socket's login or token is checked again, and first, how soon. */
  readonly recheckEveryMs: number;
  readonly firstRecheckMs: number;
}

const LIMITS: EventsLimits = {
  connectionsPerMember: 20,
  connections: 10_000,
  pingEveryMs: 20_000,
  unansweredPings: 2,
  recheckEveryMs: 60_000,
  // Who was let in by what was remembered of a login that had just ended is out again soon.
  firstRecheckMs: 5_000,
};

const PATH = "/api/v1/events";
/** Clients have little to say. */
const MAX_MESSAGE_BYTES = 4_096;

/** Opens the door on a server. Gives the function that closes it; open sockets are the hub's. */
export function openEventsDoor(options: EventsDoorOptions): () => void {
  const { server, logger } = options;
  const limits = { ...LIMITS, ...options.limits };
  const sockets = new SocketCounter();
  const webSockets = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_MESSAGE_BYTES,
    perMessageDeflate: false,
    clientTracking: false,
  });

  const admit = async (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    const member = await authorizeConnection(options, request);
    if (sockets.of(member.id) >= limits.connectionsPerMember || sockets.all >= limits.connections) {
      throw new PunctualError("too_many_requests", "Too many live connections are open.");
    }
    if (stream.destroyed) return;
    webSockets.handleUpgrade(request, stream, head, (socket) => {
      const release = sockets.count(member.id);
      const cursor = targetOf(request)?.searchParams.get("cursor") ?? null;
      const { checkAccess, stop } = watchSocket(socket, { ...options, request, member, limits });
      const handle = { ...socketFor(socket), checkAccess };
      const joined = options.hub.join({ member, cursor, socket: handle });
      socket.on("message", (data) => {
        const said = parseSaying(String(data));
        if (said?.type === "visible") joined.show(said.visible);
        if (said?.type === "typing") joined.type(said.sessionId, said.typing);
        if (said?.type === "active") options.onActivity(member);
      });
      socket.once("close", () => {
        stop();
        release();
        joined.leave();
      });
    });
  };
  const onUpgrade = (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    const onError = () => stream.destroy();
    stream.on("error", onError);
    admit(request, stream, head)
      .catch((error: unknown) => {
        if (!(error instanceof PunctualError)) logger.error({ err: error }, "an upgrade failed");
        refuse(stream, problemFor(error));
      })
      .finally(() => stream.off("error", onError));
  };
  server.on("upgrade", onUpgrade);
  return () => void server.off("upgrade", onUpgrade);
}

function problemFor(error: unknown): PunctualError {
  if (error instanceof PunctualError) return error;
  return new PunctualError(isTransient(error) ? "unavailable" : "internal");
}

async function authorizeConnection(
  { authenticate, publicUrl }: EventsDoorOptions,
  request: IncomingMessage,
): Promise<MemberIdentity> {
  if (targetOf(request)?.pathname !== PATH) throw new PunctualError("not_found");
  // A browser sends its cookie along from any page; a token is only sent by who has it.
  if (request.headers.authorization === undefined && !isOwnPage(request, publicUrl)) {
    throw new PunctualError("not_allowed", "Live connections are for our own pages only.");
  }
  const member = await authenticate(request, { fresh: false });
  if (member === null) throw notAuthenticated(request.headers);
  return member;
}

function isOwnPage({ headers }: IncomingMessage, publicUrl: string): boolean {
  // Browsers always name the page's origin: what names none is no browser.
  if (headers.origin === undefined) return true;
  const origin = URL.parse(headers.origin);
  if (origin === null) return false;
  return origin.origin === URL.parse(publicUrl)?.origin || origin.host === headers.host;
}

/** `null`: nothing that we know of. */
function parseSaying(text: string): ClientSaying | null {
  try {
    return ClientSaying.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

function targetOf(request: IncomingMessage): URL | null {
  return URL.parse(request.url ?? "", "http://localhost");
}

function refuse(stream: Duplex, error: PunctualError): void {
  const body = JSON.stringify(problemOf(error));
  const { status } = ERRORS[error.code satisfies ErrorCode];
  stream.end(
    [
      `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
      "content-type: application/problem+json",
      `content-length: ${Buffer.byteLength(body)}`,
      "connection: close",
      "",
      body,
    ].join("\r\n"),
  );
}

function socketFor(
  socket: WebSocket,
): Omit<Parameters<EventHub["join"]>[0]["socket"], "checkAccess"> {
  return {
    send: (message, sent) => socket.send(message, { binary: false }, () => sent?.()),
    bufferedBytes: () => socket.bufferedAmount,
    close: (code, reason) => socket.close(code, reason),
    cut: () => socket.terminate(),
  };
}

interface Watched extends Pick<EventsDoorOptions, "authenticate" | "logger"> {
  readonly request: IncomingMessage;
  readonly member: MemberIdentity;
  readonly limits: EventsLimits;
}

/**
 * Pings the socket, and ends it when nothing comes back, when its login or token has ended, and when its
 * member has another role: the next one is opened with that.
 */
function watchSocket(
  socket: WebSocket,
  { request, member, limits, authenticate, logger }: Watched,
): { readonly checkAccess: () => void; readonly stop: () => void } {
  const { pingEveryMs, unansweredPings, recheckEveryMs, firstRecheckMs } = limits;
  let unanswered = 0;
  const alive = () => {
    unanswered = 0;
  };
  socket.on("pong", alive);
  socket.on("message", alive);
  socket.on("error", () => socket.terminate());
  const stopPings = every(pingEveryMs, () => {
    if (unanswered >= unansweredPings) socket.terminate();
    else socket.ping();
    unanswered += 1;
  });
  const check = (fresh: boolean) => {
    authenticate(request, { fresh }).then(
      (now) => {
        if (now === null) socket.close(EVENTS_CLOSE.notLoggedIn, "no longer logged in");
        else if (now.role !== member.role) socket.close(EVENTS_CLOSE.otherRole, "connect again");
      },
      (error: unknown) => logger.warn({ err: error }, "a live connection was not checked again"),
    );
  };
  const cancelFirst = after(firstRecheckMs, () => check(false));
  const stopRechecks = every(recheckEveryMs, () => check(false));
  return {
    checkAccess: () => check(true),
    stop: () => {
      stopPings();
      cancelFirst();
      stopRechecks();
    },
  };
}

class SocketCounter {
  readonly #byMember = new Map<string, number>();
  #all = 0;

  get all(): number {
    return this.#all;
  }

  of(memberId: string): number {
    return this.#byMember.get(memberId) ?? 0;
  }

  /** Counts a socket until the function it gives is called. */
  count(memberId: string): () => void {
    this.#add(memberId, 1);
    return () => this.#add(memberId, -1);
  }

  #add(memberId: string, step: number): void {
    this.#all += step;
    const left = this.of(memberId) + step;
    if (left === 0) this.#byMember.delete(memberId);
    else this.#byMember.set(memberId, left);
  }
}
