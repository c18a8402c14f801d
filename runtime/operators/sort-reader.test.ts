import { expect, test } from "vitest";
import { compareRows } from "../rows/order.js";
import { mergeRuns } from "./sort-reader.js";

const run = (...chunks: [unknown, unknown][][]) =>
  chunks.map((pairs) => ({
    keys: pairs.map(([key]) => key),
    values: pairs.map(([, value]) => value),
    length: pairs.length,
  }));

const merged = (runs: ReturnType<typeof run>[], rows: number) =>
  [...mergeRuns(runs, compareRows, rows)].map(({ keys, values }) =>
    Array.from(keys, (key, i) => [key, values[i]]),
  );

test.each<[string, ReturnType<typeof run>[], [unknown, unknown][]]>([
  ["no runs", [], []],
  ["an empty run beside another", [run(), run([[1, "a"]])], [[1, "a"]]],
  [
    "runs of several chunks",
    [
      run(
        [
          [1, "a"],
          [4, "b"],
        ],
        [[5, "c"]],
      ),
      run(
        [[2, "d"]],
        [
          [3, "e"],
          [6, "f"],
        ],
      ),
    ],
    [
      [1, "a"],
      [2, "d"],
      [3, "e"],
      [4, "b"],
      [5, "c"],
      [6, "f"],
    ],
  ],
  [
    "equal keys: those of the earlier run come first",
    [
      run([
        [1, "a"],
        [1, "b"],
      ]),
      run([
        [0, "c"],
        [1, "d"],
      ]),
      run([[1, "e"]]),
    ],
    [
      [0, "c"],
      [1, "a"],
      [1, "b"],
      [1, "d"],
      [1, "e"],
    ],
  ],
])("sorted runs are merged in order: %s", (_name, runs, expected) => {
  for (const rows of [1, 2, 100]) {
    const chunks = merged(runs, rows);
    expect(chunks.flat()).toEqual(expected);
    expect(Math.max(0, ...chunks.map((chunk) => chunk.length))).toBeLessThanOrEqual(rows);
  }
});
