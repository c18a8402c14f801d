import type { PagePlace } from "../disk/page-files.js";
import { bytesPerRow } from "../rows/heap-bytes.js";
import type { KeyedState, StateChanges } from "./keyed-state.js";

/** Some keys of a state: those whose hash ends with `bits`, as far as `depth` bits of it go. */
export class StatePage {
  /** Where it lies; undefined while it is empty, or in memory only. */
  place: PagePlace | undefined;
  rows = 0;
  /** About the heap that it takes in memory. */
  bytes = 0;
  /** No key of it was touched before. */
  oldestMs = Number.POSITIVE_INFINITY;

  constructor(
    readonly depth: number,
    readonly bits: number,
  ) {}

  /** Notes what is in it. */
  measure({ keys, values, timesMs }: Omit<StateChanges, "gone">): void {
    this.rows = keys.length;
    this.bytes = heapOf(keys, values, this.rows);
    this.oldestMs = Number.POSITIVE_INFINITY;
    for (let i = 0; i < timesMs.length; i++)
      if ((timesMs[i] as number) < this.oldestMs) this.oldestMs = timesMs[i] as number;
  }
}

/** About the heap that a state takes. */
export function stateBytes({ keys, values, size }: KeyedState): number {
  return heapOf(keys, values, size);
}

function heapOf(keys: ArrayLike<unknown>, values: ArrayLike<unknown>, rows: number): number {
  return STATE_BYTES + rows * (bytesPerRow(keys, values, rows) + ROW_BYTES);
}

/** Of a row: its places in the index, half of which are free, the time, and the move in which it was logged. */
const ROW_BYTES = 48;

/** Of a state without rows: its arrays and objects. */
const STATE_BYTES = 1024;
