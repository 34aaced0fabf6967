/** The rows of a view: as many are drawn as are seen, however many there are. */
import { Center, Loader, Stack, Text } from "@mantine/core";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useRef } from "react";
import { useTexts } from "../i18n/texts.ts";
import { useSessionList } from "../sessions/session-hooks.ts";
import type { ViewQuery } from "../sessions/session-list.data.ts";
import { ProblemAlert } from "../ui/problem-alert.tsx";
import classes from "./inbox.module.css";
import { SessionRow } from "./session-row.tsx";
import { inboxTexts } from "./texts.ts";
import type { ViewName } from "./views.data.ts";

const ROW_HEIGHT = 68;
/** The next page is fetched when so many rows are left. */
const AHEAD = 15;

export function SessionList(props: {
  readonly view: ViewName;
  readonly query: ViewQuery;
  readonly chosenId: string | undefined;
}) {
  const { view, query, chosenId } = props;
  const t = useTexts(inboxTexts);
  const scroller = useRef<HTMLDivElement>(null);
  const { ids, isLoading, error, hasMore, loadMore, retry } = useSessionList(query);
  const rows = useVirtualizer({
    count: ids.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    getItemKey: (index) => ids[index] ?? index,
    overscan: 8,
  });
  const items = rows.getVirtualItems();
  const lastSeen = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (hasMore && error === null && lastSeen >= ids.length - AHEAD) loadMore();
  });
  return (
    <section className={classes.list} aria-label={t("sessions")}>
      {error !== null && <ProblemAlert error={error} onRetry={retry} />}
      {isLoading && (
        <Center p="xl">
          <Loader size="sm" />
        </Center>
      )}
      {!isLoading && ids.length === 0 && error === null && (
        <Stack align="center" p="xl" gap={4}>
          <Text fw={600}>{t("empty")}</Text>
          <Text size="sm" c="dimmed">
            {t("emptyHint")}
          </Text>
        </Stack>
      )}
      <div ref={scroller} className={classes.rows}>
        <div style={{ height: rows.getTotalSize(), position: "relative" }}>
          {items.map(({ key, index, start, size }) => (
            <SessionRow
              key={key}
              view={view}
              id={ids[index] ?? ""}
              isChosen={ids[index] === chosenId}
              style={{ height: size, transform: `translateY(${start}px)` }}
            />
          ))}
        </div>
      </div>
    </section>
  );
}
