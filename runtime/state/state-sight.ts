import { equalTo } from "../rows/key.js";
import { compareRows } from "../rows/order.js";
import { estimateBytes } from "../rows/size-estimate.js";

/** What is asked about a state: certain keys, those of these that are there; or the first `limit` entries the greatest numbers first. */
export type StateQuery = { keys: readonly unknown[] } | { limit: number };

export interface StateEntry {
  key: unknown;
  value: unknown;
  /** When it was last touched, ms on the context's clock; undefined where the operator keeps no such time. */
  touchedMs: number | undefined;
}

/** The window that a state is: end and number of keys of a pane. */
export interface PaneSight {
  endMs: number;
  keys: number;
}

/** What a worker holds of one partition of a state. */
export interface StateSight {
  partition: number;
  rows: number;
  /** About the heap that keys and values take, or would take in memory. */
  bytes: number;
  /** What of it is on disk; 0 when all of it is in memory. */
  diskBytes: number;
  /** When the key that waits longest was last touched. */
  oldestMs: number | undefined;
  entries: StateEntry[];
  /** Oldest first; undefined for a state that is no window. */
  panes: PaneSight[] | undefined;
}

/** All that a state holds, as columns that its next move may change. */
export interface HeldColumns {
  keys: ArrayLike<unknown>;
  values: ArrayLike<unknown>;
  /** 0 where nobody keeps the time. */
  timesMs?: ArrayLike<number>;
  panes?: PaneSight[];
}

/** Looks at a state without changing it, part by part. The cost is that of a look at every key. */
export function lookAt(
  held: Iterable<HeldColumns>,
  query: StateQuery,
): Omit<StateSight, "partition" | "diskBytes"> {
  const sight = { rows: 0, bytes: 0, oldestMs: undefined as number | undefined };
  let entries: StateEntry[] = [];
  let panes: PaneSight[] | undefined;
  for (const part of held) {
    const seen = lookAtPart(part, query);
    sight.rows += part.keys.length;
    sight.bytes += seen.bytes;
    if (seen.oldestMs !== undefined)
      sight.oldestMs = Math.min(sight.oldestMs ?? seen.oldestMs, seen.oldestMs);
    entries = entries.length === 0 ? seen.entries : [...entries, ...seen.entries];
    if ("limit" in query && entries.length > query.limit)
      entries = entries.sort(byRank).slice(0, query.limit);
    panes = part.panes ?? panes;
  }
  return { ...sight, entries, panes };
}

function lookAtPart(
  held: HeldColumns,
  query: StateQuery,
): Pick<StateSight, "bytes" | "oldestMs" | "entries"> {
  const { keys, values, timesMs = [] } = held;
  const touchedMs = (row: number) => timesMs[row] || undefined;
  const entry = (row: number): StateEntry => ({
    key: keys[row],
    value: values[row],
    touchedMs: touchedMs(row),
  });
  let oldestMs: number | undefined;
  for (let row = 0; row < timesMs.length; row++) {
    const ms = touchedMs(row);
    if (ms !== undefined && (oldestMs === undefined || ms < oldestMs)) oldestMs = ms;
  }
  const entries = "keys" in query ? withKeys(keys, query.keys).map(entry) : first(held, entry, query.limit);
  return { bytes: estimateBytes(keys) + estimateBytes(values), oldestMs, entries };
}

/** The greatest numbers first; of values that are no numbers, those touched last, and then by their keys. */
export function byRank(a: StateEntry, b: StateEntry): number {
  return (
    sizeOf(b.value) - sizeOf(a.value) || (b.touchedMs ?? 0) - (a.touchedMs ?? 0) || compareRows(a.key, b.key)
  );
}

function sizeOf(value: unknown): number {
  const isNumber = typeof value === "number" || typeof value === "bigint";
  return isNumber && !Number.isNaN(value) ? Number(value) : Number.MIN_SAFE_INTEGER;
}

function withKeys(keys: ArrayLike<unknown>, wanted: readonly unknown[]): number[] {
  const tests = wanted.map(equalTo);
  const rows: number[] = [];
  for (let row = 0; row < keys.length; row++) if (tests.some((isEqual) => isEqual(keys[row]))) rows.push(row);
  return rows;
}

/** One pass, with a list that is cut when it has grown; values that are less than all in it are not even listed. */
function first(
  { keys, values }: HeldColumns,
  entry: (row: number) => StateEntry,
  limit: number,
): StateEntry[] {
  let best: StateEntry[] = [];
  let least = Number.NEGATIVE_INFINITY;
  for (let row = 0; row < keys.length && limit > 0; row++) {
    if (sizeOf(values[row]) < least) continue;
    best.push(entry(row));
    if (best.length < 2 * limit + 1000) continue;
    best = best.sort(byRank).slice(0, limit);
    least = sizeOf(best.at(-1)?.value);
  }
  return best.sort(byRank).slice(0, limit);
}
