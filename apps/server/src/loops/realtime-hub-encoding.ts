/** What the hub sends, as bytes. */
import type { EventRow } from "../store/event-log.ts";

/** A batch as it goes out; `null`: there is nothing in it. */
export function encode(rows: readonly EventRow[], cursor: string | null): Buffer | null {
  if (rows.length === 0) return null;
  const end = cursor === null ? "" : `,"cursor":${JSON.stringify(cursor)}`;
  return Buffer.from(`{"type":"events","events":[${rows.map(eventJson).join(",")}]${end}}`);
}

/** The payload is JSON already: it is not parsed only to be written again. */
function eventJson(row: EventRow): string {
  const head = JSON.stringify({
    id: row.id,
    type: row.type,
    sessionId: row.sessionId,
    at: row.at,
  });
  return `${head.slice(0, -1)},"payload":${row.payload}}`;
}

/** Anything else that the hub says. */
export function message(content: Readonly<Record<string, unknown>>): Buffer {
  return Buffer.from(JSON.stringify(content));
}
