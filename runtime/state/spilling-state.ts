import { KeyedState } from "./keyed-state.js";
import { PagedState } from "./paged-state.js";
import type { PartitionState } from "./partition-state.js";
import type { StateBytes } from "./state-bytes.js";
import { changesHead, changesOf, changesParts, isByKey } from "./state-changes.js";
import { stateBytes } from "./state-page.js";
import type { StateRoom } from "./state-room.js";
import type { HeldColumns } from "./state-sight.js";
import { StateWriter } from "./state-writer.js";
import { TouchedState } from "./touched-state.js";

/**
 * How an operator goes about its keys: `all` of them in each move, or those that are `touched`, by which it is decided which of them
 * are in memory; or `whole`: they have to be there together.
 */
export type Visits = "all" | "touched" | "whole";

/**
 * Values by key, in one table as long as that fits in its share of the worker's memory; from then on only a part of them is in memory.
 */
export class SpillingState implements PartitionState {
  #now: KeyedState | PagedState | TouchedState = new KeyedState();
  /** What the moves that can be undone changed, and those that are to be kept by others yet. */
  readonly #moves: StateWriter[] = [];
  /** Whether others that made it of the same bytes may have its keys in other rows. */
  #byKey = false;

  constructor(
    private readonly room: StateRoom,
    private readonly visits: Visits,
    /** For tests: heap of a page. */
    private readonly pageBytes?: number,
  ) {}

  /** As it is now: see above. */
  get now(): KeyedState | PagedState | TouchedState {
    return this.#now;
  }

  get size(): number {
    return this.#now.size;
  }

  get diskBytes(): number {
    return this.#now instanceof KeyedState ? 0 : this.#now.diskBytes;
  }

  held(): Iterable<HeldColumns> {
    return this.#now.held();
  }

  lastKey(): unknown {
    return this.#now.lastKey();
  }

  begin(comingBytes: number): void {
    // A move that may yet be undone knows its rows.
    if (this.#now instanceof KeyedState && this.#moves.length === 0) this.#fit(this.#now, comingBytes);
    const writer = new StateWriter(this.room.files);
    this.#moves.push(writer);
    this.#now.begin(writer);
  }

  delta(): StateBytes {
    if (!(this.#now instanceof KeyedState)) return this.#now.delta(this.#writer());
    return this.#byKey ? this.#written(changesParts(this.#now.changes())) : this.#now.delta();
  }

  snapshot(): StateBytes {
    if (!(this.#now instanceof KeyedState)) return this.#now.snapshot(this.#writer());
    return this.#byKey
      ? this.#written(changesParts({ gone: [], ...this.#now.columns() }))
      : this.#now.snapshot();
  }

  load(bytes: StateBytes): void {
    if (!isByKey(bytes)) {
      if (!(this.#now instanceof KeyedState)) throw new Error("rows of a state that is known by its keys");
      this.#now.load(bytes);
      return;
    }
    this.#byKey = true;
    if (this.#now instanceof KeyedState) this.#fit(this.#now, bytes.length * HEAP_PER_BYTE);
    for (const changes of changesOf(bytes)) this.#now.change(changes);
  }

  undo(moves: number): boolean {
    if (moves > this.#moves.length) return false;
    for (const writer of this.#moves.splice(this.#moves.length - moves)) writer.clear();
    return this.#now.undo(moves);
  }

  settle(moves: number): void {
    for (const writer of this.#moves.splice(0, moves)) writer.clear();
    this.#now.settle(moves);
  }

  release(): void {
    for (const writer of this.#moves.splice(0)) writer.clear();
    if (!(this.#now instanceof KeyedState)) this.#now.release();
    this.room.hold(this, 0);
  }

  #writer(): StateWriter {
    return this.#moves.at(-1) as StateWriter;
  }

  #written(parts: Iterable<Uint8Array>): StateBytes {
    const writer = this.#writer();
    writer.clear();
    writer.add(changesHead());
    for (const part of parts) writer.add(part);
    return writer.finish();
  }

  /** Goes over to disk when what there is and what comes does not fit. */
  #fit(state: KeyedState, comingBytes: number): void {
    const bytes = stateBytes(state);
    this.room.hold(this, bytes);
    if (this.visits === "whole" || bytes + comingBytes <= this.room.shareOf(this)) return;
    this.room.hold(this, 0);
    const Spilled = SPILLED[this.visits];
    this.#now = new Spilled(this.room, state, bytes + comingBytes, this.pageBytes);
    this.#byKey = true;
  }
}

const SPILLED = { all: PagedState, touched: TouchedState };

/** About the heap that a byte of columns on disk takes. */
const HEAP_PER_BYTE = 4;
