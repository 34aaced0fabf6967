/** The inbox: views, the list of one of them, and the thread that is open. */
import { Center, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Outlet, useMatch, useParams, useSearch } from "@tanstack/react-router";
import { useTexts } from "../i18n/texts.ts";
import { keyOf } from "../sessions/session-store.ts";
import classes from "./inbox.module.css";
import { ListHeader } from "./list-header.tsx";
import { savedViewsQuery, useCounts } from "./queries.ts";
import { SessionList } from "./session-list.tsx";
import { inboxTexts } from "./texts.ts";
import { ViewList } from "./view-list.tsx";
import { queryOf } from "./views.data.ts";

export function InboxPage() {
  const t = useTexts(inboxTexts);
  const { view } = useParams({ from: "/signed-in/inbox/$view" });
  const search = useSearch({ from: "/signed-in/inbox/$view" });
  const thread = useMatch({ from: "/signed-in/inbox/$view/$sessionId", shouldThrow: false });
  const { data: saved } = useQuery(savedViewsQuery);
  const counts = useCounts();
  const query = queryOf(view, search, saved);
  return (
    <div className={classes.inbox} data-thread={thread !== undefined || undefined}>
      <nav className={classes.views} aria-label={t("views")}>
        <ViewList view={view} search={search} saved={saved} counts={counts} />
      </nav>
      <section className={classes.list} aria-label={t("sessions")}>
        <ListHeader view={view} search={search} query={query} saved={saved} counts={counts} />
        <SessionList
          key={keyOf(query)}
          view={view}
          search={search}
          query={query}
          chosenId={thread?.params.sessionId}
        />
      </section>
      <section className={classes.thread}>
        {thread === undefined ? (
          <Center h="100%" p="xl">
            <Stack gap={4} align="center">
              <Text>{t("choose")}</Text>
              <Text size="sm" c="dimmed" visibleFrom="sm">
                {t("chooseHint")}
              </Text>
            </Stack>
          </Center>
        ) : (
          <Outlet />
        )}
      </section>
    </div>
  );
}
