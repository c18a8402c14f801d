import { afterEach, describe, expect, expectTypeOf, test } from "vitest";
import type { RDD } from "../context/rdd.js";
import { SparkContext } from "../context/spark-context.js";
import { runBatches } from "../testing/index.js";

const open: SparkContext[] = [];

function newContext() {
  const sc = new SparkContext({ workers: 2, threads: false });
  open.push(sc);
  return sc;
}

afterEach(async () => {
  for (const sc of open.splice(0)) await sc.stop();
});

/** Memory that functions of tasks and the test share. */
const shared = (length = 4) => new Int32Array(new SharedArrayBuffer(length * Int32Array.BYTES_PER_ELEMENT));

const numbers = (n: number) => Array.from({ length: n }, (_, i) => i);

/** Turns of the event loop, which is how long a promise takes here. */
const turns = async (n: number): Promise<void> => {
  for (let i = 0; i < n; i++) await new Promise((resolve) => setImmediate(resolve));
};

describe("mapAsync", () => {
  test.each([1, 3, 100])(
    "gives results in the order of the records, with %i calls at a time",
    async (concurrency) => {
      const rdd = newContext()
        .parallelize(numbers(40), 3)
        .mapAsync(
          async (n) => {
            await turns((n * 7) % 5);
            return n * 2;
          },
          { concurrency },
        );
      expectTypeOf(rdd).toEqualTypeOf<RDD<number>>();
      expect(await rdd.collect()).toEqual(numbers(40).map((n) => n * 2));
      expect(await rdd.count()).toBe(40);
    },
  );

  test("has as many calls under way as it may, and never more", async () => {
    const counts = shared();
    await newContext()
      .parallelize(numbers(30), 1)
      .mapAsync(
        async (n) => {
          const now = Atomics.add(counts, 0, 1) + 1;
          if (now > Atomics.load(counts, 1)) Atomics.store(counts, 1, now);
          await turns(1 + (n % 3));
          Atomics.sub(counts, 0, 1);
          return n;
        },
        { concurrency: 4 },
      )
      .count();
    expect(counts[1]).toBe(4);
  });

  test("takes functions that give promises without being async, and ones that give values", async () => {
    const sc = newContext();
    expect(
      await sc
        .parallelize([1, 2], 2)
        .mapAsync((n) => Promise.resolve(n + 1))
        .collect(),
    ).toEqual([2, 3]);
    const values = ((n: number) => n + 1) as unknown as (n: number) => Promise<number>;
    expect(await sc.parallelize([1, 2], 2).mapAsync(values).collect()).toEqual([2, 3]);
  });

  test("goes on into all that comes after it, and takes what comes before", async () => {
    const double = (rdd: RDD<number>) => rdd.mapAsync(async (n) => n * 2);
    const sc = newContext();
    const ten = sc.parallelize(numbers(10), 2);
    expect(await double(double(ten.filter((n) => n % 2 === 0).map((n) => n + 1))).collect()).toEqual([
      4, 12, 20, 28, 36,
    ]);
    expect(
      await double(ten)
        .map((n) => n + 1)
        .filter((n) => n > 9)
        .collect(),
    ).toEqual([11, 13, 15, 17, 19]);
    expect(
      await double(ten)
        .flatMap((n) => [n, n])
        .count(),
    ).toBe(20);
    expect(
      await double(ten)
        .mapPartitions((rows) => [[...rows].length])
        .collect(),
    ).toEqual([5, 5]);
    expect(await double(ten).glom().collect()).toEqual([
      [0, 2, 4, 6, 8],
      [10, 12, 14, 16, 18],
    ]);
    expect(await double(ten).reduce((a, b) => a + b)).toBe(90);
    expect(
      await double(ten)
        .map((n) => [n % 4, n] as [number, number])
        .reduceByKey((a, b) => a + b)
        .collectAsMap(),
    ).toEqual(
      new Map([
        [0, 40],
        [2, 50],
      ]),
    );
    expect(
      await double(
        ten
          .map((n) => [n % 2, n] as [number, number])
          .reduceByKey((a, b) => a + b)
          .values(),
      ).sum(),
    ).toBe(90);
  });

  test("is computed as far as it is asked for", async () => {
    const calls = shared();
    const rdd = newContext()
      .parallelize(numbers(1000), 1)
      .mapAsync(async (n) => n, { concurrency: 2 })
      .mapAsync(
        async (n) => {
          Atomics.add(calls, 0, 1);
          return n;
        },
        { concurrency: 3 },
      );
    expect(await rdd.take(5)).toEqual([0, 1, 2, 3, 4]);
    expect(calls[0]).toBeLessThanOrEqual(8);
  });

  test("takes what is persisted before it, and leaves it whole, whatever it does not read", async () => {
    const kept = () => newContext().parallelize(numbers(50), 1).cache();
    const first = async (rows: IterableIterator<number>) => {
      for (const n of rows) return [n];
      return [];
    };
    for (const rdd of [kept(), kept().mapAsync(async (n) => n)]) {
      expect(await rdd.mapPartitions(first).collect()).toEqual([0]);
      expect(await rdd.mapPartitionsWithIndex(async (_index, rows) => first(rows)).collect()).toEqual([0]);
      expect(await rdd.collect()).toEqual(numbers(50));
    }
  });

  test("is kept whole when it is persisted, however far an action reads", async () => {
    const calls = shared();
    const kept = newContext()
      .parallelize(numbers(50), 1)
      .mapAsync(async (n) => {
        Atomics.add(calls, 0, 1);
        return n;
      })
      .cache();
    expect(await kept.mapAsync(async (n) => n + 1).take(1)).toEqual([1]);
    expect(await kept.collect()).toEqual(numbers(50));
    expect(calls[0]).toBe(50);
  });

  test.each([
    ["rejects", async (n: number) => (n === 7 ? Promise.reject(new Error("no such city")) : n)],
    [
      "throws before it gives a promise",
      (n: number) => {
        if (n === 7) throw new Error("no such city");
        return Promise.resolve(n);
      },
    ],
  ])("blames the record whose function %s", async (_how, f) => {
    const rdd = newContext()
      .parallelize(numbers(20), 2)
      .mapAsync(f)
      .map((n) => n + 1);
    await expect(rdd.collect()).rejects.toThrow(
      "the function of `mapAsync` failed on the record 7: Error: no such city",
    );
  });

  test("blames the functions before and after it for what they do", async () => {
    const ten = newContext().parallelize(numbers(10), 2);
    const failing = (n: number) => {
      if (n === 3) throw new Error("no three");
      return n;
    };
    await expect(
      ten
        .map(failing)
        .mapAsync(async (n) => n)
        .count(),
    ).rejects.toThrow("the function of `map` failed on the record 3: Error: no three");
    await expect(
      ten
        .mapAsync(async (n) => n)
        .map(failing)
        .count(),
    ).rejects.toThrow("the function of `map` failed on the record 3: Error: no three");
  });

  test("aborts the signal of the other calls when one failed", async () => {
    const aborted = shared();
    const rdd = newContext()
      .parallelize(numbers(3), 1)
      .mapAsync(async (n, signal) => {
        if (n === 2) throw new Error("no");
        await new Promise((resolve) => signal.addEventListener("abort", resolve));
        Atomics.add(aborted, 0, 1);
        return n;
      });
    await expect(rdd.count()).rejects.toThrow("no");
    await expect.poll(() => Atomics.load(aborted, 0)).toBe(2);
  });

  test("ends when its job is cancelled, though its promises never do", async () => {
    const seen = shared();
    const sc = newContext();
    const action = sc
      .parallelize(numbers(4), 2)
      .mapAsync(async (n, signal) => {
        signal.addEventListener("abort", () => Atomics.add(seen, 1, 1));
        Atomics.add(seen, 0, 1);
        await new Promise(() => undefined);
        return n;
      })
      .countAsync();
    await expect.poll(() => Atomics.load(seen, 0)).toBe(2);
    action.cancel();
    await expect(action).rejects.toMatchObject({ code: "RT_CANCELLED" });
    expect(await sc.parallelize([1, 2, 3, 4], 4).sum(), "the workers go on").toBe(10);
    expect(Atomics.load(seen, 1)).toBe(2);
  });

  test("adds to accumulators once for each task that is done", async () => {
    const sc = newContext();
    const sum = sc.longAccumulator();
    await sc
      .parallelize(numbers(10), 3)
      .mapAsync(async (n) => {
        await turns(n % 3);
        sum.add(n);
        return n;
      })
      .count();
    expect(sum.value).toBe(45);
  });

  test("needs a whole number of calls at a time", () => {
    const rdd = newContext().parallelize([1]);
    for (const concurrency of [0, 1.5, Number.NaN])
      expect(() => rdd.mapAsync(async (n) => n, { concurrency })).toThrow(
        `concurrency is a whole number of at least 1, not ${concurrency}`,
      );
  });
});

