/**
 * PostgreSQL's binary format of one-dimensional arrays, for statements that write many rows at once.
 * Sent as parameters, binary arrays cost the server and us less than text ones (targets.md, "Writing in
 * sets"). The format is that of `array_send`: dimensions, null flag, element type, then each element
 * with its length.
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

/**
 * Encodes values as a binary array parameter of the given element type.
 * `uuid` takes strings, `bigint` and `integer` whole numbers, `json` text that is JSON already.
 */
export function binaryArray(type: ArrayType, values: readonly Value[]): Buffer {
  const buffer = Buffer.allocUnsafe(HEADER_BYTES + sizeOf(type, values));
  let hasNull = 0;
  let offset = HEADER_BYTES;
  for (const value of values) {
    if (value === null) {
      hasNull = 1;
      offset = buffer.writeInt32BE(-1, offset);
    } else {
      offset = writeElement(buffer, offset, type, value);
    }
  }
  buffer.writeInt32BE(1, 0);
  buffer.writeInt32BE(hasNull, 4);
  buffer.writeInt32BE(OID[type], 8);
  buffer.writeInt32BE(values.length, 12);
  buffer.writeInt32BE(1, 16);
  return buffer;
}

function sizeOf(type: ArrayType, values: readonly Value[]): number {
  let size = 4 * values.length;
  for (const value of values) if (value !== null) size += elementSize(type, value);
  return size;
}

function elementSize(type: ArrayType, value: Exclude<Value, null>): number {
  switch (type) {
    case "uuid":
      return 16;
    case "bigint":
      return 8;
    case "integer":
      return 4;
    case "boolean":
      return 1;
    case "text":
    case "json":
      return Buffer.byteLength(String(value));
  }
}

function writeElement(
  buffer: Buffer,
  offset: number,
  type: ArrayType,
  value: Exclude<Value, null>,
): number {
  const size = elementSize(type, value);
  const start = buffer.writeInt32BE(size, offset);
  switch (type) {
    case "uuid":
      buffer.write(String(value).replaceAll("-", ""), start, "hex");
      break;
    case "bigint":
      writeInt64(buffer, start, Number(value));
      break;
    case "integer":
      buffer.writeInt32BE(Number(value), start);
      break;
    case "boolean":
      buffer.writeUInt8(value === true ? 1 : 0, start);
      break;
    case "text":
    case "json":
      buffer.write(String(value), start, "utf8");
      break;
  }
  return start + size;
}

/** Safe integers only: epoch milliseconds and counts, which is all we store. */
function writeInt64(buffer: Buffer, offset: number, value: number): void {
  buffer.writeInt32BE(Math.floor(value / 0x1_0000_0000), offset);
  buffer.writeUInt32BE(value >>> 0, offset + 4);
}
