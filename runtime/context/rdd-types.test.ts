import { describe, expectTypeOf, test } from "vitest";
import type { BoundedDouble } from "./approximate.js";
import type { FutureAction } from "./future-action.js";
import type { PartialResult } from "./partial-result.js";
import { HashPartitioner } from "./partitioner.js";
import type { RDD } from "./rdd.js";
import { SparkContext } from "./spark-context.js";

/** What `npm run types` checks: that types are inferred, and what must not compile. Nothing here is run to the end. */
const sc = new SparkContext({ workers: 1, threads: false });
const words = sc.parallelize(["a", "b"]);
const pairs = words.map((word) => [word, 1]);
const dated = sc.parallelize<[string, Date]>([]);
const numbers = sc.parallelize([1, 2]);
const rows = sc.parallelize([{ city: "Rome", people: 3 }]);

describe("types are inferred", () => {
  test("of pairs from functions", () => {
    expectTypeOf(pairs).toEqualTypeOf<RDD<[string, number]>>();
    expectTypeOf(rows.map(({ city, people }) => [city, people])).toEqualTypeOf<RDD<[string, number]>>();
    expectTypeOf(words.keyBy((word) => word.length)).toEqualTypeOf<RDD<[number, string]>>();
    expectTypeOf(words.flatMap((word) => [...word])).toEqualTypeOf<RDD<string>>();
    expectTypeOf(words.zipWithIndex()).toEqualTypeOf<RDD<[string, number]>>();
    expectTypeOf(words.zip(numbers)).toEqualTypeOf<RDD<[string, number]>>();
    expectTypeOf(words.cartesian(dated)).toEqualTypeOf<RDD<[string, [string, Date]]>>();
    expectTypeOf(words.zipPartitions(numbers, dated, (a, b, c) => [[...a, ...b, ...c]])).toEqualTypeOf<
      RDD<(string | number | [string, Date])[]>
    >();
  });

  test("of joins, with what may be missing", () => {
    expectTypeOf(pairs.join(dated)).toEqualTypeOf<RDD<[string, [number, Date]]>>();
    expectTypeOf(pairs.leftOuterJoin(dated)).toEqualTypeOf<RDD<[string, [number, Date | undefined]]>>();
    expectTypeOf(pairs.rightOuterJoin(dated, 3)).toEqualTypeOf<RDD<[string, [number | undefined, Date]]>>();
    expectTypeOf(pairs.fullOuterJoin(dated)).toEqualTypeOf<
      RDD<[string, [number | undefined, Date | undefined]]>
    >();
    expectTypeOf(pairs.groupWith(dated, pairs)).toEqualTypeOf<RDD<[string, [number[], Date[], number[]]]>>();
    expectTypeOf(pairs.subtractByKey(dated)).toEqualTypeOf<RDD<[string, number]>>();
  });

  test("of aggregations, whose zero is of the type that they end with", () => {
    expectTypeOf(
      words.aggregate(
        "",
        (text, word) => text + word,
        (a, b) => a + b,
      ),
    ).toEqualTypeOf<Promise<string>>();
    expectTypeOf(
      words.aggregate(
        0,
        (sum, word) => sum + word.length,
        (a, b) => a + b,
      ),
    ).toEqualTypeOf<Promise<number>>();
    expectTypeOf(
      numbers.treeAggregate(
        [0, 0],
        ([sum, count], n) => [sum + n, count + 1],
        ([a, b], [c, d]) => [a + c, b + d],
      ),
    ).toEqualTypeOf<Promise<[number, number]>>();
    expectTypeOf(
      pairs.aggregateByKey(
        new Set<number>(),
        (set, n) => set.add(n),
        (a, b) => new Set([...a, ...b]),
      ),
    ).toEqualTypeOf<RDD<[string, Set<number>]>>();
    expectTypeOf(
      pairs.combineByKey(
        (n) => `${n}`,
        (text, n) => `${text}${n}`,
        (a, b) => a + b,
      ),
    ).toEqualTypeOf<RDD<[string, string]>>();
    expectTypeOf(pairs.reduceByKey((a, b) => a + b)).toEqualTypeOf<RDD<[string, number]>>();
    expectTypeOf(pairs.groupByKey(new HashPartitioner(3))).toEqualTypeOf<RDD<[string, number[]]>>();
    expectTypeOf(words.groupBy((word) => word.length > 1)).toEqualTypeOf<RDD<[boolean, string[]]>>();
  });

  test("of actions", () => {
    expectTypeOf(pairs.collectAsMap()).toEqualTypeOf<Promise<Map<string, number>>>();
    expectTypeOf(pairs.countByKey()).toEqualTypeOf<Promise<Map<string, number>>>();
    expectTypeOf(pairs.lookup("a")).toEqualTypeOf<Promise<number[]>>();
    expectTypeOf(pairs.takeAsync(1)).toEqualTypeOf<FutureAction<[string, number][]>>();
    expectTypeOf(words.countByValueApprox(1)).toEqualTypeOf<
      Promise<PartialResult<Map<string, BoundedDouble>>>
    >();
    expectTypeOf(words.collect()).toEqualTypeOf<Promise<string[]>>();
    expectTypeOf(words.collect((word) => (word === "" ? undefined : word.length))).toEqualTypeOf<
      RDD<number>
    >();
    expectTypeOf(numbers.histogram(3)).toEqualTypeOf<Promise<[edges: number[], counts: number[]]>>();
  });
});

test("what must not compile does not", () => {
  const wrong = () => [
    // @ts-expect-error: words are no pairs
    words.reduceByKey((a) => a),
    // @ts-expect-error: words are no pairs
    words.join(pairs),
    // @ts-expect-error: keys are of another type
    pairs.join(numbers.keyBy((n) => n)),
    // @ts-expect-error: pairs are no numbers
    pairs.sum(),
    // @ts-expect-error: words are no numbers
    words.histogram(3),
    // @ts-expect-error: a sum of numbers is no text
    pairs.reduceByKey((a, b) => `${a}${b}`),
    // @ts-expect-error: the zero is no number
    pairs.foldByKey("", (a, b) => a + b),
    // @ts-expect-error: numbers are not subtracted from words
    words.subtract(numbers),
    // @ts-expect-error: numbers are not united with words
    words.union(numbers),
    // @ts-expect-error: a function gives the records, not their number
    words.flatMap((word) => word.length),
    // @ts-expect-error: keys are strings
    pairs.partitionBy({ numPartitions: 2, getPartition: (key: number) => key }),
    // @ts-expect-error: keys are strings
    pairs.lookup(3),
    // @ts-expect-error: keys are strings
    pairs.filterByRange(1, 2),
    // @ts-expect-error: fractions by name are for keys that are strings
    numbers.keyBy((n) => n).sampleByKey(false, { a: 1 }),
  ];
  expectTypeOf(wrong).toBeFunction();
});
