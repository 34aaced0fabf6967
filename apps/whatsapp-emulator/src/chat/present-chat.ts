import { isJsonObject, type JsonObject } from "../json.ts";
import type {
  ChatEntry,
  SentMessage,
  SentStatus,
  WrittenMessage,
  WrittenStatus,
} from "../state.ts";

/** A bubble on a customer's phone, or a notice between them. */
export interface ChatMessage {
  /** The wamid. */
  readonly id: string;
  readonly phoneNumberId: string;
  readonly from: "customer" | "business";
  /** Epoch ms. */
  readonly at: number;
  /** As in the calls that write it; of the business as in the Graph API. */
  readonly type: string;
  /** What it says, a caption or a file's name. */
  readonly text: string | null;
  /** The file, if it was stored here. */
  readonly mediaId: string | null;
  readonly status: WrittenStatus | SentStatus;
  readonly replyTo: string | null;
  readonly reactions: readonly Reaction[];
  readonly edited: boolean;
  readonly deleted: boolean;
}

interface Reaction {
  readonly from: "customer" | "business";
  readonly emoji: string;
}

/**
 * What a customer's phone shows, the oldest first: what the business sent only once it is delivered;
 * reactions, edits and deletions laid over the messages they are about.
 */
export function presentChat(entries: readonly ChatEntry[]): ChatMessage[] {
  const bubbles = new Map<string, ChatMessage>();
  for (const entry of entries) {
    const shown = entry.by === "customer" ? written(entry.message) : arrived(entry);
    if (shown === null) continue;
    const { about, change } = shown;
    const bubble = bubbles.get(about);
    if (change === null) bubbles.set(about, shown.bubble);
    else if (bubble !== undefined) bubbles.set(about, change(bubble));
  }
  return [...bubbles.values()].sort((a, b) => a.at - b.at);
}

/** A new bubble, or a change of one that is there. */
type Shown =
  | { readonly about: string; readonly bubble: ChatMessage; readonly change: null }
  | { readonly about: string; readonly change: (bubble: ChatMessage) => ChatMessage };

function written(message: WrittenMessage): Shown {
  const { spec, wamid, phoneNumberId, at, status } = message;
  switch (spec.type) {
    case "reaction":
      return reaction(spec.messageId, "customer", spec.emoji);
    case "edit":
      return { about: spec.messageId, change: (b) => ({ ...b, text: spec.text, edited: true }) };
    case "revoke":
      return {
        about: spec.messageId,
        change: (b) => ({ ...b, text: null, mediaId: null, deleted: true }),
      };
    default: {
      const base = { id: wamid, phoneNumberId, from: "customer", at, status } as const;
      const { type, replyTo } = spec;
      const mediaId = "mediaId" in spec ? spec.mediaId : null;
      return bubbleOf({ ...base, type, text: writtenText(spec), mediaId, replyTo });
    }
  }
}

function bubbleOf(base: Omit<ChatMessage, "reactions" | "edited" | "deleted">): Shown {
  const bubble = { ...base, reactions: [], edited: false, deleted: false };
  return { about: base.id, bubble, change: null };
}

/** One reaction of each side; `null` or nothing takes it back. */
function reaction(about: string, from: Reaction["from"], emoji: string | null): Shown {
  const change = (bubble: ChatMessage): ChatMessage => {
    const others = bubble.reactions.filter((each) => each.from !== from);
    return { ...bubble, reactions: emoji ? [...others, { from, emoji }] : others };
  };
  return { about, change };
}

type Written = Exclude<WrittenMessage["spec"], { type: "reaction" | "edit" | "revoke" }>;

function writtenText(spec: Written): string | null {
  switch (spec.type) {
    case "text":
    case "templateButton":
    case "order":
      return spec.text;
    case "image":
    case "video":
      return spec.caption;
    case "document":
      return spec.caption === null ? spec.fileName : `${spec.fileName}\n${spec.caption}`;
    case "buttonReply":
    case "listReply":
      return spec.title;
    case "location":
      return spec.name ?? spec.address ?? `${spec.latitude}, ${spec.longitude}`;
    case "unsupported":
      return spec.unsupportedType;
    case "unknown":
      return spec.wireType;
    case "numberChange":
      return spec.newPhone;
    case "userIdChange":
      return spec.newBsuid;
    case "contacts":
    case "audio":
    case "voice":
    case "sticker":
      return null;
  }
}

/** A message of the business, if it is on the phone by now. */
function arrived(entry: Exclude<ChatEntry, { by: "customer" }>): Shown | null {
  const { wamid: id, phoneNumberId } = entry.message;
  const base = { id, phoneNumberId, from: "business", mediaId: null } as const;
  if (entry.by === "app") {
    const { text, at } = entry.message;
    return bubbleOf({ ...base, at, type: "text", text, status: "delivered", replyTo: null });
  }
  const { body, status, type, receivedAt: at } = entry.message;
  if (status !== "delivered" && status !== "read") return null;
  if (type === "reaction") {
    const { message_id, emoji } = member(body, "reaction");
    return reaction(String(message_id), "business", textOf(emoji));
  }
  const replyTo = textOf(member(body, "context").message_id);
  return bubbleOf({ ...base, at, type, text: sentText(entry.message), status, replyTo });
}

function sentText({ body, type }: SentMessage): string | null {
  const content = member(body, type);
  switch (type) {
    case "text":
      return textOf(content.body);
    case "interactive":
      return textOf(member(content, "body").text);
    case "template":
      return [textOf(content.name), ...templateParameters(content)].join("\n");
    case "location":
      return textOf(content.name) ?? `${content.latitude}, ${content.longitude}`;
    default:
      return textOf(content.caption) ?? textOf(content.filename) ?? textOf(content.link);
  }
}

function templateParameters({ components }: JsonObject): string[] {
  if (!Array.isArray(components)) return [];
  return components
    .filter(isJsonObject)
    .flatMap(({ parameters }) => (Array.isArray(parameters) ? parameters : []))
    .filter(isJsonObject)
    .flatMap(({ text }) => textOf(text) ?? []);
}

function member(object: JsonObject, name: string): JsonObject {
  const value = object[name];
  return isJsonObject(value) ? value : {};
}

function textOf(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}
