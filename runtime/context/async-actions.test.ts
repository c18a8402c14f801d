import { describe, expect, expectTypeOf, test } from "vitest";
import { LAYOUTS } from "../testing/layouts.js";
import type { FutureAction } from "./future-action.js";
import { SparkContext } from "./spark-context.js";

const numbers = Array.from({ length: 40 }, (_, i) => i + 1);
const add = (a: number, b: number) => a + b;

describe.each(LAYOUTS)("$partitions partitions on $workers workers", ({ workers, partitions }) => {
  const sc = new SparkContext({ workers, threads: false });
  const rdd = () => sc.parallelize(numbers, partitions);

  test("futures give what the actions of their names give", async () => {
    expect(await rdd().collectAsync()).toEqual(numbers);
    expect(await rdd().countAsync()).toBe(40);
    expect(await rdd().takeAsync(7)).toEqual(numbers.slice(0, 7));
    const sum = sc.longAccumulator();
    await rdd().foreachAsync((n) => sum.add(n));
    await rdd().foreachPartitionAsync((rows) => sum.add([...rows].length));
    expect(sum.value).toBe(820 + 40);
  });

  test("runJob gives what a function makes of each partition, in the order of those that are asked for", async () => {
    const sizes = await sc.runJob(rdd(), (rows, partition) => [partition, [...rows].length]);
    expect(sizes.map(([partition]) => partition)).toEqual(rdd().partitions.map(({ index }) => index));
    expect(sizes.reduce((sum, [, size]) => sum + (size ?? 0), 0)).toBe(40);
    const last = partitions - 1;
    const first = await sc.runJob(rdd(), async (rows) => rows.next().value ?? 0, [last, 0]);
    expect(first).toEqual([numbers[(40 / partitions) * last], 1]);
  });

  test.each([1, 2, 3, 10])("treeReduce and treeAggregate of depth %d", async (depth) => {
    const negative = sc.parallelize(
      numbers.slice(0, 10).map((n) => -n),
      9,
    );
    expect(await negative.treeReduce(add, depth)).toBe(-55);
    expect(await rdd().treeReduce(add, depth)).toBe(820);
    const text = await rdd().treeAggregate(
      "",
      (text, n) => text + n,
      (a, b) => a + b,
      depth,
    );
    expect(text).toBe(numbers.join(""));
    const counts = sc.parallelize(numbers, 17).treeAggregate(
      { sum: 0 },
      ({ sum }, n) => ({ sum: sum + n }),
      (a, b) => ({ sum: a.sum + b.sum }),
      depth,
    );
    expect(await counts).toEqual({ sum: 820 });
    expect(await sc.parallelize(numbers, 17).treeAggregate(0, add, add, depth, true)).toBe(820);
  });

  test("reduceByKeyLocally merges here what partitions merged", async () => {
    const sums = await rdd()
      .map((n) => [n % 3, n])
      .reduceByKeyLocally(add);
    expect([0, 1, 2].map((key) => sums.get(key))).toEqual([273, 287, 260]);
    const tuples = await rdd()
      .map((n) => [[n % 2], 1])
      .reduceByKeyLocally(add);
    expect([...tuples.values()]).toEqual([20, 20]);
  });
});

const sc = new SparkContext({ workers: 2, threads: false });

