import { Button, Group, Text } from "@mantine/core";
import type { Notification } from "@punctual/contract";
import { useFormat } from "../i18n/format.ts";
import { useTexts } from "../i18n/texts.ts";
import { useNow } from "../ui/now.ts";
import { notificationWords } from "./notification-words.ts";
import { alertTexts } from "./texts.ts";

/** The sentence, the time that is left where one runs, and the way there. */
export function ToastBody(props: {
  readonly notification: Notification;
  readonly onOpen: () => void;
}) {
  const { notification, onOpen } = props;
  const t = useTexts(alertTexts);
  return (
    <Group justify="space-between" wrap="nowrap">
      <Text size="sm">
        {notificationWords(notification, t).sentence}{" "}
        {notification.replyDueAt !== null && <TimeLeft dueAt={notification.replyDueAt} />}
      </Text>
      <Button size="compact-sm" variant="light" onClick={onOpen}>
        {t("open")}
      </Button>
    </Group>
  );
}

function TimeLeft({ dueAt }: { readonly dueAt: string }) {
  const format = useFormat();
  const leftMs = Date.parse(dueAt) - useNow();
  return (
    <Text component="strong" size="sm" c={leftMs < 0 ? "var(--overdue)" : "var(--warning)"}>
      {leftMs < 0 ? `+${format.duration(-leftMs)}` : format.duration(leftMs)}
    </Text>
  );
}
