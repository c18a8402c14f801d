import { describe, expect, test } from "vitest";
import type { DStream } from "../context/dstream.js";
import { StateSpec } from "../context/state-spec.js";
import type { State } from "../state/key-state.js";
import { runBatches } from "../testing/index.js";

type Pairs = DStream<[string, number]>;

const add = (a: number, b: number) => a + b;
const subtract = (a: number, b: number) => a - b;

function running(_key: string, value: number | undefined, state: State<number>): number {
  state.update((value ?? 0) + (state.getOption() ?? 0));
  return state.get();
}

/** A digit for each batch: the sum shows of which batches it is. */
const INPUT = Array.from({ length: 6 }, (_, i): [string, number][] => [["k", 10 ** i]]);

describe("a state sees each batch, also those for which nothing reads it", () => {
  test.each<[string, (s: Pairs) => Pairs, number[]]>([
    [
      "updateStateByKey",
      (s) => s.updateStateByKey((values: number[], sum?: number) => values.reduce((a, b) => a + b, sum ?? 0)),
      [11, 1111, 111111],
    ],
    ["mapWithState", (s) => s.mapWithState(StateSpec.function(running)).stateSnapshots(), [11, 1111, 111111]],
    ["a reduced window", (s) => s.reduceByKeyAndWindow(add, 3000), [11, 1110, 111000]],
    ["a reduced window with inverse", (s) => s.reduceByKeyAndWindow(add, subtract, 3000), [11, 1110, 111000]],
  ])("%s", async (_title, operate, sums) => {
    const everyOther = await runBatches(INPUT, (s) => operate(s).window(1000, 2000));
    expect(everyOther).toEqual(sums.map((sum) => [["k", sum]]));
    const ignored = await runBatches(INPUT, (s) =>
      operate(s).transform((rdd, time) => (time.ms % 2000 === 0 ? rdd : rdd.context.emptyRDD())),
    );
    expect(ignored).toEqual(sums.flatMap((sum) => [[], [["k", sum]]]));
  });
});
