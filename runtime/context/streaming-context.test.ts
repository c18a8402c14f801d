import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { StorageLevel } from "../rows/storage-level.js";
import { ManualClock } from "../time/clock.js";
import { Time } from "../time/time.js";
import type { DStream } from "./dstream.js";
import { PLAIN_HOST } from "./program-host.js";
import type { RDD } from "./rdd.js";
import { SparkContext } from "./spark-context.js";
import { StreamingContext } from "./streaming-context.js";
import type { StreamingOptions } from "./streaming-options.js";

const contexts: StreamingContext[] = [];

function newContext(options: StreamingOptions = {}, host = PLAIN_HOST): StreamingContext {
  const sc = new SparkContext({ workers: 2, threads: false }, host);
  const ssc = new StreamingContext(sc, 1000, { clock: "manual", ...options });
  contexts.push(ssc);
  return ssc;
}

/** A context with a queue, and what its only output saw. */
function collecting(options: StreamingOptions = {}) {
  const ssc = newContext(options);
  const queue: (string[] | null)[] = [];
  const seen: [number, string[]][] = [];
  const words = ssc.queueStream(queue);
  words.foreachRDD(async (rdd, time) => {
    seen.push([time.ms, await rdd.collect()]);
  });
  return { ssc, queue, seen, words };
}

afterEach(async () => {
  for (const ssc of contexts.splice(0)) await ssc.stop(true);
});

describe("a context goes from INITIALIZED to ACTIVE to STOPPED", () => {
  test("start and stop", async () => {
    const { ssc } = collecting();
    expect(ssc.getState()).toBe("INITIALIZED");
    await ssc.start();
    expect(ssc.getState()).toBe("ACTIVE");
    await ssc.stop();
    expect(ssc.getState()).toBe("STOPPED");
  });

  test("without an output it does not start, and says what to do", async () => {
    await expect(newContext().start()).rejects.toMatchObject({
      code: "RT_NO_OUTPUT",
      message: expect.stringContaining(
        "No output operations registered, so nothing to execute; call print()",
      ),
    });
  });

  test.each([["text"], [5], [{ rows: [] }]])(
    "a queue with %s in it is refused with what an item is",
    async (item) => {
      const { ssc, queue, seen } = collecting();
      const refused = {
        code: "RT_QUEUE_ITEM",
        message: expect.stringContaining("an item of a queue is an RDD, an array of rows or null, not "),
      };
      queue.push(item as never);
      await expect(ssc.start()).rejects.toMatchObject(refused);
      expect(ssc.getState()).toBe("INITIALIZED");
      await ssc.start();
      const ended = ssc.awaitTermination();
      queue.push(["a"]);
      await ssc.advance(1000);
      queue.push(item as never);
      await Promise.all([
        expect(ended).rejects.toMatchObject(refused),
        ssc.advance(1000).catch((error) => expect(error).toMatchObject(refused)),
      ]);
      expect(seen[0]).toEqual([1000, ["a"]]);
    },
  );

  test("a stopped context starts again, with a fresh window", async () => {
    const { ssc, queue, seen } = collecting();
    const windowed: string[][] = [];
    ssc
      .queueStream([["x"]])
      .window("3 s")
      .foreachRDD(async (rdd) => {
        windowed.push(await rdd.collect());
      });
    queue.push(["a"]);
    await ssc.start();
    await ssc.advance(1000);
    await ssc.stop();
    queue.push(["b"]);
    await ssc.start();
    await ssc.advance(1000);
    expect(seen).toEqual([
      [1000, ["a"]],
      [2000, ["b"]],
    ]);
    expect(windowed).toEqual([["x"], []]);
  });

  test("a stopped context starts again where its clock and its queues are", async () => {
    const { ssc, queue, seen } = collecting();
    queue.push(["a"], ["b"], ["c"]);
    await ssc.start();
    await ssc.advance(1000);
    await ssc.stop();
    await ssc.start();
    await ssc.advance(2000);
    expect(seen).toEqual([
      [1000, ["a"]],
      [2000, ["b"]],
      [3000, ["c"]],
    ]);
  });

  test("stop before start is allowed", async () => {
    const { ssc } = collecting();
    await ssc.stop();
    expect(ssc.getState()).toBe("STOPPED");
    await expect(ssc.awaitTermination()).resolves.toBeUndefined();
  });
});

