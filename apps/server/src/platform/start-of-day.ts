/** When the day of a moment began there. Times are epoch ms; the zone is one that Node.js knows. */
export function startOfDay(at: number, timeZone: string): number {
  const local = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone);
  return local.startOfDay().epochMilliseconds;
}
