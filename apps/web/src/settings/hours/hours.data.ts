/** Business hours as they are edited. Pure. */
import type { BusinessHours, Weekday } from "@punctual/contract";

export const DAYS: readonly Weekday[] = [
  "monday",
  "tuesday",
  "wednesday",
  "thursday",
  "friday",
  "saturday",
  "sunday",
];

const OFFICE = [{ from: "09:00", until: "17:00" }];

/** What somebody begins with who had no hours. */
export function officeHours(timeZone: string): BusinessHours {
  const weekdays = Object.fromEntries(
    DAYS.map((day, index) => [day, index < 5 ? OFFICE : []]),
  ) as BusinessHours["weekdays"];
  return { timeZone, weekdays, holidays: [] };
}

export function withDay(
  hours: BusinessHours,
  day: Weekday,
  open: BusinessHours["weekdays"][Weekday],
): BusinessHours {
  return { ...hours, weekdays: { ...hours.weekdays, [day]: open } };
}

/** The next hours of a day: after those that it has. */
export function nextHours(open: BusinessHours["weekdays"][Weekday]) {
  const last = open.at(-1)?.until ?? "09:00";
  return open.length === 0 ? OFFICE : [...open, { from: last, until: "24:00" }];
}
