import { describe, expect, expectTypeOf, test } from "vitest";
import type { RDD } from "../context/rdd.js";
import { SparkContext } from "../context/spark-context.js";
import { runTwoInputs } from "../testing/index.js";
import { LAYOUTS, sorted } from "../testing/layouts.js";

type Pairs<V> = [string, V][];

const left: Pairs<number> = [
  ["a", 1],
  ["a", 2],
  ["b", 3],
];
const right: Pairs<string> = [
  ["a", "x"],
  ["c", "y"],
  ["a", "z"],
];
const inner = [
  ["a", [1, "x"]],
  ["a", [1, "z"]],
  ["a", [2, "x"]],
  ["a", [2, "z"]],
];
const onlyLeft = ["b", [3, undefined]];
const onlyRight = ["c", [undefined, "y"]];

describe.each(LAYOUTS)(
  "two RDDs in $partitions partitions, on $workers workers",
  ({ workers, partitions }) => {
    const sc = new SparkContext({ workers, threads: false });
    const a = () => sc.parallelize(left, partitions);
    const b = () => sc.parallelize(right, 3);

    test.each<[string, (a: RDD<[string, number]>, b: RDD<[string, string]>) => RDD<unknown>, unknown[]]>([
      ["join", (a, b) => a.join(b), inner],
      ["leftOuterJoin", (a, b) => a.leftOuterJoin(b), [...inner, onlyLeft]],
      ["rightOuterJoin", (a, b) => a.rightOuterJoin(b), [...inner, onlyRight]],
      ["fullOuterJoin", (a, b) => a.fullOuterJoin(b), [...inner, onlyLeft, onlyRight]],
      [
        "cogroup",
        (a, b) => a.cogroup(b),
        [
          [
            "a",
            [
              [1, 2],
              ["x", "z"],
            ],
          ],
          ["b", [[3], []]],
          ["c", [[], ["y"]]],
        ],
      ],
      ["subtractByKey", (a, b) => a.subtractByKey(b), [["b", 3]]],
      [
        "join after operators, on more partitions",
        (a, b) => a.filter(([, n]) => n > 1).join(b, 7),
        inner.slice(2),
      ],
      ["join with itself", (a) => a.filter(([key]) => key === "b").join(a), [["b", [3, 3]]]],
    ])("%s", async (_name, operate, expected) => {
      expect(sorted(await operate(a(), b()).collect())).toEqual(sorted(expected));
    });

    test("cogroup takes up to three others, and a partitioner", async () => {
      const grouped = a().cogroup(b(), a(), b(), { numPartitions: 2, getPartition: () => 1 });
      const [none, all] = await grouped.glom().collect();
      expect(none).toEqual([]);
      expect(sorted(all ?? [])).toEqual([
        [
          "a",
          [
            [1, 2],
            ["x", "z"],
            [1, 2],
            ["x", "z"],
          ],
        ],
        ["b", [[3], [], [3], []]],
        ["c", [[], ["y"], [], ["y"]]],
      ]);
    });

    test("subtract keeps duplicates, intersection does not", async () => {
      const numbers = sc.parallelize([1, 1, 2, 3, 3], partitions);
      const others = sc.parallelize([3, 2, 2], 2);
      const rest = numbers.subtract(others);
      expect(rest.getNumPartitions()).toBe(partitions);
      expect(await rest.collect()).toEqual([1, 1]);
      expect(sorted(await numbers.intersection(others).collect())).toEqual([2, 3]);
    });

    test("keys are compared by value", async () => {
      const byDate = (n: number) =>
        sc.parallelize([[[new Date(n), "k"], n] as [[Date, string], number]], partitions);
      expect(await byDate(7).join(byDate(7)).values().collect()).toEqual([[7, 7]]);
      expect(await byDate(7).join(byDate(8)).collect()).toEqual([]);
    });
  },
);

test("a key with more pairs than a chunk holds has each of them once, in order, and so have the keys beside it", async () => {
  const sc = new SparkContext({ workers: 1, threads: false });
  const side = (values: number): [string, number][] => [
    ["before", -1],
    ...Array.from({ length: values }, (_, n): [string, number] => ["hot", n]),
    ["after", -2],
  ];
  const joined = sc.parallelize(side(700), 1).join(sc.parallelize(side(300), 1), 1);
  const hot = await joined.filter(([key]) => key === "hot").collect();
  expect(hot).toHaveLength(210_000);
  expect(hot.findIndex(([, [left, right]], i) => left * 300 + right !== i)).toBe(-1);
  expect(await joined.filter(([key]) => key !== "hot").collect()).toEqual([
    ["before", [-1, -1]],
    ["after", [-2, -2]],
  ]);
  const outer = sc.parallelize(side(70_000), 1).leftOuterJoin(sc.emptyRDD<[string, string]>(), 1);
  expect(await outer.filter(([, [, right]]) => right === undefined).count()).toBe(70_002);
});

test("an empty side joins with nothing", async () => {
  const sc = new SparkContext({ workers: 2, threads: false });
  const pairs = sc.parallelize(left, 2);
  const none = sc.emptyRDD<[string, string]>();
  expect(await pairs.join(none).collect()).toEqual([]);
  expect(await none.join(pairs).collect()).toEqual([]);
  expect(await none.cogroup(none).collect()).toEqual([]);
  expect(await pairs.leftOuterJoin(none).count()).toBe(3);
  expect(await none.subtract(none).collect()).toEqual([]);
  expect(sorted(await pairs.subtractByKey(none).collect())).toEqual(sorted(left));
});

test("joins say in their types which side may be missing", () => {
  const sc = new SparkContext({ workers: 1, threads: false });
  const a = sc.parallelize(left);
  const b = sc.parallelize(right);
  expectTypeOf(a.join(b)).toEqualTypeOf<RDD<[string, [number, string]]>>();
  expectTypeOf(a.leftOuterJoin(b)).toEqualTypeOf<RDD<[string, [number, string | undefined]]>>();
  expectTypeOf(a.rightOuterJoin(b)).toEqualTypeOf<RDD<[string, [number | undefined, string]]>>();
  expectTypeOf(a.cogroup(b)).toEqualTypeOf<RDD<[string, [number[], string[]]]>>();
  expectTypeOf(a.cogroup(b, a, 3)).toEqualTypeOf<RDD<[string, [number[], string[], number[]]]>>();
  // @ts-expect-error: numbers are no pairs
  expect(() => a.values().join(b)).not.toThrow();
});

describe("two streams", () => {
  test("are joined batch by batch", async () => {
    const out = await runTwoInputs([left, [["a", 9]], []], [right, [], right], (a, b) => a.fullOuterJoin(b));
    expect(out.map(sorted)).toEqual([
      sorted([...inner, onlyLeft, onlyRight]),
      [["a", [9, undefined]]],
      sorted(right.map(([key, value]) => [key, [undefined, value]])),
    ]);
  });

  test("that do not slide together are refused", async () => {
    const run = runTwoInputs([left], [right], (a, b) => a.window("2 s", "2 s").join(b));
    await expect(run).rejects.toMatchObject({
      code: "RT_SLIDES",
      message:
        "Some of the DStreams have different slide durations: `join` takes streams that slide together, not by 2000 ms and 1000 ms; give them windows of the same slide first",
    });
  });
});
