import { describe, expect, test } from "vitest";
import { LineGaps } from "./line-gaps.js";

/** The times of rows with a value, and `|` where the line breaks. */
function drawn(times: readonly number[]): (number | string)[] {
  const gaps = new LineGaps();
  return times.flatMap((time) =>
    gaps.broken([{ time, key: "a", value: 1 }]).map((row) => (row.value === null ? "|" : Number(row.time))),
  );
}

describe("a line", () => {
  test.each<[string, number[], (number | string)[]]>([
    ["goes on from batch to batch", [1, 2, 3, 4], [1, 2, 3, 4]],
    ["goes on over a batch without a value", [1, 2, 3, 5], [1, 2, 3, 5]],
    ["breaks where there was none for longer", [1, 2, 3, 6, 7], [1, 2, 3, "|", 6, 7]],
    ["breaks where the stream was stopped", [10, 20, 30, 900, 910], [10, 20, 30, "|", 900, 910]],
    ["goes on where values come now and then", [10, 70, 110, 200, 290], [10, 70, 110, 200, 290]],
    ["goes on where values have become rare", [1, 2, 9, 16, 23], [1, 2, "|", 9, 16, 23]],
    ["is the first two values, however far apart", [1, 900], [1, 900]],
    ["has several values of one batch", [1, 1, 2, 2, 9, 9], [1, 1, 2, 2, "|", 9, 9]],
    ["goes on where times go back", [100, 110, 1, 2], [100, 110, 1, 2]],
  ])("%s", (_what, times, line) => {
    expect(drawn(times)).toEqual(line);
  });

  test("breaks by itself, whatever the others do", () => {
    const gaps = new LineGaps();
    for (const time of [10, 20, 30])
      gaps.broken([
        { time, key: "a", value: 1 },
        { time, key: "b", value: 1 },
      ]);
    for (const time of [40, 50]) gaps.broken([{ time, key: "a", value: 1 }]);
    expect(
      gaps.broken([
        { time: 60, key: "a", value: 1 },
        { time: 60, key: "b", value: 7 },
      ]),
    ).toEqual([
      { time: 60, key: "a", value: 1 },
      { time: 59, key: "b", value: null },
      { time: 60, key: "b", value: 7 },
    ]);
  });

  test("of a thousand others is forgotten, and begins anew", () => {
    const gaps = new LineGaps();
    for (const time of [1, 2]) gaps.broken([{ time, key: "a", value: 1 }]);
    for (let key = 0; key < 1000; key++) gaps.broken([{ time: 3, key, value: 1 }]);
    expect(gaps.broken([{ time: 9, key: "a", value: 1 }])).toEqual([{ time: 9, key: "a", value: 1 }]);
  });
});