describe("strict mode keeps Spark's rules and words", () => {
  test("nothing may be added after start, nor after stop", async () => {
    const { ssc, words } = collecting({ strict: true });
    await ssc.start();
    expect(() => words.map((w) => w)).toThrow(
      "Adding new inputs, transformations, and output operations after starting a context is not supported",
    );
    expect(() => words.print()).toThrow("after starting a context is not supported");
    await ssc.stop();
    expect(() => ssc.queueStream([])).toThrow("after stopping a context is not supported");
  });

  test("a stopped context does not start again", async () => {
    const { ssc } = collecting({ strict: true });
    await ssc.start();
    await ssc.stop();
    await expect(ssc.start()).rejects.toThrow("StreamingContext has already been stopped");
  });
});

describe("a running context is edited at batch boundaries", () => {
  test("an output that joins sees the batches after it", async () => {
    const { ssc, queue, words } = collecting();
    const late: string[][] = [];
    queue.push(["a"], ["b"], ["c"]);
    await ssc.start();
    await ssc.advance(1000);
    words
      .map((w) => w.toUpperCase())
      .foreachRDD(async (rdd) => {
        late.push(await rdd.collect());
      });
    await ssc.advance(2000);
    expect(late).toEqual([["B"], ["C"]]);
  });

  test.each<[what: string, of: (words: DStream<string>) => DStream<string>]>([
    ["the stream itself", (words) => words],
    ["what is made of it", (words) => words.map((w) => w)],
    ["a union, which had each batch before", (words) => words.union(words)],
  ])("a window over %s that joins takes nothing from batches to come", async (_what, of) => {
    const { ssc, queue, seen, words } = collecting();
    const source = of(words);
    source.foreachRDD(() => undefined);
    const late: string[][] = [];
    queue.push(["a"], ["b"], ["c"], ["d"], ["e"], ["f"]);
    await ssc.start();
    await ssc.advance(3000);
    source.window("3 s").foreachRDD(async (rdd) => {
      late.push([...new Set(await rdd.collect())]);
    });
    await ssc.advance(3000);
    expect(seen.map(([, rows]) => rows)).toEqual([["a"], ["b"], ["c"], ["d"], ["e"], ["f"]]);
    expect(late).toEqual([["d"], ["d", "e"], ["d", "e", "f"]]);
  });

  test("a window over a new stream that joins begins with the next batch", async () => {
    const { ssc, queue, words } = collecting();
    const late: string[][] = [];
    queue.push(["a"], ["b"], ["c"], ["d"]);
    await ssc.start();
    await ssc.advance(2000);
    words
      .union(words.map((w) => w))
      .window("3 s")
      .foreachRDD(async (rdd) => {
        late.push(await rdd.collect());
      });
    await ssc.advance(2000);
    expect(late).toEqual([
      ["c", "c"],
      ["c", "c", "d", "d"],
    ]);
  });

  test("an output that is removed sees no further batch, the others do", async () => {
    const { ssc, queue, seen, words } = collecting();
    const removed: string[][] = [];
    words.foreachRDD(async (rdd) => {
      removed.push(await rdd.collect());
    });
    queue.push(["a"], ["b"]);
    await ssc.start();
    await ssc.advance(1000);
    await ssc.removeOutputs(
      ssc
        .outputs()
        .slice(1)
        .map((output) => output.id),
    );
    await ssc.advance(1000);
    expect(removed).toEqual([["a"]]);
    expect(seen).toHaveLength(2);
  });
});

