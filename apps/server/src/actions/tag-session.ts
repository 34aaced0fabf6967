/** What people leave behind with a session for reports and colleagues: tags, a category, a note. */
import { PunctualError, type Tag, throwFieldErrors, unknownEntries } from "@punctual/contract";
import type { Tx } from "../platform/database.ts";
import { newId } from "../platform/ids.ts";
import { writeSessionEvent } from "../store/account-events.ts";
import { shareAccount } from "../store/account-locks.ts";
import { readCategories, writeSessionCategory } from "../store/categories.ts";
import { readMissingToClose } from "../store/closing-requirements.ts";
import {
  type LoadedSession,
  loadSessionsForUpdate,
  type SessionKey,
} from "../store/load-sessions.ts";
import { lockSession } from "../store/lock-session.ts";
import { readSessionTags, readTags, replaceSessionTags } from "../store/tags.ts";
import { writeAct } from "../store/timeline.ts";
import { authorizeLocked } from "./authorize-locked.ts";
import { commitDecisions, type Deciding, noRouting } from "./commit-decisions.ts";
import type { Deps, MemberIdentity } from "./deps.ts";
import { addNote } from "./leave-note.ts";

interface OnSession {
  readonly accountId: string;
  readonly sessionId: string;
  readonly by: MemberIdentity;
}

/** What is left behind with a session; `undefined`: nothing of the kind. */
export interface LeftBehind {
  /** All tags that the session has from then on. */
  readonly tags?: readonly string[] | undefined;
  readonly categoryId?: string | null | undefined;
  readonly note?: { readonly text: string; readonly mentions: readonly string[] } | undefined;
}

/**
 * Makes these the session's tags. Throws `session_not_found`, and `validation_failed` for a name that
 * isn't in the catalogue.
 */
export async function tagSession(
  deps: Deps,
  { tags, ...on }: OnSession & { readonly tags: readonly string[] },
): Promise<void> {
  await changeSession(deps, on, (tx) => setTags(tx, on, tags));
}

/** Says what the session is about, or (`null`) takes that back. Throws `category_not_found`. */
export async function categoriseSession(
  deps: Deps,
  { categoryId, ...on }: OnSession & { readonly categoryId: string | null },
): Promise<void> {
  await changeSession(deps, on, (tx) => setCategory(tx, on, categoryId));
}

/**
 * A person looked at a session that the clock closed, and may add what people must leave behind. Throws
 * `session_not_found`, `nothing_to_review`, and as `tagSession` and `leaveNote` do.
 */
export async function reviewSession(
  deps: Deps,
  { accountId, sessionId, by, ...left }: OnSession & LeftBehind,
): Promise<void> {
  await commitDecisions(
    deps,
    (tx) => lockToLeaveBehind(tx, { accountId, id: sessionId }, left),
    noRouting,
    async (deciding, [session]) => {
      if (session === undefined) throw new PunctualError("session_not_found");
      const on = { accountId, sessionId };
      await authorizeLocked(deciding.tx, { ...on, by }, "review", session.facts.assignee);
      if (!session.needsReview) throw new PunctualError("nothing_to_review");
      await leaveBehind(deciding, session, by, left);
      deciding.batch.markReviewed(sessionId);
      writeAct(deciding.tx, on, { kind: "reviewed", explanation: { by: actor(by) } });
    },
  );
}

/** Locks a session with which this is left behind; the catalogue comes first. */
export async function lockToLeaveBehind(
  tx: Tx,
  key: SessionKey,
  { tags, categoryId }: LeftBehind,
): Promise<readonly LoadedSession[]> {
  if (tags !== undefined || categoryId !== undefined) shareAccount(tx, "tags", key.accountId);
  return await loadSessionsForUpdate(tx, [key]);
}

/**
 * Writes what is left behind with a session in the commit of its batch, which `lockToLeaveBehind` began.
 */
