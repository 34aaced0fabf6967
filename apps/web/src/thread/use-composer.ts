/** What the composer holds, and what sending it means. */
import type { Message, Session, SessionDetail } from "@punctual/contract";
import { useQuery } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { membersQuery, meQuery, myChannelsQuery } from "../api/queries.ts";
import { type Draft, saveDraft, useDraft } from "./drafts.ts";
import type { OutgoingBody } from "./outgoing.data.ts";
import { useThreads } from "./threads-context.ts";
import { useAttachments } from "./use-attachments.ts";
import { useSayTyping, useWhoTypes } from "./use-typing.ts";

/** What the API takes of a note. */
const MAX_NOTE = 65_536;

/** Why somebody is asked before a reply goes out. */
export interface Collision {
  readonly kind: "answeredMeanwhile" | "colleagueTypes";
  readonly memberId: string;
}

export function useComposer(
  session: Session,
  detail: SessionDetail | undefined,
  messages: readonly Message[],
) {
  const { id: sessionId } = session;
  const { outgoing } = useThreads();
  const { data: me } = useQuery(meQuery);
  const { data: members = [] } = useQuery(membersQuery);
  const { data: channels } = useQuery(myChannelsQuery);
  const draft = useDraft(sessionId);
  const files = useAttachments(sessionId);
  const sayTyping = useSayTyping(sessionId);
  const typing = useWhoTypes(sessionId, messages);
  const [collision, setCollision] = useState<Collision | null>(null);
  /** The newest message when the text was begun. */
  const begunAfter = useRef<string | null>(null);
  // A draft of an earlier visit counts from what is there now.
  begunAfter.current ??= newestOf(messages);
  const canReply = session.state === "open" && detail?.may.includes("sendMessage") === true;
  const isNote = draft.isNote || !canReply;
  const needsTemplate = !isNote && detail?.messagingWindow.open === false;
  const limits = channels?.find(({ id }) => id === session.channelId)?.limits;
  const limit = isNote ? MAX_NOTE : (limits?.maxTextLength ?? MAX_NOTE);
  const { length } = draft.text;
  const sent = isNote ? [] : files.attachments;
  const isComplete = sent.every(({ uploaded }) => uploaded !== null);
  const hasContent = draft.text.trim() !== "" || sent.length > 0;
  const canSend = hasContent && length <= limit && isComplete && !needsTemplate;

  const change = (changes: Partial<Draft>) => {
    const changed = { ...draft, ...changes };
    if (draft.text === "" && changed.text !== "") begunAfter.current = newestOf(messages);
    if (changes.text !== undefined) sayTyping(changed.text !== "");
    saveDraft(sessionId, changed);
  };
  const send = (isSure = false) => {
    if (!canSend) return;
    const found = isSure || isNote || collision !== null ? null : findCollision();
    setCollision(found);
    if (found !== null) return;
    const afterId = newestOf(messages);
    const mentions = draft.mentions.filter((id) =>
      draft.text.includes(`@${members.find((member) => member.id === id)?.name}`),
    );
    for (const { body, label } of bodiesOf({ draft, isNote, mentions, sent })) {
      outgoing.send({ sessionId, body, afterId, label });
    }
    files.remove(sent.map(({ key }) => key));
    sayTyping(false);
    saveDraft(sessionId, { ...draft, text: "", replyTo: null, mentions: [] });
  };
  const findCollision = (): Collision | null => {
    const [typist] = typing;
    if (typist !== undefined) return { kind: "colleagueTypes", memberId: typist };
    const from = messages.findIndex(({ id }) => id === begunAfter.current) + 1;
    const answer = messages
      .slice(from)
      .findLast(({ kind, authorId }) => kind === "agent" && authorId !== me?.member.id);
    const memberId = answer?.authorId ?? null;
    return memberId === null ? null : { kind: "answeredMeanwhile", memberId };
  };
  const shownTyping = typing.filter((id) => id !== me?.member.id);
  return {
    ...{ draft, change, send, canSend, canReply, isNote, needsTemplate, limit, length },
    ...{ files, typing: shownTyping, collision, forgetCollision: () => setCollision(null) },
  };
}

function newestOf(messages: readonly Message[]): string | null {
  return messages.at(-1)?.id ?? null;
}

interface Written {
  readonly draft: Draft;
  readonly isNote: boolean;
  readonly mentions: readonly string[];
  readonly sent: ReturnType<typeof useAttachments>["attachments"];
}

/** The words go with the first file, where a file can have words. */
function bodiesOf({ draft, isNote, mentions, sent }: Written) {
  const { text, replyTo: quoted } = draft;
  const bodies: { readonly body: OutgoingBody; readonly label: string | null }[] = [];
  if (isNote) return [{ body: { type: "note", text, mentions } as const, label: null }];
  const replyTo = quoted === null ? {} : { replyTo: quoted };
  const canCarry = sent[0]?.uploaded?.type !== "audio" && sent[0]?.uploaded?.type !== "sticker";
  const hasText = text.trim() !== "";
  for (const [index, { uploaded, name }] of sent.entries()) {
    const caption = index === 0 && canCarry && hasText ? { caption: text } : {};
    const quote = index === 0 ? replyTo : {};
    const body = { type: "media", uploadId: uploaded?.id ?? "", ...caption, ...quote } as const;
    bodies.push({ body, label: name });
  }
  if (hasText && (sent.length === 0 || !canCarry)) {
    bodies.push({ body: { type: "text", text, ...replyTo }, label: null });
  }
  return bodies;
}