describe("stop, gracefully and not", () => {
  test("a graceful stop processes what was received, in a batch of its own", async () => {
    const { ssc, queue, seen } = collecting();
    await ssc.start();
    queue.push(["a"]);
    await ssc.advance(1000);
    queue.push(["b"]);
    await ssc.stop(false, true);
    expect(seen).toEqual([
      [1000, ["a"]],
      [2000, ["b"]],
    ]);
  });

  test("otherwise it is dropped", async () => {
    const { ssc, queue, seen } = collecting();
    await ssc.start();
    queue.push(["a"]);
    await ssc.stop();
    expect(seen).toEqual([]);
  });
});

describe("the RDD of a batch", () => {
  test("that was let go fails who uses it, and nobody else", async () => {
    const { ssc, queue, seen, words } = collecting();
    const kept: RDD<string>[] = [];
    words.foreachRDD((rdd) => {
      kept.push(rdd);
    });
    queue.push(["a"], ["b"], ["c"]);
    await ssc.start();
    await ssc.advance(2000);
    const [old] = kept;
    const gone = { code: "RT_LET_GO" };
    await expect(old?.collect()).rejects.toMatchObject(gone);
    await expect(old?.map((w) => w).collect()).rejects.toMatchObject(gone);
    await ssc.advance(1000);
    expect(seen.at(-1)).toEqual([3000, ["c"]]);
  });
});

test("advances that are not waited for add up, each from where the one before it ended", async () => {
  const { ssc, queue, seen } = collecting();
  queue.push(["a"], ["b"], ["c"], ["d"]);
  await ssc.start();
  const times = await Promise.all([ssc.advance(2000), ssc.advance(1500), ssc.advance(500)]);
  expect(times.map((time) => time.ms)).toEqual([2000, 3500, 4000]);
  expect(seen.map(([ms]) => ms)).toEqual([1000, 2000, 3000, 4000]);
});

