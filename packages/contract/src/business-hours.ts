import { z } from "zod";

/** A time of the day on the clock on the wall; `24:00` ends a day. */
const WallTime = z
  .string()
  .regex(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/, 'Write a time as "09:00", up to "24:00".');

const OpenHours = z
  .strictObject({ from: WallTime, until: WallTime })
  .refine(({ from, until }) => from < until, {
    path: ["until"],
    message: "must be later than from; hours past midnight go on the next day from 00:00",
  });

/** The hours of one day, each from (included) until (excluded). None: closed all day. */
const DayHours = z
  .array(OpenHours)
  .max(10)
  .default([])
  .refine(
    (hours) => {
      const sorted = hours.toSorted((a, b) => (a.from < b.from ? -1 : 1));
      return sorted.every(({ from }, at) => at === 0 || (sorted[at - 1]?.until ?? "") <= from);
    },
    { message: "The hours of a day must not overlap." },
  );

export const WEEKDAYS = [
  "monday",
  "tuesday",
  "wednesday",
  "thursday",
  "friday",
  "saturday",
  "sunday",
] as const;
export type Weekday = (typeof WEEKDAYS)[number];

const Weekdays = z.strictObject({
  monday: DayHours,
  tuesday: DayHours,
  wednesday: DayHours,
  thursday: DayHours,
  friday: DayHours,
  saturday: DayHours,
  sunday: DayHours,
} satisfies Record<Weekday, unknown>);

/**
 * When the business is open, by the clock on its wall: `timeZone` is a name of the IANA database, whose
 * daylight saving is followed. On holidays it is closed all day.
 */
export const BusinessHours = z
  .strictObject({
    timeZone: z
      .string()
      .max(100)
      .refine(isTimeZone, 'must be a name such as "Asia/Ho_Chi_Minh" or "UTC"'),
    weekdays: Weekdays,
    holidays: z.array(z.iso.date()).max(1_000).default([]),
  })
  .meta({ id: "BusinessHours" });
export type BusinessHours = z.infer<typeof BusinessHours>;

/** Whether it is the name of a time zone; fixed offsets are none to us. */
export function isTimeZone(name: string): boolean {
  // Fixed offsets are time zones to the language, but no business keeps one through the year.
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
