import type { DueDelivery } from "../store/claim-deliveries.ts";
import { alertSentence, alertTitle } from "./alert-text.ts";

/** The most that one e-mail lists. */
const MOST_LISTED = 50;

/** What a member is told by one e-mail: usually one thing, many after quiet hours or in a rush. */
export function alertEmail(
  told: readonly DueDelivery[],
  publicUrl: string,
): { readonly subject: string; readonly text: string } {
  const [first] = told;
  if (first === undefined) throw new Error("an e-mail tells something");
  const listed = told.slice(0, MOST_LISTED).map((each) => paragraph(each, publicUrl));
  const left = told.length - listed.length;
  return {
    subject: told.length === 1 ? oneLine(alertTitle(first)) : `${told.length} things need a look`,
    text: [
      ...listed,
      ...(left > 0 ? [`And ${left} more.`] : []),
      `You get this from ${first.business} because you were not online.`,
      "",
    ].join("\n\n"),
  };
}

function paragraph(due: DueDelivery, publicUrl: string): string {
  const { replyDueAt, quietHours } = due;
  const dueAt =
    replyDueAt === null
      ? ""
      : `\nThe reply is due at ${localTime(replyDueAt, quietHours?.timeZone)}.`;
  return `${oneLine(alertTitle(due))}\n${alertSentence(due)}${dueAt}\n${publicUrl}/sessions/${due.sessionId}`;
}

/** The member's own time where we know it. */
function localTime(at: number, timeZone = "UTC"): string {
  const format = new Intl.DateTimeFormat("en-GB", {
    dateStyle: "medium",
    timeStyle: "short",
    timeZone,
  });
  return `${format.format(at)} (${timeZone})`;
}

/** A contact's name comes from outside, and a subject is one line. */
function oneLine(text: string): string {
  return text.replaceAll(/\p{Cc}+/gu, " ").slice(0, 200);
}
