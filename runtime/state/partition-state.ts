import type { StateBytes } from "./state-bytes.js";
import type { HeldColumns } from "./state-sight.js";

/**
 * What a stateful operator keeps of one partition from batch to batch, in the worker that owns the partition.
 *
 * It is changed by moves, one after the other, each to a later version. A move can be undone until it is settled, since the
 * batch it belongs to may fail; and what it changed can be had as bytes, from which another worker, or a later process,
 * makes the same state.
 */
export interface PartitionState {
  /** How many keys it holds, after a move. */
  readonly size: number;
  /** All that it holds, to be looked at, a part at a time. */
  held(): Iterable<HeldColumns>;
  /** The key that came last, of those that are still there. */
  lastKey(): unknown;
  /** Bytes of it on disk; none where it is all in memory. */
  readonly diskBytes?: number;
  /**
   * Begins a move. What is changed from here on belongs to it.
   * @param comingBytes about how much it may bring into the state
   */
  begin(comingBytes?: number): void;
  /**
   * What the last move changed, as bytes. Those in a file are there until the move is settled, or undone.
   * @throws what the serialiser throws of a value that is no data, StreamError RT_DISK
   */
  delta(): StateBytes;
  /** All of it, as bytes, likewise. */
  snapshot(): StateBytes;
  /** Takes over a {@link snapshot} of an empty state, or a {@link delta} of the state as it is. Cannot be undone. */
  load(bytes: StateBytes): void;
  /**
   * Takes back the last moves.
   * @returns false when that cannot be: objects may have been changed in place. It is then to be made anew.
   */
  undo(moves: number): boolean;
  /** The first moves that could still be undone cannot be any more. */
  settle(moves: number): void;
  /** Nobody asks for it any more. */
  release?(): void;
}
