import { describe, expect, expectTypeOf, test } from "vitest";
import type { DStream } from "../context/dstream.js";
import type { MapWithStateDStream } from "../context/map-with-state-dstream.js";
import { HashPartitioner } from "../context/partitioner.js";
import { StateSpec } from "../context/state-spec.js";
import type { State } from "../state/key-state.js";
import { type InputBatch, runBatches } from "../testing/index.js";
import { LAYOUTS } from "../testing/layouts.js";

type Pair = [key: string, value: number];

function random(seed: number): () => number {
  let at = seed;
  return () => {
    at = (Math.imul(at, 1103515245) + 12345) & 0x7fffffff;
    return at / 0x7fffffff;
  };
}

/** Batches of random pairs; some are empty, some have no RDD. */
function randomBatches(seed: number): InputBatch<Pair>[] {
  const next = random(seed);
  return Array.from({ length: 25 }, () => {
    const kind = next();
    if (kind < 0.15) return null;
    const length = kind < 0.3 ? 0 : Math.floor(next() * 15);
    return Array.from({ length }, (): Pair => [`k${Math.floor(next() * 9)}`, Math.floor(next() * 10)]);
  });
}

const byKey = <T>(batches: [string, T][][]) =>
  batches.map((batch) => [...batch].sort(([a], [b]) => (a < b ? -1 : 1)));

const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);

/** What `updateStateByKey` gives by its definition. @param update gives undefined to drop a key */
function model(
  batches: readonly InputBatch<Pair>[],
  update: (values: number[], state: number | undefined) => number | undefined,
  initial: readonly Pair[] = [],
): Pair[][] {
  let states = new Map<string, number>(initial);
  let begun = false;
  return batches.flatMap((batch) => {
    if (batch === null && !begun) return [];
    begun = true;
    const next = new Map<string, number>();
    for (const key of new Set([...states.keys(), ...(batch ?? []).map(([k]) => k)])) {
      const values = (batch ?? []).filter(([k]) => k === key).map(([, value]) => value);
      const state = update(values, states.get(key));
      if (state !== undefined) next.set(key, state);
    }
    states = next;
    return [[...next]];
  });
}

/** Drops a key when nothing came in for it. */
const sumWhileTouched = (values: number[], state: number | undefined) =>
  values.length === 0 ? undefined : sum(values) + (state ?? 0);
const sumForEver = (values: number[], state: number | undefined) => sum(values) + (state ?? 0);

const UPDATES = { sumWhileTouched, sumForEver };

describe.each(LAYOUTS)("$partitions partitions on $workers workers", ({ workers, partitions }) => {
  const options = { conf: { workers, threads: false }, partitions };

  describe.each(Object.entries(UPDATES))("updateStateByKey, %s", (_name, update) => {
    test.each([1, 2, 3])("equals its definition on random batches, seed %d", async (seed) => {
      const batches = randomBatches(seed);
      const out = await runBatches(
        batches,
        (s) =>
          s.updateStateByKey(
            (values: number[], state: number | undefined) => update(values, state),
            partitions,
          ),
        options,
      );
      expect(byKey(out)).toEqual(byKey(model(batches, update)));
    });
  });

  test.each([4, 5])("a window with inverse and filter over random batches, seed %d", async (seed) => {
    const batches = randomBatches(seed).map((batch) => batch ?? []);
    const out = await runBatches(
      batches,
      (s) =>
        s.reduceByKeyAndWindow(
          (a, b) => a + b,
          (a, b) => a - b,
          "4 s",
          "2 s",
          partitions,
          ([, value]) => value !== 0,
        ),
      options,
    );
    const expected = batches.flatMap((_, i) => {
      if (i % 2 === 0) return [];
      const sums = new Map<string, number>();
      for (const [key, value] of batches.slice(Math.max(0, i - 3), i + 1).flat())
        sums.set(key, (sums.get(key) ?? 0) + value);
      return [[...sums].filter(([, value]) => value !== 0)];
    });
    expect(byKey(out)).toEqual(byKey(expected));
  });
});

