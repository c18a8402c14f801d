import { expect, test } from "vitest";
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
