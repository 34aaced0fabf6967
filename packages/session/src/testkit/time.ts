import type { Ms } from "../index.ts";

/** `"10:02"`, `"10:02:30.5"` or `"+1d 10:02"`, or epoch ms. */
export type Time = string | Ms;

const DAY = 24 * 3_600_000;
const FIRST_DAY = Date.UTC(2026, 0, 5);

/** Epoch ms of a time of day on the story's first day. */
export function time(at: Time): Ms {
  if (typeof at === "number") return at;
  const [, days, hours, minutes, seconds] =
    /^(?:\+(\d+)d )?(\d\d):(\d\d)(?::(\d\d(?:\.\d+)?))?$/.exec(at) ?? [];
  if (hours === undefined) throw new Error(`not a time: ${at}`);
  const dayMinutes = Number(hours) * 60 + Number(minutes);
  return FIRST_DAY + Number(days ?? 0) * DAY + dayMinutes * 60_000 + Number(seconds ?? 0) * 1000;
}

/** The inverse of `time`, as short as it can be said; `null` stays `null`. */
export function clockOf(at: Ms | null | undefined): string | null {
  if (at === null || at === undefined) return null;
  const days = Math.floor((at - FIRST_DAY) / DAY);
  const iso = new Date(at).toISOString();
  const short = iso
    .slice(11, 23)
    .replace(/\.000$/, "")
    .replace(/^(\d\d:\d\d):00$/, "$1");
  return days === 0 ? short : `+${days}d ${short}`;
}
