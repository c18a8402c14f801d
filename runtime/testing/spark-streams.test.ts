import { describe, expect, test } from "vitest";
import type { DStream } from "../context/dstream.js";
import { HashPartitioner } from "../context/partitioner.js";
import type { RDD } from "../context/rdd.js";
import { StateSpec } from "../context/state-spec.js";
import type { State } from "../state/key-state.js";
import { Seconds } from "../time/duration.js";
import type { Time } from "../time/time.js";
import { type InputBatch, runBatches, runTwoInputs } from "./index.js";
import { sorted } from "./layouts.js";

/** What Apache Spark's own suites of streams ask, as tables: title, batches in, batches out. Facts, in our words. */
type Batches = readonly InputBatch<never>[];
type Numbers = DStream<number>;
type Words = DStream<string>;
type Pairs = DStream<[string, number]>;
type Rows = [title: string, input: unknown, operate: (s: never) => DStream<unknown>, expected: unknown[][]];

const add = (a: number, b: number) => a + b;
const subtract = (a: number, b: number) => a - b;
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);
const words = (...batches: string[]) => batches.map((batch) => [...batch]);
const ones = (s: Words) => s.map((x): [string, number] => [x, 1]);
const marks = (s: Words) => s.map((x): [string, string] => [x, "x"]);

/** Spark's None is null in these tables, and undefined here. */
const withNulls = (rows: unknown[][]): unknown[][] =>
  JSON.parse(JSON.stringify(rows, (_key, value) => (value === undefined ? null : value)));

describe("BasicOperationsSuite: operations that keep the order", () => {
  test.each<Rows>([
    [
      "flatMap",
      [range(1, 4), range(5, 8)],
      (s: Numbers) => s.flatMap((x) => [x, x * 2]),
      [
        [1, 2, 2, 4, 3, 6, 4, 8],
        [5, 10, 6, 12, 7, 14, 8, 16],
      ],
    ],
    [
      "glom",
      [range(1, 4), range(5, 8)],
      (s: Numbers) => s.glom(),
      [
        [
          [1, 2],
          [3, 4],
        ],
        [
          [5, 6],
          [7, 8],
        ],
      ],
    ],
    [
      "reduce",
      [range(1, 4), range(5, 8), range(9, 12), []],
      (s: Numbers) => s.reduce(add),
      [[10], [26], [42], []],
    ],
    [
      "transform",
      [range(1, 4), range(5, 8)],
      (s: Numbers) => s.transform((rdd) => rdd.map(String)),
      [
        ["1", "2", "3", "4"],
        ["5", "6", "7", "8"],
      ],
    ],
    [
      "StreamingContext.union",
      [range(1, 4), range(101, 104)],
      (s: Numbers) => s.context.union([s, s.map((x) => x + 4), s.map((x) => x + 8)]),
      [range(1, 12), range(101, 112)],
    ],
  ])("%s", async (_title, input, operate, expected) => {
    expect(await runBatches(input as Batches, (s) => operate(s as never))).toEqual(expected);
  });

  test("repartition to more", async () => {
    const out = await runBatches([range(1, 100), range(101, 200)], (s) => s.repartition(5).glom());
    expect(out.map((batch) => batch.length)).toEqual([5, 5]);
    expect(out.map((batch) => sorted(batch.flat()))).toEqual([range(1, 100), range(101, 200)].map(sorted));
  });
});

const GROWING = words("a", "ab", "abc", "ab", "a", "");
const sum = (values: number[], state: number | undefined) => values.reduce(add, state ?? 0);
const INITIAL: [string, number][] = [
  ["a", 1],
  ["c", 2],
];
const initialOf = (s: DStream<unknown>, rows = INITIAL) => s.context.sparkContext.makeRDD(rows);
const SUMS_FROM_INITIAL = [
  { a: 2, c: 2 },
  { a: 3, b: 1, c: 2 },
  { a: 4, b: 2, c: 3 },
  { a: 5, b: 3, c: 3 },
  { a: 6, b: 3, c: 3 },
  { a: 6, b: 3, c: 3 },
].map((batch) => Object.entries(batch));

/** Counts, and ends a key that saw nothing twice in a row. */
class Life {
  counter = 0;
  expired = 0;
}

