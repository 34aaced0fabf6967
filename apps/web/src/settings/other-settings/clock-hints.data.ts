/** What is allowed and may surprise (clock.md §2), told while it is typed. Pure. */
import type { MyChannel } from "@punctual/contract";
import type { ClockFields } from "./clock-fields.data.ts";
import { parseMinutes } from "./minutes.data.ts";

const MINUTE_MS = 60_000;

/** Sessions will be overdue before they are reassigned. */
export function isOverdueFirst(fields: ClockFields): boolean {
  const after = parseMinutes(fields["reassign.afterMinutes"]);
  const limit = parseMinutes(fields["reply.limitMinutes"]);
  const areOn = fields["reassign.enabled"] && fields["reply.enabled"];
  return areOn && after !== null && limit !== null && after >= limit;
}

/** The end-of-session message comes when a channel's messaging window is always closed. */
export function isMessageTooLate(fields: ClockFields, channels: readonly MyChannel[]): boolean {
  const after = parseMinutes(fields["closure.afterMinutes"]);
  if (!fields["closure.enabled"] || fields["closure.message"].trim() === "" || after === null) {
    return false;
  }
  return channels.some(
    ({ limits: { windowMs, windowMarginMs } }) =>
      windowMs !== null && after * MINUTE_MS >= windowMs - windowMarginMs,
  );
}
