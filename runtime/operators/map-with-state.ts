import { rddNode } from "../plan/rdd-node.js";
import type { SidedPairs } from "../rows/column-batch.js";
import { KeyState, type State } from "../state/key-state.js";
import { isObject, type KeyedState } from "../state/keyed-state.js";
import { Time } from "../time/time.js";
import type { Operator } from "./operator.js";
import { blameKey, type Move, stateOperator } from "./state-operator.js";

interface MapParams {
  /** Whether the function takes the batch's time first. */
  timed: boolean;
  /** A key is dropped when it was not touched for longer. */
  timeoutMs: number | undefined;
  /** Whether somebody reads the state of all keys. */
  snapshots: boolean;
}

type MapState = (key: unknown, value: unknown, state: State<unknown>) => unknown;

/**
 * `mapWithState(spec)`: per batch, what the function gives for each pair that came in, which may read, change and remove the
 * state of its key; undefined is left out. Keys that were not touched for longer than the timeout are told of once more,
 * with no value, and dropped. The cost is that of the touched keys.
 */
export const mapWithState = stateOperator<MapParams>("mapWithState", {
  head: "rows",
  always: true,
  initial: "last",
  more: (_node, batch) => ({ snapshots: batch.isReadBy("stateSnapshots") }),
  visits: "touched",
  dueMs: ({ timeMs, timeoutMs }) => timeoutMs && timeMs - timeoutMs,
  pairsView: ({ snapshots }) => (snapshots ? SNAPSHOTS : undefined),
  move({ pairs, state, functions, params }) {
    const rows: unknown[] = [];
    const map = mapOf(functions, params);
    mapKeys(pairs, state, map, params, rows);
    return { rows, length: rows.length };
  },
});

/** `stateSnapshots()`: per batch, the state of all keys after it. */
export const stateSnapshots: Operator = {
  name: "stateSnapshots",
  rdd: { kind: "view", view: "snapshots", head: "pairs" },
  stream: {
    rddAt(_node, batch) {
      const parent = batch.parent(0);
      return parent && rddNode("stateSnapshots", [parent], [], null, parent.partitions);
    },
  },
};

const SNAPSHOTS = "snapshots";

function mapOf(
  functions: Move<MapParams>["functions"],
  params: Pick<Move<MapParams>["params"], "timed" | "timeMs">,
): MapState {
  const [fn] = functions as [(...args: unknown[]) => unknown];
  if (!params.timed) return fn;
  const time = new Time(params.timeMs);
  return (key, value, state) => fn(time, key, value, state);
}

/**
 * What a batch does to a state: the function is called for each pair, then for each key that times out.
 * @param rows takes what the function gives
 */
export function mapKeys(
  pairs: readonly SidedPairs[],
  state: KeyedState,
  map: MapState,
  { timeMs, timeoutMs }: { timeMs: number; timeoutMs: number | undefined },
  rows: unknown[],
): void {
  const cell = new KeyState<unknown>();
  for (const { keys, values, length, hashes } of pairs) {
    const found = new Int32Array(length);
    state.findAll(keys, found, hashes);
    for (let i = 0; i < length; i++) {
      const key = keys[i];
      // Keys come and go meanwhile.
      const at = found[i] as number;
      const row = at >= 0 && at < state.size && state.keys[at] === key ? at : state.find(key);
      if (row < 0) cell.wrapNone();
      else cell.wrap(state.values[row]);
      const mapped = called(map, key, values[i], cell);
      if (mapped !== undefined) rows.push(mapped);
      if (row >= 0) putBack(state, row, cell, timeMs, timeoutMs !== undefined);
      else if (cell.isUpdated) state.insert(key, cell.get(), timeMs);
    }
  }
  if (timeoutMs !== undefined) dropUntouched(state, map, timeMs - timeoutMs, rows);
}

/** @param touches whether the key counts as touched though it was not updated */
function putBack(
  state: KeyedState,
  row: number,
  cell: KeyState<unknown>,
  timeMs: number,
  touches: boolean,
): void {
  if (cell.isRemoved) state.delete(row);
  else if (cell.isUpdated || touches) state.set(row, cell.get(), timeMs);
  // An object may have been changed where it is.
  else if (isObject(state.values[row])) state.set(row, cell.get(), state.timeOf(row));
}

function dropUntouched(state: KeyedState, map: MapState, beforeMs: number, rows: unknown[]): void {
  const cell = new KeyState<unknown>();
  for (let row = state.oldestBefore(beforeMs); row !== undefined; row = state.oldestBefore(beforeMs)) {
    cell.wrapTimingOut(state.values[row]);
    const mapped = called(map, state.keys[row], undefined, cell);
    if (mapped !== undefined) rows.push(mapped);
    state.delete(row);
  }
}

function called(map: MapState, key: unknown, value: unknown, cell: KeyState<unknown>): unknown {
  try {
    return map(key, value, cell);
  } catch (error) {
    throw blameKey("mapWithState", key, value, error);
  }
}
