import { Text } from "@mantine/core";
import type { Session } from "@punctual/contract";
import { useFormat } from "../i18n/format.ts";
import { useTexts } from "../i18n/texts.ts";
import { useNow } from "../ui/now.ts";
import { PanelSection } from "./panel-section.tsx";
import { panelTexts } from "./panel-texts.ts";
import classes from "./thread.module.css";

const SHOWN = [
  ["warnAt", "warning"],
  ["overdueAt", "replyDue"],
  ["reassignAt", "reassign"],
  ["closeAt", "closes"],
  ["wakeAt", "wakes"],
] as const;

/** What the clock will do next, and when, soonest first. */
export function DeadlinesSection({ session }: { readonly session: Session }) {
  const t = useTexts(panelTexts);
  const format = useFormat();
  const now = useNow();
  const { deadlines, wait, held, state } = session;
  const lines = SHOWN.flatMap(([deadline, label]) => {
    const at = deadlines[deadline];
    return at === null ? [] : [{ label, at, leftMs: Date.parse(at) - now }];
  }).sort((a, b) => a.leftMs - b.leftMs);
  const overdueSince = wait?.overdueSinceAt ?? null;
  return (
    <PanelSection title={t("deadlines")}>
      {overdueSince !== null && (
        <div className={classes.pair} data-overdue>
          <span>{t("overdueSince")}</span>
          <span title={format.moment(overdueSince)}>
            +{format.duration(now - Date.parse(overdueSince))}
          </span>
        </div>
      )}
      {lines.map(({ label, at, leftMs }) => (
        <div key={label} className={classes.pair}>
          <span>{t(label)}</span>
          <span title={format.moment(at)}>
            {leftMs > 0 ? format.duration(leftMs) : t("now")} · {format.time(at)}
          </span>
        </div>
      ))}
      {lines.length === 0 && overdueSince === null && (
        <Text size="sm" c="dimmed">
          {state === "closed" ? t("closedNoDeadlines") : t("noDeadlines")}
        </Text>
      )}
      {held && (
        <Text size="xs" c="var(--warning)">
          {t("held")}
        </Text>
      )}
    </PanelSection>
  );
}
