import { createHash, randomInt } from "node:crypto";
import type { MediaFile, State } from "../state.ts";

/** The files of all customers together; the oldest go first. */
const MOST_BYTES = 128 * 1024 * 1024;

/**
 * Keeps a file that a customer will send.
 *
 * @param id of an earlier run; left out: a fresh one.
 */
export function storeMedia(
  { media }: State,
  mimeType: string,
  bytes: Buffer,
  id = newMediaId(),
): MediaFile {
  const sha256 = createHash("sha256").update(bytes).digest("base64");
  const file: MediaFile = { id, mimeType, bytes, sha256 };
  media.set(file.id, file);
  let total = media.values().reduce((sum, each) => sum + each.bytes.length, 0);
  for (const [oldId, oldest] of media) {
    if (total <= MOST_BYTES || oldId === id) break;
    media.delete(oldId);
    total -= oldest.bytes.length;
  }
  return file;
}

/** Digits, as Meta's media ids. */
export function newMediaId(): string {
  return String(randomInt(1_000_000_000, 2_000_000_000)).padEnd(16, String(randomInt(10)));
}
