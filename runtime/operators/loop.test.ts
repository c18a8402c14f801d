import { afterAll, describe, expect, test } from "vitest";
import type { RDD } from "../context/rdd.js";
import { SparkContext } from "../context/spark-context.js";

const sc = new SparkContext({ workers: 2, threads: false });
afterAll(() => sc.stop());

const numbers = (length: number) => Array.from({ length }, (_, i) => i);
const ROWS = 1000;
const LONG = 120;

/** A lineage of more maps than one function of a program has. */
function long(rdd: RDD<number>): RDD<number> {
  let mapped = rdd;
  for (let i = 0; i < LONG; i++) mapped = mapped.map((n) => n + 1);
  return mapped;
}

/** The rows of each kind of head, more than one pass takes in. */
const HEADS: [head: string, rows: () => RDD<number>][] = [
  ["a range", () => sc.range(0, ROWS, 1, 2)],
  ["rows", () => sc.parallelize(numbers(ROWS), 2)],
  [
    "pairs",
    () =>
      sc
        .range(0, ROWS, 1, 2)
        .map((n): [number, number] => [n, n])
        .reduceByKey((a) => a)
        .map(([n]) => n),
  ],
];

describe.each(HEADS)("a loop over %s", (_, rows) => {
  const sorted = (rdd: RDD<number>) => rdd.collect().then((all) => all.sort((a, b) => a - b));

  test("passes every row", async () => {
    expect(await sorted(rows())).toEqual(numbers(ROWS));
  });

  test("reduces what is left of them", async () => {
    const odd = rows().filter((n) => n % 2 === 1);
    expect(await odd.reduce((a, b) => a + b)).toBe((ROWS / 2) ** 2);
    expect(await odd.reduce((a, b) => Math.max(a, b))).toBe(ROWS - 1);
    expect([await odd.min(), await odd.max()]).toEqual([1, ROWS - 1]);
  });

  test("reduces numbers that become texts", async () => {
    const joined = await rows()
      .coalesce(1)
      .map((n): number | string => (n < 200 ? n : "x"))
      .reduce((a, b) => (typeof a === "number" && typeof b === "number" ? a + b : `${a}${b}`));
    expect(String(joined).replace(/^\d+/, "").length).toBeGreaterThanOrEqual(ROWS - 200 - 4);
  });

  test("combines them by key", async () => {
    const sums = await rows()
      .map((n): [number, number] => [n % 3, n])
      .reduceByKey((a, b) => a + b)
      .collect();
    const of = (key: number) => numbers(ROWS).filter((n) => n % 3 === key);
    expect(new Map(sums)).toEqual(new Map([0, 1, 2].map((key) => [key, of(key).reduce((a, b) => a + b)])));
  });

  test.each<[what: string, plan: (rdd: RDD<number>) => RDD<number>, expected: number[]]>([
    ["maps", (rdd) => rdd, numbers(ROWS).map((n) => n + LONG)],
    [
      "maps and a filter on each side",
      (rdd) => rdd.filter((n) => n % 2 === 0).filter((n) => n < LONG + 9),
      [0, 2, 4, 6, 8].map((n) => n + LONG),
    ],
    [
      "maps and loops inside them",
      (rdd) => long(rdd.filter((n) => n < LONG + 2).flatMap((n) => [n, -n])),
      [-LONG - 1, -LONG, LONG, LONG + 1].map((n) => n + LONG),
    ],
    [
      "maps and an iterator",
      (rdd) =>
        long(
          rdd.mapPartitions(function* (all) {
            for (const n of all) if (n < LONG + 2) yield n;
          }),
        ),
      [2 * LONG, 2 * LONG + 1],
    ],
    [
      "maps and pairs",
      (rdd) =>
        long(rdd.filter((n) => n < LONG + 2))
          .map((n): [number, number] => [n, 1])
          .mapValues((n) => n + 1)
          .map(([key, value]) => key + value),
      [2 * LONG + 2, 2 * LONG + 3],
    ],
  ])("goes through a long lineage of %s", async (_, plan, expected) => {
    expect(await sorted(plan(long(rows())))).toEqual(expected);
  });

  test("ends a long lineage early, and reduces its rows", async () => {
    expect(await long(rows()).take(3)).toHaveLength(3);
    expect(await long(rows()).reduce((a, b) => a + b)).toBe((ROWS * (ROWS - 1)) / 2 + ROWS * LONG);
  });

  test("says which step of a long lineage failed, on which record", async () => {
    const failing = long(rows()).filter((n) => {
      if (n === LONG + 7) throw new Error("seven");
      return true;
    });
    await expect(long(failing).count()).rejects.toThrow(
      `the function of \`filter\` failed on the record ${LONG + 7}`,
    );
  });
});
