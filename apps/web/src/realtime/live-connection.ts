/**
 * The WebSocket to the server (docs/events.md): connects, keeps the cursor, connects again with it after
 * every loss, so that nothing is missed and nothing comes twice.
 *
 *     connecting ──open──▶ live ──lost──▶ waiting ──time, or the network is back──▶ connecting
 *                                   └──1008──▶ ended: the login is over
 */
export type LiveState = "connecting" | "live" | "waiting" | "ended";

export interface LiveHandlers {
  /** A message of the server, already parsed. */
  readonly onMessage: (message: ServerMessage) => void;
  readonly onState: (state: LiveState) => void;
}

/** The outside of what the server says; `realtime/dispatch.ts` knows the inside. */
export interface ServerMessage {
  readonly type: string;
  readonly cursor?: string;
}

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 15_000;
const LOGIN_ENDED = 1008;

export class LiveConnection {
  readonly #handlers: LiveHandlers;
  #socket: WebSocket | null = null;
  #cursor: string | null = null;
  #failures = 0;
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(handlers: LiveHandlers) {
    this.#handlers = handlers;
  }

  start(): void {
    window.addEventListener("online", this.#connectNow);
    this.#connect();
  }

  stop(): void {
    window.removeEventListener("online", this.#connectNow);
    if (this.#timer !== null) clearTimeout(this.#timer);
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
  }

  /** Says something to the server if it can hear it now; what isn't said is said anew after `hello`. */
  say(message: Readonly<Record<string, unknown>>): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
  }

  /** Somebody wants to be back at once. */
  connectNow(): void {
    this.#connectNow();
  }

  readonly #connectNow = () => {
    if (this.#socket !== null) return;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#connect();
  };

  #connect(): void {
    this.#timer = null;
    this.#handlers.onState("connecting");
    const url = new URL("/api/v1/events", location.href);
    url.protocol = url.protocol.replace("http", "ws");
    if (this.#cursor !== null) url.searchParams.set("cursor", this.#cursor);
    const socket = new WebSocket(url);
    this.#socket = socket;
    socket.addEventListener("message", ({ data }) => this.#hear(socket, String(data)));
    socket.addEventListener("close", ({ code }) => this.#lose(socket, code));
  }

  #hear(socket: WebSocket, data: string): void {
    if (socket !== this.#socket) return;
    const message = JSON.parse(data) as ServerMessage;
    if (message.type === "hello") {
      this.#failures = 0;
      this.#handlers.onState("live");
    }
    this.#handlers.onMessage(message);
    // Only what has been applied is never asked for again.
    this.#cursor = message.cursor ?? this.#cursor;
  }

  #lose(socket: WebSocket, code: number): void {
    if (socket !== this.#socket) return;
    this.#socket = null;
    if (code === LOGIN_ENDED) {
      this.#handlers.onState("ended");
      return;
    }
    this.#handlers.onState("waiting");
    const pause = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** this.#failures);
    this.#failures += 1;
    // Not all screens of a business at the same instant.
    this.#timer = setTimeout(() => this.#connect(), pause * (0.5 + Math.random() / 2));
  }
}
