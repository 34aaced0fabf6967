import { Button, Loader, Text, UnstyledButton } from "@mantine/core";
import type { Message, Session } from "@punctual/contract";
import { IconArrowRight, IconChevronDown, IconChevronRight } from "@tabler/icons-react";
import { memo } from "react";
import { useFormat } from "../i18n/format.ts";
import { useTexts } from "../i18n/texts.ts";
import { serverNow } from "../ui/now.ts";
import { ProblemAlert } from "../ui/problem-alert.tsx";
import { MessageBubble } from "./message-bubble.tsx";
import { OutgoingBubble } from "./outgoing-bubble.tsx";
import type { Row } from "./rows.data.ts";
import { threadTexts } from "./texts.ts";
import classes from "./thread.module.css";
import { useThreads } from "./threads-context.ts";

/** What lines of the thread know and do beyond their own. The same object until one of it changes. */
export interface RowContext {
  readonly memberId: string;
  readonly nameOf: (memberId: string) => string;
  /** A message that is here, as quotes name it. */
  readonly messageOf: (messageId: string) => Message | undefined;
  readonly mayWrite: boolean;
  readonly onReply: (message: Message) => void;
  readonly toggle: (sessionId: string) => void;
  readonly moreSessions: () => void;
}

/** One line of the thread. */
export const RowView = memo(function RowView(props: {
  readonly row: Row;
  readonly context: RowContext;
}) {
  const { row, context } = props;
  const t = useTexts(threadTexts);
  const format = useFormat();
  switch (row.type) {
    case "message": {
      const { message, isFirst } = row;
      const { authorId, replyTo } = message;
      return (
        <MessageBubble
          message={message}
          isFirst={isFirst}
          author={authorId === null ? null : nameFor(authorId, context, t("you"))}
          quoted={replyTo === null ? undefined : context.messageOf(replyTo)}
          mayWrite={context.mayWrite}
          onReply={context.onReply}
        />
      );
    }
    case "outgoing":
      return <OutgoingBubble item={row.item} />;
    case "day":
      return <Divider label={format.day(row.at, serverNow())} />;
    case "begin":
      return <Divider label={t("thisSession")} />;
    case "act":
      return (
        <Text className={classes.act} size="xs" c="dimmed" component="p">
          <IconArrowRight size={13} aria-hidden />
          <span>{row.entry.sentence}</span>
          <time dateTime={row.entry.happenedAt}>{format.time(row.entry.happenedAt)}</time>
        </Text>
      );
    case "session":
      return <EarlierHead session={row.session} isOpen={row.isOpen} toggle={context.toggle} />;
    case "moreSessions":
      return (
        <Button size="compact-sm" variant="subtle" mx="auto" onClick={context.moreSessions}>
          {t("moreSessions")}
        </Button>
      );
    case "older":
      return <Older sessionId={row.sessionId} />;
    case "loading":
      return <Loader size="sm" mx="auto" my="md" />;
    case "problem":
      return <LoadProblem sessionId={row.sessionId} />;
  }
});

function nameFor(memberId: string, context: RowContext, you: string): string {
  return memberId === context.memberId ? you : context.nameOf(memberId);
}

function Divider({ label }: { readonly label: string }) {
  return (
    <div className={classes.divider}>
      <span>{label}</span>
    </div>
  );
}

function EarlierHead(props: {
  readonly session: Session;
  readonly isOpen: boolean;
  readonly toggle: (sessionId: string) => void;
}) {
  const { session, isOpen, toggle } = props;
  const t = useTexts(threadTexts);
  const format = useFormat();
  const Chevron = isOpen ? IconChevronDown : IconChevronRight;
  return (
    <UnstyledButton
      className={classes.earlier}
      aria-expanded={isOpen}
      onClick={() => toggle(session.id)}
    >
      <Chevron size={16} aria-hidden />
      <span>
        {t("earlierSession", { day: format.day(session.openedAt, serverNow()) })}
        {session.closed !== null &&
          ` · ${t("earlierClosed", { time: format.time(session.closed.closedAt) })}`}
      </span>
      <Text size="xs" c="dimmed" truncate dir="auto" component="span">
        {session.preview?.text}
      </Text>
    </UnstyledButton>
  );
}

function Older({ sessionId }: { readonly sessionId: string }) {
  const t = useTexts(threadTexts);
  const { store } = useThreads();
  const { isLoadingOlder } = store.thread(sessionId);
  return (
    <Button
      size="compact-sm"
      variant="subtle"
      mx="auto"
      loading={isLoadingOlder}
      onClick={() => void store.loadOlder(sessionId)}
    >
      {t("older")}
    </Button>
  );
}

function LoadProblem({ sessionId }: { readonly sessionId: string }) {
  const { store } = useThreads();
  const { error, state } = store.thread(sessionId);
  if (error === null) return null;
  const retry = () =>
    void (state === "failed" ? store.load(sessionId) : store.loadOlder(sessionId));
  return <ProblemAlert error={error} onRetry={retry} />;
}
