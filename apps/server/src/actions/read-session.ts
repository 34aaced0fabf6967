import { fieldError } from "@punctual/contract";
import type { Tx } from "../platform/database.ts";
import { markNewMessageRead } from "../store/notify-watchers.ts";
import {
  type Reading,
  readMessageSeq,
  tellRead,
  writeRead,
  writeUnread,
} from "../store/session-reads.ts";
import type { Deps } from "./deps.ts";

/**
 * A member has read a session: up to a message they saw, or else to its end. Never less than before.
 * Throws `validation_failed` when the session has no such message.
 */
export async function markRead(
  deps: Deps,
  { throughMessageId, ...reading }: Reading & { readonly throughMessageId?: string | undefined },
): Promise<void> {
  await note(deps, reading, async (tx) => {
    writeRead(tx, reading, await placeOf(tx, reading, throughMessageId));
    markNewMessageRead(tx, reading);
  });
}

/** A member wants to see it again: unread until they read it. */
export async function markUnread(deps: Deps, reading: Reading): Promise<void> {
  await note(deps, reading, async (tx) => writeUnread(tx, reading));
}

async function note(deps: Deps, reading: Reading, write: (tx: Tx) => Promise<void>): Promise<void> {
  await deps.db.transaction(async (tx) => {
    await write(tx);
    await tellRead(tx, reading);
  });
  deps.signals.events();
}

async function placeOf(
  tx: Tx,
  reading: Reading,
  messageId: string | undefined,
): Promise<number | null> {
  if (messageId === undefined) return null;
  const seq = await readMessageSeq(tx, reading, messageId);
  if (seq !== null) return seq;
  throw fieldError("throughMessageId", "The session has no such message.");
}