export async function leaveBehind(
  deciding: Deciding,
  session: LoadedSession,
  by: MemberIdentity,
  { tags, categoryId, note }: LeftBehind,
): Promise<void> {
  const on = { accountId: session.accountId, sessionId: session.id, by };
  if (tags !== undefined) await setTags(deciding.tx, on, tags);
  if (categoryId !== undefined) await setCategory(deciding.tx, on, categoryId);
  if (note !== undefined) await addNote(deciding, session, newId(), { ...note, by });
}

/**
 * Throws `closing_incomplete` with what is `missing`: what the business wants of people who close a
 * session. The clock's closes don't come here.
 */
export async function requireComplete(
  tx: Tx,
  { accountId, id: sessionId }: LoadedSession,
  { note }: LeftBehind,
): Promise<void> {
  const wanted = await readMissingToClose(tx, { accountId, sessionId });
  // A note that is left in this commit is written at its end.
  const lacks = { ...wanted, note: wanted.note && note === undefined };
  const missing = Object.entries(lacks).flatMap(([what, lacking]) => (lacking ? [what] : []));
  if (missing.length === 0) return;
  const detail = `Before you close it, the session needs a ${missing.join(" and a ")}.`;
  throw new PunctualError("closing_incomplete", detail, { missing });
}

async function changeSession(
  deps: Deps,
  on: OnSession,
  change: (tx: Tx) => Promise<void>,
): Promise<void> {
  await deps.db.transaction(async (tx) => {
    shareAccount(tx, "tags", on.accountId);
    const session = await lockSession(tx, on);
    if (session === null) throw new PunctualError("session_not_found");
    await authorizeLocked(tx, on, "tag", session.assigneeId);
    await change(tx);
  });
  deps.signals.events();
}

async function setTags(tx: Tx, on: OnSession, names: readonly string[]): Promise<void> {
  const { accountId, sessionId, by } = on;
  const before = await readSessionTags(tx, on);
  const after = resolveTags(await readTags(tx, accountId), names);
  const added = after.filter((tag) => before.every(({ id }) => id !== tag.id));
  const removed = before.filter((tag) => after.every(({ id }) => id !== tag.id));
  if (added.length === 0 && removed.length === 0) return;
  const ids = after.map((tag) => tag.id);
  replaceSessionTags(tx, { accountId, sessionId, by: by.id }, ids);
  const explanation = { by: actor(by), added: namesOf(added), removed: namesOf(removed) };
  writeAct(tx, on, { kind: "tagged", explanation });
  const payload = { id: sessionId, tags: namesOf(after) };
  writeSessionEvent(tx, on, { type: "session.updated", payload });
}

/**
 * The catalogue's tags of these names, each once and by name. Throws `validation_failed` for a name that
 * isn't in it.
 */
export function resolveTags(catalogue: readonly Tag[], names: readonly string[]): readonly Tag[] {
  const byName = new Map(catalogue.map((tag) => [tag.name.toLowerCase(), tag]));
  const isKnown = (name: string) => byName.has(name.toLowerCase());
  const message = "There is no such tag. Add it to the tags first.";
  throwFieldErrors(unknownEntries("tags", names, isKnown, message));
  const wanted = new Set(names.map((name) => name.toLowerCase()));
  return catalogue.filter((tag) => wanted.has(tag.name.toLowerCase()));
}

async function setCategory(tx: Tx, on: OnSession, categoryId: string | null): Promise<void> {
  const { accountId, sessionId, by } = on;
  const categories = await readCategories(tx, accountId);
  const category = categories.find(({ id }) => id === categoryId) ?? null;
  if (categoryId !== null && category === null) throw new PunctualError("category_not_found");
  writeSessionCategory(tx, on, categoryId);
  writeAct(tx, on, { kind: "categorised", explanation: { by: actor(by), category } });
  writeSessionEvent(tx, on, { type: "session.updated", payload: { id: sessionId, category } });
}

function namesOf(tags: readonly Tag[]): string[] {
  return tags.map((tag) => tag.name);
}

function actor(by: MemberIdentity): { type: "member"; memberId: string } {
  return { type: "member", memberId: by.id };
}
