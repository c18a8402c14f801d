import { describe, expect, test } from "vitest";
import { SparkContext } from "../context/spark-context.js";
import { Random } from "../rows/random.js";
import { LAYOUTS, sorted } from "../testing/layouts.js";

type Key = string | number | [string, number];

/** So many that the tasks of a program have a dictionary of them, and some that are in none. */
const ROWS = 3000;
const ROUNDS = 3;

/** A share that holds all, and one of which the dictionaries have room for a part of the keys only. */
const SHARES = LAYOUTS.flatMap((layout) =>
  [2 ** 24, 2 ** 17].map((spillBytes) => ({ ...layout, spillBytes })),
).filter(({ workers, spillBytes }) => workers === 2 || spillBytes === 2 ** 24);

function rows(round: number): [Key, number][] {
  const random = new Random(round + 1);
  return Array.from({ length: ROWS }, (_, i): [Key, number] => {
    const word = Math.floor(random.next() * 1500) + 100 * round;
    if (i % 50 === 7) return [word, i];
    if (i % 50 === 8) return [["pair", word], i];
    return [word % 3 === 0 ? `a rather long word ${word}` : `w${word}`, i];
  });
}

function modelled<V>(pairs: readonly [Key, number][], empty: () => V, add: (to: V, value: number) => V) {
  const byKey = new Map<string, [Key, V]>();
  for (const [key, value] of pairs) {
    const text = JSON.stringify(key);
    byKey.set(text, [key, add(byKey.get(text)?.[1] ?? empty(), value)]);
  }
  return [...byKey.values()];
}

const sum = (a: number, b: number) => a + b;
const sums = (pairs: readonly [Key, number][]) => modelled(pairs, () => 0, sum);
const groups = (pairs: readonly [Key, number][]) =>
  modelled<number[]>(
    pairs,
    () => [],
    (all, value) => [...all, value],
  );

describe("keys that come again in later jobs of the same functions give what they gave in the first", () => {
  test.each(SHARES)("$workers workers, $partitions partitions, shares of $spillBytes B", async (layout) => {
    const { workers, partitions, spillBytes } = layout;
    const sc = new SparkContext({ workers, threads: false, spillBytes });
    for (let round = 0; round < ROUNDS; round++) {
      const pairs = rows(round);
      const rdd = sc.parallelize(pairs, 2 * partitions);
      expect(sorted(await rdd.reduceByKey((a, b) => a + b, partitions).collect())).toEqual(
        sorted(sums(pairs)),
      );
      const grouped = await rdd.groupByKey(partitions).collect();
      expect(sorted(grouped)).toEqual(sorted(groups(pairs)));
      const joined = await rdd
        .reduceByKey((a, b) => a + b, partitions)
        .join(rdd, partitions)
        .count();
      expect(joined).toBe(ROWS);
      const distinct = await rdd.keys().distinct(partitions).count();
      expect(distinct).toBe(sums(pairs).length);
    }
    await sc.stop();
  });
});
