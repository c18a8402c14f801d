import { isMissing, kindOfKey } from "../rows/key.js";
import type { PartitionState } from "../state/partition-state.js";
import type { StateRoom } from "../state/state-room.js";
import { lookAt, type StateQuery, type StateSight } from "../state/state-sight.js";
import type { KeyKinds, Moved, StateRead } from "./task.js";

interface Slot {
  state: PartitionState;
  /** See {@link StateRead}. */
  madeFor: string;
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

  /** @param room what they may hold */
  constructor(private readonly room: StateRoom) {}

  /** Begins a move. @param comingBytes about how much it may bring @throws StateNotHere */
  begin<S extends PartitionState>(
    read: StateRead,
    partition: number,
    create: (room: StateRoom) => S,
    comingBytes: number,
  ): S {
    const slots = this.#states.get(read.key) ?? new Map<number, Slot>();
    this.#states.set(read.key, slots);
    const slot = this.#slotAt(read, partition, slots, create);
    slots.set(partition, slot);
    settle(slot, read.settled);
    slot.moves.push(UNFINISHED);
    slot.before = read.kinds ? firstKey(slot.state) : [];
    slot.sizeBefore = slot.state.size;
    slot.state.begin(comingBytes);
    return slot.state as S;
  }

  /** Ends a move. */
  finish({ key, after, whole, kinds }: StateRead, partition: number): Moved {
    const slot = this.#states.get(key)?.get(partition);
    if (slot === undefined)
      throw new Error(`no move of the state ${key} was begun in partition ${partition}`);
    const bytes = whole ? slot.state.snapshot() : slot.state.delta();
    slot.moves[slot.moves.length - 1] = after;
    const { size: rows, diskBytes = 0 } = slot.state;
    return { bytes, rows, diskBytes, ...(kinds && { kinds: kindsOf(slot) }) };
  }

  /** What is here of a state, partition by partition. */
  look(state: string, query: StateQuery): StateSight[] {
    return [...(this.#states.get(state) ?? [])].map(([partition, slot]) => ({
      partition,
      ...lookAt(slot.state.held(), query),
      diskBytes: slot.state.diskBytes ?? 0,
    }));
  }

  release(state: string): void {
    for (const slot of this.#states.get(state)?.values() ?? []) slot.state.release?.();
    this.#states.delete(state);
  }

  /** Nothing more is asked of any. */
  close(): void {
    for (const state of this.#states.keys()) this.release(state);
  }

  #slotAt(
    read: StateRead,
    partition: number,
    slots: Map<number, Slot>,
    create: (room: StateRoom) => PartitionState,
  ): Slot {
    const { before, parts, madeFor } = read;
    const slot = slots.get(partition);
    if (parts === undefined && before !== undefined) {
      if (slot?.madeFor === madeFor && goBack(slot, before)) return slot;
      drop(slots, partition);
      throw new StateNotHere(read.key, partition);
    }
    drop(slots, partition);
    const state = create(this.room);
    try {
      for (const part of parts ?? []) state.load(part);
    } catch (error) {
      state.release?.();
      throw error;
    }
    return { state, madeFor, settled: before, moves: [], before: [], sizeBefore: 0 };
  }
}

function drop(slots: Map<number, Slot>, partition: number): void {
  slots.get(partition)?.state.release?.();
  slots.delete(partition);
}

/** A key that it holds, if it holds any that is not missing. */
function firstKey(state: PartitionState): unknown[] {
  for (const { keys } of state.held())
    for (let i = 0; i < Math.min(keys.length, LOOKED_AT); i++) if (!isMissing(keys[i])) return [keys[i]];
  return [];
}

/** So many keys are asked whether they are missing: there are seldom more. */
const LOOKED_AT = 100;

/** Keys that came are behind those that were there. Undefined when none came, or none was there, that is not missing. */
function kindsOf({ state, before, sizeBefore }: Slot): KeyKinds | undefined {
  if (before.length === 0 || state.size <= sizeBefore) return undefined;
  const came = state.lastKey();
  return isMissing(came) ? undefined : { held: kindOfKey(before[0]), came: kindOfKey(came) };
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
