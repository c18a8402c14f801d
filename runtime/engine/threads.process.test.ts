import { afterEach, describe, expect, test, vi } from "vitest";
import { PLAIN_HOST, type ProgramHost } from "../context/program-host.js";
import type {
  BatchInfo,
  DStream as DStreamType,
  SparkConf,
  SparkContext as SparkContextType,
  StreamingContext as StreamingContextType,
} from "../index.js";

// The built library, as a program would import it: its threads are dist/engine.js and dist/task.js.
const { SparkContext, StreamingContext }: typeof import("../index.js") = await import(
  "../../dist/index.js" as string
);

const open: { stop(): Promise<void> }[] = [];

function newContext(conf: SparkConf = {}, host: ProgramHost = PLAIN_HOST) {
  const sc = new SparkContext({ workers: 2, ...conf }, host);
  open.push(sc);
  return sc;
}

afterEach(async () => {
  for (const sc of open.splice(0)) await sc.stop();
});

describe("jobs on task threads", () => {
  test.each([1, 2, 5])("give the same result with %d workers", async (workers) => {
    const words = Array.from({ length: 20_000 }, (_, i) => `word${(i * 7919) % 997}`);
    const counts = newContext({ workers })
      .parallelize(words, 7)
      .map((w) => [w, 1])
      .reduceByKey((a, b) => a + b);
    const expected = new Map<string, number>();
    for (const word of words) expected.set(word, (expected.get(word) ?? 0) + 1);
    expect(new Map(await counts.collect())).toEqual(expected);
    expect(await counts.count()).toBe(997);
  });

  test("lines of bytes are decoded where they are counted", async () => {
    const text = "zwölf Boxkämpfer\r\njagen\n\nViktor";
    const lines = newContext().textBytes(new TextEncoder().encode(text), 3);
    expect(await lines.collect()).toEqual(["zwölf Boxkämpfer", "jagen", "", "Viktor"]);
  });

  test("take computes no more partitions than it needs", async () => {
    const rdd = newContext()
      .parallelize([1, 2, 3, 4], 4)
      .map((x) => {
        if (x > 1) throw new Error("computed too much");
        return x;
      });
    expect(await rdd.take(1)).toEqual([1]);
    expect(await rdd.first()).toBe(1);
    await expect(rdd.collect()).rejects.toThrow("computed too much");
  });

  test("a thrown error keeps its type, and its stack points to the line that threw", async () => {
    const rdd = newContext()
      .parallelize([{ name: "x" }])
      .map((r) => (r as unknown as { y: { z: string } }).y.z);
    const error: Error = await rdd.collect().then(
      () => expect.unreachable(),
      (reason) => reason,
    );
    expect(error.message).toBe(
      "the function of `map` failed on the record { name: 'x' }: TypeError: Cannot read properties of undefined (reading 'z')",
    );
    expect(error.cause).toBeInstanceOf(TypeError);
    expect((error.cause as Error).stack).toMatch(/threads\.process\.test\.ts:\d+:\d+/);
  });

  test("a row that cannot be copied between threads fails its job with a sentence, and the next job works", async () => {
    const sc = newContext();
    await expect(
      sc
        .parallelize([1])
        .map(() => () => 1)
        .collect(),
    ).rejects.toThrow(/could not be cloned/);
    expect(await sc.parallelize([1, 2]).count()).toBe(2);
  });

  test("rows of the program that cannot be copied fail each action with the same sentence, and the next job works", async () => {
    const sc = newContext();
    const rdd = sc.parallelize([() => 1] as never[]).map((f) => f);
    const refused = {
      code: "RT_NOT_PLAIN",
      message: expect.stringContaining("() => 1 could not be cloned: "),
    };
    for (let time = 0; time < 3; time++) await expect(rdd.count()).rejects.toMatchObject(refused);
    expect(await sc.parallelize([1, 2]).count()).toBe(2);
  });

  test("rows of a queue that cannot be copied end its streams, and not the program", async () => {
    const sc = newContext();
    const ssc = new StreamingContext(sc, 100);
    const queue: never[][] = [];
    ssc.queueStream(queue).foreachRDD(() => undefined);
    const ended = ssc.awaitTermination();
    await ssc.start();
    queue.push([() => 1] as never[]);
    await expect(ended).rejects.toMatchObject({ code: "RT_NOT_PLAIN" });
  });
});

