import { VisuallyHidden } from "@mantine/core";
import type { DeliveryState } from "@punctual/contract";
import {
  IconAlertCircle,
  IconCheck,
  IconChecks,
  IconClock,
  IconHelpCircle,
} from "@tabler/icons-react";
import { useTexts } from "../i18n/texts.ts";
import { threadTexts } from "./texts.ts";
import classes from "./thread.module.css";

const MARKS = {
  queued: IconClock,
  sending: IconClock,
  sent: IconCheck,
  delivered: IconChecks,
  read: IconChecks,
  failed: IconAlertCircle,
  unknown: IconHelpCircle,
  withdrawn: IconAlertCircle,
} as const;
/** Where a mark alone would leave people guessing. */
const IN_WORDS: ReadonlySet<DeliveryState> = new Set(["failed", "unknown", "withdrawn"]);

/** How far a message got: the marks that people know from chats, and words where it went wrong. */
export function DeliveryMark({ state }: { readonly state: DeliveryState }) {
  const t = useTexts(threadTexts);
  const Mark = MARKS[state];
  return (
    <span className={classes.mark} data-delivery={state} title={t(state)}>
      <Mark size={15} aria-hidden />
      {IN_WORDS.has(state) ? t(state) : <VisuallyHidden>{t(state)}</VisuallyHidden>}
    </span>
  );
}
