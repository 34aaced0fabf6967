/** Epoch ms → ISO 8601 in UTC, as every answer of the API writes a time. */
export function timestamp(at: number): string;
export function timestamp(at: number | null): string | null;
export function timestamp(at: number | null): string | null {
  return at === null ? null : isoTime(Math.floor(at));
}

const DAY_MS = 86_400_000;
const TWO_DIGITS = Array.from({ length: 60 }, (_, value) => String(value).padStart(2, "0"));
const THREE_DIGITS = Array.from({ length: 1_000 }, (_, value) => String(value).padStart(3, "0"));

let lastDay = Number.NaN;
let lastDate = "";

/** An event carries some ten times, mostly of one day: its date is worked out once. */
function isoTime(at: number): string {
  const day = Math.floor(at / DAY_MS);
  if (day !== lastDay) {
    lastDate = new Date(at).toISOString().slice(0, -"00:00:00.000Z".length);
    lastDay = day;
  }
  const ms = at - day * DAY_MS;
  const seconds = Math.floor(ms / 1_000);
  const minutes = Math.floor(seconds / 60);
  const hours = TWO_DIGITS[Math.floor(minutes / 60)];
  const time = `${hours}:${TWO_DIGITS[minutes % 60]}:${TWO_DIGITS[seconds % 60]}`;
  return `${lastDate}${time}.${THREE_DIGITS[ms % 1_000]}Z`;
}
