import type { TaskOutput } from "../pool/task.js";
import { type Top, top } from "../rows/largest.js";
import { StreamError } from "../stream-error.js";
import type { Action, ActionResult, Counted, Most } from "./action.js";
import { countsOf, type Done, rowsOf } from "./done.js";
import { type GiveRows, RowStream } from "./row-stream.js";
import type { LastStep } from "./stage.js";

/** The partitions of the RDD that an action is on. */
export interface Partitions {
  count: number;
  /** Runs a task for each of these places. Results are in their order; `onDone` is told of each as it comes. */
  run(
    places: readonly number[],
    last: LastStep,
    output: TaskOutput,
    onDone?: (done: Done, place: number) => void,
  ): Promise<Done[]>;
  /** Gives the rows of a place on before the action's end; undefined where nobody takes them. */
  give: GiveRows | undefined;
  /** Ends the job with this error, and with it all tasks that still run. */
  end(error: StreamError): void;
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
  collect: async ({ most }, partitions) => ({
    rows: await (most === undefined ? collectAll(partitions) : collectAtMost(most, partitions)),
  }),
  take: async ({ limit }, partitions) => ({ rows: await take(partitions, limit) }),
  partitions: async ({ partitions: places }, partitions) => ({
    rows: rowsOf(await partitions.run(places, ROWS, ALL_ROWS)),
  }),
  count: async (_action, partitions) => ({ count: await count(partitions) }),
  top: (wanted, partitions) => topOf(partitions, wanted),
};

function all({ count }: Partitions): number[] {
  return Array.from({ length: count }, (_, place) => place);
}

async function collectAll(partitions: Partitions): Promise<unknown[]> {
  const stream = partitions.give && new RowStream(partitions.give);
  return rowsOf(
    await partitions.run(all(partitions), ROWS, ALL_ROWS, (done, place) => stream?.add(done, place)),
  );
}

/** Rows are counted as they come: of what is too much, no more is here than the tasks of the moment give. */
async function collectAtMost(most: Most, partitions: Partitions): Promise<unknown[]> {
  let rows = 0;
  let bytes = 0;
  const output: TaskOutput = { kind: "rows", limit: most.rows + 1, maxBytes: most.bytes };
  const stream = partitions.give && new RowStream(partitions.give);
  const done = await partitions.run(all(partitions), ROWS, output, (done, place) => {
    const { result } = done;
    if (result === null || !("rows" in result)) return;
    rows += result.rows.length;
    bytes += result.bytes ?? 0;
    if (rows > most.rows || bytes > most.bytes) partitions.end(tooMuch(most, rows > most.rows));
    else stream?.add(done, place);
  });
  return rowsOf(done);
}

function tooMuch({ rows, bytes }: Most, isRows: boolean): StreamError {
  const what = isRows ? `${rows} records` : `${Math.round(bytes / 2 ** 20)} MB of records`;
  return new StreamError(
    "RT_COLLECT_LIMIT",
    `collect() would bring more than ${what} into the program; take(n) or collect({ limit: n }) brings the first ones, and collect({ force: true }) all, if there is memory for them`,
  );
}

async function count(partitions: Partitions): Promise<number> {
  return countsOf(await partitions.run(all(partitions), { kind: "count" }, { kind: "count" }));
}

async function topOf(partitions: Partitions, { limit, pairs }: Top): Promise<Counted> {
  const wanted: Top = { limit, ...(pairs !== undefined && { pairs }) };
  const done = await partitions.run(all(partitions), ROWS, { kind: "top", ...wanted });
  return { rows: top(rowsOf(done), wanted), count: countsOf(done) };
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
