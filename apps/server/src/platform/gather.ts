import { after, elapsedMs } from "./clock.ts";
import { isTransient } from "./transient.ts";

/**
 * Gathers what arrives while batches are being worked on, and hands it all to the next (architecture.md,
 * rule 3). Idle, an item is worked on alone at once: batching costs no waiting.
 */
export interface Gatherer<T, R> {
  /** Resolves with the item's own result, once its batch is done. */
  add(item: T): Promise<R>;
  /** Items not handed over yet. */
  readonly waiting: number;
  /**
   * How long an item added now would take until it is done, in ms: so much is waiting and being worked
   * on, at the speed of the latest batches, and at least as long as the batch under way takes already.
   * @param besides what will be added before it, as weight.
   */
  delayMs(besides?: number): number;
}

export interface GatherOptions<T> {
  /** The most that a batch weighs; an item that alone is heavier goes alone. */
  readonly maxWeight: number;
  /** What an item weighs in a batch; 1 when left out. */
  readonly weigh?: (item: T) => number;
  /** Batches worked on at the same time; 1 when left out. */
  readonly atOnce?: number;
  /** A batch beside another is begun when so much is waiting: a smaller one is better off later. */
  readonly worthwhile?: number;
  /** What an item is about: items about the same thing are worked on one after the other, in order. */
  readonly about?: (item: T) => readonly string[];
  /** Who has waited longer is told so, with this error, rather than worked on late. */
  readonly patience?: { readonly ms: number; readonly error: () => Error };
}

interface Waiting<T, R> {
  readonly item: T;
  readonly weight: number;
  readonly about: readonly string[];
  readonly since: number;
  readonly resolve: (result: R) => void;
  readonly reject: (error: unknown) => void;
}

interface Batch<T, R> {
  readonly items: readonly Waiting<T, R>[];
  readonly about: ReadonlySet<string>;
  readonly weight: number;
  readonly began: number;
}

/** How much the latest batch counts for the speed that is expected of the next. */
const LATEST_SHARE = 0.2;
/** A small batch says little of how long a large one takes: it counts as if it weighed this much. */
const LEAST_WEIGHT = 100;
/** Until the first batch is done: rather slow, or the first rush would find every door open. */
const MS_PER_WEIGHT_AT_FIRST = 0.5;

/**
 * @param run works on a batch; gives a result per item, in order. When it throws, the batch is split, so
 * that one bad item fails alone and the others go through; when that is not an item's fault, such as a
 * database that is away, all of them fail at once.
 */
export function createGatherer<T, R>(
  run: (items: readonly T[]) => Promise<readonly R[]>,
  options: GatherOptions<T>,
): Gatherer<T, R> {
  return new Queue(run, options);
}

class Queue<T, R> implements Gatherer<T, R> {
  readonly #run: (items: readonly T[]) => Promise<readonly R[]>;
  readonly #options: GatherOptions<T>;
  readonly #underWay = new Set<Batch<T, R>>();
  #queue: Waiting<T, R>[] = [];
  #weight = 0;
  #msPerWeight = MS_PER_WEIGHT_AT_FIRST;
  #watching = false;

  constructor(run: (items: readonly T[]) => Promise<readonly R[]>, options: GatherOptions<T>) {
    this.#run = run;
    this.#options = options;
  }

  readonly add = (item: T): Promise<R> => {
    const { weigh = () => 1, about = () => [] } = this.#options;
    const { promise, resolve, reject } = Promise.withResolvers<R>();
    const weight = weigh(item);
    this.#queue.push({ item, weight, about: about(item), since: elapsedMs(), resolve, reject });
    this.#weight += weight;
    this.#begin();
    this.#watch();
    return promise;
  };

  get waiting(): number {
    return this.#queue.length;
  }

