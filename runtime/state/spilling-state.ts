import { KeyedState } from "./keyed-state.js";
import { PagedState, type Paging } from "./paged-state.js";
import type { PartitionState } from "./partition-state.js";
import { changesOf, changesPart, changesToBytes, isByKey } from "./state-changes.js";
import { stateBytes } from "./state-page.js";
import type { StateRoom } from "./state-room.js";
import type { HeldColumns } from "./state-sight.js";

/**
 * Values by key, in one table as long as that fits in its share of the worker's memory, and in pages from then on, of which only a
 * part is in memory. What an operator does to the one it does to page after page of the other.
 */
export class SpillingState implements PartitionState {
  #now: KeyedState | PagedState = new KeyedState();
  #moves = 0;
  /** Whether others that made it of the same bytes may have its keys in other rows. */
  #byKey = false;

  /** @param paging undefined for one that is never to be taken apart */
  constructor(
    private readonly room: StateRoom,
    private readonly paging: Paging | undefined,
  ) {}

  /** As it is now: see above. */
  get now(): KeyedState | PagedState {
    return this.#now;
  }

  get size(): number {
    return this.#now.size;
  }

  get diskBytes(): number {
    return this.#now instanceof PagedState ? this.#now.diskBytes : 0;
  }

  held(): Iterable<HeldColumns> {
    return this.#now.held();
  }

  lastKey(): unknown {
    return this.#now.lastKey();
  }

  begin(comingBytes: number): void {
    // A move that may yet be undone knows its rows.
    if (this.#now instanceof KeyedState && this.#moves === 0) this.#fit(this.#now, comingBytes);
    this.#moves += 1;
    this.#now.begin();
  }

  delta(): Uint8Array {
    if (this.#now instanceof PagedState || !this.#byKey) return this.#now.delta();
    const changes = this.#now.changes();
    return changesToBytes(this.size, changes.gone, [changesPart(changes)]);
  }

  snapshot(): Uint8Array {
    return this.#now.snapshot();
  }

  load(bytes: Uint8Array): void {
    if (!isByKey(bytes)) {
      if (this.#now instanceof PagedState) throw new Error("rows of a state that is known by its keys");
      this.#now.load(bytes);
      return;
    }
    this.#byKey = true;
    if (this.#now instanceof KeyedState) this.#fit(this.#now, bytes.length * HEAP_PER_BYTE);
    for (const changes of changesOf(bytes)) this.#now.change(changes);
  }

  undo(moves: number): boolean {
    if (moves > this.#moves) return false;
    this.#moves -= moves;
    return this.#now.undo(moves);
  }

  settle(moves: number): void {
    this.#moves -= Math.min(moves, this.#moves);
    this.#now.settle(moves);
  }

  release(): void {
    if (this.#now instanceof PagedState) this.#now.release();
    this.room.hold(this, 0);
  }

  /** Goes over to pages when what there is and what comes does not fit. */
  #fit(state: KeyedState, comingBytes: number): void {
    const bytes = stateBytes(state);
    this.room.hold(this, bytes);
    if (this.paging === undefined || bytes + comingBytes <= this.room.shareOf(this)) return;
    this.room.hold(this, 0);
    const paged = new PagedState(this.room, this.paging, bytes + comingBytes);
    paged.change({ gone: [], ...state.columns() });
    this.#now = paged;
    this.#byKey = true;
  }
}

/** About the heap that a byte of columns on disk takes. */
const HEAP_PER_BYTE = 4;
