import { Group, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { CSSProperties } from "react";
import { useTexts } from "../i18n/texts.ts";
import { useSession } from "../sessions/session-hooks.ts";
import { SessionClock } from "../ui/session-clock.tsx";
import classes from "./inbox.module.css";
import { inboxTexts } from "./texts.ts";
import type { ViewName } from "./views.data.ts";

export function SessionRow(props: {
  readonly view: ViewName;
  readonly id: string;
  readonly isChosen: boolean;
  readonly style: CSSProperties;
}) {
  const { view, id, isChosen, style } = props;
  const t = useTexts(inboxTexts);
  const session = useSession(id);
  if (session === undefined) return null;
  const { contact, preview, unread } = session;
  return (
    <Link
      to="/inbox/$view/$sessionId"
      params={{ view, sessionId: id }}
      className={classes.row}
      style={style}
      aria-current={isChosen}
    >
      <Group justify="space-between" wrap="nowrap" gap="xs">
        <Text size="sm" fw={unread ? 700 : 500} truncate dir="auto">
          {contact.name ?? contact.phone ?? contact.username ?? t("unnamed")}
        </Text>
        <SessionClock session={session} />
      </Group>
      <Text size="sm" c="dimmed" truncate dir="auto">
        {preview?.text}
      </Text>
    </Link>
  );
}
