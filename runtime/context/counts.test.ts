import { afterAll, describe, expect, test } from "vitest";
import { SparkContext } from "./spark-context.js";
import { StreamingContext } from "./streaming-context.js";

const sc = new SparkContext({ workers: 2, threads: false });
const ssc = new StreamingContext(sc, 1000, { clock: "manual" });
const pairs = sc.parallelize<[string, number]>([["a", 1]]);
const stream = ssc.queueStream<[string, number]>([]);
const add = (a: number, b: number) => a + b;

afterAll(() => sc.stop());

describe("a number of partitions that is no whole number of at least 1 is refused where it is declared", () => {
  const declarations: [string, (n: number) => unknown][] = [
    ["parallelize", (n) => sc.parallelize([1, 2, 3], n)],
    ["makeRDD", (n) => sc.makeRDD([1, 2, 3], n)],
    ["textBytes", (n) => sc.textBytes(new Uint8Array(3), n)],
    ["reduceByKey", (n) => pairs.reduceByKey(add, n)],
    ["reduceByKey of a stream", (n) => stream.reduceByKey(add, n)],
    ["reduceByKeyAndWindow", (n) => stream.reduceByKeyAndWindow(add, 2000, 1000, n)],
    ["reduceByKeyAndWindow with inverse", (n) => stream.reduceByKeyAndWindow(add, add, 2000, 1000, n)],
  ];
  const numbers = [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY];
  const cases = declarations.flatMap(([name, declare]) => numbers.map((n) => [name, n, declare] as const));
  test.each(cases)("%s with %d", (_name, n, declare) => {
    expect(() => declare(n)).toThrow(
      expect.objectContaining({
        code: "RT_PARTITIONS",
        message: `a number of partitions is a whole number of at least 1, not ${n}`,
      }),
    );
  });
});

describe("a number of rows that is no whole number is refused", () => {
  const actions: [string, (n: number) => unknown][] = [
    ["take", (n) => pairs.take(n)],
    ["top", (n) => pairs.top(n)],
    ["print", async (n) => stream.print(n)],
  ];
  const cases = actions.flatMap(([name, act]) => [1.5, Number.NaN].map((n) => [name, n, act] as const));
  test.each(cases)("%s(%d)", async (_name, n, act) => {
    await expect(act(n)).rejects.toMatchObject({
      code: "RT_ROWS",
      message: `a number of rows is a whole number, not ${n}`,
    });
  });

  test("less than none is none", async () => {
    expect([await pairs.take(-1), await pairs.top(0)]).toEqual([[], []]);
  });
});
