import { Anchor, Group, Text } from "@mantine/core";
import type { Message } from "@punctual/contract";
import { IconDownload, IconFile } from "@tabler/icons-react";
import { useState } from "react";
import { useTexts } from "../i18n/texts.ts";
import { threadTexts } from "./texts.ts";
import classes from "./thread.module.css";

type MediaContent = Extract<Message["content"], { mediaId?: string | undefined }>;

/** A file as it is looked at or listened to here; else where it can be had. */
export function MessageMedia(props: {
  readonly message: Pick<Message, "id" | "sessionId">;
  readonly content: MediaContent;
}) {
  const { message, content } = props;
  const t = useTexts(threadTexts);
  const [hasFailed, setFailed] = useState(false);
  const source = `/api/v1/sessions/${message.sessionId}/messages/${message.id}/media`;
  const name = content.fileName ?? t(content.type);
  const onError = () => setFailed(true);
  if (content.mediaId === undefined) return <Text size="sm">{name}</Text>;
  if (hasFailed || content.type === "document") {
    return <FileLink source={source} name={name} hasFailed={hasFailed} />;
  }
  switch (content.type) {
    case "image":
    case "sticker":
      return (
        <a href={source} target="_blank" rel="noreferrer" title={t("openFile")}>
          <img
            className={classes.picture}
            data-sticker={content.type === "sticker" || undefined}
            src={source}
            alt={content.caption ?? name}
            loading="lazy"
            onError={onError}
          />
        </a>
      );
    case "video":
      return (
        // biome-ignore lint/a11y/useMediaCaption: customers' videos come without any
        <video
          className={classes.picture}
          src={source}
          controls
          preload="metadata"
          onError={onError}
        />
      );
    case "audio":
    case "voice":
      return (
        // biome-ignore lint/a11y/useMediaCaption: customers' recordings come without any
        <audio
          className={classes.audio}
          src={source}
          controls
          preload="none"
          aria-label={name}
          onError={onError}
        />
      );
  }
}

function FileLink(props: {
  readonly source: string;
  readonly name: string;
  readonly hasFailed: boolean;
}) {
  const { source, name, hasFailed } = props;
  const t = useTexts(threadTexts);
  return (
    <Group gap="xs" wrap="nowrap">
      <IconFile size={20} aria-hidden />
      <div style={{ minWidth: 0 }}>
        <Text size="sm" truncate dir="auto" title={name}>
          {name}
        </Text>
        {hasFailed && (
          <Text size="xs" c="dimmed">
            {t("mediaFailed")}
          </Text>
        )}
        <Anchor size="xs" href={`${source}?download=true`} download={name}>
          <IconDownload size={13} aria-hidden /> {t("download")}
        </Anchor>
      </div>
    </Group>
  );
}
