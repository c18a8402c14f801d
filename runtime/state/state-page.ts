import type { PagePlace } from "../disk/page-files.js";
import { bytesPerRow } from "../rows/heap-bytes.js";
import type { KeyedState } from "./keyed-state.js";

/** Some keys of a state: those whose hash ends with `bits`, as far as `depth` bits of it go. In memory, on disk or both. */
export class StatePage {
  /** Undefined while it is on disk only, or empty. */
  state: KeyedState | undefined;
  /** Where it lies as it is now; undefined when it is not on disk as it is. */
  place: PagePlace | undefined;
  rows = 0;
  /** About the heap that it takes in memory. */
  bytes = 0;
  /** No key of it was touched before. */
  oldestMs = Number.POSITIVE_INFINITY;
  /** Moves that only its own log in memory can undo: it has to stay there. */
  open = 0;

  constructor(
    readonly depth: number,
    readonly bits: number,
  ) {}

  /** Notes what its state is like after a change of it. */
  measure(state: KeyedState): void {
    this.rows = state.size;
    this.bytes = stateBytes(state);
    this.oldestMs = Number.POSITIVE_INFINITY;
    for (const ms of state.columns().timesMs) if (ms < this.oldestMs) this.oldestMs = ms;
  }
}

/** About the heap that a state takes. */
export function stateBytes({ keys, values, size }: KeyedState): number {
  return STATE_BYTES + size * (bytesPerRow(keys, values, size) + ROW_BYTES);
}

/** Of a row: its places in the index, half of which are free, the time, and the move in which it was logged. */
const ROW_BYTES = 48;

/** Of a state without rows: its arrays and objects. */
const STATE_BYTES = 1024;
