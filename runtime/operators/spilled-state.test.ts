import { describe, expect, test } from "vitest";
import { seededRandom } from "../../magics/source/seeded-random.js";
import type { DStream } from "../context/dstream.js";
import { StateSpec } from "../context/state-spec.js";
import type { StreamingContext } from "../context/streaming-context.js";
import type { State } from "../state/key-state.js";
import { runBatches } from "../testing/index.js";
import { sorted } from "../testing/layouts.js";

type Pairs = DStream<[string, number]>;

const count = (values: number[], sum: number | undefined) => {
  const after = values.reduce((a, b) => a + b, sum ?? 0);
  // Keys come and go.
  return after % 11 === 0 ? undefined : after;
};

const timedOut = (key: string, value: number | undefined, state: State<{ n: number }>) => {
  if (state.isTimingOut()) return [key, "timed out", state.get().n];
  const n = (state.getOption()?.n ?? 0) + (value ?? 0);
  if (n % 13 === 0 && state.exists()) state.remove();
  else state.update({ n });
  return [key, n];
};

const first = (context: StreamingContext) =>
  context.sparkContext.parallelize(
    Array.from({ length: 500 }, (_, i): [string, number] => [`key number ${i}`, i]),
    2,
  );

/** Streams with a state, each over pairs. */
const STREAMS: Record<string, (pairs: Pairs, context: StreamingContext) => DStream<unknown>> = {
  updateStateByKey: (pairs) => pairs.updateStateByKey(count),
  "updateStateByKey, from an initial RDD": (pairs, context) =>
    pairs.updateStateByKey(count, 3, first(context)),
  "updateStateByKey, a partition at a time": (pairs) =>
    pairs.updateStateByKey(
      (triples: Iterable<[string, number[], number | undefined]>) =>
        Array.from(triples, ([key, values, sum]): [string, number] => [key, values.length + (sum ?? 0)]),
      2,
      true,
    ),
  "mapWithState, with a timeout": (pairs) => pairs.mapWithState(StateSpec.function(timedOut).timeout(3000)),
  "mapWithState, from an initial RDD": (pairs, context) =>
    pairs.mapWithState(
      StateSpec.function((key: string, value: number | undefined, state: State<number>) => {
        state.update((state.getOption() ?? 0) + (value ?? 0));
        return [key, state.get()];
      }).initialState(first(context)),
    ),
  "snapshots of mapWithState": (pairs) =>
    pairs.mapWithState(StateSpec.function(timedOut).timeout(3000)).stateSnapshots(),
  "rolling over records": (pairs) => pairs.rolling(3).sum() as DStream<unknown>,
  "rolling over time": (pairs) => pairs.rolling("3 seconds").sum() as DStream<unknown>,
};

function batches(seed: number): [string, number][][] {
  const random = seededRandom(seed);
  return Array.from({ length: 12 }, (_, batch) =>
    Array.from({ length: batch % 5 === 4 ? 0 : 150 }, (): [string, number] => [
      `key number ${Math.floor(random() * random() * 600)}`,
      Math.floor(random() * 100),
    ]),
  );
}

describe.each(Object.entries(STREAMS))("%s", (_, operate) => {
  test.each([1, 30_000])("gives with %d B of memory what it gives with much", async (stateBytes) => {
    const run = (conf: { stateBytes?: number }) =>
      runBatches(batches(3), (pairs, context) => operate(pairs as Pairs, context), {
        conf: { workers: 2, threads: false, ...conf },
      });
    const [expected, given] = [await run({}), await run({ stateBytes })];
    expect(given.map(sorted)).toEqual(expected.map(sorted));
    expect(expected.flat().length).toBeGreaterThan(1000);
  });
});
