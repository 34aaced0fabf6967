import { afterEach, expect, test, vi } from "vitest";
import { nextTurn, sleep } from "./clock.ts";
import { createGatherer } from "./gather.ts";

const DATABASE_AWAY = Object.assign(new Error("no database"), { code: "ECONNREFUSED" });

afterEach(() => vi.useRealTimers());

/** Works on numbers; 13 is bad, and the database is away while `away` says so. */
function startGatherer(away = () => false) {
  const batches: (readonly number[])[] = [];
  const gatherer = createGatherer(
    async (items: readonly number[]) => {
      batches.push(items);
      await Promise.resolve();
      if (away()) throw DATABASE_AWAY;
      if (items.includes(13)) throw new Error("bad luck");
      return items.map((item) => item * 2);
    },
    { maxWeight: 10 },
  );
  return { batches, gatherer };
}

test("what arrives while a batch is worked on goes along with the next", async () => {
  const { batches, gatherer } = startGatherer();
  expect(await Promise.all([1, 2, 3].map(gatherer.add))).toEqual([2, 4, 6]);
  expect(batches).toEqual([[1], [2, 3]]);
});

/** Works on words, each batch until it is let go. A word is about its first letter. */
function startWords(options: { atOnce?: number; worthwhile?: number; maxWeight?: number } = {}) {
  const batches: { readonly words: readonly string[]; readonly done: () => void }[] = [];
  const gatherer = createGatherer(
    async (words: readonly string[]) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      batches.push({ words, done: resolve });
      await promise;
      return words;
    },
    { maxWeight: 10, atOnce: 2, about: ([letter = ""]) => [letter], ...options },
  );
  const said: string[] = [];
  const say = (...words: string[]) => {
    for (const word of words) void gatherer.add(word).then(() => said.push(word));
  };
  const finish = async (index: number) => {
    batches[index]?.done();
    await nextTurn();
  };
  return { gatherer, say, said, finish, words: () => batches.map(({ words }) => words) };
}

test("two batches are worked on at once, and a third waits", async () => {
  const { say, words, finish } = startWords();
  say("apple", "bean", "corn", "date");
  expect(words()).toEqual([["apple"], ["bean"]]);
  await finish(1);
  expect(words()).toEqual([["apple"], ["bean"], ["corn", "date"]]);
});

test("what is about the same thing is done in the order in which it came", async () => {
  const { say, said, words, finish } = startWords();
  say("apple", "almond", "bean", "anise");
  expect(words()).toEqual([["apple"], ["bean"]]);
  await finish(1);
  expect(words()).toHaveLength(2);
  await finish(0);
  expect(words()).toEqual([["apple"], ["bean"], ["almond", "anise"]]);
  await finish(2);
  expect(said).toEqual(["bean", "apple", "almond", "anise"]);
});

test("what is left behind keeps its place before what comes later", async () => {
  const { say, words, finish } = startWords({ maxWeight: 1 });
  say("apple", "almond", "bean", "anise");
  await finish(0);
  expect(words()).toEqual([["apple"], ["bean"], ["almond"]]);
  await finish(2);
  expect(words().at(-1)).toEqual(["anise"]);
});

test("what is about two things is not overtaken in one of them while it waits for the other", async () => {
  const begun: string[] = [];
  const gates: (() => void)[] = [];
  const gatherer = createGatherer(
    async (items: readonly string[]) => {
      begun.push(...items);
      await new Promise<void>((resolve) => gates.push(resolve));
      return items;
    },
    { maxWeight: 10, atOnce: 2, about: (item) => item.split("+") },
  );
  const all = Promise.all(["phone", "phone+user", "user"].map(gatherer.add));
  expect(begun).toEqual(["phone"]);
  gates[0]?.();
  await nextTurn();
  expect(begun).toEqual(["phone", "phone+user", "user"]);
  gates[1]?.();
  await all;
});

test("a second batch is begun only when it is worth it", async () => {
  const { say, words, finish } = startWords({ worthwhile: 3 });
  say("apple", "bean", "corn");
  expect(words()).toEqual([["apple"]]);
  say("date");
  expect(words()).toEqual([["apple"], ["bean", "corn", "date"]]);
  say("egg");
  await finish(0);
  await finish(1);
  expect(words().at(-1)).toEqual(["egg"]);
});

test("a heavy item goes alone, and light ones share what is left", async () => {
  const weights: number[][] = [];
  const gatherer = createGatherer(
    async (items: readonly number[]) => {
      weights.push([...items]);
      await nextTurn();
      return items;
    },
    { maxWeight: 10, weigh: (item) => item },
  );
  await Promise.all([1, 4, 5, 30, 2].map(gatherer.add));
  expect(weights).toEqual([[1], [4, 5], [30], [2]]);
});

test("who has waited too long is refused, though the batch before never ends", async () => {
  vi.useFakeTimers();
  const worked: number[] = [];
  const gatherer = createGatherer(
    (items: readonly number[]) => {
      worked.push(...items);
      return new Promise<never>(() => undefined);
    },
    { maxWeight: 10, patience: { ms: 5_000, error: () => new Error("too late") } },
  );
  void gatherer.add(1);
  const second = gatherer.add(2).catch(String);
  await vi.advanceTimersByTimeAsync(3_000);
  const third = gatherer.add(3).catch(String);
  expect(gatherer.delayMs()).toBe(3_000);
  await vi.advanceTimersByTimeAsync(2_000);
  expect(await second).toBe("Error: too late");
  expect(gatherer.waiting).toBe(1);
  await vi.advanceTimersByTimeAsync(3_000);
  expect(await third).toBe("Error: too late");
  expect(worked).toEqual([1]);
});

test("the delay to expect grows with what waits, and is nothing once all is done", async () => {
  vi.useFakeTimers();
  const gatherer = createGatherer(
    async (items: readonly number[]) => {
      await sleep(items.length * 10);
      return items;
    },
    { maxWeight: 200 },
  );
  const all = Promise.all(Array.from({ length: 1_000 }, (_, index) => gatherer.add(index)));
  await vi.advanceTimersByTimeAsync(5_000);
  const half = gatherer.delayMs();
  expect(half).toBeGreaterThan(2_000);
  expect(half).toBeLessThan(6_000);
  await vi.advanceTimersByTimeAsync(3_000);
  expect(gatherer.delayMs()).toBeLessThan(half);
  await vi.advanceTimersByTimeAsync(3_000);
  expect(await all).toHaveLength(1_000);
  expect(gatherer.delayMs()).toBe(0);
});

test("one bad item fails alone", async () => {
  const { gatherer } = startGatherer();
  const results = await Promise.allSettled([1, 2, 13, 4].map(gatherer.add));
  expect(results.map(({ status }) => status)).toEqual([
    ...["fulfilled", "fulfilled", "rejected", "fulfilled"],
  ]);
});

test("a database that is away is asked once for a batch, not once for each of its items", async () => {
  let isAway = true;
  const { batches, gatherer } = startGatherer(() => isAway);
  const results = await Promise.allSettled([1, 2, 3, 4].map(gatherer.add));
  expect(results.map(({ status }) => status)).toEqual(Array(4).fill("rejected"));
  expect(batches).toEqual([[1], [2, 3, 4]]);
  isAway = false;
  expect(await gatherer.add(5)).toBe(10);
});
