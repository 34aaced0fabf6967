/** One message in the thread: whose it is, what it says, and how far it got. */
import { ActionIcon, Button, Group, Text } from "@mantine/core";
import type { Message } from "@punctual/contract";
import { IconArrowBackUp, IconLock, IconRobot } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { memo, useState } from "react";
import { call } from "../api/http.ts";
import { useFormat } from "../i18n/format.ts";
import { useTexts } from "../i18n/texts.ts";
import { DeliveryMark } from "./delivery-mark.tsx";
import { MessageContent, MessageText } from "./message-content.tsx";
import { QuotedMessage } from "./quoted-message.tsx";
import { threadTexts } from "./texts.ts";
import classes from "./thread.module.css";
import { useThreads } from "./threads-context.ts";

export interface BubbleProps {
  readonly message: Message;
  readonly isFirst: boolean;
  /** The member's name, or that it is the member themself. */
  readonly author: string | null;
  /** The message that it quotes: `undefined` when it isn't here. */
  readonly quoted: Message | undefined;
  readonly mayWrite: boolean;
  readonly onReply: (message: Message) => void;
}

export const MessageBubble = memo(function MessageBubble(props: BubbleProps) {
  const { message, isFirst, author, quoted, mayWrite, onReply } = props;
  const t = useTexts(threadTexts);
  const format = useFormat();
  const { kind, delivery, content, reaction, editedAt, deletedAt, sentAt } = message;
  const canQuote = mayWrite && kind !== "note" && message.externalId !== null && deletedAt === null;
  return (
    <article className={classes.message} data-kind={kind} data-first={isFirst || undefined}>
      {isFirst && <Author message={message} name={author} />}
      <div className={classes.bubbleLine}>
        <div className={classes.bubble}>
          {message.replyToExternalId !== null && <QuotedMessage message={quoted} />}
          {deletedAt === null ? (
            <MessageContent message={message} />
          ) : (
            <Text size="sm" fs="italic" c="dimmed">
              {t("deleted")}
            </Text>
          )}
          {deletedAt !== null && kind !== "note" && content.type === "text" && (
            <s>
              <MessageText text={content.text} />
            </s>
          )}
          <span className={classes.foot}>
            {editedAt !== null && <span>{t("edited")}</span>}
            <time dateTime={sentAt} title={format.moment(sentAt)}>
              {format.time(sentAt)}
            </time>
            {delivery !== null && <DeliveryMark state={delivery.state} />}
          </span>
          {reaction !== null && (
            <span
              className={classes.reaction}
              role="img"
              aria-label={t("reaction", { emoji: reaction })}
            >
              {reaction}
            </span>
          )}
        </div>
        {canQuote && (
          <ActionIcon
            className={classes.quote}
            variant="subtle"
            color="gray"
            size="sm"
            aria-label={t("reply")}
            onClick={() => onReply(message)}
          >
            <IconArrowBackUp size={16} aria-hidden />
          </ActionIcon>
        )}
      </div>
      <Trouble message={message} mayWrite={mayWrite} />
    </article>
  );
});

function Author({ message, name }: { readonly message: Message; readonly name: string | null }) {
  const t = useTexts(threadTexts);
  const { kind, isEcho } = message;
  if (kind === "inbound") return null;
  return (
    <Text className={classes.author} size="xs" c="dimmed" component="div">
      {kind === "note" && <IconLock size={13} aria-hidden />}
      {kind === "automatic" && <IconRobot size={13} aria-hidden />}
      <span className={classes.authorName} title={name ?? undefined}>
        {isEcho ? t("echo") : kind === "automatic" ? t("automatic") : name}
      </span>
      {kind === "note" && <span>· {t("noteFor")}</span>}
    </Text>
  );
}

/** What a person can do about a message that was refused, or of which nobody knows. */
function Trouble({ message, mayWrite }: { readonly message: Message; readonly mayWrite: boolean }) {
  const t = useTexts(threadTexts);
  const { store } = useThreads();
  const { id, sessionId, delivery, kind } = message;
  const path = `/sessions/${sessionId}/messages/${id}`;
  const [key] = useState(() => crypto.randomUUID());
  const act = useMutation({
    mutationFn: ([act, body]: readonly ["resend" | "settle", object?]) =>
      call<Message>(`POST ${path}/${act}`, { body, idempotencyKey: key }),
    // What was settled comes as an event.
    onSuccess: (answer) => store.add(sessionId, [answer]),
  });
  const state = delivery?.state;
  if (state !== "failed" && state !== "unknown") return null;
  return (
    <div className={classes.trouble}>
      {state === "failed" && (
        <Text size="xs" c="var(--overdue)" dir="auto">
          {delivery?.error?.message ?? t("noReason")}
        </Text>
      )}
      {act.error !== null && (
        <Text size="xs" c="var(--overdue)" role="alert">
          {act.error.message}
        </Text>
      )}
      {mayWrite && state === "failed" && kind === "agent" && !act.isSuccess && (
        <Button
          size="compact-xs"
          variant="light"
          loading={act.isPending}
          onClick={() => act.mutate(["resend"])}
        >
          {t("sendAgain")}
        </Button>
      )}
      {mayWrite && state === "unknown" && (
        <Group gap="xs">
          <Button
            size="compact-xs"
            variant="light"
            onClick={() => act.mutate(["settle", { as: "delivered" }])}
          >
            {t("itArrived")}
          </Button>
          <Button
            size="compact-xs"
            variant="light"
            onClick={() => act.mutate(["settle", { as: "notDelivered" }])}
          >
            {t("itDidNotArrive")}
          </Button>
        </Group>
      )}
    </div>
  );
}
