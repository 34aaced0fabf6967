/** The bell: everything that one was told, newest first. */
import {
  ActionIcon,
  Button,
  Group,
  Indicator,
  Popover,
  ScrollArea,
  Stack,
  Text,
  UnstyledButton,
} from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import type { Notification } from "@punctual/contract";
import { IconBell, IconBellRinging, IconVolume, IconVolumeOff } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useFormat } from "../i18n/format.ts";
import { useTexts } from "../i18n/texts.ts";
import { serverNow } from "../ui/now.ts";
import { ProblemAlert } from "../ui/problem-alert.tsx";
import classes from "./alerts.module.css";
import { notificationWords } from "./notification-words.ts";
import { chooseBrowserAlerts, useBrowserAlerts } from "./preferences.ts";
import { notificationsQuery, useMarkRead } from "./queries.ts";
import { alertTexts } from "./texts.ts";

export function NotificationCenter() {
  const t = useTexts(alertTexts);
  const navigate = useNavigate();
  const [isOpen, { toggle, close }] = useDisclosure();
  const { data, error } = useQuery(notificationsQuery);
  const markRead = useMarkRead();
  const { notifications = [], unread = 0 } = data ?? {};
  const newest = notifications[0];
  const label = unread === 0 ? t("notifications") : t("unread", { count: unread });
  const open = ({ id, sessionId, readAt }: Notification) => {
    close();
    if (readAt === null) markRead.mutate({ id });
    void navigate({ to: "/inbox/$view/$sessionId", params: { view: "all", sessionId } });
  };
  return (
    <Popover
      opened={isOpen}
      onChange={close}
      position="right-end"
      width={380}
      trapFocus
      withinPortal
    >
      <Indicator disabled={unread === 0} label={unread > 99 ? "99+" : unread} size={16} offset={6}>
        <Indicator
          disabled={unread === 0}
          label={unread > 99 ? "99+" : unread}
          size={16}
          offset={6}
        >
          <Popover.Target>
            <ActionIcon
              variant="subtle"
              color="gray"
              size={42}
              aria-label={label}
              title={label}
              onClick={toggle}
            >
              {unread === 0 ? (
                <IconBell size={22} aria-hidden />
              ) : (
                <IconBellRinging size={22} aria-hidden />
              )}
            </ActionIcon>
          </Popover.Target>
        </Indicator>
      </Indicator>
      <Popover.Dropdown p={0}>
        <Group justify="space-between" p="sm" wrap="nowrap">
          <Text fw={600}>{t("notifications")}</Text>
          <Group gap={4} wrap="nowrap">
            <SoundSwitch />
            <Button
              size="compact-sm"
              variant="subtle"
              disabled={unread === 0 || newest === undefined}
              onClick={() => newest !== undefined && markRead.mutate({ throughId: newest.id })}
            >
              {t("readAll")}
            </Button>
          </Group>
        </Group>
        {error !== null && <ProblemAlert error={error} />}
        <DesktopSwitch />
        <ScrollArea.Autosize mah="60dvh">
          {notifications.length === 0 ? (
            <Stack gap={4} p="lg" align="center">
              <Text fw={600}>{t("none")}</Text>
              <Text size="sm" c="dimmed" ta="center">
                {t("noneHint")}
              </Text>
            </Stack>
          ) : (
            notifications.map((each) => (
              <Row key={each.id} notification={each} onOpen={() => open(each)} />
            ))
          )}
        </ScrollArea.Autosize>
      </Popover.Dropdown>
    </Popover>
  );
}

function Row(props: { readonly notification: Notification; readonly onOpen: () => void }) {
  const { notification, onOpen } = props;
  const t = useTexts(alertTexts);
  const format = useFormat();
  const { title, sentence } = notificationWords(notification, t);
  const { createdAt, readAt, withdrawnAt } = notification;
  const isOver = withdrawnAt !== null;
  return (
    <UnstyledButton
      className={classes.row}
      data-unread={(readAt === null && !isOver) || undefined}
      onClick={onOpen}
    >
      <Group justify="space-between" wrap="nowrap" gap="xs">
        <Text
          size="sm"
          fw={readAt === null && !isOver ? 700 : 500}
          truncate
          c={isOver ? "dimmed" : "inherit"}
        >
          {title}
        </Text>
        <Text size="xs" c="dimmed" component="time" dateTime={createdAt} flex="none">
          {format.shortMoment(createdAt, serverNow())}
        </Text>
      </Group>
      <Text size="sm" c="dimmed">
        {isOver ? t("over") : sentence}
      </Text>
    </UnstyledButton>
  );
}

function SoundSwitch() {
  const t = useTexts(alertTexts);
  const { sound } = useBrowserAlerts();
  return (
    <ActionIcon
      variant="subtle"
      color="gray"
      aria-pressed={sound}
      aria-label={t(sound ? "soundOn" : "soundOff")}
      title={t(sound ? "soundOn" : "soundOff")}
      onClick={() => chooseBrowserAlerts({ sound: !sound })}
    >
      {sound ? <IconVolume size={18} aria-hidden /> : <IconVolumeOff size={18} aria-hidden />}
    </ActionIcon>
  );
}

/** Offers the desktop's notifications until they are allowed. */
function DesktopSwitch() {
  const t = useTexts(alertTexts);
  const { desktop } = useBrowserAlerts();
  if (desktop || !("Notification" in window)) return null;
  if (window.Notification.permission === "denied") {
    return (
      <Text size="xs" c="dimmed" px="sm" pb="xs">
        {t("systemBlocked")}
      </Text>
    );
  }
  const allow = async () => {
    const answer = await window.Notification.requestPermission();
    if (answer === "granted") chooseBrowserAlerts({ desktop: true });
  };
  return (
    <Button variant="light" size="compact-sm" mx="sm" mb="xs" onClick={() => void allow()}>
      {t("showInSystem")}
    </Button>
  );
}
