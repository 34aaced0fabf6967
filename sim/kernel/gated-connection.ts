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
  /** The transaction under way has written something. */
  #wrote = false;
  backend: Backend | null = null;
  /** A unit is on its way, or runs. */
  busy = false;
  running: readonly Unit[] = [];
  readonly answers: Buffer[] = [];
  deliversUntil = 0;
  /** In a transaction, and since which of its answers. */
  idleSince: Answer | null = null;
  /** In a transaction that may write nothing. */
  readOnly = false;
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

  /** Notes what was answered; gives whether something was committed. */
  noteAnswer(texts: readonly string[], answer: Answer): boolean {
    if (texts.some((text) => text.startsWith("listen "))) this.listening = true;
    if (texts.some((text) => text.startsWith("begin read only"))) this.readOnly = true;
    if (!answer.inTransaction) this.readOnly = false;
    this.idleSince = answer.inTransaction ? answer : null;
    this.#wrote ||= answer.tags.some((tag, at) => wrote(tag, texts[at] ?? ""));
    if (answer.inTransaction) return false;
    const committed = this.#wrote && !answer.tags.includes("ROLLBACK");
    this.#wrote = false;
    return committed;
  }
}

/** Whether a statement with this tag changed rows. */
function wrote(tag: string, text: string): boolean {
  if (/^(INSERT 0|UPDATE|DELETE) [1-9]/.test(tag)) return true;
  return /^SELECT [1-9]/.test(tag) && WRITES.test(text);
}

const WRITES = /\b(insert into|delete from|update \w+ (\w+ )?set)\b/i;
