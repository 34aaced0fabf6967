/**
 * As much of PostgreSQL's protocol (version 3) as is needed to see where a client's wish ends and where an
 * answer does. Nothing is interpreted beyond that: what passes is the real thing.
 */

/** What a client sends at once and is answered at once: a simple query, or everything up to a Sync. */
export interface Unit {
  readonly bytes: Buffer;
  readonly kind: "startup" | "query" | "terminate";
  /** The statement, for the trace. */
  readonly text: string;
}

/** Cuts what one client sends into units. */
export class UnitReader {
  #rest: Buffer = Buffer.alloc(0);
  #started = false;
  /** Messages of a unit whose Sync has not come yet. */
  #open: Buffer[] = [];
  #text = "";
  readonly #prepared = new Map<string, string>();

  read(bytes: Buffer): Unit[] {
    this.#rest = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]);
    const units: Unit[] = [];
    for (;;) {
      const header = this.#started ? 1 : 0;
      if (this.#rest.length < header + 4) return units;
      const length = header + this.#rest.readInt32BE(header);
      if (this.#rest.length < length) return units;
      const message = this.#rest.subarray(0, length);
      this.#rest = this.#rest.subarray(length);
      const unit = this.#started ? this.#readMessage(message) : this.#readStartup(message);
      if (unit !== null) units.push(unit);
    }
  }

  #readStartup(bytes: Buffer): Unit {
    this.#started = true;
    return { bytes, kind: "startup", text: "startup" };
  }

  #readMessage(message: Buffer): Unit | null {
    const type = String.fromCharCode(message[0] ?? 0);
    if (type === "X") return { bytes: message, kind: "terminate", text: "terminate" };
    if (type === "Q") return { bytes: message, kind: "query", text: cString(message, 5) };
    if (type === "P") {
      const name = cString(message, 5);
      this.#text = cString(message, 6 + Buffer.byteLength(name));
      this.#prepared.set(name, this.#text);
    } else if (type === "B") {
      const statement = cString(message, 6 + Buffer.byteLength(cString(message, 5)));
      this.#text = this.#prepared.get(statement) ?? this.#text;
    }
    this.#open.push(message);
    if (type !== "S") return null;
    const unit: Unit = { bytes: Buffer.concat(this.#open), kind: "query", text: this.#text };
    this.#open = [];
    return unit;
  }
}

/** What the server answered. */
export interface Answer {
  readonly bytes: Buffer;
  /** Command tags (`UPDATE 2`) and error codes (`!40P01`), in order. */
  readonly tags: readonly string[];
  /** Whether the connection is in a transaction now. */
  readonly inTransaction: boolean;
}

/** Gathers what one server sends. */
export class AnswerReader {
  #rest: Buffer = Buffer.alloc(0);
  #whole: Buffer[] = [];
  #tags: string[] = [];
  #notifications: Buffer[] = [];
  #inTransaction = false;
  #skipping = false;
  /** Answers that are complete: ReadyForQuery messages since the last `take`. */
  ready = 0;
  /** The server process, once it has told. */
  pid = 0;

  read(bytes: Buffer): void {
    this.#rest = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]);
    while (this.#rest.length >= 5) {
      const length = 1 + this.#rest.readInt32BE(1);
      if (this.#rest.length < length) return;
      const message = this.#rest.subarray(0, length);
      this.#rest = this.#rest.subarray(length);
      this.#readMessage(message);
    }
  }

  #readMessage(message: Buffer): void {
    const type = String.fromCharCode(message[0] ?? 0);
    if (type === "A") {
      this.#notifications.push(message);
      return;
    }
    if (this.#skipping) {
      this.#skipping = type !== "Z";
      return;
    }
    this.#whole.push(message);
    if (type === "C") this.#tags.push(cString(message, 5));
    else if (type === "E") this.#tags.push(`!${errorCode(message)}`);
    else if (type === "K") this.pid = message.readInt32BE(5);
    else if (type === "Z") {
      this.ready += 1;
      this.#inTransaction = message[5] !== 0x49;
    }
  }

  /** Keeps quiet about the next answer: that to a call of our own. */
  skipOne(): void {
    this.#skipping = true;
  }

  /** Everything answered so far; notifications are kept apart. */
  take(): Answer {
    const answer = {
      bytes: Buffer.concat(this.#whole),
      tags: this.#tags,
      inTransaction: this.#inTransaction,
    };
    this.#whole = [];
    this.#tags = [];
    this.ready = 0;
    return answer;
  }

  takeNotifications(): Buffer[] {
    return this.#notifications.splice(0);
  }
}

const SETVAL_OID = 1_576;

/** A call of `setval` on a sequence, in the protocol's short form for calls of functions. */
export function setvalCall(sequenceOid: number, value: number): Buffer {
  const call = Buffer.alloc(35);
  call.write("F");
  call.writeInt32BE(36, 1);
  call.writeInt32BE(SETVAL_OID, 5);
  // All arguments, two of them, and the result are binary.
  call.writeInt16BE(1, 9);
  call.writeInt16BE(1, 11);
  call.writeInt16BE(2, 13);
  call.writeInt32BE(4, 15);
  call.writeInt32BE(sequenceOid, 19);
  call.writeInt32BE(8, 23);
  call.writeBigInt64BE(BigInt(value), 27);
  return Buffer.concat([call, Buffer.from([0, 1])]);
}

/** A Sync, which the server answers when it has nothing else to do. */
export const SYNC = Buffer.from([0x53, 0, 0, 0, 4]);

/** The answer that a client gets whose statement PostgreSQL gave up to end a deadlock. */
export function asDeadlock(answer: Answer): Answer {
  const bytes: Buffer[] = [];
  for (let at = 0; at < answer.bytes.length; ) {
    const length = 1 + answer.bytes.readInt32BE(at + 1);
    const message = answer.bytes.subarray(at, at + length);
    bytes.push(errorCode(message) === CANCELED ? DEADLOCK : message);
    at += length;
  }
  const tags = answer.tags.map((tag) => (tag === `!${CANCELED}` ? "!40P01" : tag));
  return { ...answer, bytes: Buffer.concat(bytes), tags };
}

/** What PostgreSQL says before it ends a connection by itself. */
export function fatalError(code: string, message: string): Buffer {
  return errorMessage("FATAL", code, message);
}

const CANCELED = "57014";
const DEADLOCK = errorMessage("ERROR", "40P01", "deadlock detected");

function errorMessage(severity: string, code: string, message: string): Buffer {
  const fields = { S: severity, V: severity, C: code, M: message };
  const body = Object.entries(fields).map(([field, value]) => `${field}${value}\0`);
  const text = Buffer.from(`${body.join("")}\0`);
  const head = Buffer.alloc(5);
  head.write("E");
  head.writeInt32BE(text.length + 4, 1);
  return Buffer.concat([head, text]);
}

/** The SQLSTATE of an error; empty for any other message. */
function errorCode(message: Buffer): string {
  if (message[0] !== 0x45) return "";
  for (let at = 5; at < message.length && message[at] !== 0; ) {
    const field = message[at];
    const value = cString(message, at + 1);
    if (field === 0x43) return value;
    at += 2 + Buffer.byteLength(value);
  }
  return "";
}

function cString(message: Buffer, from: number): string {
  return message.toString("utf8", from, message.indexOf(0, from));
}
