import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { DStream } from "../context/dstream.js";
import type { RDD } from "../context/rdd.js";
import { SparkContext } from "../context/spark-context.js";
import { StreamingContext } from "../context/streaming-context.js";
import { PIDRateEstimator } from "../engine/pid-rate-estimator.js";
import { RateControl } from "../engine/rate-control.js";
import { Duration } from "../time/duration.js";
import { Interval } from "../time/interval.js";
import { Time } from "../time/time.js";
import { runBatches, runTwoInputs } from "./index.js";

/** Inputs and expected outputs of Apache Spark's own suites (facts; see the file's `meta`). */
interface Case {
  id: string;
  params: Record<string, number>;
  input: never[][];
  expected: unknown[][];
  calls: { fn: string; args: number[]; windowMs: number; slideMs: number; expect: unknown }[];
  other: never[];
  compare: "seq" | "set" | "multiset";
}

const cases: Case[] = JSON.parse(
  readFileSync(new URL("./spark-vectors.json", import.meta.url), "utf8"),
).cases;

function vector(id: string): Case {
  const found = cases.find((one) => one.id === id);
  if (found === undefined) throw new Error(`there is no vector ${id}`);
  return found;
}

/** Batches of a `seq` case are compared in order, of other cases as multisets. */
function comparable(batches: unknown[][], compare: Case["compare"]): unknown[][] {
  if (compare === "seq") return batches;
  return batches.map((batch) => [...batch].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)));
}

/** A result as it is compared: rows of a case that has no order in an order of their own. */
function inOrder(result: unknown, compare: Case["compare"] | "value"): unknown {
  const free = Array.isArray(result) && (compare === "set" || compare === "multiset");
  return free ? comparable([result], compare)[0] : result;
}

/** Other collections of a case, in its params. */
interface Others {
  other: unknown[] & [];
}

/** Spark's None is null in the vectors, and undefined here. */
function withNulls<R>(rows: R[]): R[] {
  return JSON.parse(JSON.stringify(rows, (_key, value) => (value === undefined ? null : value)));
}

type Pairs = DStream<[string, number]>;
const add = (a: number, b: number) => a + b;
const subtract = (a: number, b: number) => a - b;

const STREAMS: Record<string, (stream: never, params: Record<string, number>) => DStream<unknown>> = {
  "win-basic": (s: DStream<number>, p) => s.window(p.windowMs ?? 0, p.slideMs),
  "win-larger": (s: DStream<number>, p) => s.window(p.windowMs ?? 0, p.slideMs),
  "rbkw-basic": (s: Pairs, p) => s.reduceByKeyAndWindow(add, p.windowMs ?? 0, p.slideMs),
  "rbkw-existing-key": (s: Pairs, p) => s.reduceByKeyAndWindow(add, p.windowMs ?? 0, p.slideMs),
  "rbkw-new-key": (s: Pairs, p) => s.reduceByKeyAndWindow(add, p.windowMs ?? 0, p.slideMs),
  "rbkw-key-removed": (s: Pairs, p) => s.reduceByKeyAndWindow(add, p.windowMs ?? 0, p.slideMs),
  "rbkw-larger-slide": (s: Pairs, p) => s.reduceByKeyAndWindow(add, p.windowMs ?? 0, p.slideMs),
  "rbkw-big": (s: Pairs, p) => s.reduceByKeyAndWindow(add, p.windowMs ?? 0, p.slideMs),
  "rbkw-inv-filter-big": (s: Pairs, p) =>
    s.reduceByKeyAndWindow(add, subtract, p.windowMs ?? 0, p.slideMs, 2, ([, value]) => value !== 0),
  cbw: (s: DStream<number>, p) => s.countByWindow(p.windowMs ?? 0, p.slideMs),
  "py-cbw-large": (s: DStream<number>, p) => s.countByWindow(p.windowMs ?? 0, p.slideMs),
  "py-gbkw": (s: Pairs, p) => s.groupByKeyAndWindow(p.windowMs ?? 0, p.slideMs),
  "ssc-transform": (s: DStream<number>) =>
    s.context.transform([s, s.map((x) => x + 4), s.map((x) => x + 8)], (rdds) =>
      s.context.sparkContext.union(rdds),
    ),
  "py-window-count": (s: DStream<number>, p) => s.window(p.windowMs ?? 0, p.slideMs).count(),
  map: (s: DStream<number>) => s.map((x) => x.toString()),
  filter: (s: DStream<number>) => s.filter((x) => x % 2 === 0),
  reduceByKey: (s: DStream<string>) => s.map((x) => [x, 1]).reduceByKey((a, b) => a + b),
  count: (s: DStream<number>) => s.count(),
  mapValues: (s: DStream<string>) =>
    s
      .map((x) => [x, 1])
      .reduceByKey((a, b) => a + b)
      .mapValues((v) => v + 10),
  "py-combineByKey": (s: Pairs) =>
    s.combineByKey(
      (n) => String(n),
      (list, n) => `${list}${n}`,
      (a, b) => a + b,
    ),
  mapPartitions: (s: DStream<number>) => s.mapPartitions((numbers) => [[...numbers].reduce(add, 0)]),
  union: (s: DStream<number>) => s.union(s.map((x) => x + 4)),
};

