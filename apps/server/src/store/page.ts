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

/** A text search over a list that no index can answer. */
export interface TextSearch<P> {
  /** How much of the order one search looks through: what bounds its time. */
  readonly reach: number;
  /** Those that have the text, in the same order. */
  readonly find: (places: readonly P[]) => Promise<readonly P[]>;
}

/**
 * The places of one page, and the one after which the next begins; `null`: there is none. A text search
 * looks through a bounded stretch: its page may be short or empty and still have a next one.
 * @param readPlaces the first so many places of the list, from where the page begins.
 */
export async function searchPage<P>(
  limit: number,
  search: TextSearch<P> | null,
  readPlaces: (limit: number) => Promise<readonly P[]>,
): Promise<{ readonly places: readonly P[]; readonly last: P | null }> {
  const reach = search === null ? limit : search.reach;
  const read = await readPlaces(reach + 1);
  const searched = read.slice(0, reach);
  const found = search === null ? searched : await search.find(searched);
  const places = found.slice(0, limit);
  if (found.length > limit) return { places, last: places.at(-1) ?? null };
  return { places, last: read.length > reach ? (searched.at(-1) ?? null) : null };
}

/** An ILIKE pattern: the text anywhere, and what it has of the pattern's own signs as it stands. */
export function likePattern(text: string): string {
  return `%${text.replaceAll(/[\\%_]/g, "\\$&")}%`;
}
