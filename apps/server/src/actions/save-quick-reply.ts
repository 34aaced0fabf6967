import { MAX_QUICK_REPLIES, PunctualError, type QuickReply } from "@punctual/contract";
import type { Tx } from "../platform/database.ts";
import { newId } from "../platform/ids.ts";
import { writeAccountEvent } from "../store/account-events.ts";
import { lockAccount } from "../store/account-locks.ts";
import { type Authored, writeAudit } from "../store/audit-log.ts";
import {
  deleteQuickReply,
  type QuickReplyRow,
  readQuickReplies,
  upsertQuickReply,
} from "../store/quick-replies.ts";
import { presentQuickReply } from "../views/quick-reply.ts";
import { authorizeAuthor } from "./authorize-author.ts";
import type { Deps } from "./deps.ts";

interface Words {
  readonly shortcut: string;
  readonly text: string;
}

/** Adds a quick reply. Throws `quick_reply_exists` and `catalogue_full`. */
export async function createQuickReply(
  deps: Deps,
  author: Authored,
  input: Words,
): Promise<QuickReply> {
  return await saveQuickReplies(deps, author, async (tx, replies) => {
    const reply = { id: newId(), ...input };
    requireFree(replies, reply);
    if (replies.length >= MAX_QUICK_REPLIES) throw new PunctualError("catalogue_full");
    const row = await write(tx, author, reply);
    const after = wordsOf(row);
    const entry = { ...author, subjectId: row.id, before: null, after };
    writeAudit(tx, { ...entry, act: "quickReply.created" });
    return presentQuickReply(row);
  });
}

/** Changes a quick reply. Throws `quick_reply_not_found` and `quick_reply_exists`. */
export async function changeQuickReply(
  deps: Deps,
  author: Authored,
  id: string,
  patch: { readonly [Name in keyof Words]?: string | undefined },
): Promise<QuickReply> {
  return await saveQuickReplies(deps, author, async (tx, replies) => {
    const before = find(replies, id);
    const reply = {
      id,
      shortcut: patch.shortcut ?? before.shortcut,
      text: patch.text ?? before.text,
    };
    requireFree(replies, reply);
    const row = await write(tx, author, reply);
    const entry = { ...author, subjectId: id, before: wordsOf(before), after: wordsOf(row) };
    writeAudit(tx, { ...entry, act: "quickReply.changed" });
    return presentQuickReply(row);
  });
}

/** Deletes a quick reply. Throws `quick_reply_not_found`. */
export async function removeQuickReply(deps: Deps, author: Authored, id: string): Promise<void> {
  await saveQuickReplies(deps, author, (tx, replies) => {
    const before = wordsOf(find(replies, id));
    deleteQuickReply(tx, author.accountId, id);
    writeAudit(tx, { ...author, act: "quickReply.deleted", subjectId: id, before, after: null });
  });
}

async function saveQuickReplies<T>(
  { db, signals }: Deps,
  author: Authored,
  save: (tx: Tx, replies: readonly QuickReplyRow[]) => T | Promise<T>,
): Promise<T> {
  const { accountId } = author;
  const saved = await db.transaction(async (tx) => {
    await authorizeAuthor(tx, author, "changeQuickReplies");
    lockAccount(tx, "quick replies", accountId);
    const result = await save(tx, await readQuickReplies(tx, accountId));
    writeAccountEvent(tx, accountId, { type: "quickReplies.updated", payload: {} });
    return result;
  });
  signals.events();
  return saved;
}

async function write(
  tx: Tx,
  author: Authored,
  reply: Words & { readonly id: string },
): Promise<QuickReplyRow> {
  return await upsertQuickReply(tx, author.accountId, {
    ...reply,
    changed_by: author.by.memberId,
  });
}

function find(replies: readonly QuickReplyRow[], id: string): QuickReplyRow {
  const reply = replies.find((each) => each.id === id);
  if (reply === undefined) throw new PunctualError("quick_reply_not_found");
  return reply;
}

function requireFree(
  replies: readonly QuickReplyRow[],
  { id, shortcut }: Words & { readonly id: string },
): void {
  const same = replies.find((each) => each.shortcut === shortcut);
  if (same !== undefined && same.id !== id) throw new PunctualError("quick_reply_exists");
}

function wordsOf({ shortcut, text }: Words): Words {
  return { shortcut, text };
}