const TWO_STREAMS: Record<string, (a: never, b: never) => DStream<unknown>> = {
  "py-cogroup": (a: DStream<[string, number]>, b: DStream<[string, number]>) => a.cogroup(b),
  transformWith: (a: DStream<string>, b: DStream<string>) => {
    const marked = b.map((x) => [x, "x"]);
    return a.map((x) => [x, 1]).transformWith(marked, (one, other) => one.join(other));
  },
  join: (a: DStream<string>, b: DStream<string>) => a.map((x) => [x, 1]).join(b.map((x) => [x, "x"])),
  rightOuterJoin: (a: DStream<string>, b: DStream<string>) =>
    a.map((x) => [x, 1]).rightOuterJoin(b.map((x) => [x, "x"])),
};

describe("two streams give what Spark's suites expect", () => {
  for (const [id, operate] of Object.entries(TWO_STREAMS)) {
    test.each([1, 2, 3])(`${id}, %d workers`, async (workers) => {
      const { input, expected, params, compare } = vector(id);
      const { s1, s2 } = input as unknown as { s1: never[][]; s2: never[][] };
      const options = { batch: params.batchMs ?? 1000, conf: { workers, threads: false } };
      const out = await runTwoInputs(s1, s2, (a, b) => operate(a as never, b as never), options);
      expect(comparable(withNulls(out), compare)).toEqual(comparable(expected, compare));
    });
  }
});

