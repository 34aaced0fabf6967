/** The inbox: views, the list of one of them, and the thread that is open. */
import { Center, Text } from "@mantine/core";
import { Outlet, useMatch, useParams } from "@tanstack/react-router";
import { useTexts } from "../i18n/texts.ts";
import classes from "./inbox.module.css";
import { SessionList } from "./session-list.tsx";
import { inboxTexts } from "./texts.ts";
import { ViewList } from "./view-list.tsx";
import { isViewName, VIEWS } from "./views.data.ts";

export function InboxPage() {
  const t = useTexts(inboxTexts);
  const { view } = useParams({ from: "/signed-in/inbox/$view" });
  const thread = useMatch({ from: "/signed-in/inbox/$view/$sessionId", shouldThrow: false });
  const name = isViewName(view) ? view : "mine";
  return (
    <div className={classes.inbox} data-thread={thread !== undefined || undefined}>
      <ViewList chosen={name} />
      <SessionList key={name} view={name} query={VIEWS[name]} chosenId={thread?.params.sessionId} />
      <section className={classes.thread}>
        {thread === undefined ? (
          <Center h="100%">
            <Text c="dimmed">{t("choose")}</Text>
          </Center>
        ) : (
          <Outlet />
        )}
      </section>
    </div>
  );
}
