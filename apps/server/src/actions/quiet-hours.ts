import type { QuietHours } from "@punctual/contract";

/**
 * When the quiet hours that run now end, epoch ms; `null`: none run. They begin at a time of day on some
 * days of the week in the member's own time zone, whatever its clocks do in between.
 */
export function quietUntil(now: number, quiet: QuietHours | null): number | null {
  if (quiet === null) return null;
  const { timeZone, days, from, until } = quiet;
  const today = Temporal.Instant.fromEpochMilliseconds(now)
    .toZonedDateTimeISO(timeZone)
    .toPlainDate();
  for (const day of [today, today.subtract({ days: 1 })]) {
    if (!days.includes(day.dayOfWeek)) continue;
    const endDay = until > from ? day : day.add({ days: 1 });
    const end = momentOf(endDay, until, timeZone);
    if (momentOf(day, from, timeZone) <= now && now < end) return end;
  }
  return null;
}

function momentOf(day: Temporal.PlainDate, time: string, timeZone: string): number {
  const plainTime = Temporal.PlainTime.from(time);
  return day.toZonedDateTime({ timeZone, plainTime }).epochMilliseconds;
}
