/**
 * The lines of a thread, the newest at the bottom. Only what is seen is drawn, however long it is; what
 * comes at the bottom is followed while somebody reads there, and earlier pages push nothing around.
 */
import { Button, VisuallyHidden } from "@mantine/core";
import { IconArrowDown } from "@tabler/icons-react";
import { useVirtualizer } from "@tanstack/react-virtual";
import { type RefObject, useEffect, useLayoutEffect, useRef, useState } from "react";
import { useTexts } from "../i18n/texts.ts";
import { type RowContext, RowView } from "./row-view.tsx";
import type { Row } from "./rows.data.ts";
import { threadTexts } from "./texts.ts";
import classes from "./thread.module.css";

const ESTIMATED: Readonly<Record<Row["type"], number>> = {
  message: 62,
  outgoing: 62,
  act: 28,
  day: 40,
  begin: 40,
  session: 40,
  moreSessions: 40,
  older: 40,
  loading: 60,
  problem: 90,
};
/** Earlier messages are fetched before the eye gets there. */
const AHEAD_ROWS = 5;
const AT_END_PX = 80;

export function MessageList(props: {
  readonly rows: readonly Row[];
  readonly context: RowContext;
  /** Somebody reads near the beginning of what is loaded. */
  readonly onTop: () => void;
  /** Whether the newest message is in sight. */
  readonly onAtEnd: (isAtEnd: boolean) => void;
}) {
  const { rows, context, onTop, onAtEnd } = props;
  const t = useTexts(threadTexts);
  const scroller = useRef<HTMLDivElement>(null);
  const [isAtEnd, setAtEnd] = useState(true);
  const lines = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => ESTIMATED[rows[index]?.type ?? "message"],
    getItemKey: (index) => rows[index]?.key ?? index,
    anchorTo: "end",
    followOnAppend: true,
    scrollEndThreshold: AT_END_PX,
    overscan: 10,
    paddingStart: 16,
    paddingEnd: 12,
    onChange: (instance) => setAtEnd(instance.isAtEnd(AT_END_PX)),
  });
  const isReady = rows.some(({ type }) => type === "message" || type === "outgoing");
  useLayoutEffect(() => {
    if (isReady) lines.scrollToEnd();
  }, [isReady, lines]);
  useStayAtEnd(scroller, () => {
    if (isAtEnd) lines.scrollToEnd();
  });
  useEffect(() => onAtEnd(isAtEnd && isReady), [isAtEnd, isReady, onAtEnd]);
  const items = lines.getVirtualItems();
  const top = items[0]?.index ?? Number.POSITIVE_INFINITY;
  // biome-ignore lint/correctness/useExhaustiveDependencies: each new beginning may be near the top again
  useEffect(() => {
    if (isReady && top < AHEAD_ROWS) onTop();
  }, [isReady, top, rows, onTop]);
  return (
    <div className={classes.messages}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <section ref={scroller} className={classes.scroller} aria-label={t("messages")} tabIndex={0}>
        <div style={{ height: lines.getTotalSize(), position: "relative" }}>
          {items.map(({ key, index, start }) => {
            const row = rows[index];
            return (
              row !== undefined && (
                <div
                  key={key}
                  ref={lines.measureElement}
                  data-index={index}
                  className={classes.row}
                  style={{ transform: `translateY(${start}px)` }}
                >
                  <RowView row={row} context={context} />
                </div>
              )
            );
          })}
        </div>
      </section>
      {!isAtEnd && isReady && (
        <Button
          className={classes.toNewest}
          size="compact-md"
          radius="xl"
          variant="default"
          leftSection={<IconArrowDown size={16} aria-hidden />}
          onClick={() => lines.scrollToEnd({ behavior: "auto" })}
        >
          {t("toNewest")}
        </Button>
      )}
      <NewestAloud rows={rows} />
    </div>
  );
}

/** When the composer grows, or a keyboard comes up on a phone, there is less room for the same end. */
function useStayAtEnd(scroller: RefObject<HTMLElement | null>, stay: () => void): void {
  const latest = useRef(stay);
  useEffect(() => {
    latest.current = stay;
  });
  useEffect(() => {
    if (scroller.current === null) return undefined;
    const observer = new ResizeObserver(() => latest.current());
    observer.observe(scroller.current);
    return () => observer.disconnect();
  }, [scroller]);
}

/** Says what the customer writes while the thread is open, for those who don't see it. */
function NewestAloud({ rows }: { readonly rows: readonly Row[] }) {
  const t = useTexts(threadTexts);
  const last = rows.findLast((row) => row.type === "message");
  const first = useRef<string | null>(null);
  first.current ??= last?.key ?? null;
  const isNew = last?.message.kind === "inbound" && last.key !== first.current;
  const content = last?.message.content;
  const text = content !== undefined && "text" in content ? (content.text ?? "") : "";
  return <VisuallyHidden aria-live="polite">{isNew && t("newMessage", { text })}</VisuallyHidden>;
}