describe("waiting for a context", () => {
  test("awaitTermination rejects with what made the context stop", async () => {
    const { ssc, queue, words } = collecting();
    words
      .map((w) => {
        if (w === "bad") throw new Error("cannot read it");
        return w;
      })
      .print();
    queue.push(["bad"]);
    await ssc.start();
    const end = ssc.awaitTermination();
    await Promise.all([
      ssc.advance(1000),
      expect(end).rejects.toThrow(
        /batch at [\d:]+ \(1000 ms\) failed in the output `map.print\(\)`.*cannot read it/,
      ),
    ]);
    expect(ssc.getState()).toBe("STOPPED");
    await expect(ssc.awaitTerminationOrTimeout(1)).rejects.toThrow("cannot read it");
  });

  test("awaitTerminationOrTimeout tells whether the context stopped in time", async () => {
    const { ssc } = collecting();
    await ssc.start();
    expect(await ssc.awaitTerminationOrTimeout(1)).toBe(false);
    const end = ssc.awaitTerminationOrTimeout(60_000);
    await ssc.stop();
    expect(await end).toBe(true);
  });

  const waits: [string, (ssc: StreamingContext, signal: AbortSignal) => Promise<unknown>][] = [
    ["awaitTermination", (ssc, signal) => ssc.awaitTermination(signal)],
    ["awaitTerminationOrTimeout", (ssc, signal) => ssc.awaitTerminationOrTimeout(60_000, signal)],
  ];
  test.each(waits)("after %s was given up, a failure is told by the context itself", async (_name, wait) => {
    const failures: Error[] = [];
    const streamFailed = (error: Error) => failures.push(error);
    const ssc = newContext({}, { ...PLAIN_HOST, streamFailed });
    ssc.queueStream([["a"]]).foreachRDD(() => {
      throw new Error("boom");
    });
    await ssc.start();
    const controller = new AbortController();
    const given = expect(wait(ssc, controller.signal)).rejects.toThrow("interrupted");
    controller.abort(new Error("interrupted"));
    await given;
    await ssc.advance(1000);
    expect(failures.map((error) => error.message)).toEqual([expect.stringContaining("boom")]);
    await expect(wait(ssc, controller.signal)).rejects.toThrow("boom");
  });

  test("awaitBatches gives the last of n batches", async () => {
    const { ssc, queue } = collecting();
    queue.push(["a", "b"], ["c"]);
    await ssc.start();
    const [batch] = await Promise.all([ssc.awaitBatches(2), ssc.advance(2000)]);
    expect(batch).toMatchObject({ batchTimeMs: 2000, records: [{ input: "queue", count: 1 }] });
  });

  test.each<[string, () => unknown, string]>([
    ["nothing", () => undefined, "undefined was thrown, which is not an Error"],
    [
      "what has no text",
      () => Object.create(null),
      "[Object: null prototype] {} was thrown, which is not an Error",
    ],
    [
      "an error that is its own cause",
      () => {
        const error = new Error("in circles");
        error.cause = error;
        return error;
      },
      "in circles",
    ],
    [
      "an error that cannot be read",
      () =>
        Object.defineProperty(new Error(), "message", {
          get() {
            throw new Error("not that either");
          },
        }),
      "an error was thrown whose name, message or stack cannot be read",
    ],
  ])("a foreachRDD body that throws %s ends the context all the same", async (_what, thrown, sentence) => {
    const ssc = newContext();
    ssc.queueStream([["a"]]).foreachRDD(() => {
      throw thrown();
    });
    const ended = ssc.awaitTermination();
    await ssc.start();
    await Promise.all([expect(ended).rejects.toThrow(sentence), ssc.advance(1000).catch(() => undefined)]);
  });

  test("a listener that throws, now or by its promise, is told of, and keeps nothing from going on", async () => {
    const warnings: string[] = [];
    const ssc = newContext({}, { ...PLAIN_HOST, warn: (text) => warnings.push(text) });
    ssc.queueStream([["a"]]).foreachRDD(() => undefined);
    ssc.addStreamingListener({
      onBatchStarted() {
        throw new Error("at once");
      },
      async onBatchCompleted() {
        throw new Error("a little later");
      },
    });
    await ssc.start();
    await ssc.advance(2000);
    expect(warnings).toEqual([
      expect.stringMatching(/onBatchStarted of a listener threw: Error: at once/),
      expect.stringMatching(/onBatchCompleted of a listener threw: Error: a little later/),
      expect.stringMatching(/onBatchStarted of a listener threw: Error: at once/),
      expect.stringMatching(/onBatchCompleted of a listener threw: Error: a little later/),
    ]);
  });

  test("a transform that throws ends the context with its own error, and says in which batch", async () => {
    const ssc = newContext();
    ssc
      .queueStream([["a"]])
      .transform(() => {
        throw new RangeError("no such rows");
      })
      .foreachRDD(() => undefined);
    const ended = ssc.awaitTermination();
    await ssc.start();
    const refused = {
      code: "RT_TRANSFORM_FAILED",
      message: "the function of a transform failed for the batch at 1000 ms: no such rows",
      cause: expect.objectContaining({ name: "RangeError" }),
    };
    await Promise.all([
      expect(ended).rejects.toMatchObject(refused),
      ssc.advance(1000).catch(() => undefined),
    ]);
  });

  test("a foreachRDD body that throws ends the context with its own error", async () => {
    const { ssc, words } = collecting();
    words.foreachRDD(() => {
      throw new TypeError("from the body");
    });
    await ssc.start();
    const end = expect(ssc.awaitTermination()).rejects.toMatchObject({
      message: expect.stringContaining("failed in the output `input.foreachRDD()#2`: from the body"),
      cause: expect.objectContaining({ name: "TypeError" }),
    });
    await ssc.advance(1000);
    await end;
  });
});

test.each([new ManualClock(5), { startMs: "now" }, "virtual", null])(
  "a clock such as %s is refused",
  (clock) => {
    // As JavaScript may call it.
    expect(() => Reflect.construct(StreamingContext, [{}, 1000, { clock }])).toThrow(
      /^a clock is "system", "manual" or { startMs }, at which a manual one begins, not /,
    );
  },
);

