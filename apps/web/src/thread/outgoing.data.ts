/** What somebody wrote and the server hasn't acknowledged yet. Pure. */
import type { Message } from "@punctual/contract";

/** What is asked of the server: the body of a message, or of a note. */
export type OutgoingBody =
  | { readonly type: "text"; readonly text: string; readonly replyTo?: string }
  | { readonly type: "note"; readonly text: string; readonly mentions: readonly string[] }
  | {
      readonly type: "template";
      readonly name: string;
      readonly language: string;
      readonly components?: readonly object[];
    }
  | {
      readonly type: "media";
      readonly uploadId: string;
      readonly caption?: string;
      readonly replyTo?: string;
    };

export interface Outgoing {
  /** Also the idempotency key: sent twice, it is still one message. */
  readonly key: string;
  readonly sessionId: string;
  readonly body: OutgoingBody;
  /** What is shown of a file or template meanwhile. */
  readonly label: string | null;
  readonly writtenAt: number;
  /** The last message that the screen had then: the answer comes behind it. */
  readonly afterId: string | null;
  /** `waiting`: the server can't be reached; it goes by itself later. */
  readonly state: "sending" | "waiting" | "refused";
  /** Why the server refused it, in its own words. */
  readonly problem: string | null;
}

/**
 * Those whose message hasn't come yet. An event may bring the message before the answer to the request
 * does; without this it would be shown twice for a moment.
 */
export function stillOutgoing(
  outgoing: readonly Outgoing[],
  messages: readonly Message[],
  memberId: string,
): readonly Outgoing[] {
  if (outgoing.length === 0) return outgoing;
  const taken = new Set<string>();
  return outgoing.filter((item) => {
    if (item.state === "refused") return true;
    const came = messages.findLast(
      (message) =>
        !taken.has(message.id) &&
        message.authorId === memberId &&
        (item.afterId === null || message.id > item.afterId) &&
        isSame(item.body, message),
    );
    if (came !== undefined) taken.add(came.id);
    return came === undefined;
  });
}

function isSame(body: OutgoingBody, { kind, content }: Message): boolean {
  switch (body.type) {
    case "note":
      return kind === "note" && content.type === "text" && content.text === body.text;
    case "text":
      return kind === "agent" && content.type === "text" && content.text === body.text;
    case "template":
      return content.type === "template" && content.name === body.name;
    case "media":
      return kind === "agent" && "mediaId" in content && content.caption === body.caption;
  }
}
