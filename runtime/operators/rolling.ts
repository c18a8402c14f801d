import { KeyTable } from "../rows/key-table.js";
import { type RollingCall, roll } from "../rows/rolling.js";
import { type Move, stateOperator } from "./state-operator.js";

interface RollingParams {
  /** A window of so many records, or of the batches of so many ms. */
  window: { records: number } | { ms: number };
  /** Undefined: the result of the only function, instead of an object by names. */
  names: string[] | undefined;
  calls: RollingCall[];
}

/** Of a key: the values in its window, and what each function gave last. */
interface Window {
  values: unknown[];
  /** Of the batches in which the values came; of a window of records, none. */
  times: number[];
  last: unknown[];
}

/**
 * `rolling(n | duration)`: for each record, what functions make of the last values of its key, this one included. The values of
 * a window are held in the worker that owns the key.
 */
export const rolling = stateOperator<RollingParams>("rolling", {
  head: "pairs",
  always: true,
  visits: "touched",
  dueMs: (params) => firstInWindowMs(params),
  form: ({ window, calls }) => {
    const last = "records" in window ? "records" : "batches";
    return `a rolling window of the last ${last}, with ${calls.map(([name]) => name).join(", ")}`;
  },
  move(move) {
    const keys: unknown[] = [];
    const results: unknown[] = [];
    for (const [key, values] of groups(move.pairs)) {
      const row = move.state.find(key);
      const before = row < 0 ? undefined : (move.state.values[row] as Window);
      const window = windowOf(before, values, move.params);
      for (const result of resultsOf(window, values.length, move.params)) {
        keys.push(key);
        results.push(result);
      }
      trim(window, move.params);
      if (row < 0) move.state.insert(key, window, move.params.timeMs);
      else move.state.set(row, window, move.params.timeMs);
    }
    dropEmpty(move);
    return { keys, values: results, length: keys.length };
  },
});

/** The values that came in for each key, in their order. */
function* groups(pairs: Move<RollingParams>["pairs"]): Generator<[key: unknown, values: unknown[]], void> {
  const table = new KeyTable<unknown[]>();
  for (const { keys, values, length } of pairs) {
    for (let i = 0; i < length; i++) {
      const group = table.get(keys[i]);
      if (group === undefined) table.insert(keys[i], [values[i]]);
      else group.push(values[i]);
    }
  }
  for (let row = 0; row < table.size; row++) yield [table.keys[row], table.values[row] as unknown[]];
}

/** What is left of the window before, and the new values. */
function windowOf(
  before: Window | undefined,
  values: readonly unknown[],
  { window, timeMs }: Move<RollingParams>["params"],
): Window {
  const { values: old = [], times = [], last = [] } = before ?? {};
  if ("records" in window) return { values: [...old, ...values], times, last: [...last] };
  const from = times.findIndex((time) => time > timeMs - window.ms);
  // All of it has left, and the key is one that begins.
  if (from < 0) return { values: [...values], times: values.map(() => timeMs), last: [] };
  return {
    values: [...old.slice(from), ...values],
    times: [...times.slice(from), ...values.map(() => timeMs)],
    last: [...last],
  };
}

function resultsOf(window: Window, fresh: number, params: RollingParams): unknown[] {
  const { values: all } = window;
  const records = "records" in params.window ? params.window.records : Number.POSITIVE_INFINITY;
  const rolled = { all, from: all.length - fresh, start: (at: number) => Math.max(0, at - records + 1) };
  const columns = params.calls.map((call, i) => roll(call, rolled, window.last[i]));
  window.last = columns.map((column) => column.at(-1));
  const { names } = params;
  if (names === undefined) return columns[0] ?? [];
  return Array.from({ length: fresh }, (_, row) =>
    Object.fromEntries(names.map((name, i) => [name, columns[i]?.[row]])),
  );
}

/** Of a window of records, the last one leaves when the next one comes. */
function trim(window: Window, params: RollingParams): void {
  if (!("records" in params.window)) return;
  const kept = params.window.records - 1;
  window.values = kept === 0 ? [] : window.values.slice(-kept);
}

/** Keys whose last value has left the window of a duration. */
function dropEmpty({ state, params }: Move<RollingParams>): void {
  const beforeMs = firstInWindowMs(params);
  if (beforeMs === undefined) return;
  for (let row = state.oldestBefore(beforeMs); row !== undefined; row = state.oldestBefore(beforeMs))
    state.delete(row);
}

/** What came before has left the window; undefined for a window of records. */
function firstInWindowMs({ window, timeMs }: Move<RollingParams>["params"]): number | undefined {
  return "records" in window ? undefined : timeMs - window.ms + 1;
}
