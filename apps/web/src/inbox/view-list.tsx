import { NavLink, Text } from "@mantine/core";
import type { SessionCounts } from "@punctual/contract";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useFormat } from "../i18n/format.ts";
import { useTexts } from "../i18n/texts.ts";
import { countsQuery } from "./counts.ts";
import classes from "./inbox.module.css";
import { inboxTexts } from "./texts.ts";
import type { ViewName } from "./views.data.ts";

const ROWS = [
  { view: "mine", text: "mine", count: (counts: SessionCounts) => counts.mine },
  { view: "unassigned", text: "unassigned", count: (counts: SessionCounts) => counts.unassigned },
  { view: "overdue", text: "overdue", count: (counts: SessionCounts) => counts.overdue },
  { view: "due-soon", text: "dueSoon", count: (counts: SessionCounts) => counts.dueSoon },
  { view: "all", text: "all", count: (counts: SessionCounts) => counts.open },
  { view: "closed", text: "closed", count: () => null },
] as const;

/** The views of the inbox, with how many sessions are in each. */
export function ViewList({ chosen }: { readonly chosen: ViewName }) {
  const t = useTexts(inboxTexts);
  const format = useFormat();
  const { data: counts } = useQuery(countsQuery);
  return (
    <nav className={classes.views} aria-label={t("views")}>
      {ROWS.map(({ view, text, count }) => {
        const number = counts === undefined ? null : count(counts);
        return (
          <NavLink
            key={view}
            component={Link}
            {...({ to: "/inbox/$view", params: { view } } as object)}
            label={t(text)}
            active={view === chosen}
            rightSection={
              number !== null && (
                <Text size="xs" c="dimmed">
                  {format.number(number)}
                </Text>
              )
            }
          />
        );
      })}
    </nav>
  );
}
