import { describe, expect, test } from "vitest";
import type { DStream } from "../context/dstream.js";
import type { Rolling } from "../context/rolling.js";
import { SparkContext } from "../context/spark-context.js";
import { StreamingContext } from "../context/streaming-context.js";
import { Random } from "../rows/random.js";
import type { RollingName } from "../rows/rolling.js";
import { runBatches } from "../testing/index.js";

/** Each function on the values of a window, the last of which is the record's own; `before` are all values of the key so far. */
const NAIVE: Record<
  RollingName,
  (window: number[], argument: number, before: number[]) => number | undefined
> = {
  count: (window) => window.length,
  sum: (window) => window.reduce((a, b) => a + b),
  mean: (window) => mean(window),
  min: (window) => Math.min(...window),
  max: (window) => Math.max(...window),
  stdev: (window) => Math.sqrt(mean(window.map((n) => (n - mean(window)) ** 2))),
  sampleStdev: (window) =>
    window.length < 2
      ? undefined
      : Math.sqrt(window.reduce((sum, n) => sum + (n - mean(window)) ** 2, 0) / (window.length - 1)),
  quantile: (window, q) => {
    const sorted = [...window].sort((a, b) => a - b);
    const at = q * (sorted.length - 1);
    const [below = 0, above = 0] = [sorted[Math.floor(at)], sorted[Math.ceil(at)]];
    return below + (above - below) * (at % 1);
  },
  first: (window) => window[0],
  last: (window) => window.at(-1),
  rank: (window) => {
    const own = window.at(-1) ?? 0;
    const less = window.filter((n) => n < own).length;
    const equal = window.filter((n) => n === own).length;
    return less + (equal + 1) / 2;
  },
  lag: (window, by) => window.at(-1 - by),
  diff: (window, by) => {
    const before = window.at(-1 - by);
    return before === undefined ? undefined : (window.at(-1) ?? 0) - before;
  },
  ema: (_window, alpha, before) =>
    before.reduce((average, n, i) => (i === 0 ? n : alpha * n + (1 - alpha) * average), 0),
};

const mean = (window: number[]) => window.reduce((a, b) => a + b) / window.length;
const ARGUMENTS: Partial<Record<RollingName, number>> = { quantile: 0.3, lag: 1, diff: 1, ema: 0.25 };
const SPEC = Object.fromEntries(
  Object.keys(NAIVE).map((name) => [
    name,
    [name as RollingName, ARGUMENTS[name as RollingName] ?? 0] as const,
  ]),
) as Record<RollingName, [RollingName, number]>;

const BATCH_MS = 1000;

/** All functions of each record's window by a loop, per batch and key. */
function naive(
  batches: [string, number][][],
  inWindow: (age: { records: number; batches: number }) => boolean,
  forgets: boolean,
): [string, Record<string, number | undefined>][][] {
  const seen = new Map<string, { value: number; batch: number }[]>();
  const beginnings = new Map<string, number>();
  return batches.map((batch, b) =>
    batch.map(([key, value]) => {
      const all = seen.get(key) ?? [];
      const last = all.at(-1);
      if (forgets && last !== undefined && !inWindow({ records: 0, batches: b - last.batch }))
        beginnings.set(key, all.length);
      all.push({ value, batch: b });
      seen.set(key, all);
      const window = all
        .filter((old, i) => inWindow({ records: all.length - 1 - i, batches: b - old.batch }))
        .map((old) => old.value);
      const before = all.slice(beginnings.get(key) ?? 0).map((old) => old.value);
      const results = Object.entries(SPEC).map(([name, [fn, argument]]) => [
        name,
        NAIVE[fn](window, argument, before),
      ]);
      return [key, Object.fromEntries(results)] as [string, Record<string, number | undefined>];
    }),
  );
}

/** By key, in the order of each key's records. */
function byKey<R>(batch: readonly [string, R][]): [string, R[]][] {
  const keys = [...new Set(batch.map(([key]) => key))].sort();
  return keys.map((key) => [key, batch.filter(([k]) => k === key).map(([, result]) => result)]);
}

function expectClose(out: [string, object][][], expected: [string, object][][]): void {
  const rounded = (batch: [string, object][]) =>
    JSON.parse(
      JSON.stringify(byKey(batch), (_, n) => (typeof n === "number" ? Number(n.toFixed(9)) + 0 : n)),
    );
  expect(out.map(rounded)).toEqual(expected.map(rounded));
}

