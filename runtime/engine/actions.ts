import type { TaskOutput } from "../pool/task.js";
import { largest } from "../rows/largest.js";
import { countsOf, type Done, rowsOf } from "./done.js";
import type { LastStep } from "./stage.js";

/** What is wanted of an RDD. Results come back in the order of the partitions. */
export type Action =
  /** The first `limit` rows, in order; partitions are run only as far as they are needed. */
  | { kind: "take"; limit: number }
  /** All rows. */
  | { kind: "collect" }
  | { kind: "count" }
  /** All rows of one partition. */
  | { kind: "partition"; partition: number }
  /** The `limit` largest rows, largest first. */
  | { kind: "top"; limit: number }
  /** The `limit` largest rows, and how many there are in all. */
  | { kind: "summary"; limit: number };

export type ActionResult = { rows: unknown[] } | { count: number } | { rows: unknown[]; count: number };

/** The partitions of the RDD that an action is on. */
export interface Partitions {
  count: number;
  /** Runs a task for each of these places. Results are in their order. */
  run(places: readonly number[], last: LastStep, output: TaskOutput): Promise<Done[]>;
}

/** @throws what the first task that failed did; the others' results are dropped */
export function act(action: Action, partitions: Partitions): Promise<ActionResult> {
  return ACTIONS[action.kind](action as never, partitions);
}

const ROWS: LastStep = { kind: "rows" };
const ALL_ROWS: TaskOutput = { kind: "rows", limit: Number.POSITIVE_INFINITY };

const ACTIONS: {
  [K in Action["kind"]]: (
    action: Extract<Action, { kind: K }>,
    partitions: Partitions,
  ) => Promise<ActionResult>;
} = {
  collect: async (_action, partitions) => ({
    rows: rowsOf(await partitions.run(all(partitions), ROWS, ALL_ROWS)),
  }),
  take: async ({ limit }, partitions) => ({ rows: await take(partitions, limit) }),
  partition: async ({ partition }, partitions) => ({
    rows: rowsOf(await partitions.run([partition], ROWS, ALL_ROWS)),
  }),
  count: async (_action, partitions) => ({ count: await count(partitions) }),
  top: async ({ limit }, partitions) => ({ rows: await top(partitions, limit) }),
  summary: async ({ limit }, partitions) => ({
    rows: await top(partitions, limit),
    count: await count(partitions),
  }),
};

function all({ count }: Partitions): number[] {
  return Array.from({ length: count }, (_, place) => place);
}

async function count(partitions: Partitions): Promise<number> {
  return countsOf(await partitions.run(all(partitions), { kind: "count" }, { kind: "count" }));
}

async function top(partitions: Partitions, limit: number): Promise<unknown[]> {
  return largest(rowsOf(await partitions.run(all(partitions), ROWS, { kind: "top", limit })), limit);
}

/** Partition by partition, twice as many each time as before, until there are enough rows. */
async function take(partitions: Partitions, limit: number): Promise<unknown[]> {
  const rows: unknown[] = [];
  for (let from = 0, step = 1; from < partitions.count && rows.length < limit; from += step, step *= 2) {
    const output: TaskOutput = { kind: "rows", limit: limit - rows.length };
    for (const row of rowsOf(await partitions.run(all(partitions).slice(from, from + step), ROWS, output)))
      rows.push(row);
  }
  return rows.slice(0, limit);
}
