import { expect, test } from "vitest";
import { SparkContext } from "../context/spark-context.js";
import { SPILLING_LAYOUTS } from "../testing/layouts.js";
import { ACTIONS, type NumberAction, OPERATIONS, type Operation } from "../testing/operations.js";

/** Numerical Recipes' generator: the same plans in every run. */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 4294967296) * below);
  };
}

const ascending = (rows: number[]) => [...rows].sort((a, b) => a - b);

test.each(SPILLING_LAYOUTS)(
  "random plans of 1 to 6 operations give what they give on an array: $partitions partitions, $workers workers, $memory",
  async ({ workers, partitions, spillBytes }) => {
    const context = new SparkContext({ workers, threads: false, spillBytes });
    for (let seed = 1; seed <= 20; seed++) {
      // Other plans in each layout.
      const next = random(100 * seed + 10 * workers + partitions);
      const rows = Array.from({ length: next(60) }, () => next(100));
      const plan = Array.from(
        { length: 1 + next(6) },
        () => OPERATIONS[next(OPERATIONS.length)] as Operation,
      );
      const rdd = plan.reduce((made, { rdd }) => rdd(made), context.parallelize(rows, partitions));
      const expected = plan.reduce((made, { array }) => array(made), rows);
      const names = plan.map(({ name }) => name).join(".");
      expect(ascending(await rdd.collect()), `seed ${seed}: ${names}`).toEqual(ascending(expected));
      const { name, ...act } = ACTIONS[next(ACTIONS.length)] as NumberAction;
      expect(await act.rdd(rdd), `${name} of seed ${seed}: ${names}`).toEqual(act.array(expected));
    }
  },
  60_000,
);