function live(values: number[], state: Life | undefined): Life | undefined {
  const life = state ?? new Life();
  life.counter += values.length;
  life.expired = values.length === 0 ? life.expired + 1 : 0;
  return life.expired === 2 ? undefined : life;
}

describe("BasicOperationsSuite: operations by key", () => {
  test.each<Rows>([
    [
      "groupByKey",
      [["a", "a", "b"], ["", ""], []],
      (s: Words) => ones(s).groupByKey(),
      [
        [
          ["a", [1, 1]],
          ["b", [1]],
        ],
        [["", [1, 1]]],
        [],
      ],
    ],
    [
      "countByValue",
      [[1], [1, 1, 1], [1, 2], [1, 1, 2, 2]],
      (s: Numbers) => s.countByValue(),
      [
        [[1, 1]],
        [[1, 3]],
        [
          [1, 1],
          [2, 1],
        ],
        [
          [2, 2],
          [1, 2],
        ],
      ],
    ],
    [
      "flatMapValues",
      [["a", "a", "b"], ["", ""], []],
      (s: Words) =>
        ones(s)
          .reduceByKey(add)
          .flatMapValues((x) => [x, x + 10]),
      [
        [
          ["a", 2],
          ["a", 12],
          ["b", 1],
          ["b", 11],
        ],
        [
          ["", 2],
          ["", 12],
        ],
        [],
      ],
    ],
    [
      "updateStateByKey with an initial RDD",
      GROWING,
      (s: Words) => ones(s).updateStateByKey(sum, new HashPartitioner(2), initialOf(s)),
      SUMS_FROM_INITIAL,
    ],
    [
      "updateStateByKey by whole partitions, with an initial RDD",
      GROWING,
      (s: Words) =>
        ones(s).updateStateByKey(
          function* (keys: IterableIterator<[string, number[], number | undefined]>) {
            for (const [key, values, state] of keys)
              yield [key, values.reduce((a, b) => a + b, state ?? 0)] as [string, number];
          },
          new HashPartitioner(2),
          true,
          initialOf(s),
        ),
      SUMS_FROM_INITIAL,
    ],
    [
      "updateStateByKey of an initial RDD with a key twice: the first counts",
      words("a", ""),
      (s: Words) =>
        ones(s).updateStateByKey(
          sum,
          1,
          initialOf(s, [
            ["b", 10],
            ["b", 20],
          ]),
        ),
      [
        [
          ["a", 1],
          ["b", 10],
        ],
        [
          ["a", 1],
          ["b", 10],
        ],
      ],
    ],
    [
      "updateStateByKey, the life of an object, through batches without an RDD",
      [["a", "b"], null, ["a", "c", "a"], ["c"], null, null],
      (s: Words) =>
        ones(s)
          .updateStateByKey(live)
          .mapValues((life) => life.counter),
      [{ a: 1, b: 1 }, { a: 1, b: 1 }, { a: 3, c: 1 }, { a: 3, c: 2 }, { c: 2 }, {}].map((batch) =>
        Object.entries(batch),
      ),
    ],
  ])("%s", async (_title, input, operate, expected) => {
    const out = await runBatches(input as Batches, (s) => operate(s as never));
    expect(out.map(sorted)).toEqual(expected.map(sorted));
  });

  test.each<[string, string[][], string[][], (a: Words, b: Words) => DStream<unknown>, unknown[][]]>([
    [
      "cogroup",
      [["a", "a", "b"], ["a", ""], [""], []],
      [["a", "a", "b"], ["b", ""], [], []],
      (a, b) => ones(a).cogroup(marks(b)),
      [
        [
          [
            "a",
            [
              [1, 1],
              ["x", "x"],
            ],
          ],
          ["b", [[1], ["x"]]],
        ],
        [
          ["a", [[1], []]],
          ["b", [[], ["x"]]],
          ["", [[1], ["x"]]],
        ],
        [["", [[1], []]]],
        [],
      ],
    ],
    [
      "leftOuterJoin",
      [["a", "b"], ["a", ""], [""], []],
      [["a", "b"], ["b", ""], [], [""]],
      (a, b) => ones(a).leftOuterJoin(marks(b)),
      [
        [
          ["a", [1, "x"]],
          ["b", [1, "x"]],
        ],
        [
          ["", [1, "x"]],
          ["a", [1, null]],
        ],
        [["", [1, null]]],
        [],
      ],
    ],
    [
      "fullOuterJoin",
      [["a", "b"], ["a", ""], [""], []],
      [["a", "b"], ["b", ""], [], [""]],
      (a, b) => ones(a).fullOuterJoin(marks(b)),
      [
        [
          ["a", [1, "x"]],
          ["b", [1, "x"]],
        ],
        [
          ["", [1, "x"]],
          ["a", [1, null]],
          ["b", [null, "x"]],
        ],
        [["", [1, null]]],
        [["", [null, "x"]]],
      ],
    ],
  ])("%s", async (_title, a, b, operate, expected) => {
    const out = await runTwoInputs(a, b, operate);
    expect(withNulls(out).map(sorted)).toEqual(expected.map(sorted));
  });
});

