import { Duplex } from "node:stream";

/** The other end of a simulated socket. */
export interface SocketPeer {
  connecting(): void;
  sent(bytes: Buffer): void;
  /** The client is gone, or has closed its side. */
  left(): void;
}

/** What a node takes for the socket to its database. */
export class SimSocket extends Duplex {
  readonly #peer: SocketPeer;

  constructor(peerOf: (socket: SimSocket) => SocketPeer) {
    super({ allowHalfOpen: false });
    this.#peer = peerOf(this);
  }

  connect(): this {
    this.#peer.connecting();
    return this;
  }

  setNoDelay(): this {
    return this;
  }

  setKeepAlive(): this {
    return this;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }

  override _read(): void {}

  override _write(bytes: Buffer, _encoding: string, done: () => void): void {
    this.#peer.sent(bytes);
    done();
  }

  override _final(done: () => void): void {
    this.#peer.left();
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#peer.left();
    done(error);
  }
}
