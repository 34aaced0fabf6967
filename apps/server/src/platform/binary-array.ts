/**
 * PostgreSQL's binary format of one-dimensional arrays, for statements that write many rows at once.
 * Sent as parameters, binary arrays cost the server and us less than text ones (targets.md, "Writing in
 * sets"). The format is that of `array_send`: dimensions, null flag, element type, then each element
 * with its length. Every column of every row written passes through here: hence the plain loops.
 */

export type ArrayType = "uuid" | "bigint" | "integer" | "text" | "json" | "boolean";

type Value = string | number | boolean | null;

const OID: Record<ArrayType, number> = {
  boolean: 16,
  bigint: 20,
  integer: 23,
  text: 25,
  json: 114,
  uuid: 2950,
};

const HEADER_BYTES = 20;
const LENGTH_BYTES = 4;
const NULL_LENGTH = -1;

/**
 * Encodes values as a binary array parameter of the given element type.
 * `uuid` takes strings, `bigint` and `integer` whole numbers, `json` text that is JSON already.
 */
export function binaryArray(type: ArrayType, values: readonly Value[]): Buffer {
  return binaryColumn(type, values, (value) => value);
}

/** The same of one value of each row. */
export function binaryColumn<T>(
  type: ArrayType,
  rows: readonly T[],
  of: (row: T) => Value,
): Buffer {
  switch (type) {
    case "uuid":
      return encode(type, rows, of, 16 * rows.length, writeUuid);
    case "bigint":
      return encode(type, rows, of, 8 * rows.length, writeInt64);
    case "integer":
      return encode(type, rows, of, 4 * rows.length, writeInteger);
    case "boolean":
      return encode(type, rows, of, rows.length, writeBoolean);
    case "text":
    case "json": {
      const texts = rows.map(of);
      return encode(type, texts, (text) => text, textBytes(texts), writeText);
    }
  }
}

/** Writes an element at the offset and gives its length in bytes. */
type WriteElement = (buffer: Buffer, offset: number, value: NonNullable<Value>) => number;

/** @param mostBytes what the elements take without their lengths if none is null. */
function encode<T>(
  type: ArrayType,
  rows: readonly T[],
  of: (row: T) => Value,
  mostBytes: number,
  write: WriteElement,
): Buffer {
  const buffer = Buffer.allocUnsafe(HEADER_BYTES + LENGTH_BYTES * rows.length + mostBytes);
  let hasNull = 0;
  let offset = HEADER_BYTES;
  // By `forEach`: an iterator makes an object for each element, a megabyte a batch.
  rows.forEach((row) => {
    const value = of(row);
    if (value === null) {
      hasNull = 1;
      putInt32(buffer, offset, NULL_LENGTH);
      offset += LENGTH_BYTES;
    } else {
      const length = write(buffer, offset + LENGTH_BYTES, value);
      putInt32(buffer, offset, length);
      offset += LENGTH_BYTES + length;
    }
  });
  putInt32(buffer, 0, 1);
  putInt32(buffer, 4, hasNull);
  putInt32(buffer, 8, OID[type]);
  putInt32(buffer, 12, rows.length);
  putInt32(buffer, 16, 1);
  return buffer.subarray(0, offset);
}

const UUID_BYTES = 16;
const DASH = "-".charCodeAt(0);
const NO_DIGIT = 0xff;
const DIGITS = new Uint8Array(0x80).fill(NO_DIGIT);
for (const [value, digit] of [..."0123456789abcdef"].entries()) {
  DIGITS[digit.charCodeAt(0)] = value;
  DIGITS[digit.toUpperCase().charCodeAt(0)] = value;
}

let lastUuid: string | null = null;
const lastUuidBytes = new Uint8Array(UUID_BYTES);

/** Rows of a batch are mostly of one account and one channel: the last id is often the next one too. */
function writeUuid(buffer: Buffer, offset: number, value: NonNullable<Value>): number {
  const text = String(value);
  if (text !== lastUuid) {
    // Text that is no UUID must not leave half of its bytes under the name of the last one.
    lastUuid = null;
    parseUuid(text, lastUuidBytes);
    lastUuid = text;
  }
  buffer.set(lastUuidBytes, offset);
  return UUID_BYTES;
}

/** Digit by digit: a `replace` and a decoder cost thrice as much. */
function parseUuid(text: string, bytes: Uint8Array): void {
  let at = 0;
  for (let index = 0; index < text.length; index += 2) {
    if (text.charCodeAt(index) === DASH) index += 1;
    const high = DIGITS[text.charCodeAt(index)] ?? NO_DIGIT;
    const low = DIGITS[text.charCodeAt(index + 1)] ?? NO_DIGIT;
    if (high === NO_DIGIT || low === NO_DIGIT) throw new Error(`not a UUID: ${text}`);
    bytes[at] = (high << 4) | low;
    at += 1;
  }
  if (at !== UUID_BYTES) throw new Error(`not a UUID: ${text}`);
}

/** Safe integers only: epoch milliseconds and counts, which is all we store. */
function writeInt64(buffer: Buffer, offset: number, value: NonNullable<Value>): number {
  const whole = Number(value);
  putInt32(buffer, offset, Math.floor(whole / 0x1_0000_0000));
  putInt32(buffer, offset + 4, whole >>> 0);
  return 8;
}

function writeInteger(buffer: Buffer, offset: number, value: NonNullable<Value>): number {
  putInt32(buffer, offset, Number(value));
  return 4;
}

function writeBoolean(buffer: Buffer, offset: number, value: NonNullable<Value>): number {
  buffer[offset] = value === true ? 1 : 0;
  return 1;
}

function textBytes(values: readonly Value[]): number {
  let bytes = 0;
  for (const value of values) if (value !== null) bytes += Buffer.byteLength(String(value));
  return bytes;
}

function writeText(buffer: Buffer, offset: number, value: NonNullable<Value>): number {
  return buffer.write(String(value), offset, "utf8");
}

function putInt32(buffer: Buffer, offset: number, value: number): void {
  buffer[offset] = value >>> 24;
  buffer[offset + 1] = value >>> 16;
  buffer[offset + 2] = value >>> 8;
  buffer[offset + 3] = value;
}
