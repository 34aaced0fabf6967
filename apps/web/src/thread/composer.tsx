/** Where a reply to the customer or a note for colleagues is written. */
import { ActionIcon, Button, Text, Textarea } from "@mantine/core";
import type { Message, Session, SessionDetail } from "@punctual/contract";
import { IconSend2, IconX } from "@tabler/icons-react";
import {
  type DragEvent,
  type KeyboardEvent,
  type RefObject,
  useEffect,
  useId,
  useState,
} from "react";
import { useTexts } from "../i18n/texts.ts";
import { AttachmentList } from "./attachment-list.tsx";
import classes from "./composer.module.css";
import { composerTexts } from "./composer-texts.ts";
import { ComposerTools } from "./composer-tools.tsx";
import { useMemberNames } from "./member-names.ts";
import { MessagingWindow } from "./messaging-window.tsx";
import { QuotedMessage } from "./quoted-message.tsx";
import type { Naming } from "./suggestion.data.ts";
import { SuggestionList } from "./suggestion-list.tsx";
import { useComposer } from "./use-composer.ts";
import { type Suggestion, useSuggestions } from "./use-suggestions.ts";

export type ComposerState = ReturnType<typeof useComposer>;

export default function Composer(props: {
  readonly session: Session;
  readonly detail: SessionDetail | undefined;
  readonly messages: readonly Message[];
  readonly input: RefObject<HTMLTextAreaElement | null>;
  /** Whether it has the focus as soon as it is there. */
  readonly wanted: RefObject<boolean>;
}) {
  const { session, detail, messages, input, wanted } = props;
  const t = useTexts(composerTexts);
  const listId = useId();
  const composer = useComposer(session, detail, messages);
  const { draft, change, send, isNote, needsTemplate, files } = composer;
  const [caret, setCaret] = useState(draft.text.length);
  const [isDropping, setDropping] = useState(false);
  useEffect(() => {
    if (wanted.current) input.current?.focus();
  }, [input, wanted]);
  const takesFiles = !isNote && !needsTemplate;

  const replace = (from: number, to: number, text: string, mentions = draft.mentions) => {
    change({ text: draft.text.slice(0, from) + text + draft.text.slice(to), mentions });
    moveCaret(input.current, from + text.length);
    setCaret(from + text.length);
  };
  const onPick = ({ text, mention }: Suggestion, { from, to }: Naming) => {
    replace(from, to, text, mention === null ? draft.mentions : [...draft.mentions, mention]);
  };
  const writing = { session, isNote, text: draft.text, caret, onPick };
  const { suggestions, index, pick, onKey } = useSuggestions(writing);
  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    // While a word is put together (Vietnamese, Chinese), keys belong to that.
    if (event.nativeEvent.isComposing || onKey(event)) return;
    if (event.key === "Escape") event.currentTarget.blur();
    if (event.key !== "Enter" || event.shiftKey) return;
    event.preventDefault();
    send();
  };
  const onDrop = (event: DragEvent) => {
    event.preventDefault();
    setDropping(false);
    if (takesFiles) files.add(event.dataTransfer.files);
  };

  return (
    <section
      className={classes.composer}
      data-note={isNote || undefined}
      data-dropping={isDropping && takesFiles ? t("dropHere") : undefined}
      aria-label={isNote ? t("noteTab") : t("replyTab")}
      onDragOver={(event) => {
        event.preventDefault();
        setDropping(event.dataTransfer.types.includes("Files"));
      }}
      onDragLeave={() => setDropping(false)}
      onDrop={onDrop}
    >
      <SuggestionList id={listId} suggestions={suggestions} index={index} pick={pick} />
      <Above composer={composer} messages={messages} />
      <Textarea
        ref={input}
        autosize
        minRows={2}
        maxRows={10}
        dir="auto"
        variant="unstyled"
        aria-label={isNote ? t("writeNote") : t("writeReply")}
        aria-description={t("sendHint")}
        aria-autocomplete="list"
        aria-controls={suggestions.length > 0 ? listId : undefined}
        aria-activedescendant={suggestions.length > 0 ? `${listId}-${index}` : undefined}
        placeholder={isNote ? t("noteHint") : t("replyHint")}
        value={draft.text}
        disabled={needsTemplate}
        onChange={({ currentTarget }) => {
          setCaret(currentTarget.selectionStart);
          change({ text: currentTarget.value });
        }}
        onSelect={({ currentTarget }) => setCaret(currentTarget.selectionStart)}
        onKeyDown={onKeyDown}
        onPaste={({ clipboardData }) => {
          if (takesFiles && clipboardData.files.length > 0) files.add(clipboardData.files);
        }}
      />
      <div className={classes.foot}>
        <ComposerTools
          session={session}
          composer={composer}
          afterId={messages.at(-1)?.id ?? null}
          insert={(text) => replace(caret, caret, text)}
        />
        <div className={classes.said}>
          {detail !== undefined && composer.canReply && (
            <MessagingWindow channel={session.channel.name} detail={detail} />
          )}
        </div>
        <Button
          size="compact-sm"
          disabled={!composer.canSend}
          {...(isNote ? { color: "yellow.8" } : {})}
          rightSection={<IconSend2 size={16} aria-hidden />}
          onClick={() => send()}
        >
          {isNote ? t("addNote") : t("send")}
        </Button>
      </div>
    </section>
  );
}

/** What is to be known before sending: who else writes, what is quoted, which files go along. */
function Above(props: { readonly composer: ComposerState; readonly messages: readonly Message[] }) {
  const { composer, messages } = props;
  const { draft, change, send, typing, collision, forgetCollision, files, isNote } = composer;
  const { length, limit } = composer;
  const t = useTexts(composerTexts);
  const nameOf = useMemberNames();
  const names = typing.map(nameOf).join(", ");
  return (
    <>
      <div className={classes.typing} aria-live="polite">
        {typing.length > 0 && t(typing.length === 1 ? "types" : "typeTogether", { names })}
      </div>
      {collision !== null && (
        <div className={classes.ask} role="alert">
          <Text size="sm">{t(collision.kind, { name: nameOf(collision.memberId) })}</Text>
          <Button size="compact-sm" onClick={() => send(true)}>
            {t("sendAnyway")}
          </Button>
          <Button size="compact-sm" variant="default" onClick={forgetCollision}>
            {t("keepWriting")}
          </Button>
        </div>
      )}
      {draft.replyTo !== null && !isNote && (
        <div className={classes.replyingTo}>
          <QuotedMessage message={messages.find(({ id }) => id === draft.replyTo)} />
          <ActionIcon
            variant="subtle"
            color="gray"
            size="sm"
            aria-label={t("cancelReply")}
            onClick={() => change({ replyTo: null })}
          >
            <IconX size={15} aria-hidden />
          </ActionIcon>
        </div>
      )}
      {!isNote && <AttachmentList attachments={files.attachments} remove={files.remove} />}
      {length > limit && (
        <Text size="xs" c="var(--overdue)" role="alert">
          {t("tooLong", { count: length, limit })}
        </Text>
      )}
    </>
  );
}

/** After the text has been drawn with what was put in. */
function moveCaret(input: HTMLTextAreaElement | null, to: number): void {
  requestAnimationFrame(() => {
    input?.focus();
    input?.setSelectionRange(to, to);
  });
}
