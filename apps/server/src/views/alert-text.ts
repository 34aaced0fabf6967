/** What an alert says on a phone's screen or in a mailbox: whom it is about, never what was written. */
import { NOTIFICATION_TEXTS, type NotificationKind } from "@punctual/contract";

export interface AlertAbout {
  readonly kind: NotificationKind;
  readonly contact: string | null;
  readonly replyDueAt: number | null;
}

/** One line, such as "Reply due soon: Anna". */
export function alertTitle({ kind, contact }: AlertAbout): string {
  return `${NOTIFICATION_TEXTS[kind].title}: ${contact ?? "a customer"}`;
}

/** A sentence that says what happened. */
export function alertSentence({ kind }: AlertAbout): string {
  return NOTIFICATION_TEXTS[kind].sentence;
}