describe("BasicOperationsSuite: a batch without an RDD, or a transform that gives none, ends the context", () => {
  const UNION = "Could not generate RDD from a parent for unifying at time 2000 ms";
  const PARENT = "Couldn't generate RDD from parent at time 2000 ms";
  const NULL = "Transform function must not return null. Return SparkContext.emptyRDD() instead";
  test.each<[string, (s: Numbers) => DStream<unknown>, string]>([
    ["union", (s) => s.union(s.map((x) => x + 4)), UNION],
    ["transform", (s) => s.transform((rdd) => rdd.map(String)), PARENT],
    ["transformWith", (s) => s.transformWith(s.map(String), (a) => a), PARENT],
    [
      "StreamingContext.transform",
      (s) => s.context.transform([s, s], ([rdd]) => rdd as RDD<unknown>),
      PARENT,
    ],
    ["transform with null", (s) => s.transform(() => null as unknown as RDD<number>), NULL],
  ])("%s", async (_title, operate, words) => {
    await expect(runBatches([range(1, 4), null], operate)).rejects.toThrow(words);
  });
});

const LARGER_SLIDE = [1, 2, 3, 4, 5, 6].map((n) => [["a", n]]);
const BIG = ["a", "ab", "abc", "ab", "a", "", "a", "ab", "abc", "ab", "a", ""].map((batch) =>
  [...batch].map((key) => [key, 1]),
);
const KEPT = [
  { a: 1 },
  { a: 2, b: 1 },
  { a: 2, b: 2, c: 1 },
  { a: 2, b: 2, c: 1 },
  { a: 2, b: 1, c: 0 },
  { a: 1, b: 0, c: 0 },
  { a: 1, b: 0, c: 0 },
  { a: 2, b: 1, c: 0 },
  { a: 2, b: 2, c: 1 },
  { a: 2, b: 2, c: 1 },
  { a: 2, b: 1, c: 0 },
  { a: 1, b: 0, c: 0 },
].map((batch) => Object.entries(batch));
const DROPPED = KEPT.map((batch) => batch.filter(([, n]) => n > 0));
const DIGITS = [0, 1, 2, 3, 4, 5].map((n) => [n]);
const inverse = (s: Pairs, windowS = 2, slideS = 1) =>
  s.reduceByKeyAndWindow(add, subtract, Seconds(windowS), Seconds(slideS)).checkpoint(Seconds(100));

