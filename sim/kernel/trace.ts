import { createHash } from "node:crypto";

/**
 * Everything that happened, a line each. All lines go into one hash, by which two runs of a seed are
 * compared; the last ones are kept for whoever looks into a failure.
 */
export class Trace {
  readonly #hash = createHash("sha256");
  readonly #last: string[] = [];
  readonly #keep: number;
  readonly #print: ((line: string) => void) | null;
  #lines = 0;

  /** @param print is given every line at once */
  constructor(keep: number, print: ((line: string) => void) | null) {
    this.#keep = keep;
    this.#print = print;
  }

  get lines(): number {
    return this.#lines;
  }

  add(at: number, who: string, what: string): void {
    const line = `${at} ${who} ${what}`;
    this.#lines += 1;
    this.#hash.update(`${line}\n`);
    this.#last.push(line);
    if (this.#last.length > 2 * this.#keep) this.#last.splice(0, this.#keep);
    this.#print?.(line);
  }

  last(): readonly string[] {
    return this.#last.slice(-this.#keep);
  }

  /** The hash of all lines so far. */
  digest(): string {
    return this.#hash.copy().digest("hex").slice(0, 32);
  }
}
