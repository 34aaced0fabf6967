import { type ChannelLimits, isWindowOpen } from "@punctual/channel-kit";
import { fieldError, type MessageContent, PunctualError } from "@punctual/contract";
import { sendFailedKey } from "@punctual/session";
import type { Tx } from "../platform/database.ts";
import { newId } from "../platform/ids.ts";
import type { MessageWrite } from "../store/apply-decisions.ts";
import { type LoadedSession, loadSessionsForUpdate } from "../store/load-sessions.ts";
import { readMediaUpload } from "../store/media-uploads.ts";
import { withdrawByKey } from "../store/notify.ts";
import { readExternalId, readMessage } from "../store/read-messages.ts";
import { throwIfRejected } from "./act-on-session.ts";
import { authorizeLocked } from "./authorize-locked.ts";
import { accountsOf, commitDecisions } from "./commit-decisions.ts";
import type { Deps, MemberIdentity } from "./deps.ts";

export type ReplyBody =
  | {
      readonly type: "text";
      readonly text: string;
      /** Our id of the message that is quoted. */
      readonly replyTo?: string | undefined;
    }
  | {
      readonly type: "media";
      /** What an upload for this session gave. */
      readonly uploadId: string;
      readonly caption?: string | undefined;
      readonly replyTo?: string | undefined;
    }
  | {
      readonly type: "template";
      readonly name: string;
      readonly language: string;
      readonly components?: readonly Record<string, unknown>[] | undefined;
    };

/**
 * A member answers the customer. The message, the end of the wait and
 * the outbox row are one commit; the send follows. Gives the message's id.
 *
 * Throws `session_not_found`, `session_closed`, `not_allowed`, `channel_not_reached`, `window_closed`
 * (send a template instead), `message_too_long`, `upload_not_found`, and `validation_failed` when the message to quote is
 * not the contact's or has not reached the provider.
 */
export async function sendReply(
  deps: Deps,
  { body, ...reply }: Replying & { readonly body: ReplyBody },
): Promise<{ messageId: string }> {
  return await writeReply(deps, reply, async (tx, session) => ({
    content: await contentOf(tx, session, body),
    ...(await findQuoted(tx, session, body)),
  }));
}

/**
 * A member sends once more what the provider refused: as a message of its own, since the first stays refused.
 * Throws `message_not_found`, `message_not_failed`, and as `sendReply` does.
 */
export async function resendMessage(
  deps: Deps,
  { failedId, ...reply }: Replying & { readonly failedId: string },
): Promise<{ messageId: string }> {
  return await writeReply(deps, reply, async (tx) => {
    const { accountId, sessionId } = reply;
    const failed = await readMessage(tx, accountId, failedId);
    if (failed?.session_id !== sessionId || failed.kind !== "agent" || failed.is_echo) {
      throw new PunctualError("message_not_found");
    }
    if (failed.delivery !== "failed") throw new PunctualError("message_not_failed");
    withdrawByKey(tx, { accountId, sessionId }, sendFailedKey(failedId), []);
    const { content, reply_to: replyTo, reply_to_id: replyToId } = failed;
    return { content, replyTo, replyToId };
  });
}

/** Who replies where. */
interface Replying {
  readonly accountId: string;
  readonly sessionId: string;
  readonly by: MemberIdentity;
  /** Given when the same request may come again: then it is the same message. */
  readonly messageId?: string | undefined;
}

/** What a reply says, and which message it quotes. */
type Quoted = Pick<MessageWrite, "replyTo" | "replyToId">;
type Said = Pick<MessageWrite, "content"> & Quoted;