describe("runJob and submitJob", () => {
  const rdd = () => sc.parallelize(["a", "b", "c"], 3);
  const text = (rows: Iterable<string>) => [...rows].join("");

  test("hand each result on with its place among the partitions", async () => {
    const handled: [number, string][] = [];
    await sc.runJob(rdd(), text, [2, 1], (place, result) => handled.push([place, result]));
    expect(handled).toEqual([
      [0, "c"],
      [1, "b"],
    ]);
  });

  test("come to what resultFunc gives, when all results are handled", async () => {
    const handled: string[] = [];
    const job = sc.submitJob(
      rdd(),
      text,
      [0, 2],
      (_place, result) => handled.push(result),
      () => handled.join("+"),
    );
    expect(sc.statusTracker.getJobInfo(job.jobId)?.status).toBe("RUNNING");
    expect(await job).toBe("a+c");
  });

  test("run nothing on no partition, and refuse one that there is not", async () => {
    expect(await sc.runJob(rdd(), text, [])).toEqual([]);
    expect(await sc.runJob(sc.emptyRDD<string>(), text)).toEqual([]);
    await expect(sc.runJob(rdd(), text, [3])).rejects.toThrow(
      "Attempting to access a non-existent partition: 3. Total number of partitions: 3",
    );
  });

  test("fail as the function does", async () => {
    const failing = sc.runJob(rdd(), () => {
      throw new Error("no");
    });
    await expect(failing).rejects.toThrow("the function of `runJob` failed: Error: no");
  });
});

test.each<[records: number, partitions: number, depth: number, onExecutor: boolean, zeros: number]>([
  [0, 0, 2, false, 1],
  [0, 3, 2, false, 3 + 3 + 1],
  [100, 30, 1, false, 30 + 30 + 1],
  [100, 30, 3, false, 30 + 30 + 7 + 1 + 1],
  [100, 30, 1, true, 30 + 30 + 1 + 1],
])(
  "treeAggregate of %d records in %d partitions, depth %d, on an executor at last: %s, begins with its zero %d times",
  async (records, partitions, depth, onExecutor, zeros) => {
    const ones = Array.from({ length: records }, () => 1000);
    const rdd = partitions === 0 ? sc.emptyRDD<number>() : sc.parallelize(ones, partitions);
    expect(await rdd.treeAggregate(1, add, add, depth, onExecutor)).toBe(records * 1000 + zeros);
  },
);

describe("a tree of nothing", () => {
  test.each([sc.emptyRDD<number>(), sc.parallelize<number>([], 5)])(
    "has a zero and no more",
    async (none) => {
      await expect(none.treeReduce(add)).rejects.toMatchObject({ code: "RT_EMPTY" });
      expect(await none.treeAggregate(7, add, Math.max)).toBe(7);
      expect(await none.keyBy(String).reduceByKeyLocally(add)).toEqual(new Map());
    },
  );

  test.each([0, -1, 1.5])("a depth of %d is refused", async (depth) => {
    await expect(sc.range(3).treeReduce(add, depth)).rejects.toMatchObject({ code: "RT_DEPTH" });
  });
});

describe("a future", () => {
  test("is over when its job is, and is not cancelled then", async () => {
    const count = sc.range(10).countAsync();
    expectTypeOf(count).toEqualTypeOf<FutureAction<number>>();
    expect([count.isCompleted, count.isCancelled]).toEqual([false, false]);
    expect(await count.finally(() => undefined)).toBe(10);
    count.cancel();
    expect([count.isCompleted, count.isCancelled]).toEqual([true, false]);
  });

  test("that is cancelled rejects, and others go on", async () => {
    const words = sc.range(0, 100, 1, 50);
    const cancelled = words.map((n) => n + 1).collectAsync();
    const other = words.map((n) => n + 2).countAsync();
    cancelled.cancel();
    expect([cancelled.isCompleted, cancelled.isCancelled]).toEqual([true, true]);
    await expect(cancelled.then((rows) => rows)).rejects.toMatchObject({ code: "RT_CANCELLED" });
    expect(await other).toBe(100);
    expect(await cancelled.catch(() => "caught")).toBe("caught");
  });

  test("rejects when its job fails", async () => {
    const failing = sc.range(3).foreachAsync(() => {
      throw new Error("no");
    });
    await expect(failing.then(() => "done")).rejects.toThrow("no");
    expect([failing.isCompleted, failing.isCancelled]).toEqual([true, false]);
  });

  test("of a wrong number of rows is refused at once", () => {
    expect(() => sc.range(3).takeAsync(0.5)).toThrow(expect.objectContaining({ code: "RT_ROWS" }));
  });
});
