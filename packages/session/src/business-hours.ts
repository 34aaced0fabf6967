/**
 * Business hours on the calendar of their time zone (clock.md §8, "Conditions"). The clock on the wall
 * decides: when it is put forward, hours that never come are not worked; when it is put back, those that
 * come twice count twice.
 */
import type { BusinessHours, Weekday } from "@punctual/contract";
import type { Ms } from "./facts.ts";

/** Whether the business is open at this moment; one without hours (`null`) always is. */
export function isOpenAt(hours: BusinessHours | null, at: Ms): boolean {
  if (hours === null) return true;
  const local = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(hours.timeZone);
  const time = local.toPlainTime().toString({ smallestUnit: "minute" });
  return hoursOf(hours, local.toPlainDate()).some(
    ({ from, until }) => from <= time && time < until,
  );
}

/** Farther than a year of holidays nobody looks ahead; by then somebody has saved the hours again. */
const HORIZON_DAYS = 400;

/** When the business opens or closes next after this moment; `null`: not within about a year. */
export function nextChangeAfter(hours: BusinessHours, at: Ms): Ms | null {
  const open = isOpenAt(hours, at);
  const start = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(hours.timeZone);
  for (let day = 0; day <= HORIZON_DAYS; day++) {
    const date = start.toPlainDate().add({ days: day });
    const change = momentsOf(hours, date)
      .toSorted((a, b) => a - b)
      .find((moment) => moment > at && isOpenAt(hours, moment) !== open);
    if (change !== undefined) return change;
  }
  return null;
}

const WEEKDAY: readonly Weekday[] = [
  "monday",
  "tuesday",
  "wednesday",
  "thursday",
  "friday",
  "saturday",
  "sunday",
];

function hoursOf(
  { weekdays, holidays }: BusinessHours,
  date: Temporal.PlainDate,
): BusinessHours["weekdays"][Weekday] {
  if (holidays.includes(date.toString())) return [];
  const weekday = WEEKDAY[date.dayOfWeek - 1];
  return weekday === undefined ? [] : weekdays[weekday];
}

/** Every moment of a day at which its hours may begin or end. */
function momentsOf(hours: BusinessHours, date: Temporal.PlainDate): Ms[] {
  const { timeZone } = hours;
  const midnight = date.toZonedDateTime(timeZone);
  const moments = [midnight.epochMilliseconds];
  // Where the wall clock jumps, hours begin or end at the jump.
  const jump = midnight.getTimeZoneTransition("next");
  if (jump?.toPlainDate().equals(date)) moments.push(jump.epochMilliseconds);
  for (const { from, until } of hoursOf(hours, date)) {
    for (const time of [from, until]) {
      if (time === "24:00") continue;
      const local = date.toPlainDateTime(Temporal.PlainTime.from(time));
      for (const disambiguation of ["earlier", "later"] as const) {
        moments.push(local.toZonedDateTime(timeZone, { disambiguation }).epochMilliseconds);
      }
    }
  }
  return moments;
}
