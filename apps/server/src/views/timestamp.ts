/** Epoch ms → ISO 8601 in UTC, as every answer of the API writes a time. */
export function timestamp(at: number): string;
export function timestamp(at: number | null): string | null;
export function timestamp(at: number | null): string | null {
  return at === null ? null : isoTime(Math.floor(at));
}

const SECOND_MS = 1_000;
const DAY_MS = 86_400_000;
const TWO_DIGITS = Array.from({ length: 60 }, (_, value) => String(value).padStart(2, "0"));
const END_OF_SECOND = Array.from(
  { length: SECOND_MS },
  (_, value) => `.${String(value).padStart(3, "0")}Z`,
);

let lastDay = Number.NaN;
let lastDate = "";
let lastSecond = Number.NaN;
let lastTime = "";

/** An event carries some ten times, most of one day and many of one second: what is known is kept. */
function isoTime(at: number): string {
  const second = Math.floor(at / SECOND_MS);
  if (second !== lastSecond) {
    lastTime = dateOf(at) + timeOf(at);
    lastSecond = second;
  }
  return lastTime + END_OF_SECOND[at - second * SECOND_MS];
}

function dateOf(at: number): string {
  const day = Math.floor(at / DAY_MS);
  if (day !== lastDay) {
    lastDate = new Date(at).toISOString().slice(0, -"00:00:00.000Z".length);
    lastDay = day;
  }
  return lastDate;
}

function timeOf(at: number): string {
  const seconds = Math.floor((at - Math.floor(at / DAY_MS) * DAY_MS) / SECOND_MS);
  const minutes = Math.floor(seconds / 60);
  const hours = TWO_DIGITS[Math.floor(minutes / 60)];
  return `${hours}:${TWO_DIGITS[minutes % 60]}:${TWO_DIGITS[seconds % 60]}`;
}
