import { ActionIcon, Progress, Text } from "@mantine/core";
import { IconFile, IconX } from "@tabler/icons-react";
import { useTexts } from "../i18n/texts.ts";
import classes from "./composer.module.css";
import { composerTexts } from "./composer-texts.ts";
import type { Attachment } from "./use-attachments.ts";

/** The files that go out with what is written. */
export function AttachmentList(props: {
  readonly attachments: readonly Attachment[];
  readonly remove: (keys: readonly string[]) => void;
}) {
  const { attachments, remove } = props;
  const t = useTexts(composerTexts);
  if (attachments.length === 0) return null;
  return (
    <ul className={classes.attachments} aria-label={t("attachments")}>
      {attachments.map(({ key, name, previewUrl, share, uploaded, problem }) => (
        <li key={key} className={classes.attachment}>
          {previewUrl === null ? (
            <IconFile size={28} aria-hidden />
          ) : (
            <img src={previewUrl} alt="" />
          )}
          <div className={classes.attachmentName}>
            <Text size="xs" truncate title={name} dir="auto">
              {name}
            </Text>
            {problem === null ? (
              uploaded === null && (
                <Progress size="xs" value={share * 100} aria-label={t("uploading", { name })} />
              )
            ) : (
              <Text size="xs" c="var(--overdue)" role="alert">
                {problem}
              </Text>
            )}
          </div>
          <ActionIcon
            variant="subtle"
            color="gray"
            size="sm"
            aria-label={t("removeFile", { name })}
            onClick={() => remove([key])}
          >
            <IconX size={15} aria-hidden />
          </ActionIcon>
        </li>
      ))}
    </ul>
  );
}
