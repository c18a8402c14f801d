import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { RDD as RDDType, SparkContext as SparkContextType } from "../index.js";

// The built library, as a program would import it: its threads are dist/engine.js and dist/task.js.
const { SparkContext }: typeof import("../index.js") = await import("../../dist/index.js" as string);

const open: SparkContextType[] = [];

function newContext(): SparkContextType {
  const sc = new SparkContext({ workers: 2 });
  open.push(sc);
  return sc;
}

afterAll(async () => {
  for (const sc of open.splice(0)) await sc.stop();
});

/** Memory that all threads share, of zeros. */
const shared = (length: number) => new Int32Array(new SharedArrayBuffer(4 * length));

describe("a worker that is killed in a job with a persisted RDD and two shuffles", () => {
  type Pairs = RDDType<[number, number]>;

  const STAGES = ["first", "second", "last"];
  const MOMENTS = ["before the first row", "between two rows", "after the last row"];

  /** A stage, and a moment of it, as one number. */
  const point = (stage: number, moment: number) => stage * MOMENTS.length + moment;

  /** Rows as they are, through a function that ends its worker at each {@link point} as often as `left` says. */
  function deadly(rdd: Pairs, left: Int32Array, stage: number): Pairs {
    const dies = (moment: number) => Atomics.sub(left, point(stage, moment), 1) > 0;
    return rdd.mapPartitions(function* (rows) {
      if (dies(0)) process.exit(9);
      let read = 0;
      for (const row of rows) {
        if (read++ === 1 && dies(1)) process.exit(9);
        yield row;
      }
      if (dies(2)) process.exit(9);
    });
  }

  /** What comes of each of the three stages. */
  function stages(sc: SparkContextType, left: Int32Array): [first: Pairs, second: Pairs, last: Pairs] {
    const numbers = sc.range(0, 1000, 1, 5).map((i) => [i % 100, i] as [number, number]);
    const first = deadly(numbers, left, 0);
    const sums = first.reduceByKey((a, b) => a + b, 4);
    const second = deadly(
      sums.map(([key, sum]) => [key % 10, sum] as [number, number]),
      left,
      1,
    );
    const last = deadly(
      second.reduceByKey((a, b) => a + b, 3),
      left,
      2,
    );
    return [first, second, last];
  }

  const sorted = (rows: [number, number][]) => rows.sort(([a, x], [b, y]) => a - b || x - y);

  /** What comes of each stage when no worker is killed. */
  const undisturbed = [
    Array.from({ length: 1000 }, (_, i): [number, number] => [i % 100, i]),
    Array.from({ length: 100 }, (_, i): [number, number] => [i % 10, 4500 + 10 * i]),
    Array.from({ length: 10 }, (_, i): [number, number] => [i, 49_500 + 100 * i]),
  ].map(sorted);

  const partitions = [5, 4, 3];

  // One context for all: each killed worker is replaced, and the next job begins on what is there.
  let sc: SparkContextType;
  beforeAll(() => {
    sc = newContext();
  });

  test("none at all: the stages give what is expected of them below", async () => {
    for (const [stage, rdd] of stages(sc, shared(STAGES.length * MOMENTS.length)).entries())
      expect(sorted(await rdd.collect())).toEqual(undisturbed[stage]);
  });

  const cases = STAGES.flatMap((_, persisted) =>
    STAGES.flatMap((_, killed) => MOMENTS.map((_, moment) => ({ persisted, killed, moment }))),
  );

  test.each(
    cases.map((row) => [MOMENTS[row.moment], STAGES[row.killed], STAGES[row.persisted], row] as const),
  )(
    "%s of the %s stage, with the rows of the %s stage kept: the result is the same, and so are they",
    async (_moment, _killed, _persisted, row) => {
      const left = shared(STAGES.length * MOMENTS.length);
      const rdds = stages(sc, left);
      const kept = (rdds[row.persisted] as Pairs).persist();
      const killedAt = point(row.killed, row.moment);
      left[killedAt] = 1;
      expect(sorted(await rdds[2].collect())).toEqual(undisturbed[2]);
      expect(left[killedAt], "a worker was killed").toBeLessThan(0);
      expect(sorted(await kept.collect())).toEqual(undisturbed[row.persisted]);
      expect(await kept.toDebugString()).toContain(`CachedPartitions: ${partitions[row.persisted]};`);
    },
  );
});

// A loop of a function would end by itself: loops look whether their job was cancelled.
describe("a cancelled job whose function never ends, so that all workers are replaced", () => {
  test.each<[string, () => void]>([
    ["it searches for ever", () => /^(a+)+$/.test(`${"a".repeat(99)}b`)],
    ["it waits for ever", () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)],
  ])("%s: the next job computes the kept rows again and comes to its result", async (_why, endless) => {
    const sc = newContext();
    const computed = sc.longAccumulator();
    const kept = sc
      .range(0, 400, 1, 4)
      .map((n) => {
        computed.add(1);
        return n;
      })
      .cache();
    expect(await kept.sum()).toBe(79_800);
    expect(computed.value).toBe(400);
    const begun = shared(1);
    const action = kept
      .map((n) => {
        Atomics.add(begun, 0, 1);
        endless();
        return n;
      })
      .countAsync();
    await expect.poll(() => Atomics.load(begun, 0)).toBe(2);
    action.cancel();
    await expect(action).rejects.toMatchObject({ code: "RT_CANCELLED" });
    expect(await kept.sum()).toBe(79_800);
    expect(computed.value, "each row was lost, and computed once more").toBe(800);
    expect(await kept.toDebugString()).toContain("CachedPartitions: 4;");
    expect(await kept.sum()).toBe(79_800);
    expect(computed.value, "and is kept again").toBe(800);
  });
});
