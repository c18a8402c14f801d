import { describe, expect, test } from "vitest";
import { SparkContext } from "../context/spark-context.js";
import type { Done } from "./done.js";
import { RowStream } from "./row-stream.js";

const numbers = (n: number) => Array.from({ length: n }, (_, i) => i);

function done(rows: unknown[], bytes = 0): Done {
  const metrics = { recordsIn: 0, elapsedMs: 0 };
  return { result: { rows, bytes }, metrics, worker: 0, kept: [], moved: undefined };
}

/** What a stream gives on, as `place: rows`, when tasks are done in this order. */
function given(tasks: [place: number, rows: number, bytes?: number][]): string[] {
  const given: string[] = [];
  const stream = new RowStream((place, rows) => given.push(`${place}: ${rows.length}`));
  for (const [place, rows, bytes] of tasks) stream.add(done(numbers(rows), bytes), place);
  return given;
}

describe("rows of an action", () => {
  test.each<[what: string, tasks: [number, number, number?][], given: string[]]>([
    [
      "few go with its answer",
      [
        [0, 500],
        [1, 500],
      ],
      [],
    ],
    [
      "many go as tasks give them, in whatever order, with those that waited",
      [
        [2, 500],
        [0, 501],
        [1, 3],
      ],
      ["2: 500", "0: 501", "1: 3"],
    ],
    [
      "few that are large do so too",
      [
        [0, 1, 2 ** 19],
        [1, 1, 2 ** 20],
        [2, 1, 10],
      ],
      ["0: 1", "1: 1", "2: 1"],
    ],
    [
      "none are not given",
      [
        [0, 2000],
        [1, 0],
      ],
      ["0: 2000"],
    ],
  ])("%s", (_what, tasks, expected) => {
    expect(given(tasks)).toEqual(expected);
  });

  test("are not held here when they were given on", () => {
    const stream = new RowStream(() => undefined);
    const all = [done(numbers(600)), done(numbers(600))];
    for (const [place, one] of all.entries()) stream.add(one, place);
    expect(all.map(({ result }) => result)).toMatchObject([{ rows: [] }, { rows: [] }]);
  });
});

test.each([10, 999, 1001, 50_000])(
  "collect gives all of %i records in order, however they come",
  async (n) => {
    const sc = new SparkContext({ workers: 2, threads: false });
    const rdd = sc.parallelize(numbers(n), 7).filter((i) => i % 7 !== 3);
    const expected = numbers(n).filter((i) => i % 7 !== 3);
    expect(await rdd.collect()).toEqual(expected);
    expect(await rdd.collect({ force: true })).toEqual(expected);
    expect(await Promise.all([rdd.collect(), rdd.collect()])).toEqual([expected, expected]);
    await sc.stop();
  },
);
