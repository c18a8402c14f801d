import { describe, expect, test } from "vitest";
import type { DStream } from "../context/dstream.js";
import { PLAIN_HOST } from "../context/program-host.js";
import { SparkContext } from "../context/spark-context.js";
import { StateSpec } from "../context/state-spec.js";
import { StreamingContext } from "../context/streaming-context.js";
import type { State } from "../state/key-state.js";

type Pairs = DStream<[string, number]>;

const add = (a: number, b: number) => a + b;

/** Each fails on a batch that has the word "bad", after it has moved its state. */
const STREAMS: Record<string, (pairs: Pairs) => Pairs> = {
  updateStateByKey: (pairs) =>
    pairs.updateStateByKey((values: number[], sum?: number) => values.reduce((a, b) => a + b, sum ?? 0)),
  "updateStateByKey, of objects that it changes": (pairs) =>
    pairs
      .updateStateByKey((values: number[], all: { n: number } = { n: 0 }) => {
        all.n += values.length;
        return all;
      })
      .mapValues(({ n }) => n),
  mapWithState: (pairs) =>
    pairs
      .mapWithState(
        StateSpec.function((_key: string, value: number | undefined, state: State<number>) => {
          state.update((state.getOption() ?? 0) + (value ?? 0));
          return state.get();
        }),
      )
      .stateSnapshots(),
  "a window": (pairs) => pairs.reduceByKeyAndWindow(add, "10 s"),
  "a window with inverse": (pairs) => pairs.reduceByKeyAndWindow(add, (a, b) => a - b, "10 s"),
};

describe.each(Object.entries(STREAMS))("a batch that fails is left out: %s", (_name, operate) => {
  test.each(["before the state", "in the body of its output", "after the state"])(
    "it fails %s",
    async (where) => {
      const warnings: string[] = [];
      const host = { ...PLAIN_HOST, warn: (text: string) => warnings.push(text) };
      const sc = new SparkContext({ workers: 2, threads: false }, host);
      const ssc = new StreamingContext(sc, 1000, { clock: "manual", onFailure: "skip" });
      const fails = (at: string) => (word: string) => {
        if (where === at && word === "bad") throw new RangeError("bad");
        return true;
      };
      const [before, after] = [fails("before the state"), fails("after the state")];
      const words = ssc
        .queueStream([
          ["a", "b"],
          ["a", "bad"],
          ["a", "c"],
        ])
        .filter(before);
      const seen: Record<string, number>[] = [];
      operate(words.map((word) => [word, 1]))
        .filter(([word]) => after(word))
        .foreachRDD(async (rdd, time) => {
          const rows = await rdd.collect();
          if (where === "in the body of its output" && time.ms === 2000) throw new RangeError("bad");
          seen.push(Object.fromEntries(rows));
        });
      await ssc.start();
      await ssc.advance(3000);
      await sc.stop();
      expect(seen).toEqual([
        { a: 1, b: 1 },
        { a: 2, b: 1, c: 1 },
      ]);
      expect(warnings).toEqual([
        expect.stringMatching(/the batch at .* \(2000 ms\) failed.*bad; it is left out$/),
      ]);
    },
  );
});

test("a batch that is left out counts, with its failure", async () => {
  const host = { ...PLAIN_HOST, warn: () => undefined };
  const sc = new SparkContext({ workers: 2, threads: false }, host);
  const ssc = new StreamingContext(sc, 1000, { clock: "manual", onFailure: "skip" });
  ssc
    .queueStream([[1], [0], [2]])
    .map((n) => {
      if (n === 0) throw new Error("nought");
      return n;
    })
    .setName("numbers")
    .print();
  await ssc.start();
  await ssc.advance(3000);
  const batches = await ssc.batches();
  await sc.stop();
  expect(batches.map(({ outputs }) => outputs.map(({ failure }) => failure))).toEqual([
    [undefined],
    ["the function of `map` failed on the record 0: Error: nought"],
    [undefined],
  ]);
});