describe("updateStateByKey", () => {
  const batches: InputBatch<Pair>[] = [[["a", 1]], [["b", 2]], null, [["a", 3]]];

  test("takes a function of whole partitions, whose pairs are the new state", async () => {
    const out = await runBatches(batches, (s) =>
      s.updateStateByKey(
        function* (keys: IterableIterator<[string, number[], number | undefined]>): Generator<Pair> {
          for (const [key, values, state] of keys)
            yield [key, values.reduce((a, b) => a + b, 0) + (state ?? 10)];
        },
        new HashPartitioner(3),
        true,
      ),
    );
    expect(byKey(out)).toEqual([
      [["a", 11]],
      [
        ["a", 11],
        ["b", 12],
      ],
      [
        ["a", 11],
        ["b", 12],
      ],
      [
        ["a", 14],
        ["b", 12],
      ],
    ]);
  });

  test("puts keys where a partitioner says, those it begins with too", async () => {
    const partitioner = { numPartitions: 3, getPartition: (key: string) => key.charCodeAt(0) % 3 };
    const out = await runBatches(batches, (s, context) =>
      s
        .updateStateByKey(
          (values: number[], state: number | undefined) => values.reduce((a, b) => a + b, 0) + (state ?? 0),
          partitioner,
          context.sparkContext.parallelize<Pair>([["c", 100]]),
        )
        .glom(),
    );
    // "c" is 99: partition 0; "a" is in 1, "b" in 2.
    expect(out.at(-1)).toEqual([[["c", 100]], [["a", 4]], [["b", 2]]]);
  });

  test("shows the key and the values its function threw on", async () => {
    const run = runBatches([[["a", 1]], [["bad", 2]]] as Pair[][], (s) =>
      s.updateStateByKey((values: number[], _state: number | undefined) => {
        if (values.includes(2)) throw new RangeError("two");
        return 1;
      }),
    );
    await expect(run).rejects.toThrow(
      /the function of `updateStateByKey` failed on the record \[ 'bad', \[ 2 \] \]: RangeError: two/,
    );
  });

  test("has its types from the pairs and from what the function gives", async () => {
    await runBatches(batches, (s) => {
      const longest = s.updateStateByKey((values, state?: string) => `${state ?? ""}${values.length}`);
      expectTypeOf(longest).toEqualTypeOf<DStream<[string, string]>>();
      return longest;
    });
  });

  test("takes the state of a function without types for a number", async () => {
    await runBatches(batches, (s) => {
      const words = s.mapValues((value) => `${value}`);
      const counts = words.updateStateByKey((values, before) => (before ?? 0) + values.length);
      expectTypeOf(counts).toEqualTypeOf<DStream<[string, number]>>();
      const last = words.updateStateByKey((values, before?: string) => values.at(-1) ?? before);
      expectTypeOf(last).toEqualTypeOf<DStream<[string, string]>>();
      const all = s.updateStateByKey((values, before?: { n: number }) => ({
        n: (before?.n ?? 0) + values.length,
      }));
      expectTypeOf(all).toEqualTypeOf<DStream<[string, { n: number }]>>();
      // @ts-expect-error a number is no text
      s.updateStateByKey((values, before) => `${values.length} ${before}`);
      return counts;
    });
  });
});

