/** Where a reply to the customer or a note for colleagues is written. */
import { ActionIcon, Button, Text, Textarea } from "@mantine/core";
import type { Message, Session, SessionDetail } from "@punctual/contract";
import { IconSend2, IconX } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { type KeyboardEvent, type Ref, useId } from "react";
import { myChannelsQuery } from "../api/queries.ts";
import { useTexts } from "../i18n/texts.ts";
import { saveDraft, useDraft } from "./drafts.ts";
import { MessagingWindow } from "./messaging-window.tsx";
import { QuotedMessage } from "./quoted-message.tsx";
import { threadTexts } from "./texts.ts";
import classes from "./thread.module.css";
import { useThreads } from "./threads-context.ts";

export function Composer(props: {
  readonly session: Session;
  readonly detail: SessionDetail | undefined;
  readonly messages: readonly Message[];
  readonly input: Ref<HTMLTextAreaElement>;
}) {
  const { session, detail, messages, input } = props;
  const t = useTexts(threadTexts);
  const { outgoing } = useThreads();
  const hintId = useId();
  const draft = useDraft(session.id);
  const { data: channels } = useQuery(myChannelsQuery);
  const limits = channels?.find(({ id }) => id === session.channelId)?.limits;
  const canReply = session.state === "open" && detail?.may.includes("sendMessage") === true;
  const isNote = draft.isNote || !canReply;
  const isWindowClosed = !isNote && detail?.messagingWindow.open === false;
  const quoted = messages.find(({ id }) => id === draft.replyTo);
  const limit = isNote ? MAX_NOTE : (limits?.maxTextLength ?? MAX_NOTE);
  const isTooLong = draft.text.length > limit;
  const canSend = draft.text.trim() !== "" && !isTooLong && !isWindowClosed;

  const send = () => {
    if (!canSend) return;
    const { text } = draft;
    const afterId = messages.at(-1)?.id ?? null;
    if (isNote) outgoing.send(session.id, { type: "note", text, mentions: [] }, afterId);
    else {
      const replyTo = draft.replyTo === null ? {} : { replyTo: draft.replyTo };
      outgoing.send(session.id, { type: "text", text, ...replyTo }, afterId);
    }
    saveDraft(session.id, { ...draft, text: "", replyTo: null });
  };
  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (event.key === "Escape") event.currentTarget.blur();
    // While a word is put together (Vietnamese, Chinese), Enter belongs to that.
    if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    send();
  };

  return (
    <section className={classes.composer} data-note={isNote || undefined}>
      {draft.replyTo !== null && !isNote && (
        <div className={classes.replyingTo}>
          <QuotedMessage message={quoted} />
          <ActionIcon
            variant="subtle"
            color="gray"
            size="sm"
            aria-label={t("cancelReply")}
            onClick={() => saveDraft(session.id, { ...draft, replyTo: null })}
          >
            <IconX size={15} aria-hidden />
          </ActionIcon>
        </div>
      )}
      <Textarea
        ref={input}
        autosize
        minRows={2}
        maxRows={10}
        dir="auto"
        variant="unstyled"
        aria-label={isNote ? t("writeNote") : t("writeReply")}
        aria-describedby={hintId}
        placeholder={isNote ? t("writeNote") : t("writeReply")}
        value={draft.text}
        disabled={isWindowClosed}
        onChange={({ currentTarget }) =>
          saveDraft(session.id, { ...draft, text: currentTarget.value })
        }
        onKeyDown={onKeyDown}
      />
      <div className={classes.composerFoot}>
        {canReply && (
          <ModeSwitch
            isNote={isNote}
            choose={(chosen) => saveDraft(session.id, { ...draft, isNote: chosen })}
          />
        )}
        <div style={{ flex: 1 }}>
          {isTooLong ? (
            <Text size="xs" c="var(--overdue)" role="alert">
              {t("tooLong", { count: draft.text.length, limit })}
            </Text>
          ) : (
            detail !== undefined &&
            canReply && <MessagingWindow channel={session.channel.name} detail={detail} />
          )}
          <span id={hintId} hidden>
            {t("sendHint")}
          </span>
        </div>
        <Button
          size="compact-md"
          disabled={!canSend}
          {...(isNote ? { color: "yellow.8" } : {})}
          rightSection={<IconSend2 size={16} aria-hidden />}
          onClick={send}
        >
          {isNote ? t("addNote") : t("send")}
        </Button>
      </div>
    </section>
  );
}

/** Whether the customer reads it, or colleagues alone. */
function ModeSwitch(props: {
  readonly isNote: boolean;
  readonly choose: (isNote: boolean) => void;
}) {
  const { isNote, choose } = props;
  const t = useTexts(threadTexts);
  const mode = (label: string, isChosen: boolean, run: () => void) => (
    <Button
      size="compact-sm"
      color="gray"
      variant={isChosen ? "light" : "subtle"}
      aria-pressed={isChosen}
      onClick={run}
    >
      {label}
    </Button>
  );
  return (
    <Button.Group>
      {mode(t("replyTab"), !isNote, () => choose(false))}
      {mode(t("noteTab"), isNote, () => choose(true))}
    </Button.Group>
  );
}

/** What the API takes of a note. */
const MAX_NOTE = 65_536;
