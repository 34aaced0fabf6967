import { Text } from "@mantine/core";
import type { Wall } from "@punctual/contract";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { membersQuery } from "../api/queries.ts";
import { useFormat } from "../i18n/format.ts";
import { useTexts } from "../i18n/texts.ts";
import { useNow } from "../ui/now.ts";
import { wallTexts } from "./texts.ts";
import classes from "./wall.module.css";

/** The big numbers; each leads to its sessions. */
export function Figures({ wall }: { readonly wall: Wall }) {
  const t = useTexts(wallTexts);
  const format = useFormat();
  const { today } = wall;
  return (
    <div className={classes.figures}>
      <Figure label={t("open")} view="all">
        {format.number(wall.open)}
      </Figure>
      <Figure label={t("waiting")} view="all" sort="longestWaiting">
        {format.number(wall.waiting)}
      </Figure>
      <Figure label={t("unassigned")} view="unassigned">
        {format.number(wall.unassigned)}
      </Figure>
      <Figure label={t("dueSoon")} view="due-soon" tone={wall.dueSoon > 0 ? "warning" : undefined}>
        {format.number(wall.dueSoon)}
      </Figure>
      <Figure label={t("overdue")} view="overdue" tone={wall.overdue > 0 ? "overdue" : undefined}>
        {format.number(wall.overdue)}
      </Figure>
      <LongestWait wait={wall.longestWait} />
      <div className={classes.figure}>
        <Text className={classes.label}>{t("answeredToday")}</Text>
        <Text className={classes.number}>{format.number(today.answered)}</Text>
      </div>
      <div className={classes.figure}>
        <Text className={classes.label}>{t("withinLimit")}</Text>
        <Text className={classes.number}>
          {today.withinLimitShare === null
            ? t("noneAnswered")
            : format.percent(today.withinLimitShare)}
        </Text>
      </div>
    </div>
  );
}

function Figure(props: {
  readonly label: string;
  readonly view: string;
  readonly sort?: "longestWaiting";
  readonly tone?: "warning" | "overdue" | undefined;
  readonly children: ReactNode;
}) {
  const { label, view, sort, tone, children } = props;
  return (
    <Link
      to="/inbox/$view"
      params={{ view }}
      search={sort === undefined ? {} : { sort }}
      className={classes.figure}
      data-tone={tone}
    >
      <Text className={classes.label}>{label}</Text>
      <Text className={classes.number}>{children}</Text>
    </Link>
  );
}

function LongestWait({ wait }: { readonly wait: Wall["longestWait"] }) {
  const t = useTexts(wallTexts);
  const format = useFormat();
  const now = useNow();
  const { data: members = [] } = useQuery(membersQuery);
  if (wait === null) {
    return (
      <div className={classes.figure}>
        <Text className={classes.label}>{t("longestWait")}</Text>
        <Text className={classes.number}>{t("nobodyWaits")}</Text>
      </div>
    );
  }
  const contact = wait.contactName ?? t("unnamed");
  const holder = members.find(({ id }) => id === wait.assigneeId);
  return (
    <Link
      to="/inbox/$view/$sessionId"
      params={{ view: "all", sessionId: wait.sessionId }}
      className={classes.figure}
    >
      <Text className={classes.label}>{t("longestWait")}</Text>
      <Text className={classes.number}>
        {format.duration(Math.max(0, now - Date.parse(wait.since)))}
      </Text>
      <Text size="sm" c="dimmed" truncate dir="auto">
        {holder === undefined
          ? t("heldByNobody", { contact })
          : t("heldBy", { contact, name: holder.name })}
      </Text>
    </Link>
  );
}