describe("WindowOperationsSuite", () => {
  test.each<Rows>([
    [
      "a tumbling window",
      DIGITS,
      (s: Numbers) => s.window(Seconds(2), Seconds(2)),
      [
        [0, 1],
        [2, 3],
        [4, 5],
      ],
    ],
    [
      "a non-overlapping window",
      DIGITS,
      (s: Numbers) => s.window(Seconds(2), Seconds(3)),
      [
        [1, 2],
        [4, 5],
      ],
    ],
    [
      "with inverse: basic reduction",
      [
        [
          ["a", 1],
          ["a", 3],
        ],
      ],
      (s: Pairs) => inverse(s),
      [[["a", 4]]],
    ],
    [
      "with inverse: key already in window",
      [[["a", 1]], [["a", 1]]],
      (s: Pairs) => inverse(s),
      [[["a", 1]], [["a", 2]]],
    ],
    [
      "with inverse: a new key",
      [
        [["a", 1]],
        [
          ["a", 1],
          ["b", 1],
        ],
      ],
      (s: Pairs) => inverse(s),
      [
        [["a", 1]],
        [
          ["a", 2],
          ["b", 1],
        ],
      ],
    ],
    [
      "with inverse: a key that leaves stays with what is left of it",
      [[["a", 1]], [["a", 1]], [], []],
      (s: Pairs) => inverse(s),
      [[["a", 1]], [["a", 2]], [["a", 1]], [["a", 0]]],
    ],
    [
      "with inverse: a larger slide",
      [...LARGER_SLIDE, [], []],
      (s: Pairs) => inverse(s, 4, 2),
      [[["a", 3]], [["a", 10]], [["a", 18]], [["a", 11]]],
    ],
    ["with inverse: big", BIG, (s: Pairs) => inverse(s), KEPT],
    [
      "with inverse and filter: big, persisted",
      BIG,
      (s: Pairs) =>
        s
          .reduceByKeyAndWindow(add, subtract, Seconds(2), Seconds(1), 2, ([, n]) => n !== 0)
          .persist()
          .checkpoint(Seconds(100)),
      DROPPED,
    ],
    [
      "groupByKeyAndWindow",
      BIG,
      (s: Pairs) => s.groupByKeyAndWindow(Seconds(2), Seconds(1)),
      DROPPED.map((batch) => batch.map(([key, n]) => [key, Array<number>(n).fill(1)])),
    ],
    [
      "countByValueAndWindow",
      words("a", "bb", "ab"),
      (s: Words) => s.countByValueAndWindow(Seconds(2), Seconds(1)),
      [{ a: 1 }, { a: 1, b: 2 }, { a: 1, b: 3 }].map((batch) => Object.entries(batch)),
    ],
    [
      "reduceByWindow",
      DIGITS,
      (s: Numbers) => s.reduceByWindow(add, Seconds(2), Seconds(1)),
      [[0], [1], [3], [5], [7], [9]],
    ],
    [
      "reduceByWindow with inverse",
      [...DIGITS, [], []],
      (s: Numbers) => s.reduceByWindow(add, subtract, Seconds(2), Seconds(1)),
      [[0], [1], [3], [5], [7], [9], [5], [0]],
    ],
    [
      "reduceByWindow with inverse, in some steps",
      [...DIGITS, [], []],
      (s: Numbers) => s.reduceByWindow(add, subtract, Seconds(4), Seconds(2)),
      [[1], [6], [14], [9]],
    ],
  ])("%s", async (_title, input, operate, expected) => {
    const out = await runBatches(input as Batches, (s) => operate(s as never));
    expect(out.map(sorted)).toEqual(expected.map(sorted));
  });

  test.each<[string, (s: Pairs) => unknown, string]>([
    [
      "window",
      (s) => s.window(2500),
      "The window duration of windowed DStream (2500 ms) must be a multiple of the slide duration of parent DStream (1000 ms)",
    ],
    [
      "slide",
      (s) => s.window(2000, 1500),
      "The slide duration of windowed DStream (1500 ms) must be a multiple of the slide duration of parent DStream (1000 ms)",
    ],
    [
      "window, reduced",
      (s) => s.reduceByKeyAndWindow(add, 2500),
      "The window duration of windowed DStream (2500 ms) must be a multiple of the slide duration of parent DStream (1000 ms)",
    ],
    [
      "slide, reduced with inverse",
      (s) => s.reduceByKeyAndWindow(add, subtract, 2000, 1500),
      "The slide duration of windowed DStream (1500 ms) must be a multiple of the slide duration of parent DStream (1000 ms)",
    ],
    ["union", (s) => s.union(s.window(2000, 2000)), "Some of the DStreams have different slide durations"],
    ["union of none", (s) => s.context.union([]), "List of DStreams to union is empty"],
    [
      "transform",
      (s) => s.transformWith(s.window(2000, 2000), (a) => a),
      "Some of the DStreams have different slide durations",
    ],
    [
      "transform of none",
      (s) => s.context.transform([], ([a]) => a as RDD<unknown>),
      "List of DStreams to transform is empty",
    ],
  ])(
    "durations and lists that do not fit are refused in Spark's words: %s",
    async (_title, declare, words) => {
      const declared = runBatches([[["a", 1]] as [string, number][]], (s) => declare(s) as DStream<unknown>);
      await expect(declared).rejects.toThrow(words);
    },
  );
});