test("a summary of the latest batch is of one batch, whatever is run meanwhile", async () => {
  const ssc = newContext();
  const numbers = ssc.queueStream([[7], [1, 2, 3]]);
  numbers.foreachRDD(() => undefined);
  await ssc.start();
  await ssc.advance(1000);
  const asked = ssc.latest(numbers, { kind: "top", limit: 2 });
  await ssc.advance(1000);
  expect(await asked).toEqual({ timeMs: 1000, rows: [7], count: 1 });
  const next = await ssc.latest(numbers, { kind: "top", limit: 2 });
  expect(next).toEqual({ timeMs: 2000, rows: [3, 2], count: 3 });
});

test("latest gives the rows of a stream's last batch, without moving its window", async () => {
  const ssc = newContext();
  const counts = ssc
    .queueStream([["a"], ["a"], []])
    .map((w) => [w, 1])
    .reduceByKeyAndWindow((a, b) => a + b, "2 s");
  counts.foreachRDD(() => undefined);
  await ssc.start();
  await ssc.advance(2000);
  const first = await ssc.latest(counts, { kind: "collect" });
  expect(first).toEqual({ timeMs: 2000, rows: [["a", 2]] });
  expect(await ssc.latest(counts, { kind: "collect" })).toEqual(first);
  await ssc.advance(1000);
  expect(await ssc.latest(counts, { kind: "collect" })).toEqual({ timeMs: 3000, rows: [["a", 1]] });
});

describe("a transform runs in the program while its batch is made", () => {
  test("with the program's variables, other RDDs and the batch's time, and may be async", async () => {
    const { ssc, queue, words } = collecting();
    const stopWords = ssc.sparkContext.parallelize(["the", "a"]);
    const out: unknown[] = [];
    let called = 0;
    words
      .transform(async (rdd, time) => {
        called += 1;
        const many = (await rdd.count()) > 1;
        return rdd.subtract(stopWords).map((word) => `${word} at ${time.ms}${many ? " of many" : ""}`);
      })
      .foreachRDD(async (rdd) => {
        out.push(await rdd.collect());
      });
    queue.push(["the", "cat"], ["a"], []);
    await ssc.start();
    await ssc.advance(3000);
    expect(out).toEqual([["cat at 1000 of many"], [], []]);
    expect(called).toBe(3);
  });

  test("once per batch, however many streams are made of it, and a window looks back on what it gave", async () => {
    const { ssc, queue, words } = collecting();
    let called = 0;
    const numbered = words.transform((rdd) => {
      called += 1;
      const n = called;
      return rdd.map((word) => `${word}${n}`);
    });
    const out: unknown[] = [];
    numbered.union(numbered.map((word) => word.toUpperCase())).foreachRDD(async (rdd) => {
      out.push(await rdd.collect());
    });
    numbered.window("2 s").foreachRDD(async (rdd) => {
      out.push(await rdd.collect());
    });
    queue.push(["a"], ["b"], ["c"]);
    await ssc.start();
    await ssc.advance(3000);
    expect(out).toEqual([["a1", "A1"], ["a1"], ["b2", "B2"], ["a1", "b2"], ["c3", "C3"], ["b2", "c3"]]);
    expect(called).toBe(3);
  });

  test.each<[what: string, result: unknown, message: RegExp]>([
    ["null", null, /Transform function must not return null\. Return SparkContext\.emptyRDD\(\) instead/],
    ["anything but an RDD", [1], /the function of a transform returns an RDD, not \[ 1 \]/],
  ])("%s as its result ends the context, and says so", async (_what, result, message) => {
    const { ssc, words } = collecting();
    words.transform(() => result as RDD<string>).print();
    await ssc.start();
    const end = ssc.awaitTermination();
    await Promise.all([ssc.advance(1000), expect(end).rejects.toThrow(message)]);
  });

  test("a batch of a parent without RDD ends the context with Spark's words", async () => {
    const { ssc, queue, words } = collecting();
    words.transform((rdd) => rdd).print();
    queue.push(null);
    await ssc.start();
    const end = ssc.awaitTermination();
    await Promise.all([
      ssc.advance(1000),
      expect(end).rejects.toThrow("Couldn't generate RDD from parent at time 1000 ms"),
    ]);
  });

  test("in a running context a transform joins at the next batch", async () => {
    const { ssc, queue, words } = collecting();
    queue.push(["a"], ["b"]);
    await ssc.start();
    await ssc.advance(1000);
    const late: unknown[] = [];
    words
      .transform((rdd) => rdd.map((word) => word.toUpperCase()))
      .foreachRDD(async (rdd) => {
        late.push(await rdd.collect());
      });
    await ssc.advance(1000);
    expect(late).toEqual([["B"]]);
  });
});

