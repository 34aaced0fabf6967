import { Avatar, Group, Text, VisuallyHidden } from "@mantine/core";
import type { Member, Session } from "@punctual/contract";
import { IconAlertCircle, IconBrandWhatsapp } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { CSSProperties } from "react";
import { membersQuery, meQuery } from "../api/queries.ts";
import { useTexts } from "../i18n/texts.ts";
import { useSession } from "../sessions/session-hooks.ts";
import { SessionClock } from "../ui/session-clock.tsx";
import classes from "./inbox.module.css";
import type { InboxWords } from "./session-list.tsx";
import { inboxTexts } from "./texts.ts";
import type { ViewSearch } from "./views.data.ts";

export function SessionRow(props: {
  readonly view: string;
  readonly search: ViewSearch;
  readonly id: string;
  readonly isChosen: boolean;
  /** Where j and k stand. */
  readonly isPointed: boolean;
  readonly style: CSSProperties;
}) {
  const { view, search, id, isChosen, isPointed, style } = props;
  const t = useTexts(inboxTexts);
  const session = useSession(id);
  const { data: members = [] } = useQuery(membersQuery);
  const { data: me } = useQuery(meQuery);
  if (session === undefined) return null;
  const { contact, unread, assigneeId, channel, preview } = session;
  const assignee = members.find((member) => member.id === assigneeId);
  const myId = me?.member.id;
  return (
    <Link
      to="/inbox/$view/$sessionId"
      params={{ view, sessionId: id }}
      search={search}
      className={classes.row}
      style={style}
      aria-current={isChosen}
      data-pointed={isPointed || undefined}
      data-unread={unread || undefined}
    >
      <Group justify="space-between" wrap="nowrap" gap="xs">
        <Group gap={6} wrap="nowrap" miw={0}>
          {unread && (
            <>
              <span className={classes.dot} aria-hidden />
              <VisuallyHidden>{t("unread")}</VisuallyHidden>
            </>
          )}
          <Text size="sm" fw={unread ? 700 : 500} truncate dir="auto">
            {contact.name ?? contact.phone ?? contact.username ?? t("unnamed")}
          </Text>
        </Group>
        <SessionClock session={session} />
      </Group>
      <Group justify="space-between" wrap="nowrap" gap="xs">
        <Text size="sm" c="dimmed" truncate dir="auto">
          {previewLine(session, { t, members, myId })}
        </Text>
        <Group gap={4} wrap="nowrap">
          {preview?.delivery === "failed" && (
            <IconAlertCircle size={16} color="var(--overdue)" aria-label={t("failed")} role="img" />
          )}
          {assignee !== undefined && assigneeId !== myId && (
            <Avatar
              name={assignee.name}
              color="initials"
              size={18}
              title={t("assignedTo", { name: assignee.name })}
              aria-label={t("assignedTo", { name: assignee.name })}
              role="img"
            />
          )}
          <IconBrandWhatsapp
            size={16}
            color="var(--mantine-color-dimmed)"
            aria-label={channel.name}
            role="img"
          />
        </Group>
      </Group>
    </Link>
  );
}

interface PreviewContext {
  readonly t: InboxWords;
  readonly members: readonly Member[];
  readonly myId: string | undefined;
}

/** The last thing somebody wrote, and who. */
function previewLine({ preview }: Session, { t, members, myId }: PreviewContext): string {
  if (preview === null) return "";
  const { kind, authorId, contentType, deleted } = preview;
  const words = deleted ? t("deleted") : preview.text || wordFor(contentType, t);
  if (kind === "note") return t("note", { text: words });
  if (kind === "inbound") return words;
  if (authorId === myId) return t("you", { text: words });
  const author = members.find(({ id }) => id === authorId);
  return author === undefined ? words : t("colleague", { name: author.name, text: words });
}

const MEDIA = [
  ...["image", "video", "audio", "voice", "document", "sticker", "location"],
  ...["contacts", "order", "template"],
] as const;

function wordFor(contentType: string, t: InboxWords): string {
  const known = MEDIA.find((type) => type === contentType);
  return known === undefined ? t("unsupported") : t(known as "image");
}
