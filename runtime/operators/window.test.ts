import { describe, expect, test } from "vitest";
import type { DStream } from "../context/dstream.js";
import { StateSpec } from "../context/state-spec.js";
import type { State } from "../state/key-state.js";
import { runBatches } from "../testing/index.js";

const twenty = (from: number) => Array.from({ length: 20 }, (_, i) => from + i);

test("whoever takes a few records of a window leaves the others their records", async () => {
  const first: number[][] = [];
  const out = await runBatches(
    [100, 200, 300, 400].map((from) => twenty(from)),
    (numbers) => {
      const last = numbers.map((n) => n).window("3 s");
      last.foreachRDD(async (rdd) => {
        first.push(await rdd.take(2));
      });
      return last.count();
    },
  );
  expect(first).toEqual([
    [100, 101],
    [100, 101],
    [100, 101],
    [200, 201],
  ]);
  expect(out).toEqual([[20], [40], [60], [60]]);
});

describe("a window shorter than its slide over a state sees what came in the batches between", () => {
  const ones = (s: DStream<number>) => s.map((n): [string, number] => ["all", n]);
  const add = (a: number, b: number) => a + b;
  const sums = (s: DStream<number>) =>
    ones(s).updateStateByKey((values, sum: number | undefined) => values.reduce(add, sum ?? 0));
  test.each<[string, (s: DStream<number>) => DStream<[string, number]>, number[]]>([
    ["updateStateByKey", sums, [6, 21]],
    [
      "mapWithState",
      (s) =>
        ones(s).mapWithState(
          StateSpec.function((key: string, n: number | undefined, sum: State<number>) => {
            sum.update((sum.getOption() ?? 0) + (n ?? 0));
            return [key, sum.get()] as [string, number];
          }),
        ),
      [6, 21],
    ],
    ["a state of a state", (s) => sums(sums(s).values()), [10, 56]],
    ["reduceByKeyAndWindow", (s) => ones(s).reduceByKeyAndWindow(add, 2000, 1000), [5, 11]],
    [
      "reduceByKeyAndWindow with an inverse",
      (s) => ones(s).reduceByKeyAndWindow(add, (a, b) => a - b, 4000, 1000),
      [6, 18],
    ],
    ["a transform of a state", (s) => sums(s).transform((rdd) => rdd.mapValues((n) => n)), [6, 21]],
  ])("%s", async (_name, operate, expected) => {
    const input = [[1], [2], [3], [4], [5], [6]];
    const out = await runBatches(input, (s) => operate(s).window(1000, 3000));
    expect(out).toEqual(expected.map((n) => [["all", n]]));
  });
});