describe("accumulators and broadcasts on task threads", () => {
  test.each([1, 2, 5])("count each task once, and read the same value, with %d workers", async (workers) => {
    const sc = newContext({ workers });
    const hits = sc.longAccumulator("hits");
    const squares = sc.broadcast(Float64Array.from({ length: 100_000 }, (_, i) => i * i));
    const rdd = sc
      .parallelize(
        Array.from({ length: 10_000 }, (_, i) => i),
        20,
      )
      .map((i) => {
        hits.add(1);
        return squares.value[i] === i * i;
      })
      .filter((right) => right);
    expect(await rdd.count()).toBe(10_000);
    expect(hits.value).toBe(10_000);
    squares.destroy();
    await expect(rdd.count()).rejects.toThrow("this broadcast was destroyed");
  });
});

describe("a function that ends its worker each time", () => {
  test("fails its job with a sentence after four attempts, and the next job runs on the replacement", async () => {
    const sc = newContext();
    await expect(
      sc
        .parallelize([1, 2, 3, 4])
        .map((x) => (x === 3 ? process.exit(3) : x))
        .collect(),
    ).rejects.toMatchObject({
      code: "RT_WORKER_LOST",
      message: expect.stringMatching(
        /^a task of the stage parallelize → map was tried 4 times, and each time its worker thread was lost; the last time worker thread \d was lost: it ended with exit code 3$/,
      ),
    });
    const sums = await sc
      .parallelize([1, 2, 3, 4])
      .map((x) => [x % 2, x])
      .reduceByKey((a, b) => a + b)
      .collect();
    expect(new Map(sums)).toEqual(
      new Map([
        [0, 6],
        [1, 4],
      ]),
    );
  });
});