describe("what a stream is", () => {
  test("the streams it is made from are those of the program", () => {
    const { words } = collecting();
    const upper = words.map((word) => word.toUpperCase());
    expect(upper.union(words).dependencies).toEqual([upper, words]);
    expect(upper.dependencies[0]).toBe(words);
    expect(words.dependencies).toEqual([]);
  });

  test.each([
    ["500 ms", "which is lower than its slide time (1000 ms). Please set it to at least 1000 ms"],
    [
      "2500 ms",
      "which is not a multiple of its slide time (1000 ms). Please set it to a multiple of 1000 ms",
    ],
  ])("a checkpoint interval of %s is refused", (interval, message) => {
    const { words } = collecting();
    expect(() => words.setName("words").checkpoint(interval)).toThrow(message);
    expect(words.checkpoint("3 s")).toBe(words);
  });

  test("rows of a persisted stream are computed once, whatever reads them", async () => {
    const { ssc, queue, words } = collecting();
    const computed = ssc.sparkContext.longAccumulator();
    const counted = words
      .map((word) => {
        computed.add(1);
        return word;
      })
      .cache();
    counted.print();
    counted.foreachRDD(async (rdd) => {
      await rdd.count();
    });
    counted.foreachRDD(async (rdd) => {
      await rdd.count();
    });
    queue.push(["a", "b"]);
    await ssc.start();
    await ssc.advance(1000);
    expect(computed.value).toBe(2);
  });
});

test("one output is stopped by its name, and the others go on; it can be started again", async () => {
  const { ssc, queue, seen, words } = collecting();
  const stopped: string[][] = [];
  words.foreachRDD(
    async (rdd) => {
      stopped.push(await rdd.collect());
    },
    { name: "second" },
  );
  queue.push(["a"], ["b"]);
  await ssc.start();
  await ssc.advance(1000);
  await ssc.stopOutput("second");
  await ssc.advance(1000);
  expect([seen.length, stopped]).toEqual([2, [["a"]]]);
  expect(await ssc.stopOutput("second")).toEqual([]);
  expect(ssc.outputs().map(({ name, held }) => [name, held])).toContainEqual(["second", true]);
  expect(await ssc.startOutput("second")).toEqual(["second"]);
  queue.push(["c"]);
  await ssc.advance(1000);
  expect([seen.length, stopped]).toEqual([3, [["a"], ["c"]]]);
  await expect(ssc.stopOutput("third")).rejects.toThrow("there is no output named third; there is");
});

test("remember is set once, in Spark's words", () => {
  const ssc = newContext();
  ssc.remember("10 s");
  ssc.remember("10 s");
  expect(() => ssc.remember("20 s")).toThrow(
    "Remember duration already set as 10000 ms. Cannot set it again as 20000 ms",
  );
});

test("the clock is moved to a time, batch by batch", async () => {
  const { ssc, queue, seen } = collecting();
  queue.push(["a"]);
  await ssc.start();
  expect((await ssc.advanceTo(2500)).ms).toBe(2500);
  expect((await ssc.advanceTo(1000)).ms).toBe(2500);
  expect(seen.map(([timeMs]) => timeMs)).toEqual([1000, 2000]);
});

