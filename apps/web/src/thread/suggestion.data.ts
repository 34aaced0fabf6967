/** What somebody begins to name while they write: a quick reply by `/`, a colleague by `@`. Pure. */

export interface Naming {
  readonly sign: "/" | "@";
  /** What stands behind the sign, in lower case. */
  readonly query: string;
  /** Where the sign stands, and where the caret. */
  readonly from: number;
  readonly to: number;
}

const NAMING = /(?:^|\s)([/@])([\p{L}\p{M}\p{N}_-]*)$/u;

/** The name that the caret stands behind; `null`: none has begun. */
export function namingAt(text: string, caret: number): Naming | null {
  const found = NAMING.exec(text.slice(0, caret));
  if (found === null) return null;
  const [, sign = "", query = ""] = found;
  const from = caret - query.length - 1;
  return { sign: sign as Naming["sign"], query: query.toLowerCase(), from, to: caret };
}

/** Those whose names begin so come before those that hold it elsewhere. */
export function matching<Item>(
  items: readonly Item[],
  query: string,
  nameOf: (item: Item) => string,
): readonly Item[] {
  const place = (item: Item) => plain(nameOf(item)).indexOf(plain(query));
  return items
    .filter((item) => place(item) !== -1)
    .sort((a, b) => Math.sign(place(a)) - Math.sign(place(b)))
    .slice(0, MOST);
}

/** More than that nobody looks through: they type on. */
const MOST = 8;

/** Without capitals and accents, which are slow to type. */
function plain(text: string): string {
  return text.toLowerCase().normalize("NFD").replaceAll(/\p{M}/gu, "").replaceAll("đ", "d");
}