  delayMs(besides = 0): number {
    let weight = this.#weight + besides;
    let runningMs = 0;
    for (const batch of this.#underWay) {
      weight += batch.weight;
      runningMs = Math.max(runningMs, elapsedMs() - batch.began);
    }
    return Math.max(runningMs, weight * this.#msPerWeight);
  }

  #begin(): void {
    const { maxWeight, atOnce = 1, worthwhile = 1 } = this.#options;
    while (this.#queue.length > 0 && this.#underWay.size < atOnce) {
      if (this.#underWay.size > 0 && this.#weight < worthwhile) return;
      const { batch, left } = takeBatch(this.#queue, this.#underWay, maxWeight);
      if (batch.items.length === 0) return;
      this.#queue = left;
      this.#weight -= batch.weight;
      this.#underWay.add(batch);
      void this.#work(batch);
    }
  }

  async #work(batch: Batch<T, R>): Promise<void> {
    await settle(this.#run, batch.items);
    const share = Math.max(batch.weight, LEAST_WEIGHT) * this.#underWay.size;
    const latest = (elapsedMs() - batch.began) / share;
    this.#msPerWeight = this.#msPerWeight * (1 - LATEST_SHARE) + latest * LATEST_SHARE;
    this.#underWay.delete(batch);
    this.#begin();
  }

  /** By a clock of its own: a batch that never ends must not keep anybody waiting for ever. */
  #watch(): void {
    const { patience } = this.#options;
    const [oldest] = this.#queue;
    if (patience === undefined || this.#watching || oldest === undefined) return;
    this.#watching = true;
    after(Math.max(0, oldest.since + patience.ms - elapsedMs()), () => {
      this.#watching = false;
      this.#giveUp(elapsedMs() - patience.ms, patience.error);
      this.#watch();
    });
  }

  #giveUp(since: number, error: () => Error): void {
    const late = this.#queue.filter((waiting) => waiting.since <= since);
    this.#queue = this.#queue.filter((waiting) => waiting.since > since);
    for (const { weight, reject } of late) {
      this.#weight -= weight;
      reject(error());
    }
  }
}

/**
 * Takes what may be worked on now, the oldest first: nothing about what a batch under way is about, nor
 * about what an item left behind is about.
 */
function takeBatch<T, R>(
  queue: readonly Waiting<T, R>[],
  underWay: ReadonlySet<Batch<T, R>>,
  maxWeight: number,
): { batch: Batch<T, R>; left: Waiting<T, R>[] } {
  const items: Waiting<T, R>[] = [];
  const left: Waiting<T, R>[] = [];
  const own = new Set<string>();
  const leftAbout = new Set<string>();
  const isTaken = (thing: string) =>
    leftAbout.has(thing) || underWay.values().some((batch) => batch.about.has(thing));
  let weight = 0;
  for (const [index, waiting] of queue.entries()) {
    if (items.length > 0 && weight + waiting.weight > maxWeight) {
      left.push(...queue.slice(index));
      break;
    }
    if (waiting.about.some(isTaken)) {
      left.push(waiting);
      for (const thing of waiting.about) leftAbout.add(thing);
      continue;
    }
    items.push(waiting);
    weight += waiting.weight;
    for (const thing of waiting.about) own.add(thing);
  }
  return { batch: { items, about: own, weight, began: elapsedMs() }, left };
}

async function settle<T, R>(
  run: (items: readonly T[]) => Promise<readonly R[]>,
  batch: readonly Waiting<T, R>[],
): Promise<void> {
  try {
    const results = await run(batch.map((waiting) => waiting.item));
    for (const [index, waiting] of batch.entries()) {
      const result = results[index];
      if (result === undefined) waiting.reject(new Error("the batch gave no result"));
      else waiting.resolve(result);
    }
  } catch (error) {
    if (batch.length === 1 || isTransient(error)) {
      for (const waiting of batch) waiting.reject(error);
      return;
    }
    const half = Math.ceil(batch.length / 2);
    await settle(run, batch.slice(0, half));
    await settle(run, batch.slice(half));
  }
}
