/**
 * What of a batch of events a socket is sent, and its bytes. Events of a session go to who sees it as it
 * stands when they are read, which is never earlier than they were written: who came to see it since gets
 * its state a moment early, and who lost sight of it is told by the event that did it, as
 * `session.removed`. So whatever is read together, everybody ends with what they see.
 */
import type { LiveEvent, ServerSaying } from "@punctual/contract";
import { mayHaveSeen, type Sight, sees } from "../permissions/sees.ts";
import type { EventRow } from "../store/event-log.ts";

type Share = "whole" | "removed" | "nothing";

/**
 * Encodes a batch once for all sockets that are shown the same of it. `null`: nothing is for this one.
 * The cursor is left out where it is `null`.
 * @param now the database's clock, epoch ms.
 */
export function createEncoder(
  rows: readonly EventRow[],
  cursor: string | null,
  now: number,
): (sight: Sight) => Buffer | null {
  const encoded = new Map<string, Buffer | null>();
  const pieces = new Map<string, string>();
  const pieceOf = (row: EventRow, share: Share): string => {
    const key = `${row.id} ${share}`;
    const piece = pieces.get(key) ?? (share === "whole" ? eventJson(row) : removedJson(row));
    pieces.set(key, piece);
    return piece;
  };
  // Whoever sees every session gets the same, unless something is for them alone: nobody looks twice.
  const addressed = new Set(rows.map((row) => row.memberId));
  let whole: Buffer | null | undefined;
  const encodeFor = (sight: Sight): Buffer | null => {
    const shares = rows.map((row) => shareOf(sight, row));
    const key = shares.map((share) => share[0]).join("");
    let result = encoded.get(key);
    if (result === undefined) {
      const shown = rows.flatMap((row, index) => {
        const share = shares[index];
        return share === undefined || share === "nothing" ? [] : pieceOf(row, share);
      });
      result = shown.length === 0 ? null : encode(shown, cursor, now);
      encoded.set(key, result);
    }
    return result;
  };
  return (sight) => {
    if (sight.role === "agent" || addressed.has(sight.memberId)) return encodeFor(sight);
    if (whole === undefined) whole = encodeFor(sight);
    return whole;
  };
}

function shareOf(sight: Sight, row: EventRow): Share {
  if (row.memberId !== null) return row.memberId === sight.memberId ? "whole" : "nothing";
  if (row.sessionId === null || sight.role !== "agent") return "whole";
  if (row.session === null) return "nothing";
  if (sees(sight, row.session)) return "whole";
  const isLost = row.lostBy !== null && mayHaveSeen(sight, row.session, row.lostBy);
  return isLost ? "removed" : "nothing";
}

function encode(pieces: readonly string[], cursor: string | null, now: number): Buffer {
  const end = cursor === null ? "" : `,"cursor":${JSON.stringify(cursor)}`;
  return Buffer.from(`{"type":"events","now":${now},"events":[${pieces.join(",")}]${end}}`);
}

/** The payload is JSON already: it is not parsed only to be written again. */
function eventJson(row: EventRow): string {
  const { id, type, sessionId, at } = row;
  return `${JSON.stringify({ id, type, sessionId, at }).slice(0, -1)},"payload":${row.payload}}`;
}

function removedJson({ id, sessionId, at, session }: EventRow): string {
  if (sessionId === null) throw new Error("only events of a session are hidden");
  const removed: LiveEvent = {
    ...{ id, type: "session.removed", sessionId, at },
    payload: { id: sessionId, assigneeId: session?.assigneeId ?? null },
  };
  return JSON.stringify(removed);
}

/** A message that is not made of events. */
export function message(content: Exclude<ServerSaying, { type: "events" }>): Buffer {
  return Buffer.from(JSON.stringify(content));
}
