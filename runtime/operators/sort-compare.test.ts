import { describe, expect, expectTypeOf, test } from "vitest";
import type { RDD } from "../context/rdd.js";
import { SparkContext } from "../context/spark-context.js";
import { SPILLING_LAYOUTS } from "../testing/layouts.js";

interface City {
  name: string;
  people: number;
}

const cities = Array.from(
  { length: 200 },
  (_, i): City => ({ name: `${"abAB"[i % 4]}${(i * 31) % 50}`, people: (i * 7919) % 97 }),
);

const byLower = (a: string, b: string) => {
  const [x, y] = [a.toLowerCase(), b.toLowerCase()];
  return x < y ? -1 : x > y ? 1 : 0;
};
const fewest = (a: City, b: City) => a.people - b.people;

describe.each(SPILLING_LAYOUTS)(
  "sortBy in an order of its own: $partitions partitions, $workers workers, $memory",
  ({ workers, partitions, spillBytes }) => {
    const sc = new SparkContext({ workers, threads: false, spillBytes });
    const rdd = () => sc.parallelize(cities, partitions);

    test("gives what Array.sort gives, also where records are equal", async () => {
      const sorted = rdd().sortBy(({ name }) => name, { compare: byLower });
      expect(await sorted.collect()).toEqual([...cities].sort((a, b) => byLower(a.name, b.name)));
      const descending = rdd().sortBy((city) => city, {
        compare: fewest,
        ascending: false,
        numPartitions: 3,
      });
      expect(descending.getNumPartitions()).toBe(3);
      expect(await descending.collect()).toEqual([...cities].sort((a, b) => fewest(b, a)));
    });
  },
);

const sc = new SparkContext({ workers: 2, threads: false });

test("partitions get about as many records", async () => {
  const sizes = await sc
    .parallelize(cities, 4)
    .sortBy((city) => city, { compare: fewest, numPartitions: 3 })
    .glom()
    .map((part) => part.length)
    .collect();
  expect(sizes.reduce((a, b) => a + b)).toBe(200);
  expect(Math.min(...sizes)).toBeGreaterThan(40);
});

test("options without an order mean the natural one", async () => {
  const numbers = sc.parallelize([3, 1, 2], 2);
  expect(await numbers.sortBy((n) => n, { ascending: false }).collect()).toEqual([3, 2, 1]);
  expect(
    await numbers
      .sortBy((n) => n, { numPartitions: 1 })
      .glom()
      .collect(),
  ).toEqual([[1, 2, 3]]);
});

test("the order is of what the first function gives", () => {
  const rdd = sc.parallelize(cities).sortBy(({ people }) => people, {
    compare: (a, b) => {
      expectTypeOf(a).toEqualTypeOf<number>();
      return a - b;
    },
  });
  expectTypeOf(rdd).toEqualTypeOf<RDD<City>>();
});

test("an order that fails is blamed", async () => {
  const rdd = sc.parallelize(cities, 2).sortBy((city) => city.people, {
    compare: () => {
      throw new Error("no order");
    },
  });
  await expect(rdd.collect()).rejects.toThrow(/the function of `sortBy` failed.*no order/);
});