describe("a worker that is lost with a part of a state", () => {
  /** Ends both workers. */
  const loseWorkers = (sc: SparkContextType) => {
    const left = new Int32Array(new SharedArrayBuffer(8));
    left[0] = 2;
    return sc
      .parallelize([1, 2], 2)
      .map((x) => {
        if (Atomics.sub(left, 0, 1) > 0) {
          Atomics.add(left, 1, 1);
          while (Atomics.load(left, 1) < 2);
          process.exit(3);
        }
        return x;
      })
      .count();
  };

  test("changes nothing: the part is made again, of what was kept of it", async () => {
    const sc = newContext();
    const ssc: StreamingContextType = new StreamingContext(sc, 100, { clock: "manual" });
    const batches = Array.from({ length: 8 }, (_, i) => [`w${i % 3}`, "w0", `v${i}`]);
    const seen: Record<string, Record<string, number>[]> = {};
    const words = ssc.queueStream([...batches]).map((w) => [w, 1]);
    const add = (a: number, b: number) => a + b;
    const states = {
      window: words.reduceByKeyAndWindow(add, "300 ms"),
      inverse: words.reduceByKeyAndWindow(
        add,
        (a, b) => a - b,
        "300 ms",
        "100 ms",
        2,
        ([, n]) => n > 0,
      ),
      counts: words.updateStateByKey((n: number[], sum?: number) => n.reduce(add, sum ?? 0)),
      lists: words.updateStateByKey((n: number[], all: number[] = []) => {
        all.push(...n);
        return all;
      }),
      overStates: words
        .updateStateByKey((n: number[], sum?: number) => n.reduce(add, sum ?? 0))
        .window("300 ms", "300 ms")
        .reduceByKey(add),
      sliding: words
        .updateStateByKey((n: number[], sum?: number) => n.reduce(add, sum ?? 0))
        .window("200 ms", "100 ms")
        .reduceByKey(add),
    };
    for (const [name, stream] of Object.entries(states)) {
      seen[name] = [];
      (stream as DStreamType<[string, number]>).foreachRDD(async (rdd) => {
        seen[name]?.push(Object.fromEntries(await rdd.collect()));
      });
    }
    await ssc.start();
    for (let batch = 1; batch <= 8; batch++) {
      await ssc.advance(100);
      if (batch === 3 || batch === 5) await loseWorkers(sc);
    }
    await ssc.stop();
    const upTo = (batch: number, from = 0) => {
      const counts: Record<string, number> = {};
      for (const word of batches.slice(Math.max(0, from), batch).flat())
        counts[word] = (counts[word] ?? 0) + 1;
      return counts;
    };
    const every = Array.from({ length: 8 }, (_, i) => i + 1);
    expect(seen.counts).toEqual(every.map((n) => upTo(n)));
    expect(seen.window).toEqual(every.map((n) => upTo(n, n - 3)));
    expect(seen.inverse).toEqual(seen.window);
    expect(seen.lists).toEqual(
      every.map((n) => Object.fromEntries(Object.entries(upTo(n)).map(([w, c]) => [w, Array(c).fill(1)]))),
    );
    const sumOf = (batches: number[]) => {
      const sums: Record<string, number> = {};
      for (const batch of batches)
        for (const [word, count] of Object.entries(upTo(batch))) sums[word] = (sums[word] ?? 0) + count;
      return sums;
    };
    expect(seen.overStates).toEqual([3, 6].map((n) => sumOf([n - 2, n - 1, n])));
    expect(seen.sliding).toEqual(every.map((n) => sumOf([n - 1, n])));
  });

  test("in mid-batch: the batch is run again, and outputs that were done are not", async () => {
    const sc = newContext();
    const ssc: StreamingContextType = new StreamingContext(sc, 100, { clock: "manual" });
    const left = new Int32Array(new SharedArrayBuffer(4));
    const counts = ssc
      .queueStream([["a", "b"], ["a", "die"], ["c"]])
      .map((w) => [w, 1])
      .updateStateByKey((n: number[], sum?: number) => n.length + (sum ?? 0), 2);
    const first: [string, number][][] = [];
    counts.foreachRDD(async (rdd) => {
      first.push(await rdd.collect());
    });
    const second: [string, number][][] = [];
    counts
      .map(([word, n]) => {
        if (word === "die" && Atomics.sub(left, 0, 1) > 0) process.exit(3);
        return [word, n] as [string, number];
      })
      .foreachRDD(async (rdd) => {
        second.push(await rdd.collect());
      });
    left[0] = 2;
    await ssc.start();
    await ssc.advance(300);
    await ssc.stop();
    const byWord = (batches: [string, number][][]) => batches.map((batch) => Object.fromEntries(batch));
    expect(byWord(first)).toEqual([
      { a: 1, b: 1 },
      { a: 2, b: 1, die: 1 },
      { a: 2, b: 1, die: 1, c: 1 },
    ]);
    expect(byWord(second)).toEqual(byWord(first));
    expect(left[0]).toBeLessThan(0);
  });
});

test("a job on the RDD of a batch long past fails alone: streams and later jobs go on", async () => {
  const sc = newContext();
  const ssc: StreamingContextType = new StreamingContext(sc, 100, { clock: "manual" });
  const kept: { map(f: (word: string) => string): { collect(): Promise<string[]> } }[] = [];
  ssc.queueStream([["a"], ["b"], ["c"]]).foreachRDD((rdd) => {
    kept.push(rdd);
  });
  await ssc.start();
  await ssc.advance(200);
  await expect(kept[0]?.map((w) => w).collect()).rejects.toMatchObject({ code: "RT_LET_GO" });
  await ssc.advance(100);
  expect(kept).toHaveLength(3);
  expect(await sc.parallelize([1, 2]).count()).toBe(2);
});

describe("a job that is given up", () => {
  test("ends also when it waits for a promise, and its functions are told", async () => {
    const sc = newContext();
    const seen = new Int32Array(new SharedArrayBuffer(8));
    const action = sc
      .parallelize([1, 2], 2)
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
    await expect.poll(() => Atomics.load(seen, 1)).toBe(2);
    expect(await sc.parallelize([1, 2, 3], 3).sum()).toBe(6);
  });

  test("ends also when a function never returns, and the next job runs", async () => {
    const controller = new AbortController();
    const sc = newContext({}, { ...PLAIN_HOST, signal: () => controller.signal });
    const endless = sc
      .parallelize([1])
      .map((x) => {
        while (x > 0);
        return x;
      })
      .collect();
    // A job on the other worker shows that the endless one has begun.
    await sc.parallelize([1, 2, 3]).count();
    controller.abort();
    await expect(endless).rejects.toMatchObject({ code: "RT_CANCELLED" });
  });
});