describe("mapWithState", () => {
  const times = StateSpec.function(
    (key: string, value: number | undefined, state: State<number>): [string, number | string] => {
      if (state.isTimingOut()) return [key, `out ${state.get()}`];
      state.update((state.getOption() ?? 0) + (value ?? 0));
      return [key, state.get()];
    },
  );

  test("tells a key once more that was not touched for longer than the timeout, and drops it", async () => {
    const spec = times.timeout("2 s");
    const batches: Pair[][] = [
      [
        ["a", 1],
        ["b", 1],
      ],
      [["b", 1]],
      [],
      [],
      [],
      [["a", 5]],
    ];
    const snapshots: Pair[][] = [];
    const out = await runBatches(batches, (s) => {
      const mapped = s.mapWithState(spec);
      expectTypeOf(mapped).toEqualTypeOf<MapWithStateDStream<string, number, [string, number | string]>>();
      mapped.stateSnapshots().foreachRDD(async (rdd) => {
        snapshots.push(await rdd.collect());
      });
      return mapped;
    });
    expect(byKey(out as [string, unknown][][])).toEqual([
      [
        ["a", 1],
        ["b", 1],
      ],
      [["b", 2]],
      [],
      [["a", "out 1"]],
      [["b", "out 2"]],
      [["a", 5]],
    ]);
    expect(byKey(snapshots)).toEqual([
      [
        ["a", 1],
        ["b", 1],
      ],
      [
        ["a", 1],
        ["b", 2],
      ],
      [
        ["a", 1],
        ["b", 2],
      ],
      [["b", 2]],
      [],
      [["a", 5]],
    ]);
  });

  test("undefined is a key like any other", async () => {
    const out = await runBatches(
      [
        [
          [undefined, 1],
          [undefined, 2],
        ],
        [[undefined, 3]],
      ] as InputBatch<[undefined, number]>[],
      (s) =>
        s.mapWithState(
          StateSpec.function((_key: undefined, value: number | undefined, state: State<number>) => {
            state.update((state.getOption() ?? 0) + (value ?? 0));
            return state.get();
          }),
        ),
    );
    expect(out).toEqual([[1, 3], [6]]);
  });

  test("undefined is one that was removed, and comes again in the same batch", async () => {
    const out = await runBatches(
      [
        [[undefined, 1]],
        [
          [undefined, 0],
          [undefined, 5],
        ],
        [[undefined, 2]],
      ] as InputBatch<[undefined, number]>[],
      (s) =>
        s.mapWithState(
          StateSpec.function((_key: undefined, value: number | undefined, state: State<number>) => {
            const before = state.getOption() ?? "none";
            if (value === 0) state.remove();
            else state.update((state.getOption() ?? 0) + (value ?? 0));
            return before;
          }),
        ),
      { partitions: 1 },
    );
    expect(out).toEqual([["none"], [1, "none"], [5]]);
  });

  test("begins with the states of an RDD, over as many partitions as it is told", async () => {
    const out = await runBatches([[["a", 1]], null, [["c", 1]]] as InputBatch<Pair>[], (s, context) =>
      s
        .mapWithState(
          StateSpec.function((key: string, value: number | undefined, state: State<number>) => {
            state.update((state.getOption() ?? 0) + (value ?? 0));
            return `${key}${state.get()}`;
          })
            .initialState(
              context.sparkContext.parallelize<Pair>([
                ["a", 10],
                ["b", 20],
              ]),
            )
            .numPartitions(3),
        )
        .glom(),
    );
    expect(out.map((batch) => [batch.length, batch.flat()])).toEqual([
      [3, ["a11"]],
      [3, []],
      [3, ["c1"]],
    ]);
  });

  test.each([1, 2, 3])("its snapshots are what updateStateByKey would have, seed %d", async (seed) => {
    const batches = randomBatches(seed).map((batch) => batch ?? []);
    const out = await runBatches(batches, (s) => s.mapWithState(running()).stateSnapshots());
    expect(byKey(out)).toEqual(
      byKey(model(batches, (values, state) => (values.length === 0 ? state : sum(values) + (state ?? 0)))),
    );
  });
});

function running(): StateSpec<string, number, number, number> {
  return StateSpec.function((_key: string, value: number | undefined, state: State<number>) => {
    state.update((value ?? 0) + (state.getOption() ?? 0));
    return state.get();
  });
}
