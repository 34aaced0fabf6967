import { type Finding, when } from "./finding.ts";
import type { Look } from "./look.ts";

/**
 * clock.md §4.6, §5: a wait that ended is recorded, one that runs is not, and a limit that passed before the
 * end is recorded as a breach though its timer had not fired.
 */
export function judgeWaits({ seen, before }: Look): readonly Finding[] {
  const { session, waits, messages } = seen;
  const { wait_number: running } = session;
  const was = before.row?.wait_number ?? null;
  const ended = waits.find(({ number }) => number === was);
  // An echo may have answered its messages as those of an earlier wait: then it never was one.
  const counts = messages.some(({ wait_number }) => wait_number === was);
  return [
    ...when(
      "§4.6",
      waits.some(({ number }) => number === running),
      `wait ${running} runs and has ended`,
    ),
    ...when(
      "§5",
      was !== null && counts && running === null && ended === undefined,
      `the end of wait ${was} is not recorded`,
    ),
    ...when(
      "§5",
      ended !== undefined &&
        ended.overdue_since === null &&
        passedLimit(seen, before, ended.ended_at),
      `wait ${was} ended after its limit without a breach`,
    ),
  ];
}

/** By the settings that the session had before and after; other ones move the limit. */
function passedLimit({ session }: Look["seen"], { row }: Look["before"], endedAt: number): boolean {
  if (row === null || row.overdue_at === null) return false;
  const isSame =
    row.settings_account_version === session.settings_account_version &&
    row.settings_channel_version === session.settings_channel_version;
  return isSame && row.overdue_at < endedAt;
}
