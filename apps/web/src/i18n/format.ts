/** Times, dates and numbers as the viewer's language and zone write them. */
import { useMemo } from "react";
import { type Language, useLanguage } from "./language.ts";

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

export type Format = ReturnType<typeof createFormat>;

/** @param language one of ours; dates and numbers follow it, the zone is the browser's. */
export function createFormat(language: Language) {
  const intl = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(language, options);
  const time = intl({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  const day = intl({ weekday: "long", day: "numeric", month: "long" });
  const dayOfYear = intl({ day: "numeric", month: "long", year: "numeric" });
  const shortDay = intl({ day: "numeric", month: "short" });
  const moment = intl({ dateStyle: "medium", timeStyle: "medium", hourCycle: "h23" });
  const number = new Intl.NumberFormat(language);
  const relative = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
  const unit = (value: number, name: string, unitDisplay: "short" | "long" = "short") =>
    new Intl.NumberFormat(language, { style: "unit", unit: name, unitDisplay }).format(value);

  return {
    /** 14:05 */
    time: (at: string | number) => time.format(new Date(at)),
    /** With date and seconds, for what somebody looks up exactly. */
    moment: (at: string | number) => moment.format(new Date(at)),
    /** "today", "yesterday", then the date. */
    day: (at: string | number, now: number) => {
      const ago = daysBetween(Number(new Date(at)), now);
      if (ago < 2) return relative.format(-ago, "day");
      return (ago < 180 ? day : dayOfYear).format(new Date(at));
    },
    /** The time today, else the day. */
    shortMoment: (at: string | number, now: number) =>
      daysBetween(Number(new Date(at)), now) === 0
        ? time.format(new Date(at))
        : shortDay.format(new Date(at)),
    number: (value: number) => number.format(value),
    percent: (share: number) => new Intl.NumberFormat(language, { style: "percent" }).format(share),
    /** Whole minutes in words, as "1 hour 30 minutes"; in short "1 hr 30 min". */
    minutes: (minutes: number, length: "short" | "long" = "long") =>
      [
        [Math.floor(minutes / 1440), "day"] as const,
        [Math.floor((minutes % 1440) / 60), "hour"] as const,
        [minutes % 60, "minute"] as const,
      ]
        .filter(([value], index) => value > 0 || (index === 2 && minutes === 0))
        .map(([value, name]) => unit(value, name, length))
        .join(" "),
    /** How long: `4:32` under an hour, else in hours or days. */
    duration: (ms: number) => {
      if (ms < HOUR_MS) {
        const seconds = Math.floor(ms / SECOND_MS);
        return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
      }
      return roughly(ms);
    },
    /** How long in the one unit that fits: 40 sec, 24 min, 3 hr, 2 days. */
    roughly,
  };

  function roughly(ms: number): string {
    if (ms < MINUTE_MS) return unit(Math.floor(ms / SECOND_MS), "second");
    if (ms < HOUR_MS) return unit(Math.floor(ms / MINUTE_MS), "minute");
    if (ms < DAY_MS) return unit(Math.floor(ms / HOUR_MS), "hour");
    return unit(Math.floor(ms / DAY_MS), "day");
  }
}

export function useFormat(): Format {
  const language = useLanguage();
  return useMemo(() => createFormat(language), [language]);
}

/** Calendar days in the viewer's zone. */
function daysBetween(earlier: number, later: number): number {
  const midnight = (at: number) => new Date(at).setHours(0, 0, 0, 0);
  return Math.round((midnight(later) - midnight(earlier)) / DAY_MS);
}
