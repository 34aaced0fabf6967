/** The supervisor's wall: numbers that can be read from afar, then who and where. It moves by events alone. */
import { ActionIcon, Alert, Group, Loader, Title } from "@mantine/core";
import { useFullscreenElement } from "@mantine/hooks";
import { IconMaximize } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { meQuery } from "../api/queries.ts";
import { useTexts } from "../i18n/texts.ts";
import { ProblemAlert } from "../ui/problem-alert.tsx";
import { AgentTable } from "./agent-table.tsx";
import { ChannelTable } from "./channel-table.tsx";
import { Figures } from "./figures.tsx";
import { useWall } from "./queries.ts";
import { wallTexts } from "./texts.ts";
import classes from "./wall.module.css";

export function WallPage() {
  const t = useTexts(wallTexts);
  const { data: me } = useQuery(meQuery);
  const { ref, toggle } = useFullscreenElement();
  const { data: wall, error, refetch } = useWall();
  if (me?.member.role === "agent") {
    return (
      <Alert m="md" color="gray">
        {t("forSupervisors")}
      </Alert>
    );
  }
  return (
    <div ref={ref} className={classes.wall}>
      <Group justify="space-between" mb="md">
        <Title order={1} size="h3">
          {t("title")}
        </Title>
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={t("fullScreen")}
          title={t("fullScreen")}
          onClick={() => void toggle()}
        >
          <IconMaximize size={18} aria-hidden />
        </ActionIcon>
      </Group>
      {error !== null && <ProblemAlert error={error} onRetry={() => void refetch()} />}
      {wall === undefined && error === null && <Loader />}
      {wall !== undefined && (
        <>
          <Figures wall={wall} />
          <AgentTable members={wall.members} />
          <ChannelTable channels={wall.channels} />
        </>
      )}
    </div>
  );
}
