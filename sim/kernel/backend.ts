import { connect, type Socket } from "node:net";
import { type Answer, AnswerReader, SYNC } from "./wire.ts";

/** The real timers: the global names are replaced for the code of nodes. */
const { setTimeout, clearTimeout, setImmediate } = globalThis;

/** How long PostgreSQL may think before it is asked whether it waits for a lock, in real ms. */
const PATIENCE_MS = 4;

/** A process of PostgreSQL, and the one real connection to it. */
export class Backend {
  readonly #socket: Socket;
  readonly #reader = new AnswerReader();
  #wake: (() => void) | null = null;
  #closed = false;
  #awaited = 0;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on("data", (bytes) => {
      this.#reader.read(Buffer.from(bytes));
      this.#wake?.();
    });
    socket.on("error", () => undefined);
    socket.on("close", () => {
      this.#closed = true;
      this.#wake?.();
    });
  }

  /** @param path the server's Unix socket */
  static async open(path: string): Promise<Backend> {
    const socket = connect(path);
    await new Promise<void>((resolve, reject) => {
      socket.once("connect", resolve).once("error", reject);
    });
    return new Backend(socket);
  }

  get pid(): number {
    return this.#reader.pid;
  }

  /** The server ended the connection. */
  get closed(): boolean {
    return this.#closed;
  }

  /**
   * Sends units and gives the answers to all of them; `null`: one of them waits for a lock.
   * @param first a call of ours that is run before them, of which the client hears nothing
   */
  async exchange(
    { bytes, units, first }: { bytes: Buffer; units: number; first: Buffer | null },
    isBlocked: () => Promise<boolean>,
  ): Promise<Answer | null> {
    this.#awaited = units;
    if (first !== null) this.#reader.skipOne();
    this.#socket.write(first === null ? bytes : Buffer.concat([first, bytes]));
    return await this.resume(isBlocked);
  }

  /** Waits for the answers that are still to come; `null`: (again) for a lock. */
  async resume(isBlocked: () => Promise<boolean>): Promise<Answer | null> {
    while (this.#reader.ready < this.#awaited && !this.#closed) {
      const slow = await this.#heard(PATIENCE_MS);
      if (slow && this.#reader.ready < this.#awaited && (await isBlocked())) return null;
    }
    return this.#reader.take();
  }

  /** What other connections have notified this one of by now. */
  async notifications(): Promise<Buffer[]> {
    await this.exchange({ bytes: SYNC, units: 1, first: null }, async () => false);
    return this.#reader.takeNotifications();
  }

  /** Waits for something from the server; true: nothing came for a while. */
  #heard(ms: number): Promise<boolean> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#wake = null;
        resolve(true);
      }, ms);
      this.#wake = () => {
        clearTimeout(timer);
        this.#wake = null;
        resolve(false);
      };
    });
  }

  /** Takes the process off the processor, so that it doesn't run on when it gets the lock. */
  freeze(): void {
    process.kill(this.pid, "SIGSTOP");
  }

  thaw(): void {
    process.kill(this.pid, "SIGCONT");
  }

  /** Ends the statement under way. */
  cancel(): void {
    process.kill(this.pid, "SIGINT");
    this.thaw();
  }

  /** Ends the process, whatever it is at, and waits until it has let go of its locks. */
  async end(isFrozen: boolean): Promise<void> {
    this.#socket.destroy();
    if (this.pid === 0) return;
    if (isFrozen) {
      signal(this.pid, "SIGTERM");
      signal(this.pid, "SIGCONT");
    }
    while (signal(this.pid, 0)) await new Promise((resolve) => setImmediate(resolve));
  }
}

/** Whether there is such a process. */
function signal(pid: number, name: NodeJS.Signals | 0): boolean {
  try {
    process.kill(pid, name);
    return true;
  } catch {
    return false;
  }
}