describe("rolling functions give what a loop gives, of random batches", () => {
  const randomBatches = (random: Random): [string, number][][] =>
    Array.from({ length: 12 }, () =>
      random.next() < 0.3
        ? []
        : Array.from({ length: Math.floor(random.next() * 30) }, () => [
            "abc"[Math.floor(random.next() * 3)] as string,
            random.next() < 0.5 ? Math.floor(random.next() * 5) : random.next() * 1000 - 500,
          ]),
    );

  test.each(Array.from({ length: 10 }, (_, seed) => seed))("in windows of records, seed %i", async (seed) => {
    const random = new Random(seed);
    const n = 2 + Math.floor(random.next() * 8);
    const batches = randomBatches(random);
    const conf = { workers: 1 + (seed % 3), threads: false };
    const out = await runBatches(batches, (s) => s.rollingByKey(n).agg(SPEC), {
      partitions: 1 + (seed % 2),
      conf,
    });
    expectClose(
      out,
      naive(batches, ({ records }) => records < n, false),
    );
  });

  test.each(Array.from({ length: 10 }, (_, seed) => seed))("in windows of time, seed %i", async (seed) => {
    const random = new Random(100 + seed);
    const windowBatches = 1 + Math.floor(random.next() * 5);
    const batches = randomBatches(random);
    const conf = { workers: 1 + (seed % 3), threads: false };
    const out = await runBatches(batches, (s) => s.rollingByKey(`${windowBatches * BATCH_MS} ms`).agg(SPEC), {
      batch: BATCH_MS,
      conf,
    });
    expectClose(
      out,
      naive(batches, ({ batches: age }) => age < windowBatches, true),
    );
  });
});

test("of a plain stream all records are in one window, in their order", async () => {
  const out = await runBatches([[1, 2, 3], [], [4]], (numbers) => numbers.rolling(2).sum());
  expect(out).toEqual([[1, 3, 5], [], [7]]);
});

test("what is infinite leaves the window as it came", async () => {
  const numbers = [1, Number.POSITIVE_INFINITY, 2, 3, 4];
  expect(await runBatches([numbers], (s) => s.rolling(2).sum())).toEqual([[1, Infinity, Infinity, 5, 7]]);
  expect(await runBatches([numbers], (s) => s.rolling(2).max())).toEqual([[1, Infinity, Infinity, 3, 4]]);
});

test("what is no number leaves the window as it came", async () => {
  const numbers = [2, Number.NaN, 3, 1, 4];
  const rolled = (f: (rolling: Rolling<never, number>) => DStream<number>) =>
    runBatches([numbers], (s) => f(s.rolling(3)));
  expect(await rolled((last) => last.sum())).toEqual([[2, NaN, NaN, NaN, 8]]);
  expect(await rolled((last) => last.min())).toEqual([[2, NaN, NaN, NaN, 1]]);
  expect(await rolled((last) => last.max())).toEqual([[2, NaN, NaN, NaN, 4]]);
  expect(await rolled((last) => last.quantile(0.5))).toEqual([[2, NaN, NaN, NaN, 3]]);
  expect(await rolled((last) => last.rank())).toEqual([[1, NaN, 2, 1, 3]]);
});

test("a quantile is as infinite as the values around it", async () => {
  const numbers = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, 1, Number.NEGATIVE_INFINITY];
  const medians = await runBatches([numbers], (s) => s.rolling(2).quantile(0.5));
  expect(medians).toEqual([[Infinity, Infinity, Infinity, -Infinity]]);
});

test("values of any type have a first, a last and one before", async () => {
  const words = [["a", "b", "c"]];
  expect(await runBatches(words, (s) => s.rolling(2).first())).toEqual([["a", "a", "b"]]);
  expect(await runBatches(words, (s) => s.rolling(2).last())).toEqual([["a", "b", "c"]]);
  expect(await runBatches(words, (s) => s.rolling(2).lag())).toEqual([[undefined, "a", "b"]]);
});

test("the average of a window of n records has an alpha of 2 / (n + 1) unless it is given", async () => {
  expect(await runBatches([[0, 3]], (s) => s.rolling(2).ema())).toEqual([[0, 2]]);
  expect(await runBatches([[0, 3]], (s) => s.rolling(2).ema(1))).toEqual([[0, 3]]);
});

describe("what makes no window or no argument is refused where it is declared", () => {
  const ssc = new StreamingContext(new SparkContext({ workers: 1, threads: false }), 1000);
  const numbers = ssc.queueStream<number>([]);
  test.each<[declare: () => unknown, message: string]>([
    [() => numbers.rolling(0), "a whole number of records of at least 1"],
    [() => numbers.rolling(1.5), "a whole number of records of at least 1"],
    [() => numbers.rolling("soon").sum(), '"soon" is not a duration'],
    [() => numbers.rolling(3).quantile(1.5), "quantile takes a part from 0 to 1, not 1.5"],
    [
      () => numbers.rolling(3).lag(3),
      "lag takes a whole number of records from 1 to 2, which a window of 3 reaches",
    ],
    [() => numbers.rolling("3 s").ema(), "ema takes an alpha greater than 0 and at most 1, not undefined"],
    [() => numbers.rolling(3).agg({ x: ["diff", 0] }), "diff takes a whole number of records from 1 to 2"],
  ])("%s", (declare, message) => {
    expect(declare).toThrow(message);
  });
});
