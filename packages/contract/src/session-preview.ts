import type { Message } from "./api/message.ts";
import type { SessionPreview } from "./api/session.ts";
import type { MessageContent } from "./message.ts";

/** Characters of a preview. */
export const PREVIEW_LENGTH = 160;

/** What a list needs of a message, as the API or `session.changed` brings it. */
export interface Previewed
  extends Pick<Message, "id" | "kind" | "authorId" | "content" | "sentAt" | "deletedAt"> {
  readonly delivery: Pick<NonNullable<Message["delivery"]>, "state"> | null;
}

/**
 * A message as the list of sessions shows it; `null` for what no person wrote, which leaves the preview
 * as it was. One rule for the server and for clients that lay events over a list.
 */
export function previewOf(message: Previewed): SessionPreview | null {
  if (message.kind === "automatic") return null;
  const isDeleted = message.deletedAt !== null;
  return {
    messageId: message.id,
    kind: message.kind,
    authorId: message.authorId,
    contentType: message.content.type,
    text: isDeleted ? "" : shorten(textOf(message.content)),
    sentAt: message.sentAt,
    delivery: message.delivery?.state ?? null,
    deleted: isDeleted,
  };
}

/** The words in it, in one language or another; empty where only its type says what it is. */
function textOf(content: MessageContent): string {
  switch (content.type) {
    case "text":
    case "choice":
      return content.text;
    case "order":
      return content.text ?? "";
    case "location":
      return content.name ?? content.address ?? "";
    case "contacts":
      return content.contacts.map(({ name }) => name).join(", ");
    case "template":
      return content.name;
    case "unsupported":
      return content.caption ?? "";
    default:
      return content.caption ?? content.fileName ?? "";
  }
}

function shorten(text: string): string {
  // No more is looked at than can be shown: a message may be long.
  const line = text
    .slice(0, PREVIEW_LENGTH * 4)
    .replaceAll(/\s+/g, " ")
    .trim();
  const characters = [...line];
  if (characters.length <= PREVIEW_LENGTH) return line;
  return `${characters.slice(0, PREVIEW_LENGTH - 1).join("")}…`;
}