type Mapping<E> = (time: Time, key: string, value: number | undefined, state: State<number>) => E | undefined;

describe("MapWithStateSuite", () => {
  const COUNTS = [
    {},
    { a: 1 },
    { a: 2, b: 1 },
    { a: 3, b: 2, c: 1 },
    { a: 4, b: 3, c: 1 },
    { a: 5, b: 3, c: 1 },
    { a: 5, b: 3, c: 1 },
  ];
  const snapshots = (batches: Record<string, number>[]) =>
    batches.map((batch) => sorted(Object.entries(batch)));
  const INPUT = words("", "a", "ab", "abc", "ab", "a", "");
  const keyTwice: Mapping<string> = (_time, key, value, state) => {
    state.update((value ?? 0) + (state.getOption() ?? 0));
    return key + key;
  };
  const nothing: Mapping<number> = (_time, _key, value, state) => {
    state.update((value ?? 0) + (state.getOption() ?? 0));
    return undefined;
  };
  const from = (s: Words, rows: [string, number][]) => s.context.sparkContext.makeRDD(rows);

  test.each<
    [string, (s: Words) => StateSpec<string, number, number, unknown>, unknown[][], Record<string, number>[]]
  >([
    [
      "with the batch's time",
      () => StateSpec.function(keyTwice),
      [[], ["aa"], ["aa", "bb"], ["aa", "bb", "cc"], ["aa", "bb"], ["aa"], []],
      COUNTS,
    ],
    [
      "with initial states, and nothing given",
      (s) =>
        StateSpec.function(nothing).initialState(
          from(s, [
            ["a", 5],
            ["b", 10],
            ["c", -20],
            ["d", 0],
          ]),
        ),
      INPUT.map(() => []),
      [
        { a: 5, b: 10, c: -20, d: 0 },
        { a: 6, b: 10, c: -20, d: 0 },
        { a: 7, b: 11, c: -20, d: 0 },
        { a: 8, b: 12, c: -19, d: 0 },
        { a: 9, b: 13, c: -19, d: 0 },
        { a: 10, b: 13, c: -19, d: 0 },
        { a: 10, b: 13, c: -19, d: 0 },
      ],
    ],
    [
      "with initial states of a key twice: the last counts",
      (s) =>
        StateSpec.function(nothing)
          .initialState(
            from(s, [
              ["d", 1],
              ["d", 7],
            ]),
          )
          .numPartitions(1),
      INPUT.map(() => []),
      COUNTS.map((batch) => ({ ...batch, d: 7 })),
    ],
  ])("%s", async (_title, spec, mapped, states) => {
    const run = (snapshot: boolean) =>
      runBatches(INPUT, (s): DStream<unknown> => {
        const stream = ones(s).mapWithState(spec(s));
        return snapshot ? stream.stateSnapshots() : stream;
      });
    expect((await run(false)).map(sorted)).toEqual(mapped.map(sorted));
    expect((await run(true)).map(sorted)).toEqual(snapshots(states));
  });

  test("keys time out once, and those that go on coming do not", async () => {
    const timing: Mapping<string> = (_time, key, value, state) => {
      if (value !== undefined) state.update(1);
      return state.isTimingOut() ? key : undefined;
    };
    const input = [...words("abc", "ab", "a", "", "", "a"), ...Array.from({ length: 20 }, () => ["a"])];
    const spec = () => StateSpec.function(timing).timeout(Seconds(3));
    const out = await runBatches(input, (s) => ones(s).mapWithState(spec()));
    expect(sorted(out.flat())).toEqual(["b", "c"]);
    const states = await runBatches(input, (s) => ones(s).mapWithState(spec()).stateSnapshots());
    expect(sorted(states[0] ?? [])).toEqual([
      ["a", 1],
      ["b", 1],
      ["c", 1],
    ]);
    expect(states.at(-1)).toEqual([["a", 1]]);
  });
});