describe("streams give what Spark's suites expect", () => {
  for (const [id, operate] of Object.entries(STREAMS)) {
    for (const workers of [1, 2, 3]) {
      test(`${id}, ${workers} workers`, async () => {
        const { input, expected, params, compare } = vector(id);
        const slideMs = params.slideMs ?? params.batchMs ?? 1000;
        const batches = (expected.length * slideMs) / (params.batchMs ?? 1000);
        const options = { batch: params.batchMs ?? 1000, batches, conf: { workers, threads: false } };
        const out = await runBatches(input, (stream) => operate(stream as never, params), options);
        expect(comparable(out, compare)).toEqual(comparable(expected, compare));
      });
    }
  }

  test("slice", async () => {
    const { calls, params } = vector("slice");
    const sc = new SparkContext({ workers: 2, threads: false });
    const ssc = new StreamingContext(sc, params.batchMs ?? 0, { clock: "manual" });
    const stream = ssc.queueStream([...(params as unknown as { input: number[][] }).input]);
    stream.foreachRDD(() => undefined);
    ssc.remember("1 minute");
    await expect(stream.slice(0, 1000)).rejects.toThrow("has not been initialized");
    await ssc.start();
    await ssc.advance(4000);
    for (const { args, expect: expected } of calls as unknown as { args: [number, number]; expect: [] }[]) {
      const rdds = await stream.slice(...args);
      expect((await Promise.all(rdds.map((rdd) => rdd.collect()))).flat()).toEqual(expected);
      expect(await stream.slice(new Interval(...args))).toHaveLength(rdds.length);
    }
    await ssc.stop(true);
  });

  test("repartition-fewer", async () => {
    const { input, expected, params } = vector("repartition-fewer");
    const options = { partitions: params.inputPartitions ?? 0 };
    const out = await runBatches(input, (s) => s.repartition(params.numPartitions ?? 0).glom(), options);
    expect(out.map((batch) => batch.length)).toEqual(out.map(() => params.numPartitions));
    const flat = out.map((batch) => batch.flat().sort((a, b) => a - b));
    expect(flat).toEqual(expected);
  });

  test("queue-oneAtATime", async () => {
    const { input, expected } = vector("queue-oneAtATime");
    const out = await runBatches(
      input.map((item) => [item] as never[]),
      (stream) => stream,
      { batches: 8 },
    );
    expect(out.filter((batch) => batch.length > 0)).toEqual(expected);
  });

  test("py-invalid-window", async () => {
    const { calls, params } = vector("py-invalid-window");
    for (const { windowMs, slideMs } of calls) {
      const declare = () =>
        runBatches(
          [[["a", 1]]],
          (s) => (s as unknown as Pairs).reduceByKeyAndWindow(add, windowMs, slideMs),
          {
            batch: params.batchMs ?? 0,
          },
        );
      await expect(declare()).rejects.toThrow(
        /must be a multiple of the slide duration of parent DStream \(500 ms\)/,
      );
    }
  });
});

describe("RDDs give what Spark's suites expect", () => {
  const sc = new SparkContext({ workers: 2, threads: false });
  const histogram = ({ input, params }: Case) =>
    sc.parallelize<number>(input as never).histogram((params as unknown as { buckets: number[] }).buckets);
  const RDDS: Record<string, (one: Case) => Promise<unknown>> = {
    "rdd-collect": ({ input }) => sc.parallelize(input, 2).collect(),
    "rdd-filter": ({ input }) =>
      sc
        .parallelize<number>(input as never, 2)
        .filter((x) => x > 2)
        .collect(),
    "rdd-keyBy": ({ input }) =>
      sc
        .parallelize<number>(input as never, 2)
        .keyBy((x) => x.toString())
        .collect(),
    "rdd-mapPartitionsWithIndex": ({ input }) =>
      sc
        .parallelize<number>(input as never, 2)
        .mapPartitionsWithIndex((i, numbers) => [[i, [...numbers].reduce((a, b) => a + b, 0)]])
        .collect(),
    "rdd-distinct-count": ({ input }) => sc.parallelize(input, 2).distinct().count(),
    "prdd-foldByKey": ({ input }) =>
      sc
        .parallelize<[number, number]>(input as never)
        .foldByKey(0, add)
        .collect(),
    "rdd-zipWithIndex": ({ input, params }) =>
      sc
        .parallelize<unknown>(input as never, params.partitions)
        .zipWithIndex()
        .collect(),
    "rdd-fold": ({ input }) => sc.parallelize<number>(input as never, 2).fold(0, add),
    "rdd-min": ({ input }) => sc.parallelize<number>(input as never, 2).min(),
    "drdd-histogram-uneven4": histogram,
    "drdd-histogram-exact": histogram,
    "rdd-intersection": ({ input, params }) => {
      const other = sc.parallelize((params as unknown as Others).other);
      return sc
        .parallelize<unknown>(input as never)
        .intersection(other)
        .collect();
    },
    "rdd-subtract": async ({ input, params }) => {
      const other = sc.parallelize((params as unknown as Others).other, params.otherPartitions);
      const rest = sc.parallelize<unknown>(input as never, params.partitions).subtract(other);
      expect(rest.getNumPartitions()).toBe(2);
      return rest.collect();
    },
    "rdd-union": ({ input, params }) => {
      const other = (params as unknown as { other: number[] }).other;
      return sc
        .parallelize<number>(input as never, 2)
        .union(sc.parallelize(other, 2))
        .collect();
    },
  };
  type Numbers = RDD<[number, number]>;
  const JOINS: Record<string, (a: Numbers, b: Numbers) => RDD<unknown>> = {
    "prdd-join": (a, b) => a.join(b),
    "prdd-rightOuterJoin": (a, b) => a.rightOuterJoin(b),
    "prdd-cogroup": (a, b) => a.cogroup(b),
  };
  const pairsOf = (rows: unknown) => sc.parallelize(rows as [number, number][]);
  for (const [id, operate] of Object.entries(JOINS)) {
    RDDS[id] = async ({ input, params }) => {
      const { other } = params as unknown as Others;
      return withNulls(await operate(pairsOf(input), pairsOf(other)).collect());
    };
  }
  for (const [id, act] of Object.entries(RDDS)) {
    test(id, async () => {
      const { expected, compare } = vector(id);
      expect(inOrder(await act(vector(id)), compare)).toEqual(inOrder(expected, compare));
    });
  }
});

