import { type RddNode, rddNode } from "../plan/rdd-node.js";
import { type StreamNode, stateKey } from "../plan/stream-node.js";
import { TaskError } from "../pool/program.js";
import { type Chunk, type Merged, type ReadCall, rowChunk } from "../pool/reader.js";
import type { SidedPairs } from "../rows/column-batch.js";
import { bytesPerRow } from "../rows/heap-bytes.js";
import { KeyedState } from "../state/keyed-state.js";
import { PagedState } from "../state/paged-state.js";
import { SpillingState } from "../state/spilling-state.js";
import { TouchedState } from "../state/touched-state.js";
import { byPage } from "./by-page.js";
import { emitPairs } from "./combine.js";
import type { LoopHead } from "./loop.js";
import type { BatchOfRdds, Operator } from "./operator.js";
import { parallelizeNode } from "./parallelize.js";
import { whole } from "./whole-reader.js";
import { type Spread, wideLowering } from "./wide.js";

/** What is declared of a stream with a state by key. */
export interface StateParams extends Spread {
  /** Id of the program's RDD of pairs that the state begins with. */
  initial: string | undefined;
}

/** What the RDD of one batch is told: the stream's own params, and the batch. */
export interface MoveParams extends StateParams {
  /** The stream whose state it is. */
  stream: string;
  timeMs: number;
}

/** The pairs that came in, and the keys they are to change: all of a partition, or some of them. */
export interface Move<P> {
  pairs: readonly SidedPairs[];
  state: KeyedState;
  functions: ReadCall["functions"];
  params: P & MoveParams;
}

interface StateParts<P> {
  head: Extract<LoopHead, "rows" | "pairs">;
  /** Whether there is an RDD for a batch before anything came in. */
  always: boolean;
  /** Which counts of the initial RDD's states of one key: in Spark the first that a cogroup finds, or the last that is put into a map. */
  initial?: "first" | "last";
  /** What the RDD of a batch is told besides. */
  more?(node: StreamNode, batch: BatchOfRdds): Partial<P>;
  /** Whether each batch goes over all keys, or over those that came in and those that are due. */
  visits: "all" | "touched";
  /** Keys that were touched before are visited though they did not come in. */
  dueMs?(params: P & MoveParams): number | undefined;
  /** Whether `move` must have all keys of the partition at once: then they stay in memory. */
  isWhole?(params: P & MoveParams): boolean;
  /** See `StreamLowering.stateForm`. */
  form?(params: P): string;
  /** Under which name the pairs of all keys after the move are read besides. */
  pairsView?(params: P & MoveParams): string | undefined;
  /** @returns a part of the result; undefined, where all keys are visited, if that is the pairs of all of them after the move */
  move(move: Move<P>): Chunk | undefined;
}

/**
 * An operator that keeps a value for each key from batch to batch, in the workers that own the keys. A batch brings the
 * pairs of its parent; the first one also those of an initial RDD.
 */
export function stateOperator<P>(name: string, parts: StateParts<P>): Operator {
  const { head, always, more } = parts;
  const visitsOf = (params: unknown) =>
    parts.isWhole?.(params as P & MoveParams) === true ? "whole" : parts.visits;
  const wide = wideLowering({
    head,
    emitMapSide: (loop) => emitPairs(loop, name),
    reader: whole((sided, call) => {
      const params = call.params as P & MoveParams;
      const { now } = call.state.move((room) => new SpillingState(room, visitsOf(params)), bytesOf(sided));
      const chunks = moved(parts, sided, now, call).filter((chunk) => chunk !== undefined);
      const view = parts.pairsView?.(params);
      if (view !== undefined) call.also(view, allPairs(now, call));
      return parts.visits === "all" && chunks.length === 0 ? allPairs(now, call) : joined(chunks);
    }),
  });
  return {
    name,
    rdd: {
      ...wide,
      state: (node) => {
        const { stream, timeMs } = node.params as MoveParams;
        return { key: stream, version: timeMs, sides: node.parents.length, madeFor: visitsOf(node.params) };
      },
      inMemory: (node) =>
        visitsOf(node.params) === "whole"
          ? "a function of whole partitions has all of their keys in memory: of one key at a time the others lie on disk"
          : undefined,
    },
    stream: {
      rddAt(node, batch) {
        const params = node.params as StateParams;
        const parent = batch.parent(0);
        if (parent === undefined && !batch.begun && !always) return undefined;
        const initial = batch.begun || params.initial === undefined ? [] : [batch.programRdd(params.initial)];
        const told = { ...params, ...more?.(node, batch), stream: stateKey(node), timeMs: batch.timeMs };
        const parents: RddNode[] = [parent ?? parallelizeNode([], 1), ...initial];
        return rddNode(name, parents, node.functions, told, params.partitions);
      },
      ...(parts.form && { stateForm: ({ params }: StreamNode) => parts.form?.(params as P) ?? "" }),
    },
  };
}

