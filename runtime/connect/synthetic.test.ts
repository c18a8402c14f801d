import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { DStream } from "../context/dstream.js";
import { SparkContext } from "../context/spark-context.js";
import { StreamingContext } from "../context/streaming-context.js";
import { RateSource } from "./rate.js";

let sc: SparkContext;

beforeEach(() => {
  sc = new SparkContext({ workers: 2, threads: false });
});
afterEach(() => sc.stop());

/** What a stream gives in its first `batches` batches of a second, on a clock that begins at 5 s. */
async function run<T>(streamOf: (ssc: StreamingContext) => DStream<T>, batches: number, maxRate?: number) {
  const limits = maxRate === undefined ? {} : { maxRate };
  const ssc = new StreamingContext(sc, 1000, { clock: { startMs: 5000 }, ...limits });
  const seen: T[][] = [];
  streamOf(ssc).foreachRDD(async (rdd) => {
    seen.push(await rdd.collect());
  });
  await ssc.start();
  await ssc.advance(1000 * batches);
  const status = await ssc.status();
  await ssc.stop();
  return { seen, status };
}

describe("rateStream", () => {
  test("gives so many rows a second, numbered, with the time at which each would have come", async () => {
    const { seen, status } = await run((ssc) => ssc.rateStream(2), 2);
    expect(seen).toEqual([
      [
        { timestamp: 5000, value: 0 },
        { timestamp: 5500, value: 1 },
      ],
      [
        { timestamp: 6000, value: 2 },
        { timestamp: 6500, value: 3 },
      ],
    ]);
    expect(status?.inputs[0]).toMatchObject({ what: "synthetic rows, 2 a second", records: 4 });
  });

  test("of less than a row a batch keeps the rate", async () => {
    const { seen } = await run((ssc) => ssc.rateStream(0.5), 5);
    expect(seen.map((rows) => rows.map(({ value }) => value))).toEqual([[], [0], [], [1], []]);
  });

  test("leaves what is beyond maxRate for later batches", async () => {
    const { seen } = await run((ssc) => ssc.rateStream(5), 2, 3);
    expect(seen.map((rows) => rows.map(({ value }) => value))).toEqual([
      [0, 1, 2],
      [3, 4, 5],
    ]);
  });

  test("goes on in a later process where it was, and gives a batch again", () => {
    const options = { rowsPerSecond: 10, batchMs: 1000, tasks: 2 };
    const first = new RateSource(options);
    first.open();
    const taken = first.take(1000, Number.POSITIVE_INFINITY);
    const second = new RateSource(options);
    second.resume(JSON.parse(JSON.stringify(first.position())));
    expect(second.take(2000, 5).range).toEqual({ zeroMs: 0, from: 10, until: 15 });
    expect(second.replay(JSON.parse(JSON.stringify(taken.range))).rdd?.parents[0]?.params).toEqual(
      taken.rdd?.parents[0]?.params,
    );
  });

  test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])("a rate of %s is refused", (rate) => {
    expect(() => new StreamingContext(sc, 1000).rateStream(rate)).toThrow(/greater than 0/);
  });
});

describe("generatorStream", () => {
  const make = (seed: number) =>
    run(
      (ssc) =>
        ssc.generatorStream(
          3,
          (random, index, timeMs) => ({ index, timeMs, die: 1 + Math.floor(random.next() * 6) }),
          seed,
        ),
      2,
    );

  test("gives the same records for the same seed, whatever cuts them, and others for another", async () => {
    const [first, again, other] = [await make(1), await make(1), await make(2)];
    expect(first.seen).toEqual(again.seen);
    expect(first.seen).not.toEqual(other.seen);
    expect(first.seen.flat().map(({ index, timeMs }) => [index, timeMs])).toEqual([
      [0, 5000],
      [1, 5333],
      [2, 5666],
      [3, 6000],
      [4, 6333],
      [5, 6666],
    ]);
  });
});

describe("replay", () => {
  const RIDES = [
    { at: "2024-01-01T00:00:02Z", id: "c" },
    { at: "2024-01-01T00:00:00Z", id: "a" },
    { at: "2024-01-01T00:00:00.500Z", id: "b" },
  ];
  const ids = (seen: { id: string }[][]) => seen.map((rows) => rows.map(({ id }) => id));

  test("gives records in the order and at the pace of their own times", async () => {
    const { seen, status } = await run((ssc) => ssc.replay(RIDES, { timeField: "at" }), 3);
    expect(ids(seen)).toEqual([["a", "b"], ["c"], []]);
    expect(status?.inputs[0]).toMatchObject({ what: "replay of 3 records", state: "ended", records: 3 });
  });

  test.each([
    [4, [["a", "b", "c"], []]],
    [0.5, [["a", "b"], []]],
    [Number.POSITIVE_INFINITY, [["a", "b", "c"], []]],
  ])("%s times as fast", async (speed, expected) => {
    const { seen } = await run(
      (ssc) => ssc.replay(RIDES, { timeField: (ride) => new Date(ride.at), speed }),
      2,
    );
    expect(seen.map((rows) => rows.map(({ id }) => id).sort())).toEqual(expected);
  });

  test("with late records, which come so much later, the same ones for the same seed", async () => {
    const times = Array.from({ length: 100 }, (_, i) => ({ at: i * 10, id: String(i) }));
    const late = { fraction: 0.3, by: "2 s" };
    const { seen } = await run((ssc) => ssc.replay(times, { timeField: "at", late }), 4);
    const counts = seen.map((rows) => rows.length);
    expect(counts.reduce((a, b) => a + b)).toBe(100);
    expect([counts[1], counts[3]]).toEqual([0, 0]);
    expect(counts[2]).toBeGreaterThan(10);
    const again = await run((ssc) => ssc.replay(times, { timeField: "at", late }), 4);
    expect(again.seen).toEqual(seen);
  });

  test("with jitter, every record comes, no more than so much later", async () => {
    const times = Array.from({ length: 50 }, () => ({ at: 0 }));
    const { seen } = await run((ssc) => ssc.replay(times, { timeField: "at", jitter: "3 s" }), 3);
    expect(seen.flat()).toHaveLength(50);
    expect(seen.every((rows) => rows.length > 5)).toBe(true);
  });

  test.each<[what: string, options: object, message: RegExp]>([
    ["a record without a time", { timeField: "id" }, /the time of a record is a number of ms.*not 'c' of/],
    ["a speed of 0", { timeField: "at", speed: 0 }, /a speed is greater than 0, not 0/],
    ["a part beyond 1", { timeField: "at", late: { fraction: 2, by: 1 } }, /from 0 to 1, not 2/],
  ])("%s is refused", (_what, options, message) => {
    expect(() => new StreamingContext(sc, 1000).replay(RIDES, options as never)).toThrow(message);
  });
});