/** @param find what is said; called behind the session's lock, for one who may say it. */
async function writeReply(
  deps: Deps,
  reply: Replying,
  find: (tx: Tx, session: LoadedSession) => Promise<Said>,
): Promise<{ messageId: string }> {
  const { accountId, sessionId, by, messageId = newId() } = reply;
  return await commitDecisions(
    deps,
    (tx) => loadSessionsForUpdate(tx, [{ accountId, id: sessionId }]),
    accountsOf,
    async ({ tx, batch, now }, [session]) => {
      if (session === undefined) throw new PunctualError("session_not_found");
      const access = await authorizeLocked(tx, reply, "sendMessage", session.facts.assignee);
      // Whoever replies where nobody holds the session takes it.
      if (access.assigneeId === null && !access.reached) {
        throw new PunctualError("channel_not_reached");
      }
      const said = await find(tx, session);
      const message = messageOf(session, { id: messageId, authorId: by.id, ...said }, now);
      if (session.facts.closed === null) requireSendable(deps, session, said.content, now);
      const event = { type: "agentMessageWritten", messageId: message.id, by: by.id } as const;
      await throwIfRejected(tx, session, batch.decide(session.id, event));
      batch.addMessage(message, true);
      return { messageId: message.id };
    },
  );
}

/** The message that is quoted, by the provider's id too. */
async function findQuoted(
  tx: Tx,
  { accountId, channelId, contactId }: LoadedSession,
  body: ReplyBody,
): Promise<Quoted> {
  if (body.type === "template" || body.replyTo === undefined) {
    return { replyTo: null, replyToId: null };
  }
  const thread = { accountId, channelId, contactId };
  const externalId = await readExternalId(tx, thread, body.replyTo);
  if (externalId !== null) return { replyTo: externalId, replyToId: body.replyTo };
  throw fieldError("replyTo", "Give the id of a message of this contact that the provider knows.");
}

function requireSendable(
  deps: Deps,
  session: LoadedSession,
  content: MessageContent,
  now: number,
): void {
  if (content.type === "template") return;
  const limits = deps.limitsOf(session.channelKind);
  const [length, most] = lengthOf(content, limits);
  if (length > most) {
    throw new PunctualError(
      "message_too_long",
      most === 0
        ? `The channel takes no words with a file of the type ${content.type}.`
        : `The channel takes ${most} characters; this message has ${length}.`,
    );
  }
  if (!isWindowOpen(limits, session.facts.lastCustomerStamp, now)) {
    throw new PunctualError("window_closed");
  }
}

/** How long its words are, and may be. */
function lengthOf(content: MessageContent, limits: ChannelLimits): [length: number, most: number] {
  if (content.type === "text") return [content.text.length, limits.maxTextLength];
  if (!("caption" in content)) return [0, 0];
  const types: Readonly<Record<string, number>> = limits.maxCaptionLength ?? {};
  return [content.caption?.length ?? 0, types[content.type] ?? 0];
}

function messageOf(
  session: LoadedSession,
  said: Said & { readonly id: string; readonly authorId: string },
  now: number,
): MessageWrite {
  return {
    ...said,
    accountId: session.accountId,
    sessionId: session.id,
    channelId: session.channelId,
    contactId: session.contactId,
    kind: "agent",
    isEcho: false,
    externalId: null,
    stamp: null,
    at: now,
    createdAt: now,
    waitNumber: null,
    delivery: "queued",
    closeOrdinal: null,
    startsNothing: false,
    raw: null,
  };
}

async function contentOf(
  tx: Tx,
  { accountId, id: sessionId }: LoadedSession,
  body: ReplyBody,
): Promise<MessageContent> {
  switch (body.type) {
    case "text":
      return { type: "text", text: body.text };
    case "media": {
      const upload = await readMediaUpload(tx, { accountId, sessionId }, body.uploadId);
      if (upload === null) throw new PunctualError("upload_not_found");
      return {
        type: upload.type,
        mediaId: upload.media_id,
        mimeType: upload.mime_type,
        ...(upload.file_name === null ? {} : { fileName: upload.file_name }),
        ...(body.caption === undefined ? {} : { caption: body.caption }),
      };
    }
    case "template": {
      const { name, language, components } = body;
      const filled = components === undefined ? {} : { components: [...components] };
      return { type: "template", name, language, ...filled };
    }
  }
}