describe("an async function", () => {
  const ten = (sc = newContext()) => sc.parallelize(numbers(10), 2);

  test("of mapPartitions is waited for, and so are the elements of an async generator", async () => {
    const listed = ten().mapPartitions(async (rows) => {
      await turns(1);
      return [...rows].map((n) => n * 2);
    });
    const generated = ten().mapPartitions(async function* (rows) {
      for (const n of rows) {
        await turns(n % 2);
        yield n * 2;
      }
    });
    const indexed = ten().mapPartitionsWithIndex(async (index, rows) =>
      [...rows].map((n) => n * 2 + 0 * index),
    );
    for (const rdd of [listed, generated, indexed]) {
      expectTypeOf(rdd).toEqualTypeOf<RDD<number>>();
      expect(await rdd.collect()).toEqual(numbers(10).map((n) => n * 2));
      expect(
        await rdd
          .mapAsync(async (n) => n + 1)
          .mapPartitions(async (rows) => [[...rows].length])
          .collect(),
      ).toEqual([5, 5]);
    }
  });

  test("of mapPartitions is asked no further than its elements are wanted, and closes what it has open", async () => {
    const closed = shared();
    const rdd = newContext()
      .parallelize(numbers(10), 1)
      .mapPartitions(async function* (rows) {
        try {
          for (const n of rows) yield n;
        } finally {
          Atomics.add(closed, 0, 1);
        }
      });
    expect(await rdd.take(2)).toEqual([0, 1]);
    expect(closed[0]).toBe(1);
    const further = rdd.mapAsync(async (n) => n, { concurrency: 1 });
    expect(await further.take(2)).toEqual([0, 1]);
    expect(closed[0]).toBe(2);
    const failing = rdd.mapAsync(async () => Promise.reject(new Error("no such city")));
    await expect(failing.collect()).rejects.toThrow("no such city");
    expect(closed[0]).toBe(3);
  });

  test("of mapPartitions closes what it has open when its job is cancelled, though later", async () => {
    const seen = shared();
    const sc = newContext();
    const waiting = ten(sc)
      .coalesce(1)
      .mapPartitions(async function* () {
        try {
          Atomics.store(seen, 0, 1);
          while (seen[1] === 0) await turns(1);
          yield 1;
        } finally {
          Atomics.store(seen, 2, 1);
        }
      })
      .collect();
    while (seen[0] === 0) await turns(1);
    sc.cancelAllJobs();
    await expect(waiting).rejects.toThrow("cancelled");
    expect(seen[2]).toBe(0);
    Atomics.store(seen, 1, 1);
    while (seen[2] === 0) await turns(1);
  });

  test.each([undefined, null])("of mapPartitions gives an iterable, not %s", async (given) => {
    const rdd = ten().mapPartitions((async () => given) as unknown as () => Promise<number[]>);
    await expect(rdd.collect()).rejects.toThrow(`an iterable of records is needed here, not ${given}`);
  });

  test("of mapPartitions is blamed for what it does, and not for what comes before it", async () => {
    const failing = ten().mapPartitions(async function* (rows) {
      for (const n of rows) {
        await turns(1);
        if (n === 3) throw new Error("no three");
        yield n;
      }
    });
    await expect(failing.map((n) => n + 1).collect()).rejects.toThrow(
      /the function of `mapPartitions` failed.*no three/,
    );
    const before = ten().map((n) => {
      if (n === 3) throw new Error("no three");
      return n;
    });
    await expect(before.mapPartitions(async (rows) => [...rows]).collect()).rejects.toThrow(
      "the function of `map` failed on the record 3: Error: no three",
    );
  });

  test("of foreach and foreachPartition is waited for", async () => {
    const done = shared();
    await ten().foreach(async (n) => {
      await turns(n % 4);
      Atomics.add(done, 0, 1);
    });
    expect(done[0]).toBe(10);
    await ten().foreachPartition(async (rows) => {
      for (const n of rows) {
        await turns(n % 2);
        Atomics.add(done, 1, 1);
      }
    });
    expect(done[1]).toBe(10);
    await expect(
      ten().foreach(async (n) => {
        if (n === 4) throw new Error("no four");
      }),
    ).rejects.toThrow("the function of `foreach` failed on the record 4: Error: no four");
  });

  test("is refused where nobody waits, with the way out", () => {
    const odd = (async (n: number) => n % 2) as unknown as (n: number) => boolean;
    expect(() => ten().filter(odd)).toThrow(/is async, and nobody waits here for its promise\. Use mapAsync/);
  });

  test("must be declared so: a promise that nobody waits for fails the action", async () => {
    await expect(ten().foreach((n) => Promise.resolve(n))).rejects.toThrow(
      /the function of `foreach` failed on the record 0: .*it gave a promise, which is waited for only where/,
    );
  });
});

test("what passes two iterators is kept whole, though both functions leave the rest", async () => {
  const computed = shared();
  const kept = newContext()
    .parallelize(numbers(8), 1)
    .map((n) => {
      Atomics.add(computed, 0, 1);
      return n;
    })
    .cache();
  const first = (rows: IterableIterator<number>) => [rows.next().value as number];
  expect(await kept.mapPartitions(first).mapPartitions(first).collect()).toEqual([0]);
  expect(await kept.collect()).toEqual(numbers(8));
  expect(computed[0]).toBe(8);
});

test("a stream waits in each batch for the promises of its functions", async () => {
  const out = await runBatches([[1, 2, 3], [], [4]], (stream) =>
    stream
      .mapAsync(async (n) => {
        await turns(n % 3);
        return n * 2;
      })
      .mapPartitions(async (rows) => [...rows].map((n) => n + 1)),
  );
  expect(out).toEqual([[3, 5, 7], [], [9]]);
});