describe("jobs given up in the middle of long tasks", () => {
  test("all end without their workers, however many are given up at once: a window goes on", async () => {
    const controller = new AbortController();
    let cell: AbortSignal | undefined = controller.signal;
    const sc = newContext({}, { ...PLAIN_HOST, signal: () => cell });
    const { ssc, counts } = await windowOver(sc);
    const many = Array.from({ length: 200_000 }, (_, i) => i);
    const slow = [1, 2, 3].map((factor) =>
      sc
        .parallelize(many)
        .map((x) => {
          for (let i = 0; i < 20_000; i++) Math.sqrt(i);
          return x * factor;
        })
        .count(),
    );
    controller.abort();
    for (const job of slow) await expect(job).rejects.toMatchObject({ code: "RT_CANCELLED" });
    cell = undefined;
    await ssc.advance(100);
    expect(await ssc.latest(counts, { kind: "collect" })).toEqual({ timeMs: 200, rows: [["a", 2]] });
  });

  test("a context that is stopped waits for a function that takes long, where another holds a window", async () => {
    const sc = newContext();
    const { ssc, counts } = await windowOver(sc);
    const begun = new Int32Array(new SharedArrayBuffer(4));
    const other: StreamingContextType = new StreamingContext(sc, 100, { clock: "manual" });
    const slow = other.queueStream([[1]]).map((x) => {
      Atomics.store(begun, 0, 1);
      const end = Date.now() + 500;
      while (Date.now() < end);
      return x;
    });
    other.addOutput("observe", slow, { limit: 10, largest: false });
    await other.start();
    const batch = other.advance(100);
    await vi.waitUntil(() => Atomics.load(begun, 0) === 1, 120_000);
    await other.stop();
    await batch;
    await ssc.advance(100);
    expect(await ssc.latest(counts, { kind: "collect" })).toEqual({ timeMs: 200, rows: [["a", 2]] });
  });
});

/** A context whose window holds one "a" after its first batch, and another after its second. */
async function windowOver(sc: SparkContextType) {
  const ssc: StreamingContextType = new StreamingContext(sc, 100, { clock: "manual" });
  const counts = ssc
    .queueStream([["a"], ["a"]])
    .map((w) => [w, 1])
    .reduceByKeyAndWindow((a, b) => a + b, "1 s");
  ssc.addOutput("observe", counts, { limit: 10, largest: false });
  await ssc.start();
  await ssc.advance(100);
  return { ssc, counts };
}

describe("a busy program", () => {
  test("delays no batch: 5 seconds of a synchronous loop, with batches of 100 ms", async () => {
    const ssc: StreamingContextType = new StreamingContext(newContext(), 100);
    const batches: BatchInfo[] = [];
    const counts = ssc
      .queueStream<string>([])
      .flatMap((l) => l.split(" "))
      .map((w) => [w, 1])
      .reduceByKeyAndWindow((a, b) => a + b, "1 s");
    ssc.addOutput("observe", counts, { limit: 10, largest: false });
    await ssc.start();
    await ssc.awaitBatches(2);
    const busyFromMs = Date.now();
    while (Date.now() < busyFromMs + 5000);
    const busyUntilMs = Date.now();
    while ((batches.at(-1)?.batchTimeMs ?? 0) < busyUntilMs) batches.push(await ssc.awaitBatches(1));
    await ssc.stop(true);
    const during = batches.filter(
      ({ batchTimeMs }) => batchTimeMs > busyFromMs && batchTimeMs <= busyUntilMs,
    );
    expect(during.length).toBeGreaterThanOrEqual(49);
    const endedDuring = during.filter(
      ({ processingEndTimeMs = Number.POSITIVE_INFINITY }) => processingEndTimeMs <= busyUntilMs,
    );
    // Had they waited for the loop, none would have; on a busy machine many are late.
    expect(endedDuring.length).toBeGreaterThanOrEqual(10);
  });
});
