/** Business hours as they are stored. */
export interface OpenHours {
  readonly timeZone: string;
  readonly weekdays: Readonly<Record<string, readonly { from: string; until: string }[]>>;
}

/**
 * Whether a business is open by the clock on its wall (clock.md §8); one without hours always is. Worked out
 * by another calendar than the product's.
 */
export function isOpen(hours: OpenHours | null, at: number): boolean {
  if (hours === null) return true;
  const parts = wallClockOf(hours.timeZone).formatToParts(at);
  const part = (type: string) => parts.find((each) => each.type === type)?.value ?? "";
  const time = `${part("hour")}:${part("minute")}`;
  const today = hours.weekdays[part("weekday").toLowerCase()] ?? [];
  return today.some(({ from, until }) => from <= time && time < until);
}

const wallClocks = new Map<string, Intl.DateTimeFormat>();

function wallClockOf(timeZone: string): Intl.DateTimeFormat {
  const known = wallClocks.get(timeZone);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat("en", {
    timeZone,
    weekday: "long",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  });
  wallClocks.set(timeZone, made);
  return made;
}
