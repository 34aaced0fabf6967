/** Whose conversation it is, its clock, and what can be done to it. */
import { ActionIcon, Button, Group, Text } from "@mantine/core";
import type { Session, SessionDetail } from "@punctual/contract";
import {
  IconArrowLeft,
  IconCheck,
  IconLayoutSidebarRight,
  IconLayoutSidebarRightFilled,
} from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { lazy, Suspense } from "react";
import { useTexts } from "../i18n/texts.ts";
import { SessionClock } from "../ui/session-clock.tsx";
import { useMemberNames } from "./member-names.ts";
import type { SessionActMutation } from "./session-acts.ts";
import { threadTexts } from "./texts.ts";
import classes from "./thread.module.css";

const HeaderMenu = lazy(() => import("./header-menu.tsx"));

export type Dialog = "close" | "assign";

export function ThreadHeader(props: {
  readonly view: string;
  readonly session: Session;
  readonly detail: SessionDetail | undefined;
  readonly act: SessionActMutation;
  readonly hasDetails: boolean;
  readonly toggleDetails: () => void;
  readonly open: (dialog: Dialog) => void;
}) {
  const { view, session, detail, act, hasDetails, toggleDetails, open } = props;
  const t = useTexts(threadTexts);
  const nameOf = useMemberNames();
  const { contact, channel, assigneeId } = session;
  const name = contact.name ?? contact.phone ?? contact.username ?? t("unnamed");
  const about = [channel.name, contact.phone === null ? null : `+${contact.phone}`];
  if (assigneeId !== null) about.push(nameOf(assigneeId));
  const may = detail?.may ?? [];
  const canTake = session.state === "open" && assigneeId === null && may.includes("take");
  const canClose = session.state === "open" && may.includes("close");
  const Sidebar = hasDetails ? IconLayoutSidebarRightFilled : IconLayoutSidebarRight;
  return (
    <header className={classes.header}>
      <ActionIcon
        className={classes.back}
        variant="subtle"
        color="gray"
        size="lg"
        aria-label={t("back")}
        {...({ component: Link, to: "/inbox/$view", params: { view } } as object)}
      >
        <IconArrowLeft size={20} aria-hidden />
      </ActionIcon>
      <div className={classes.who}>
        <Text component="h2" fw={600} size="sm" ta="left" truncate dir="auto" title={name}>
          {name}
        </Text>
        <Text size="xs" c="dimmed" truncate>
          {about.filter(Boolean).join(" · ")}
        </Text>
      </div>
      <SessionClock session={session} />
      <Group gap={6} wrap="nowrap">
        {canTake && (
          <Button
            size="compact-md"
            loading={act.isPending && act.variables.route === "POST take"}
            onClick={() => act.mutate({ route: "POST take" })}
          >
            {t("take")}
          </Button>
        )}
        {canClose && !canTake && (
          <Button
            className={classes.done}
            size="compact-md"
            variant="light"
            aria-label={t("done")}
            leftSection={<IconCheck size={16} aria-hidden />}
            onClick={() => open("close")}
          >
            {t("done")}
          </Button>
        )}
        <ActionIcon
          variant="subtle"
          color="gray"
          size="lg"
          aria-label={hasDetails ? t("hideDetails") : t("details")}
          aria-expanded={hasDetails}
          onClick={toggleDetails}
        >
          <Sidebar size={20} aria-hidden />
        </ActionIcon>
        <Suspense fallback={<ActionIcon variant="subtle" size="lg" disabled aria-hidden />}>
          <HeaderMenu session={session} may={may} act={act} open={open} />
        </Suspense>
      </Group>
    </header>
  );
}
