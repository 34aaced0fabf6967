import { connect, type Socket } from "node:net";

/** What an answer says that a load generator looks at. Status 0: the connection was lost instead. */
export interface LoadAnswer {
  readonly status: number;
  /** Seconds; `null`: no such header. */
  readonly retryAfter: number | null;
}

const LOST: LoadAnswer = { status: 0, retryAfter: null };

/**
 * One keep-alive connection on which whole requests go out and answers come in, one at a time. It reads
 * of HTTP only what our server writes: a head with `Content-Length`, then so many bytes. Opens itself
 * again when the server closed it.
 */
export class LoadConnection {
  readonly #port: number;
  readonly #host: string;
  #socket: Socket | null = null;
  #received: Buffer = Buffer.alloc(0);
  #answered: ((answer: LoadAnswer) => void) | null = null;

  constructor(url: string) {
    const { hostname, port } = new URL(url);
    this.#host = hostname;
    this.#port = Number(port);
  }

  send(request: Buffer): Promise<LoadAnswer> {
    const { promise, resolve } = Promise.withResolvers<LoadAnswer>();
    this.#answered = resolve;
    this.#socket ??= this.#open();
    this.#socket.write(request);
    return promise;
  }

  close(): void {
    this.#socket?.destroy();
  }

  #open(): Socket {
    const socket = connect({ host: this.#host, port: this.#port, noDelay: true });
    socket.on("data", (chunk: Buffer) => this.#receive(chunk));
    socket.on("error", () => socket.destroy());
    socket.on("close", () => {
      if (this.#socket === socket) this.#socket = null;
      this.#settle(LOST);
    });
    return socket;
  }

  #receive(chunk: Buffer): void {
    this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk]);
    const headEnd = this.#received.indexOf("\r\n\r\n");
    if (headEnd === -1) return;
    const head = this.#received.toString("latin1", 0, headEnd).toLowerCase();
    const whole = headEnd + 4 + (numberIn(head, "\r\ncontent-length: ") ?? 0);
    if (this.#received.length < whole) return;
    this.#received = Buffer.alloc(0);
    const closes = head.includes("\r\nconnection: close");
    if (closes) this.#socket = null;
    this.#settle({
      status: Number(head.slice(9, 12)),
      retryAfter: numberIn(head, "\r\nretry-after: "),
    });
  }

  #settle(answer: LoadAnswer): void {
    const answered = this.#answered;
    this.#answered = null;
    this.#received = Buffer.alloc(0);
    answered?.(answer);
  }
}

function numberIn(head: string, header: string): number | null {
  const at = head.indexOf(header);
  return at === -1 ? null : Number.parseInt(head.slice(at + header.length), 10);
}
