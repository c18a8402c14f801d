import type { RDD, SparkContext } from "../runtime/index.js";
import type { Benchmark } from "./benchmark.js";
import { inTurn } from "./measure.js";
import { COLUMNS, type Contest, hold } from "./rdd/contest.js";
import { withContext } from "./rdd/runtime.js";

const NUMBERS = 50_000_000;
const ONE_ELEMENT_JOBS = 500;
const LONG_LINEAGE = 1000;
const LINEAGE_ROWS = 10_000;

/** RDDs whose rows stay in their tasks: what the fused loop costs, and what a job costs around it. */
const loop: Benchmark = {
  name: "rdd-loop",
  summary: `The fused loop: map, filter, map and reduce over ${NUMBERS / 1e6} M numbers of a range; a job of one element (${ONE_ELEMENT_JOBS} jobs); ${LINEAGE_ROWS.toLocaleString("en")} numbers through a lineage of ${LONG_LINEAGE.toLocaleString("en")} maps, beside the same calls in a loop`,
  run: (peers) =>
    withContext(async (sc) => {
      // First: right after a lineage of a thousand maps a job takes longer.
      const job = await oneElement(sc);
      const contests = await hold([numbers(sc), lineage(sc)], peers);
      return {
        columns: COLUMNS,
        rows: [...(contests.rows as string[][]), job.row],
        data: [contests.data, job.data],
      };
    }),
};

export default loop;

function numbers(sc: SparkContext): Contest {
  return {
    id: "numbers",
    what: "map, filter, map, reduce",
    work: NUMBERS,
    unit: "numbers",
    goal: "≥ 1.6 × the loop",
    plain() {
      let sum = 0;
      for (let i = 0; i < NUMBERS; i++) {
        const tripled = i * 3;
        if (tripled % 2 !== 0) continue;
        sum += tripled + 1;
      }
      return sum;
    },
    rdd: () =>
      sc
        .range(NUMBERS)
        .map((x) => x * 3)
        .filter((x) => x % 2 === 0)
        .map((x) => x + 1)
        .reduce((a, b) => a + b),
  };
}

function lineage(sc: SparkContext): Contest {
  const addOne = (x: number) => x + 1;
  return {
    id: "lineage",
    what: `${LONG_LINEAGE} maps`,
    work: LINEAGE_ROWS * LONG_LINEAGE,
    unit: "calls",
    goal: "≥ 1 × the loop",
    plain() {
      const functions = Array.from({ length: LONG_LINEAGE }, () => addOne);
      let sum = 0;
      for (let i = 0; i < LINEAGE_ROWS; i++) {
        let x = i;
        for (const f of functions) x = f(x);
        sum += x;
      }
      return sum;
    },
    rdd() {
      let rdd: RDD<number> = sc.range(LINEAGE_ROWS);
      for (let i = 0; i < LONG_LINEAGE; i++) rdd = rdd.map(addOne);
      return rdd.reduce((a, b) => a + b);
    },
  };
}

async function oneElement(sc: SparkContext) {
  const job = {
    name: "one element",
    run: async () =>
      (
        await sc
          .parallelize([1])
          .map((x) => x + 1)
          .collect()
      ).length,
  };
  const [measured] = await inTurn([job], ONE_ELEMENT_JOBS, 50);
  if (measured === undefined) throw new Error("nothing was measured");
  const row = ["a job of one element, warm", `${measured.medianMs.toFixed(2)} ms`, "", "< 2 ms"];
  return { row, data: measured };
}
