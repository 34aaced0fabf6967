import { PunctualError } from "@punctual/contract";

/** The place in an order where a page ended: the sort value of its last row, and the row's id. */
export interface Place {
  readonly value: number;
  readonly id: string;
}

/** A page of rows, and where the next one starts; `null`: there is none. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly next: string | null;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * Writes a cursor: opaque to clients, and bound to the order it came from (`scope`), so that it can't
 * be used to ask for another.
 */
export function writeCursor(scope: string, place: Place): string {
  return Buffer.from(`${scope}/${place.value}/${place.id}`).toString("base64url");
}

/** Reads a cursor written by `writeCursor`. Throws `cursor_invalid`. */
export function readCursor(scope: string, cursor: string | undefined): Place | null {
  if (cursor === undefined) return null;
  const [from, value, id] = decode(cursor);
  const place = { value: Number(value), id: id ?? "" };
  if (from !== scope || !Number.isSafeInteger(place.value) || !UUID.test(place.id)) {
    throw new PunctualError("cursor_invalid");
  }
  return place;
}

/** The order that a cursor says it came from; whoever uses it still reads it by `readCursor`. */
export function scopeOfCursor(cursor: string): string | undefined {
  return decode(cursor)[0];
}

function decode(cursor: string): string[] {
  return Buffer.from(cursor, "base64url").toString().split("/");
}

/** Cuts rows that were read one more than asked into a page. */
export function pageOf<Item>(
  rows: readonly Item[],
  limit: number,
  scope: string,
  placeOf: (row: Item) => Place,
): Page<Item> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  const more = rows.length > limit && last !== undefined;
  return { items, next: more ? writeCursor(scope, placeOf(last)) : null };
}
