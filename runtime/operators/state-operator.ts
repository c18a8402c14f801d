import { type RddNode, rddNode } from "../plan/rdd-node.js";
import { type StreamNode, stateKey } from "../plan/stream-node.js";
import { TaskError } from "../pool/program.js";
import type { Merged, ReadCall } from "../pool/reader.js";
import type { SidedPairs } from "../rows/column-batch.js";
import { KeyedState } from "../state/keyed-state.js";
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

/** The pairs that came in, and the state they are to change. */
export interface Move<P> {
  pairs: SidedPairs[];
  state: KeyedState;
  functions: ReadCall["functions"];
  params: P & MoveParams;
  call: ReadCall;
}

interface StateParts<P> {
  head: Extract<LoopHead, "rows" | "pairs">;
  /** Whether there is an RDD for a batch before anything came in. */
  always: boolean;
  /** Which counts of the initial RDD's states of one key: in Spark the first that a cogroup finds, or the last that is put into a map. */
  initial?: "first" | "last";
  /** What the RDD of a batch is told besides. */
  more?(node: StreamNode, batch: BatchOfRdds): Partial<P>;
  move(move: Move<P>): Merged;
}

/**
 * An operator that keeps a value for each key from batch to batch, in the workers that own the keys. A batch brings the
 * pairs of its parent; the first one also those of an initial RDD.
 */
export function stateOperator<P>(
  name: string,
  { head, always, initial: counts = "first", more, move }: StateParts<P>,
): Operator {
  const wide = wideLowering({
    head,
    emitMapSide: (loop) => emitPairs(loop, name),
    reader: whole((sided, call) => {
      const params = call.params as P & MoveParams;
      const state = call.state.move(() => new KeyedState());
      for (const { side, keys, values, length } of sided) {
        if (side === DATA) continue;
        for (let i = 0; i < length; i++) put(state, keys[i], values[i], params.timeMs, counts);
      }
      const pairs = sided.filter(({ side }) => side === DATA);
      return move({ pairs, state, functions: call.functions, params, call });
    }),
  });
  return {
    name,
    rdd: {
      ...wide,
      state: (node) => {
        const { stream, timeMs } = node.params as MoveParams;
        return { key: stream, version: timeMs, sides: node.parents.length };
      },
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
    },
  };
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
