import { kindOfKey } from "../rows/key.js";
import type { PartitionState } from "../state/partition-state.js";
import { lookAt, type StateQuery, type StateSight } from "../state/state-sight.js";
import type { KeyKinds, Moved, StateRead } from "./task.js";

interface Slot {
  state: PartitionState;
  /** The version that cannot be undone. */
  settled: number | undefined;
  /** Versions of the moves since, in order; {@link UNFINISHED} for one that did not come to its end. */
  moves: number[];
  /** A key that was there before the last move, where it is asked for; and how many were. */
  before: readonly unknown[];
  sizeBefore: number;
}

const UNFINISHED = Number.NaN;

/** The state that a move is to begin with is not with this worker. */
export class StateNotHere extends Error {
  constructor(
    readonly state: string,
    readonly partition: number,
  ) {
    super(`the state ${state} of partition ${partition} is not here as it is wanted`);
  }
}

/**
 * A worker's states. Each move names the version it begins with: a state that is further, since a batch failed, is taken
 * back to it by undoing; one that is not there, since its worker was lost, comes with the task as bytes.
 */
export class StateSlots {
  readonly #states = new Map<string, Map<number, Slot>>();

  /** States of which there is a partition here. */
  get size(): number {
    return this.#states.size;
  }

  /** Begins a move. @throws StateNotHere */
  begin<S extends PartitionState>(read: StateRead, partition: number, create: () => S): S {
    const slots = this.#states.get(read.key) ?? new Map<number, Slot>();
    this.#states.set(read.key, slots);
    const slot = this.#slotAt(read, partition, slots.get(partition), create);
    slots.set(partition, slot);
    settle(slot, read.settled);
    slot.moves.push(UNFINISHED);
    slot.before = read.kinds && slot.state.size > 0 ? slot.state.held().keys.slice(0, 1) : [];
    slot.sizeBefore = slot.state.size;
    slot.state.begin();
    return slot.state as S;
  }

  /** Ends a move. */
  finish({ key, after, whole, kinds }: StateRead, partition: number): Moved {
    const slot = this.#states.get(key)?.get(partition);
    if (slot === undefined)
      throw new Error(`no move of the state ${key} was begun in partition ${partition}`);
    const bytes = whole ? slot.state.snapshot() : slot.state.delta();
    slot.moves[slot.moves.length - 1] = after;
    return { bytes, rows: slot.state.size, ...(kinds && { kinds: kindsOf(slot) }) };
  }

  /** What is here of a state, partition by partition. */
  look(state: string, query: StateQuery): StateSight[] {
    return [...(this.#states.get(state) ?? [])].map(([partition, slot]) => ({
      partition,
      ...lookAt(slot.state.held(), query),
    }));
  }

  release(state: string): void {
    this.#states.delete(state);
  }

  #slotAt(read: StateRead, partition: number, slot: Slot | undefined, create: () => PartitionState): Slot {
    const { before, parts } = read;
    if (parts !== undefined || before === undefined) {
      const state = create();
      for (const part of parts ?? []) state.load(part);
      return { state, settled: before, moves: [], before: [], sizeBefore: 0 };
    }
    if (slot === undefined || !goBack(slot, before)) throw new StateNotHere(read.key, partition);
    return slot;
  }
}

/** Keys that came are behind those that were there. Undefined when none came, or none was there. */
function kindsOf({ state, before, sizeBefore }: Slot): KeyKinds | undefined {
  if (before.length === 0 || state.size <= sizeBefore) return undefined;
  return { held: kindOfKey(before[0]), came: kindOfKey(state.held().keys.at(-1)) };
}

/** @returns whether the state is at that version now */
function goBack(slot: Slot, version: number): boolean {
  const kept = slot.settled === version ? 0 : slot.moves.indexOf(version) + 1;
  if (kept === 0 && slot.settled !== version) return false;
  const moves = slot.moves.length - kept;
  if (moves > 0 && !slot.state.undo(moves)) return false;
  slot.moves.length = kept;
  return true;
}

function settle(slot: Slot, version: number | undefined): void {
  const moves = version === undefined ? 0 : slot.moves.indexOf(version) + 1;
  if (moves === 0) return;
  slot.state.settle(moves);
  slot.moves.splice(0, moves);
  slot.settled = version;
}
