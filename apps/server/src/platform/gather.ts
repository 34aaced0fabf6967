import { isTransient } from "./transient.ts";

/**
 * Gathers what arrives while one batch is being worked on, and hands it all to the next (architecture.md,
 * rule 3). Idle, an item is worked on alone at once: batching costs no waiting.
 */
export interface Gatherer<T, R> {
  /** Resolves with the item's own result, once its batch is done. */
  add(item: T): Promise<R>;
  /** Items not handed over yet. */
  readonly waiting: number;
}

/**
 * @param run works on a batch; gives a result per item, in order. When it throws, the batch is split, so
 * that one bad item fails alone and the others go through; when that is not an item's fault, such as a
 * database that is away, all of them fail at once.
 */
export function createGatherer<T, R>(
  run: (items: readonly T[]) => Promise<readonly R[]>,
  maxBatch: number,
): Gatherer<T, R> {
  interface Waiting {
    readonly item: T;
    readonly resolve: (result: R) => void;
    readonly reject: (error: unknown) => void;
  }
  const queue: Waiting[] = [];
  let running = false;

  const settle = async (batch: readonly Waiting[]): Promise<void> => {
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
      await settle(batch.slice(0, half));
      await settle(batch.slice(half));
    }
  };
  const drain = async (): Promise<void> => {
    if (running) return;
    running = true;
    while (queue.length > 0) await settle(queue.splice(0, maxBatch));
    running = false;
  };
  return {
    add: (item) =>
      new Promise<R>((resolve, reject) => {
        queue.push({ item, resolve, reject });
        void drain();
      }),
    get waiting() {
      return queue.length;
    },
  };
}
