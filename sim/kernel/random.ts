/**
 * Chance from a seed: the same seed and label always give the same numbers (xoshiro128**, seeded by
 * splitmix32). Each part of the simulation forks its own, so that one more draw here doesn't change
 * what is drawn there.
 */
export class Random {
  readonly #seed: number;
  #a: number;
  #b: number;
  #c: number;
  #d: number;

  constructor(seed: number, label = "") {
    let state = seed >>> 0;
    for (let at = 0; at < label.length; at++) {
      state = Math.imul(state ^ label.charCodeAt(at), 0x0100_0193) >>> 0;
    }
    this.#seed = state;
    const next = () => {
      state = (state + 0x9e37_79b9) >>> 0;
      let z = state;
      z = Math.imul(z ^ (z >>> 16), 0x85eb_ca6b);
      z = Math.imul(z ^ (z >>> 13), 0xc2b2_ae35);
      return (z ^ (z >>> 16)) >>> 0;
    };
    this.#a = next();
    this.#b = next();
    this.#c = next();
    this.#d = next();
  }

  /** Another stream of numbers, that depends on this one's seed and the label alone. */
  fork(label: string): Random {
    return new Random(this.#seed, label);
  }

  /** 32 random bits. */
  bits(): number {
    const result = Math.imul(rotate(Math.imul(this.#b, 5), 7), 9) >>> 0;
    const shifted = this.#b << 9;
    this.#c ^= this.#a;
    this.#d ^= this.#b;
    this.#b ^= this.#c;
    this.#a ^= this.#d;
    this.#c ^= shifted;
    this.#d = rotate(this.#d, 11);
    return result;
  }

  /** From 0 (included) to 1 (excluded). */
  unit(): number {
    return this.bits() / 0x1_0000_0000;
  }

  /** A whole number from `low` to `high`, both included. */
  between(low: number, high: number): number {
    return low + Math.floor(this.unit() * (high - low + 1));
  }

  chance(probability: number): boolean {
    return this.unit() < probability;
  }

  /** One of these; they must not be empty. */
  pick<T>(from: readonly T[]): T {
    const picked = from[Math.floor(this.unit() * from.length)];
    if (picked === undefined) throw new Error("there is nothing to pick from");
    return picked;
  }

  /** The time until something that happens once in `mean` on average, in whole units, at least 1. */
  wait(mean: number): number {
    return Math.max(1, Math.round(-Math.log(1 - this.unit()) * mean));
  }
}

function rotate(value: number, by: number): number {
  return (value << by) | (value >>> (32 - by));
}
