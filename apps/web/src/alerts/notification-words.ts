import type { Notification } from "@punctual/contract";
import type { TranslateOf } from "../i18n/texts.ts";
import type { alertTexts } from "./texts.ts";

/** Those that this version has words for; of others the server's own are shown. */
const KNOWN = [
  ...["assigned", "takenAway", "warning", "overdue", "nobodyEligible", "waitingForAgent"],
  ...["exhausted", "mention", "invited", "newMessage", "sendFailed", "sendLate"],
] as const;

/** What a notification says, in the viewer's language. */
export function notificationWords(
  { kind, title, sentence, contactName }: Notification,
  t: TranslateOf<typeof alertTexts>,
): { readonly title: string; readonly sentence: string } {
  const known = KNOWN.find((one) => one === kind) as "warning" | undefined;
  const name = contactName ?? t("unnamed");
  return {
    title: t("about", { title: known === undefined ? title : t(known), name }),
    sentence: known === undefined ? sentence : t(`${known}Text`),
  };
}

/** It presses: it stays until it is read, answered or no longer true. */
export function isPressing({ kind }: Notification): boolean {
  return kind === "warning" || kind === "overdue";
}