describe("several contexts", () => {
  test("run beside each other, each at its own interval", async () => {
    const first = collecting();
    const sc = first.ssc.sparkContext;
    const second = new StreamingContext(sc, 250, { clock: "manual" });
    contexts.push(second);
    const times: number[] = [];
    second.queueStream([[1]]).foreachRDD((_rdd, time) => {
      times.push(time.ms);
    });
    await first.ssc.start();
    await second.start();
    await Promise.all([first.ssc.advance(2000), second.advance(500)]);
    expect([first.seen.map(([ms]) => ms), times]).toEqual([
      [1000, 2000],
      [250, 500],
    ]);
  });

  test("the active one is the one that was started last and runs", async () => {
    expect(StreamingContext.getActive()).toBeUndefined();
    const [first, second] = [collecting().ssc, collecting().ssc];
    const made = StreamingContext.getActiveOrCreate(() => first);
    expect(made).toBe(first);
    await first.start();
    await second.start();
    expect(StreamingContext.getActive()).toBe(second);
    await second.stop();
    expect(StreamingContext.getActiveOrCreate(newContext)).toBe(first);
    const folder = join(tmpdir(), "no-checkpoint");
    expect(await StreamingContext.getActiveOrCreate(folder, newContext)).toBe(first);
    await first.stop();
    const recovering = await StreamingContext.getActiveOrCreate(folder, newContext);
    expect(recovering.checkpointing).toEqual({ folder, goesOn: true });
    expect(StreamingContext.getActive()).toBeUndefined();
  });

  test("a strict one is the only one", async () => {
    const [first, strict] = [collecting().ssc, collecting({ strict: true }).ssc];
    await first.start();
    await expect(strict.start()).rejects.toThrow("Only one StreamingContext may be started in this JVM.");
    expect(strict.getState()).toBe("INITIALIZED");
    await first.stop();
    await strict.start();
    await expect(first.start()).rejects.toThrow("Only one StreamingContext may be started in this JVM.");
  });
});

describe("strict mode keeps Spark's rules of checkpoints", () => {
  const sums = (words: DStream<string>) =>
    words
      .map((word): [string, number] => [word, 1])
      .updateStateByKey((values: number[], sum?: number) => (sum ?? 0) + values.length);
  test.each<[string, (words: DStream<string>) => DStream<unknown>]>([
    ["a state", sums],
    ["a window with inverse", (words) => words.countByWindow("2 s", "1 s")],
    ["a stream with a checkpoint interval", (words) => words.checkpoint("2 s")],
  ])("%s needs a folder", async (_what, operate) => {
    const { ssc, words } = collecting({ strict: true });
    operate(words).foreachRDD(() => undefined);
    await expect(ssc.start()).rejects.toMatchObject({
      code: "RT_CHECKPOINT_DIR",
      message: "The checkpoint directory has not been set. Please set it by StreamingContext.checkpoint().",
    });
    expect(ssc.getState()).toBe("STOPPED");
  });

  test("the interval of a stream does not change after the start", async () => {
    const { ssc, words } = collecting({ strict: true });
    await ssc.start();
    expect(() => words.checkpoint("2 s")).toThrow(
      "Cannot change checkpoint interval of a DStream after streaming context has started",
    );
    await ssc.stop(false);
  });
});

test("a stream with a checkpoint interval is persisted, and remembered for twice as long", async () => {
  const { ssc, words } = collecting();
  expect(words.checkpoint("2 s").getStorageLevel()).toBe(StorageLevel.MEMORY_ONLY);
  await ssc.start();
  await ssc.advance(6000);
  expect(await words.slice(new Time(1000), new Time(6000))).toHaveLength(4);
  await ssc.stop(false);
});

describe("strict mode keeps more of Spark's words", () => {
  test("a listener cannot stop its context", async () => {
    const { ssc } = collecting({ strict: true });
    const refused: unknown[] = [];
    ssc.addStreamingListener({
      onBatchCompleted: () => void ssc.stop().catch((error) => refused.push(error.message)),
    });
    await ssc.start();
    await ssc.advance(1000);
    expect(refused).toEqual(["Cannot stop StreamingContext within listener bus thread."]);
  });

  test("the storage of a stream is fixed when the context has started", async () => {
    const { ssc, words } = collecting({ strict: true });
    await ssc.start();
    expect(() => words.cache()).toThrow(
      "Cannot change storage level of a DStream after streaming context has started",
    );
  });

  test("stop before start is final", async () => {
    const { ssc } = collecting({ strict: true });
    await ssc.stop();
    await expect(ssc.start()).rejects.toThrow("StreamingContext has already been stopped");
  });
});

