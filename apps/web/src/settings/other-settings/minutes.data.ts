/** Lengths of time as people type them. Pure. */

export const MOST_MINUTES = 43_200;

const UNIT_MINUTES: Readonly<Record<string, number>> = { d: 1_440, h: 60, m: 1 };

/** Words of both languages, to the unit that they mean. */
const UNITS: readonly (readonly [RegExp, string])[] = [
  [/^(d|days?|ngày|ngay)$/, "d"],
  [/^(h|hrs?|hours?|giờ|gio)$/, "h"],
  [/^(m|mins?|minutes?|phút|phut|p|')$/, "m"],
];

const PART = /\s*(\d+(?:[.,]\d+)?)\s*([\p{L}']*)/uy;

/**
 * Whole minutes: `90`, `1h30`, `1.5 h`, `1:30`, `2 days`. A number after hours and without a unit is minutes.
 *
 * @returns null for what is no length of time, or not of whole minutes
 */
export function parseMinutes(typed: string): number | null {
  const text = typed.normalize("NFC").trim().toLowerCase();
  const clock = /^(\d+):([0-5]\d)$/.exec(text);
  if (clock !== null) return Number(clock[1]) * 60 + Number(clock[2]);
  let minutes = 0;
  let smallest = Number.POSITIVE_INFINITY;
  PART.lastIndex = 0;
  for (let at = 0; at < text.length; at = PART.lastIndex) {
    const part = PART.exec(text);
    if (part === null) return null;
    const unit = unitOf(part[2] ?? "");
    // Each unit once, from the greatest down: "30m 1h" is a slip of the hand.
    if (unit === null || unit >= smallest) return null;
    smallest = unit;
    minutes += Number(part[1]?.replace(",", ".")) * unit;
  }
  const whole = Math.round(minutes);
  return text === "" || Math.abs(minutes - whole) > 1e-6 ? null : whole;
}

function unitOf(word: string): number | null {
  if (word === "") return 1;
  const unit = UNITS.find(([pattern]) => pattern.test(word))?.[1];
  return unit === undefined ? null : (UNIT_MINUTES[unit] ?? null);
}
