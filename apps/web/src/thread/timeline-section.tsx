import { Button, Collapse, Loader, UnstyledButton } from "@mantine/core";
import type { TimelineEntry } from "@punctual/contract";
import { useState } from "react";
import { useFormat } from "../i18n/format.ts";
import { useTexts } from "../i18n/texts.ts";
import { ProblemAlert } from "../ui/problem-alert.tsx";
import { Explanation } from "./explanation.tsx";
import { PanelSection } from "./panel-section.tsx";
import { panelTexts } from "./panel-texts.ts";
import classes from "./thread.module.css";
import { useTimeline } from "./timeline.ts";

/** Every act in one sentence, newest first; each opens to its numbers. */
export function TimelineSection({ sessionId }: { readonly sessionId: string }) {
  const t = useTexts(panelTexts);
  const { entries, isPending, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } =
    useTimeline(sessionId);
  return (
    <PanelSection title={t("timeline")}>
      {error !== null && <ProblemAlert error={error} onRetry={() => void refetch()} />}
      {isPending && <Loader size="xs" />}
      <ol className={classes.timeline}>
        {entries.map((entry) => (
          <Act key={entry.id} entry={entry} />
        ))}
      </ol>
      {hasNextPage && (
        <Button
          size="compact-sm"
          variant="subtle"
          loading={isFetchingNextPage}
          onClick={() => void fetchNextPage()}
        >
          {t("olderActs")}
        </Button>
      )}
    </PanelSection>
  );
}

function Act({ entry }: { readonly entry: TimelineEntry }) {
  const format = useFormat();
  const [isOpen, setOpen] = useState(false);
  return (
    <li>
      <UnstyledButton
        className={classes.timelineAct}
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
      >
        <time dateTime={entry.happenedAt} title={format.moment(entry.happenedAt)}>
          {format.time(entry.happenedAt)}
        </time>
        <span>{entry.sentence}</span>
      </UnstyledButton>
      <Collapse expanded={isOpen}>{isOpen && <Explanation entry={entry} />}</Collapse>
    </li>
  );
}
