import { Group, Text, VisuallyHidden } from "@mantine/core";
import { IconAlertTriangle, IconMoon, IconUserQuestion } from "@tabler/icons-react";
import type { ReactNode } from "react";
import type { Format } from "../i18n/format.ts";
import { useFormat } from "../i18n/format.ts";
import { type TranslateOf, useTexts } from "../i18n/texts.ts";
import { useNow } from "./now.ts";
import { type SessionClock as Clock, sessionClock } from "./session-clock.data.ts";
import { uiTexts } from "./texts.ts";

type Timed = Parameters<typeof sessionClock>[0];

/** A session's one clock: grey, amber in the warning window, red and counting up when overdue. */
export function SessionClock({ session }: { readonly session: Timed }) {
  const clock = sessionClock(session, useNow());
  const t = useTexts(uiTexts);
  const format = useFormat();
  if (clock.kind === "none") return null;
  const { color, icon, short, words } = faceOf(clock, t, format);
  return (
    <Group
      gap={4}
      wrap="nowrap"
      c={color}
      title={words}
      data-clock={clock.kind}
      aria-hidden={false}
    >
      {icon}
      <Text
        component="span"
        size="xs"
        fw={clock.kind === "overdue" || clock.kind === "warning" ? 700 : 500}
        style={{ fontVariantNumeric: "tabular-nums", whiteSpace: "nowrap" }}
        aria-hidden
      >
        {short}
      </Text>
      <VisuallyHidden>{words}</VisuallyHidden>
    </Group>
  );
}

interface Face {
  readonly color: string;
  readonly icon?: ReactNode;
  readonly short: string;
  readonly words: string;
}

type T = TranslateOf<typeof uiTexts>;

function faceOf(clock: Exclude<Clock, { kind: "none" }>, t: T, format: Format): Face {
  switch (clock.kind) {
    case "overdue": {
      const time = format.duration(clock.overMs);
      const icon = <IconAlertTriangle size={14} aria-hidden />;
      return { color: "var(--overdue)", icon, short: `+${time}`, words: t("overdueFor", { time }) };
    }
    case "warning": {
      const time = format.duration(clock.leftMs);
      const icon = <EmptyingRing share={clock.share} />;
      return { color: "var(--warning)", icon, short: time, words: t("warning", { time }) };
    }
    case "replyDue": {
      const time = format.duration(clock.leftMs);
      return { color: "dimmed", short: time, words: t("replyDueIn", { time }) };
    }
    case "unassigned": {
      const time = format.duration(clock.waitedMs);
      const icon = <IconUserQuestion size={14} aria-hidden />;
      return { color: "dimmed", icon, short: time, words: t("unassigned", { time }) };
    }
    case "waiting": {
      const time = format.duration(clock.waitedMs);
      return { color: "dimmed", short: time, words: t("waiting", { time }) };
    }
    case "closes": {
      const time = format.roughly(clock.leftMs);
      return { color: "dimmed", short: t("closesShort", { time }), words: t("closesIn", { time }) };
    }
    case "snoozed": {
      const time = format.time(clock.until);
      const icon = <IconMoon size={14} aria-hidden />;
      return { color: "dimmed", icon, short: time, words: t("snoozedUntil", { time }) };
    }
    case "closed": {
      const time = format.moment(clock.at);
      return { color: "dimmed", short: format.time(clock.at), words: t("closedAt", { time }) };
    }
  }
}

const RADIUS = 6;
const AROUND = 2 * Math.PI * RADIUS;

/** Mantine's ring brings its tooltips along, which weigh more than the list itself. */
function EmptyingRing({ share }: { readonly share: number }) {
  return (
    <svg width={16} height={16} viewBox="0 0 16 16" fill="none" strokeWidth={3} aria-hidden>
      <circle cx={8} cy={8} r={RADIUS} stroke="currentColor" opacity={0.25} />
      <circle
        cx={8}
        cy={8}
        r={RADIUS}
        stroke="currentColor"
        strokeDasharray={`${share * AROUND} ${AROUND}`}
        transform="rotate(-90 8 8)"
      />
    </svg>
  );
}