/** Moves a state, wherever its keys are. */
function moved<P>(
  parts: StateParts<P>,
  sided: readonly SidedPairs[],
  state: SpillingState["now"],
  call: ReadCall,
): (Chunk | undefined)[] {
  if (state instanceof PagedState) return moveByPage(parts, sided, state, call);
  if (!(state instanceof TouchedState)) return [moveKeys(parts, sided, state, call)];
  const touched = state.open(sided, parts.dueMs?.(call.params as P & MoveParams));
  const result = moveKeys(parts, sided, touched, call);
  state.close();
  return [result];
}

/** What all keys that are given, and those that came in, are to be after the batch. */
function moveKeys<P>(
  { move, initial = "first" }: StateParts<P>,
  sided: readonly SidedPairs[],
  state: KeyedState,
  call: ReadCall,
): Chunk | undefined {
  const params = call.params as P & MoveParams;
  for (const { side, keys, values, length } of sided) {
    if (side === DATA) continue;
    for (let i = 0; i < length; i++) put(state, keys[i], values[i], params.timeMs, initial);
  }
  const pairs = sided.filter(({ side }) => side === DATA);
  return move({ pairs, state, functions: call.functions, params });
}

/** The same for a state that is moved a page at a time. */
function moveByPage<P>(
  parts: StateParts<P>,
  sided: readonly SidedPairs[],
  state: PagedState,
  call: ReadCall,
): (Chunk | undefined)[] {
  const coming = byPage(sided, (key, hash) => state.pageOf(key, hash));
  const results: (Chunk | undefined)[] = [];
  for (const page of state.pages()) {
    const pairs = coming.get(page) ?? [];
    if (pairs.length === 0 && page.rows === 0) continue;
    call.room.checkCancelled();
    results.push(moveKeys(parts, pairs, state.open(page), call));
    state.close(page);
  }
  return results;
}

/** The pairs of all keys as they are now. */
function allPairs(state: SpillingState["now"], { room }: ReadCall): Merged {
  if (state instanceof KeyedState) {
    const pairs = state.lend();
    room.onRelease(() => pairs.release());
    return [pairs];
  }
  const { chunks, release } = state.pairs();
  room.onRelease(release);
  return chunks;
}

/** Small chunks as one: the loop over the rows is called for each. */
function joined(chunks: Chunk[]): Chunk[] {
  const [first] = chunks;
  if (first === undefined || chunks.length === 1) return chunks;
  if ("rows" in first)
    return [rowChunk(together(chunks.map((chunk) => ("rows" in chunk ? chunk.rows : []))))];
  const keys = together(chunks.map((chunk) => ("keys" in chunk ? chunk.keys : [])));
  const values = together(chunks.map((chunk) => ("keys" in chunk ? chunk.values : [])));
  return [{ keys, values, length: keys.length }];
}

function together(columns: readonly ArrayLike<unknown>[]): unknown[] {
  const all: unknown[] = [];
  for (const column of columns) for (let i = 0; i < column.length; i++) all.push(column[i]);
  return all;
}

/** About the heap that pairs would take as a state. */
function bytesOf(sided: readonly SidedPairs[]): number {
  return sided.reduce((sum, { keys, values, length }) => sum + length * bytesPerRow(keys, values, length), 0);
}

/** The side of a batch's own pairs; the other one is the initial RDD's. */
const DATA = 0;

function put(
  state: KeyedState,
  key: unknown,
  value: unknown,
  timeMs: number,
  counts: "first" | "last",
): void {
  const row = state.find(key);
  if (row < 0) state.insert(key, value, timeMs);
  else if (counts === "last") state.set(row, value, timeMs);
}

/** A user's function threw on a key: the message names both. */
export function blameKey(operator: string, key: unknown, value: unknown, error: unknown): TaskError {
  return new TaskError(error, operator, { value: [key, value] });
}