describe("the rate of inputs", () => {
  test("is limited by maxRate, record by record, and what is beyond comes later", async () => {
    const ssc = newContext({ maxRate: 3 });
    const seen: number[][] = [];
    ssc.replay([0, 0, 0, 0, 0], { timeField: (n) => n }).foreachRDD(async (rdd) => {
      seen.push(await rdd.collect());
    });
    await ssc.start();
    await ssc.advance(3000);
    expect(seen.map((rows) => rows.length)).toEqual([3, 2, 0]);
    expect((await ssc.status())?.rates).toEqual([3]);
  });

  test.each<[options: StreamingOptions, message: RegExp]>([
    [{ maxRate: 0 }, /maxRate is a number of records a second greater than 0, not 0/],
    [{ backpressure: { minRate: 0 } }, /minRate of a rate estimator is greater than 0, not 0/],
    [{ backpressure: { integral: -1 } }, /integral of a rate estimator is at least 0, not -1/],
  ])("%j is refused", (options, message) => {
    expect(() => newContext(options)).toThrow(message);
  });
});

test("a body that fails when its batch is long past ends the context with that batch", async () => {
  const { ssc, words } = collecting();
  words.foreachRDD(async (_rdd, time) => {
    await Promise.resolve();
    if (time.ms === 2000) throw new Error("no");
  });
  const failures: (string | undefined)[] = [];
  ssc.addStreamingListener({
    onOutputOperationCompleted: ({ outputOperationInfo }) => failures.push(outputOperationInfo.failureReason),
  });
  await ssc.start();
  const end = ssc.awaitTermination();
  await Promise.all([
    ssc.advance(3000),
    expect(end).rejects.toThrow(/the batch at .*\(2000 ms\) failed in the output .*: no/),
  ]);
  expect(failures.filter((failure) => failure !== undefined)).toEqual(["no"]);
  expect((await ssc.batches()).map(({ batchTimeMs }) => batchTimeMs)).toEqual([1000, 2000]);
});

test("the RDD of one batch is had by its time, and there is none between batches", async () => {
  const { ssc, queue, words } = collecting();
  queue.push(["a"], ["b"]);
  ssc.remember("1 minute");
  await ssc.start();
  await ssc.advance(2000);
  expect(await (await words.compute(2000))?.collect()).toEqual(["b"]);
  expect([await words.compute(1500), await words.compute(0), await words.compute(3000)]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});

test("outputs of one kind on one stream go by names of their own, which stay when one before is removed", async () => {
  const ssc = newContext();
  const counts = ssc.queueStream([[1], [2]]).setName("counts");
  const seen: string[] = [];
  counts.foreachRDD(() => void seen.push("first"));
  counts.foreachRDD(() => void seen.push("named"), { name: "mine" });
  counts.foreachRDD(() => void seen.push("second"));
  counts.print();
  const names = () => ssc.outputs().map(({ name }) => name);
  expect(names()).toEqual(["counts.foreachRDD()", "mine", "counts.foreachRDD()#2", "counts.print()"]);
  await ssc.start();
  expect(await ssc.stopOutput("counts.foreachRDD()#2")).toEqual(["counts.foreachRDD()#2"]);
  await ssc.advance(1000);
  expect(seen).toEqual(["first", "named"]);
  const first = ssc.outputs().filter(({ name }) => name === "counts.foreachRDD()");
  await ssc.removeOutputs(first.map(({ id }) => id));
  expect(names()).toEqual(["mine", "counts.foreachRDD()#2", "counts.print()"]);
  counts.foreachRDD(() => undefined);
  expect(names().at(-1)).toBe("counts.foreachRDD()#3");
});
