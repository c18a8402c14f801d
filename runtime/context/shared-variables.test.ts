import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { SparkContext } from "./spark-context.js";
import { StreamingContext } from "./streaming-context.js";

let sc: SparkContext;
beforeAll(() => {
  sc = new SparkContext({ workers: 2, threads: false });
});
afterAll(() => sc.stop());

describe("an accumulator adds up what the functions of tasks add", () => {
  const numbers = Array.from({ length: 100 }, (_, i) => i + 1);

  test("whole numbers: sum, count and mean, known when the action is done", async () => {
    const seen = sc.longAccumulator("seen");
    expect([seen.value, seen.count, seen.avg, seen.isZero]).toEqual([0, 0, Number.NaN, true]);
    const rdd = sc.parallelize(numbers, 7).map((n) => {
      seen.add(n);
      return n;
    });
    expect(seen.value).toBe(0);
    expect(await rdd.count()).toBe(100);
    expect([seen.value, seen.sum, seen.count, seen.avg, seen.isZero]).toEqual([5050, 5050, 100, 50.5, false]);
    expect(String(seen)).toBe("Accumulator(seen: 5050)");
  });

  test("fractions, and values in a list", async () => {
    const halves = sc.doubleAccumulator();
    const odd = sc.collectionAccumulator<number>();
    await sc
      .parallelize(numbers, 3)
      .filter((n) => {
        halves.add(n / 2);
        if (n % 2 === 1) odd.add(n);
        return true;
      })
      .count();
    expect(halves.value).toBe(2525);
    expect([...odd.value].sort((a, b) => a - b)).toEqual(numbers.filter((n) => n % 2 === 1));
  });

  test("in functions behind functions, and on the reduce side", async () => {
    const calls = sc.longAccumulator();
    const merge = (a: number, b: number) => {
      calls.add(1);
      return a + b;
    };
    const pairs = sc.parallelize(numbers, 4).map((n): [number, number] => [n % 5, n]);
    await pairs.reduceByKey((a, b) => merge(a, b)).collect();
    expect(calls.value).toBe(95);
  });

  test("a task that fails adds nothing, and what was computed is not added again", async () => {
    const seen = sc.longAccumulator();
    const failing = sc.parallelize([1, 2, 3, 4], 2).map((n) => {
      seen.add(1);
      if (n === 4) throw new Error("not four");
      return n;
    });
    await expect(failing.count()).rejects.toThrow("not four");
    expect(await sc.parallelize([1, 2, 3], 1).count()).toBe(3);
    expect(seen.value).toBe(2);
    const pairs = sc.parallelize([1, 2, 3], 2).map((n): [number, number] => {
      seen.add(10);
      return [n, n];
    });
    const sums = pairs.reduceByKey((a, b) => a + b);
    await sums.count();
    await sums.count();
    expect(seen.value).toBe(32);
  });

  test("of each batch of a stream, and begins again after reset", async () => {
    const seen = sc.longAccumulator();
    const ssc = new StreamingContext(sc, 1000, { clock: "manual" });
    ssc
      .queueStream([[1, 2], [3], [4]])
      .map((n) => {
        seen.add(n);
        return n;
      })
      .foreachRDD((rdd) => rdd.count());
    await ssc.start();
    await ssc.advance(2000);
    expect(seen.value).toBe(6);
    seen.reset();
    await ssc.advance(1000);
    expect(seen.value).toBe(4);
    await ssc.stop();
  });

  test.each([
    ["longAccumulator", 1.5, "a long accumulator adds whole numbers, not 1.5"],
    ["longAccumulator", "1", "a long accumulator adds whole numbers, not 1"],
    ["doubleAccumulator", "x", "a double accumulator adds numbers, not x"],
  ] as const)("%s refuses to add %s, in the program and in tasks", async (kind, value, sentence) => {
    const accumulator = sc[kind]();
    const refused = value as number;
    expect(() => accumulator.add(refused)).toThrow(sentence);
    await expect(
      sc
        .parallelize([1])
        .map(() => accumulator.add(refused))
        .count(),
    ).rejects.toThrow(sentence);
  });

  test("its value is read in the program only", async () => {
    const seen = sc.longAccumulator();
    const reading = sc.parallelize([1]).map(() => seen.value);
    await expect(reading.collect()).rejects.toThrow("can be read in the program only");
  });
});

describe("a broadcast is read in every thread", () => {
  const names = { a: "Ada", b: "Bob" };

  test("by its value, as it was when it was made", async () => {
    const map = new Map(Object.entries(names));
    const byId = sc.broadcast(map);
    map.set("a", "changed");
    const found = sc.parallelize(["a", "b", "c"], 3).map((id) => byId.value.get(id) ?? "nobody");
    expect(await found.collect()).toEqual(["Ada", "Bob", "nobody"]);
    expect(byId.value).toBe(map);
  });

  test("classes, functions and typed arrays in it stay what they are", async () => {
    class Scale {
      constructor(readonly by: Float64Array) {}
      times(n: number) {
        return n * (this.by[0] ?? 0);
      }
    }
    const model = sc.broadcast(new Map([["x", { scale: new Scale(Float64Array.of(3)), round: Math.round }]]));
    const used = sc.parallelize([1.1], 1).map((n) => {
      const { scale, round } = model.value.get("x") ?? {};
      return [round?.(scale?.times(n) ?? 0), scale?.by.buffer instanceof SharedArrayBuffer];
    });
    expect(await used.collect()).toEqual([[3, true]]);
  });

  test("its value is made once in a thread, for all functions and jobs", async () => {
    const calls = sc.broadcast({ made: [] as number[] });
    const note = (n: number) => calls.value.made.push(n);
    const one = sc.parallelize([1], 1).map((n) => note(n));
    const other = sc.parallelize([2], 1).map((n) => calls.value.made.push(n));
    expect([await one.collect(), await other.collect(), await one.collect()]).toEqual([[1], [2], [3]]);
    calls.unpersist();
    expect(await other.collect()).toEqual([1]);
  });

  test("after destroy whoever asks for it fails", async () => {
    const gone = sc.broadcast(names);
    const reading = sc.parallelize(["a"]).map(() => gone.value.a);
    expect(await reading.collect()).toEqual(["Ada"]);
    gone.destroy();
    const destroyed = expect.objectContaining({ code: "RT_BROADCAST_DESTROYED" });
    expect(() => gone.value).toThrow(destroyed);
    expect(() => sc.parallelize(["a"]).map(() => gone.value.a)).toThrow(destroyed);
    await expect(reading.collect()).rejects.toThrow("this broadcast was destroyed");
    expect(String(gone)).toMatch(/^Broadcast\(.*, destroyed\)$/);
  });

  test("what cannot travel is refused", () => {
    expect(() => sc.broadcast({ rows: sc.range(3) })).toThrow(
      /`sc.broadcast` captures `value`, which captures `rows`, an RDD, which cannot travel/,
    );
  });
});
