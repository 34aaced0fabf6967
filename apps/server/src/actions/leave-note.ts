/**
 * Internal notes: for colleagues only. A note is no reply and moves no clock (clock.md §4.1); it stands
 * in the thread in commit order, under the session's lock like every message.
 */
import { PunctualError, throwFieldErrors, unknownEntries } from "@punctual/contract";
import type { Tx } from "../platform/database.ts";
import { newId } from "../platform/ids.ts";
import type { MessageWrite } from "../store/apply-decisions.ts";
import { type LoadedSession, loadSessionsForUpdate } from "../store/load-sessions.ts";
import { lockSession } from "../store/lock-session.ts";
import { readActiveMemberIds } from "../store/members.ts";
import { deleteNote, type NoteContent, readNote, rewriteNote } from "../store/notes.ts";
import { type NotificationWrite, notify, withdrawByKey } from "../store/notify.ts";
import { authorizeLocked } from "./authorize-locked.ts";
import { commitDecisions, type Deciding, noRouting } from "./commit-decisions.ts";
import type { Deps, MemberIdentity } from "./deps.ts";
import { addFollowers } from "./session-people.ts";

export interface Note {
  readonly by: MemberIdentity;
  readonly text: string;
  /** Members who are told, each once. */
  readonly mentions: readonly string[];
}

interface OnSession {
  readonly accountId: string;
  readonly sessionId: string;
}

/**
 * Leaves a note in a session, open or closed; gives the message's id. Whoever is mentioned is notified
 * and follows the session from then on, so that they may read what they were asked about.
 *
 * Throws `session_not_found`, `too_many_people`, and `validation_failed` when somebody mentioned is no
 * active member.
 */
export async function leaveNote(
  deps: Deps,
  {
    accountId,
    sessionId,
    messageId = newId(),
    ...note
  }: OnSession &
    Note & {
      /** Given when the same request may come again: then it is the same message. */
      readonly messageId?: string | undefined;
    },
): Promise<{ messageId: string }> {
  return await commitDecisions(
    deps,
    (tx) => loadSessionsForUpdate(tx, [{ accountId, id: sessionId }]),
    noRouting,
    async (deciding, [session]) => {
      if (session === undefined) throw new PunctualError("session_not_found");
      const on = { accountId, sessionId, by: note.by };
      await authorizeLocked(deciding.tx, on, "writeNote", session.facts.assignee);
      await addNote(deciding, session, messageId, note);
      return { messageId };
    },
  );
}

/** Adds a note to a batch that decides the session, with its mentions. Throws as `leaveNote` does. */
export async function addNote(
  { tx, batch, now }: Deciding,
  session: LoadedSession,
  messageId: string,
  note: Note,
): Promise<void> {
  const { accountId, id: sessionId, facts } = session;
  const mentions = await requireActive(tx, accountId, note.mentions);
  batch.addMessage(messageOf(session, messageId, { ...note, mentions }, now), false);
  await addFollowers(tx, { accountId, sessionId, by: note.by }, mentions);
  const wait = facts.lastWaitNumber;
  batch.notify(tellings({ accountId, sessionId, messageId, wait }, note.by, mentions));
}

/**
 * Writes one's own note anew. Whoever was not mentioned before is notified; the notification of
 * one who no longer is, is withdrawn. Throws `session_not_found`, `note_not_found`, `not_allowed` for
 * somebody else's note, and as `leaveNote` does.
 */
export async function changeNote(
  deps: Deps,
  { accountId, sessionId, messageId, ...note }: OnSession & Note & { readonly messageId: string },
): Promise<void> {
  const on = { accountId, sessionId, messageId };
  await deps.db.transaction(async (tx) => {
    const { wait } = await requireOwn(tx, on, note.by);
    const mentions = await requireActive(tx, accountId, note.mentions);
    rewriteNote(tx, on, contentOf({ ...note, mentions }));
    withdrawByKey(tx, on, keyOf(messageId), mentions);
    await addFollowers(tx, { accountId, sessionId, by: note.by }, mentions);
    notify(tx, tellings({ ...on, wait }, note.by, mentions));
  });
  deps.signals.events();
  deps.signals.alerts();
}

/** Deletes one's own note: its place in the thread stays, its words go. Throws as `changeNote` does. */
export async function removeNote(
  deps: Deps,
  { by, ...on }: OnSession & { readonly messageId: string; readonly by: MemberIdentity },
): Promise<void> {
  await deps.db.transaction(async (tx) => {
    await requireOwn(tx, on, by);
    deleteNote(tx, on);
    withdrawByKey(tx, on, keyOf(on.messageId), []);
  });
  deps.signals.events();
  deps.signals.alerts();
}

async function requireOwn(
  tx: Tx,
  on: OnSession & { readonly messageId: string },
  by: MemberIdentity,
): Promise<{ readonly wait: number }> {
  const session = await lockSession(tx, on);
  if (session === null) throw new PunctualError("session_not_found");
  await authorizeLocked(tx, { ...on, by }, "writeNote", session.assigneeId);
  const note = await readNote(tx, on);
  if (note === null) throw new PunctualError("note_not_found");
  if (note.authorId !== by.id) {
    throw new PunctualError("not_allowed", "Only whoever wrote a note changes or deletes it.");
  }
  return { wait: session.lastWaitNumber };
}

/** Who is mentioned, each once. Throws `validation_failed` naming those who are not there. */
async function requireActive(
  tx: Tx,
  accountId: string,
  mentions: readonly string[],
): Promise<readonly string[]> {
  if (mentions.length === 0) return [];
  const active = await readActiveMemberIds(tx, accountId, mentions);
  const message = "There is no such member, or not any more.";
  throwFieldErrors(unknownEntries("mentions", mentions, (id) => active.has(id), message));
  return [...new Set(mentions)];
}

/** One notification for each note and recipient; nobody is told what they wrote themself. */
function tellings(
  of: OnSession & { readonly messageId: string; readonly wait: number },
  by: MemberIdentity,
  mentions: readonly string[],
): NotificationWrite[] {
  const { accountId, sessionId, messageId, wait } = of;
  return mentions
    .filter((to) => to !== by.id)
    .map((to) => ({
      accountId,
      sessionId,
      to,
      kind: "mention",
      wait,
      key: keyOf(messageId),
      replyDueAt: null,
    }));
}

function keyOf(messageId: string): string {
  return `mention:${messageId}`;
}

function contentOf({ text, mentions }: Pick<Note, "text" | "mentions">): NoteContent {
  return { type: "text", text, ...(mentions.length === 0 ? {} : { mentions: [...mentions] }) };
}

function messageOf(session: LoadedSession, id: string, note: Note, now: number): MessageWrite {
  return {
    accountId: session.accountId,
    sessionId: session.id,
    id,
    channelId: session.channelId,
    contactId: session.contactId,
    kind: "note",
    isEcho: false,
    authorId: note.by.id,
    content: contentOf(note),
    externalId: null,
    replyTo: null,
    replyToId: null,
    stamp: null,
    at: now,
    createdAt: now,
    waitNumber: null,
    delivery: null,
    closeOrdinal: null,
    startsNothing: false,
    raw: null,
  };
}
