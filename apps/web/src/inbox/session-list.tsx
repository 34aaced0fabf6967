/** The rows of a view: as many are drawn as are seen, however many there are. */
import { Button, Center, Loader, Stack, Text } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useRef, useState } from "react";
import { useShortcuts } from "../app/shortcuts.ts";
import { type TranslateOf, useTexts } from "../i18n/texts.ts";
import { type ShownList, useSessionList } from "../sessions/session-hooks.ts";
import type { ViewQuery } from "../sessions/session-list.data.ts";
import { ProblemAlert } from "../ui/problem-alert.tsx";
import classes from "./inbox.module.css";
import { SessionRow } from "./session-row.tsx";
import { inboxTexts } from "./texts.ts";
import { isViewName, type ViewSearch } from "./views.data.ts";

const ROW_HEIGHT = 66;
/** The next page is fetched when so many rows are left. */
const AHEAD = 15;

interface Props {
  readonly view: string;
  readonly search: ViewSearch;
  readonly query: ViewQuery;
  readonly chosenId: string | undefined;
}

export function SessionList({ view, search, query, chosenId }: Props) {
  const scroller = useRef<HTMLDivElement>(null);
  const list = useSessionList(query);
  const { ids, error, hasMore, loadMore, retry } = list;
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
  const pointedId = useMovingThrough({ view, search, ids, chosenId }, (index) =>
    rows.scrollToIndex(index),
  );
  return (
    <>
      {error !== null && <ProblemAlert error={error} onRetry={retry} />}
      <EmptyList view={view} search={search} list={list} />
      <div ref={scroller} className={classes.rows}>
        <div style={{ height: rows.getTotalSize(), position: "relative" }}>
          {items.map(({ key, index, start, size }) => (
            <SessionRow
              key={key}
              view={view}
              search={search}
              id={ids[index] ?? ""}
              isChosen={ids[index] === chosenId}
              isPointed={ids[index] === pointedId && pointedId !== chosenId}
              style={{ height: size, transform: `translateY(${start}px)` }}
            />
          ))}
        </div>
      </div>
    </>
  );
}

/**
 * j, k and Enter. With a thread open they go from thread to thread, else they point at a row.
 *
 * @returns the row that is pointed at
 */
function useMovingThrough(
  { view, search, ids, chosenId }: Omit<Props, "query"> & { readonly ids: readonly string[] },
  show: (index: number) => void,
): string | null {
  const t = useTexts(inboxTexts);
  const navigate = useNavigate();
  const [pointedId, point] = useState<string | null>(null);
  const open = (sessionId: string) =>
    void navigate({ to: "/inbox/$view/$sessionId", params: { view, sessionId }, search });
  const move = (by: 1 | -1) => {
    const at = ids.indexOf(chosenId ?? pointedId ?? "");
    const next = at === -1 ? 0 : Math.min(ids.length - 1, Math.max(0, at + by));
    const id = ids[next];
    if (id === undefined) return;
    show(next);
    point(id);
    if (chosenId !== undefined && id !== chosenId) open(id);
  };
  useShortcuts(t("keys"), [
    { key: "j", label: t("keyNext"), run: () => move(1) },
    { key: "k", label: t("keyPrevious"), run: () => move(-1) },
    { key: "Enter", label: t("keyOpen"), run: () => pointedId !== null && open(pointedId) },
  ]);
  return pointedId;
}

const EMPTY = {
  mine: ["emptyMine", "emptyMineHint"],
  unassigned: ["emptyUnassigned", "emptyUnassignedHint"],
  overdue: ["emptyOverdue", "emptyOverdueHint"],
  "due-soon": ["emptyDueSoon", "emptyDueSoonHint"],
  all: ["emptyAll", "emptyAllHint"],
  closed: ["emptyClosed", "emptyClosedHint"],
  filtered: ["emptyFiltered", "emptyFilteredHint"],
} as const;

/** Instead of rows: that they are on their way, or what it means that there are none. */
function EmptyList(props: Pick<Props, "view" | "search"> & { readonly list: ShownList }) {
  const { view, search, list } = props;
  const t = useTexts(inboxTexts);
  const navigate = useNavigate();
  if (list.ids.length > 0 || list.error !== null) return null;
  if (list.isLoading) {
    return (
      <Center p="xl">
        <Loader size="sm" />
      </Center>
    );
  }
  const { sort: _sort, ...filters } = search;
  const isFiltered = Object.keys(filters).length > 0 || !isViewName(view);
  const [title, hint] = EMPTY[isFiltered ? "filtered" : view];
  return (
    <Stack align="center" p="xl" gap={6} role="status">
      <Text fw={600}>{t(title)}</Text>
      <Text size="sm" c="dimmed" ta="center">
        {t(hint)}
      </Text>
      {Object.keys(filters).length > 0 && (
        <Button
          variant="light"
          size="xs"
          onClick={() => void navigate({ to: "/inbox/$view", params: { view }, search: {} })}
        >
          {t("clearFilters")}
        </Button>
      )}
    </Stack>
  );
}

export type InboxWords = TranslateOf<typeof inboxTexts>;