describe("times behave as in Spark's TimeSuite", () => {
  const FUNCTIONS: Record<string, (...args: number[]) => unknown> = {
    floor: (time = 0, step = 0, zero = 0) => new Time(time).floor(new Duration(step), new Time(zero)).ms,
    until: (from = 0, end = 0, step = 0) =>
      new Time(from).until(new Time(end), new Duration(step)).map((t) => t.ms),
    to: (from = 0, end = 0, step = 0) =>
      new Time(from).to(new Time(end), new Duration(step)).map((t) => t.ms),
    isMultipleOf: (time = 0, step = 0) => new Time(time).isMultipleOf(new Duration(step)),
  };
  test.each(vector("time-floor-until-to").calls)("$fn($args)", ({ fn, args, expect: expected }) => {
    expect(FUNCTIONS[fn]?.(...args)).toEqual(expected);
  });
});

describe("rates behave as in Spark's PIDRateEstimatorSuite and RateLimiterSuite", () => {
  type Call = [timeMs: number, records: number, processingMs: number, schedulingMs: number];

  test.each(["pid-second", "pid-no-records", "pid-min-rate", "pid-follow-down", "pid-defaults-mixed"])(
    "%s",
    (id) => {
      const { params, calls } = vector(id);
      const { batchMs = 0, P, I, D, minRate } = params;
      const estimator = new PIDRateEstimator(batchMs, P, I, D, minRate);
      for (const { args, expect: expected } of calls) {
        const rate = estimator.compute(...(args as Call));
        if (expected === null) expect(rate).toBeUndefined();
        else expect(rate).toBeCloseTo(expected as number, 8);
      }
    },
  );

  test("pid-ctor-ranges", () => {
    for (const { args } of vector("pid-ctor-ranges").calls) {
      const [batchMs = 0, P = 0, I = 0, D = 0, minRate = 0] = args;
      expect(() => new PIDRateEstimator(batchMs, P, I, D, minRate)).toThrow(/of a rate estimator is/);
    }
  });

  test("ratelimiter", () => {
    const calls = vector("ratelimiter").calls as unknown as {
      maxRate: number | null;
      update: number;
      expect: number;
    }[];
    for (const { maxRate, update, expect: expected } of calls) {
      const control = new RateControl(1000, {
        maxRate: maxRate ?? undefined,
        backpressure: { initialRate: undefined, pid: {} },
      });
      control.update(update);
      expect(control.rate).toBe(expected);
    }
  });
});
