import type { SparkContext } from "../runtime/index.js";
import type { Benchmark } from "./benchmark.js";
import { type Contest, hold } from "./rdd/contest.js";
import { withContext } from "./rdd/runtime.js";

const RECORDS = 10_000_000;
const KEYS = 1_000_000;
const JOINED = 1_000_000;
const SORTED = 5_000_000;

/** RDDs whose rows mostly go from thread to thread. */
const shuffle: Benchmark = {
  name: "rdd-shuffle",
  summary: `RDDs that shuffle: ${RECORDS / 1e6} M records reduced to ${KEYS / 1e6} M string keys; ${JOINED / 1e6} M pairs joined with ${JOINED / 1e6} M by numbers and by strings, the pairs of each key summed up; ${SORTED / 1e6} M pairs sorted by strings. Rows are made in the tasks, and in the loop`,
  run: (peers) =>
    withContext((sc) => hold([manyKeys(sc), joinByNumber(sc), joinByString(sc), sort(sc)], peers)),
};

export default shuffle;

function manyKeys(sc: SparkContext): Contest {
  return {
    id: "many-keys",
    what: "reduceByKey",
    work: RECORDS,
    unit: "records",
    goal: "≥ 3 M records/s",
    plain() {
      const sums = new Map<string, number>();
      for (let i = 0; i < RECORDS; i++) {
        const key = `key-${(i * 7919) % KEYS}`;
        sums.set(key, (sums.get(key) ?? 0) + 1);
      }
      return sums.size;
    },
    rdd: () =>
      sc
        .range(RECORDS)
        .map((i) => [`key-${(i * 7919) % KEYS}`, 1])
        .reduceByKey((a, b) => a + b)
        .count(),
  };
}

/** Each key once on either side, in different orders. */
function joinByNumber(sc: SparkContext): Contest {
  return {
    id: "join-numbers",
    what: "join by numbers",
    work: 2 * JOINED,
    unit: "pairs",
    goal: "≥ 1.3 × the loop",
    plain() {
      const left = new Map<number, number>();
      for (let i = 0; i < JOINED; i++) left.set((i * 7919) % JOINED, i);
      let sum = 0;
      for (let i = 0; i < JOINED; i++) {
        const key = (i * 104_729) % JOINED;
        const value = left.get(key);
        if (value === undefined) continue;
        const [, [a, b]] = [key, [value, i]] as const;
        sum += a - 2 * b;
      }
      return sum;
    },
    rdd: () =>
      sc
        .range(JOINED)
        .map((i): [number, number] => [(i * 7919) % JOINED, i])
        .join(sc.range(JOINED).map((i): [number, number] => [(i * 104_729) % JOINED, i]))
        .map(([, [a, b]]) => a - 2 * b)
        .reduce((a, b) => a + b),
  };
}

function joinByString(sc: SparkContext): Contest {
  return {
    id: "join-strings",
    what: "join by strings",
    work: 2 * JOINED,
    unit: "pairs",
    goal: "≥ 1.3 × the loop",
    plain() {
      const left = new Map<string, number>();
      for (let i = 0; i < JOINED; i++) left.set(`user-${(i * 7919) % JOINED}`, i);
      let sum = 0;
      for (let i = 0; i < JOINED; i++) {
        const key = `user-${(i * 104_729) % JOINED}`;
        const value = left.get(key);
        if (value === undefined) continue;
        const [, [a, b]] = [key, [value, i]] as const;
        sum += a - 2 * b;
      }
      return sum;
    },
    rdd: () =>
      sc
        .range(JOINED)
        .map((i): [string, number] => [`user-${(i * 7919) % JOINED}`, i])
        .join(sc.range(JOINED).map((i): [string, number] => [`user-${(i * 104_729) % JOINED}`, i]))
        .map(([, [a, b]]) => a - 2 * b)
        .reduce((a, b) => a + b),
  };
}

function sort(sc: SparkContext): Contest {
  return {
    id: "sort-strings",
    what: "sortByKey",
    work: SORTED,
    unit: "pairs",
    goal: "≥ 1.3 × the loop",
    plain() {
      const pairs: [string, number][] = [];
      for (let i = 0; i < SORTED; i++) pairs.push([((i * 2_654_435_761) % 4_294_967_296).toString(36), i]);
      pairs.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
      return pairs.length;
    },
    rdd: () =>
      sc
        .range(SORTED)
        .map((i): [string, number] => [((i * 2_654_435_761) % 4_294_967_296).toString(36), i])
        .sortByKey()
        .count(),
  };
}
