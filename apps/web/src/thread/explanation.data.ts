/** The reason of an act as names and values, in the words of the API, whatever it holds. Pure. */

export interface Words {
  readonly nameOf: (memberId: string) => string;
  readonly moment: (at: number) => string;
}

export interface NamedNumber {
  readonly name: string;
  readonly value: string;
}

const MEMBERS = new Set(["memberId", "from", "to"]);
/** Later than any count or length in milliseconds: a moment. */
const FIRST_MOMENT_MS = Date.UTC(2020);

/** Every leaf with its path: `deadline.dueAt` → when. Candidates are one line each. */
export function numbersOf(explanation: object, words: Words, path = ""): readonly NamedNumber[] {
  return Object.entries(explanation).flatMap(([key, value]: [string, unknown]) => {
    const name = path === "" ? key : `${path}.${key}`;
    if (value === null || value === undefined) return [];
    if (Array.isArray(value))
      return [{ name, value: value.map((one) => itemOf(one, words)).join("\n") }];
    if (typeof value === "object") return numbersOf(value, words, name);
    return [{ name, value: leafOf(key, value, words) }];
  });
}

function leafOf(key: string, value: unknown, { nameOf, moment }: Words): string {
  if (MEMBERS.has(key) && typeof value === "string") return nameOf(value);
  if (typeof value === "number" && value >= FIRST_MOMENT_MS) return moment(value);
  return String(value);
}

function itemOf(item: unknown, { nameOf }: Words): string {
  if (typeof item !== "object" || item === null) return String(item);
  const { memberId, verdict } = item as { memberId?: string; verdict?: string };
  return memberId === undefined ? JSON.stringify(item) : `${nameOf(memberId)}: ${verdict}`;
}
