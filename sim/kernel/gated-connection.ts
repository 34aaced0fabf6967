import type { Backend } from "./backend.ts";
import type { Host } from "./host.ts";
import type { SimSocket } from "./sim-socket.ts";
import { type Answer, type Unit, UnitReader } from "./wire.ts";

/** One connection of a node: what it sent and is still to run, what was answered and is still to arrive. */
export class GatedConnection {
  readonly host: Host;
  readonly socket: SimSocket;
  readonly name: string;
  readonly #reader = new UnitReader();
  readonly #units: Unit[] = [];
  /** The texts of the transaction under way that may have written something. */
  #wrote = false;
  backend: Backend | null = null;
  /** A unit is on its way, or runs. */
  busy = false;
  running: readonly Unit[] = [];
  readonly answers: Buffer[] = [];
  deliversUntil = 0;
  /** Its statements arrive one by one. */
  apart = false;
  listening = false;
  left = false;
  /** Its client is dead, and the server hasn't noticed. */
  abandoned = false;

  constructor(id: number, host: Host, socket: SimSocket) {
    this.host = host;
    this.socket = socket;
    this.name = `${host.name}/${id}`;
  }

  receive(bytes: Buffer): void {
    this.#units.push(...this.#reader.read(bytes));
  }

  get hasUnits(): boolean {
    return this.#units.length > 0;
  }

  get nextText(): string {
    return this.#units[0]?.text ?? "";
  }

  /** The next unit alone, or all that are there; the end of the connection is always alone. */
  takeUnits(alone: boolean): Unit[] {
    const ends = this.#units.findIndex((unit) => unit.kind !== "query");
    const most = ends === -1 ? this.#units.length : Math.max(1, ends);
    return this.#units.splice(0, alone ? 1 : most);
  }

  /** Notes what was answered; gives whether something may have been committed. */
  noteAnswer(texts: readonly string[], answer: Answer): boolean {
    if (texts.some((text) => text.startsWith("listen "))) this.listening = true;
    this.#wrote ||= texts.some((text) => WRITES.test(text));
    if (answer.inTransaction) return false;
    const committed = this.#wrote && !answer.tags.includes("ROLLBACK");
    this.#wrote = false;
    return committed;
  }
}

const WRITES = /\b(insert|update|delete)\b/i;
