import { describe, expect, test } from "vitest";
import { SparkContext } from "../context/spark-context.js";
import { LAYOUTS, sorted } from "../testing/layouts.js";

const thousand = Array.from({ length: 1000 }, (_, i) => i);

describe.each(LAYOUTS)("$partitions partitions on $workers workers", ({ workers, partitions }) => {
  const sc = new SparkContext({ workers, threads: false });
  const rdd = () => sc.parallelize(thousand, partitions);

  test("a sample without replacement has each record at most once, in order", async () => {
    const rows = await rdd().sample(false, 0.3, 7).collect();
    expect(rows).toEqual([...new Set(rows)].sort((a, b) => a - b));
    expect(rows.length).toBeGreaterThan(240);
    expect(rows.length).toBeLessThan(360);
  });

  test("a sample with replacement has some records several times", async () => {
    const rows = await rdd().sample(true, 2, 7).collect();
    expect(rows.length).toBeGreaterThan(1800);
    expect(rows.length).toBeLessThan(2200);
    const never = 1000 - new Set(rows).size;
    expect(never / 1000).toBeCloseTo(Math.exp(-2), 1);
  });

  test.each([true, false])(
    "the same seed gives the same sample, another one another (replacement: %s)",
    async (w) => {
      const take = (seed?: number) => rdd().sample(w, 0.1, seed).collect();
      expect(await take(5)).toEqual(await take(5));
      expect(await take(5)).not.toEqual(await take(6));
      const once = rdd().sample(w, 0.5);
      expect(await once.collect()).toEqual(await once.collect());
    },
  );

  test.each([true, false])("fractions 0 and 1 (replacement: %s)", async (withReplacement) => {
    expect(await rdd().sample(withReplacement, 0, 1).count()).toBe(0);
    if (!withReplacement) expect(await rdd().sample(false, 1, 1).count()).toBe(1000);
  });

  test("randomSplit deals each record to exactly one part, by weight", async () => {
    const parts = await Promise.all(
      rdd()
        .randomSplit([1, 2, 3], 11)
        .map((part) => part.collect()),
    );
    expect(parts.flat().sort((a, b) => a - b)).toEqual(thousand);
    parts.forEach((part, i) => {
      expect(Math.abs(part.length - ((i + 1) * 1000) / 6)).toBeLessThan(60);
    });
  });

  test.each([
    [false, 0, 0],
    [false, 10, 10],
    [false, 1000, 1000],
    [false, 2000, 1000],
    [true, 10, 10],
    [true, 2000, 2000],
  ])("takeSample (replacement: %s) of %d gives %d", async (withReplacement, n, expected) => {
    const rows = await rdd().takeSample(withReplacement, n, 3);
    expect(rows).toHaveLength(expected);
    if (!withReplacement) expect(new Set(rows).size).toBe(expected);
    if (n >= 1000) expect(rows).not.toEqual([...rows].sort((a, b) => a - b));
    expect(await rdd().takeSample(withReplacement, n, 3)).toEqual(rows);
  });

  const strata = () => rdd().keyBy((n) => (n % 4 === 0 ? "a" : "b"));
  const sizes = (rows: [string, number][]) =>
    ["a", "b"].map((key) => rows.filter(([k]) => k === key).length) as [number, number];

  test("sampleByKey takes each key's fraction, more or less", async () => {
    const [a, b] = sizes(await strata().sampleByKey(false, { a: 0.8, b: 0.2 }, 3).collect());
    expect([Math.abs(a - 200) < 35, Math.abs(b - 150) < 50]).toEqual([true, true]);
    const [twice, half] = sizes(
      await strata()
        .sampleByKey(
          true,
          new Map([
            ["a", 2],
            ["b", 0.5],
          ]),
          3,
        )
        .collect(),
    );
    expect([Math.abs(twice - 500) < 90, Math.abs(half - 375) < 80]).toEqual([true, true]);
  });

  test.each([true, false])(
    "sampleByKeyExact takes exactly each key's fraction (replacement: %s)",
    async (w) => {
      const rows = await strata().sampleByKeyExact(w, { a: 0.301, b: 0.1 }, 3).collect();
      expect(sizes(rows)).toEqual([76, 75]);
      if (!w) expect(new Set(rows.map(([, n]) => n)).size).toBe(151);
      expect(await strata().sampleByKeyExact(false, { a: 1, b: 0 }, 3).values().collect()).toEqual(
        thousand.filter((n) => n % 4 === 0),
      );
    },
  );

  test("sampleByKeyExact finds keys by value", async () => {
    const pairs = rdd().map((n) => [[n % 2], n]);
    const fractions = new Map([
      [[0], 0.1],
      [[1], 0],
    ]);
    expect(sorted(await pairs.sampleByKeyExact(false, fractions).keys().distinct().collect())).toEqual([[0]]);
    expect(await pairs.sampleByKeyExact(false, fractions).count()).toBe(50);
  });
});

const sc = new SparkContext({ workers: 2, threads: false });
const rdd = sc.parallelize([1, 2, 3]);

test.each([
  [false, -0.1],
  [false, 1.1],
  [true, -1],
  [true, Number.NaN],
  [true, Number.POSITIVE_INFINITY],
])("a sample with (replacement: %s) the fraction %d is refused", (withReplacement, fraction) => {
  const refused = expect.objectContaining({ code: "RT_FRACTION" });
  expect(() => rdd.sample(withReplacement, fraction)).toThrow(refused);
  expect(() => rdd.keyBy(String).sampleByKey(withReplacement, { 1: fraction })).toThrow(refused);
});

test.each([
  { weights: [] },
  { weights: [Number.POSITIVE_INFINITY, 1] },
  { weights: [0, 0] },
  { weights: [-1, 2] },
  { weights: [Number.NaN] },
])("weights $weights are refused", ({ weights }) => {
  expect(() => rdd.randomSplit(weights)).toThrow(expect.objectContaining({ code: "RT_WEIGHTS" }));
});

test("weights may be 0", async () => {
  const parts = rdd.randomSplit([0, 1, 0], 1);
  expect(await Promise.all(parts.map((part) => part.count()))).toEqual([0, 3, 0]);
});

test("a sample of less than none is refused, of none is none", async () => {
  await expect(rdd.takeSample(false, -1)).rejects.toMatchObject({ code: "RT_ROWS" });
  expect(await sc.emptyRDD().takeSample(true, 5)).toEqual([]);
  expect(await sc.parallelize<number>([], 2).sample(true, 3).collect()).toEqual([]);
});

test("a key without a fraction fails the job", async () => {
  const sample = rdd.keyBy(String).sampleByKey(false, { 1: 0.5, 2: 0.5 });
  await expect(sample.count()).rejects.toThrow("have none for the key '3'");
});
