import { eachTime, type Merged, type PairChunk } from "../pool/reader.js";
import { SideGroups } from "../rows/side-groups.js";
import { emitPairs } from "./combine.js";
import type { Operator } from "./operator.js";
import { perKey } from "./per-key-reader.js";
import { wideOperator } from "./wide.js";

/** Of which side a key must be for its pairs to appear. */
interface Needed {
  left: boolean;
  right: boolean;
}

/** `join(other)`: for each key of both, each pair of their values. */
export const join = joinOperator("join", { left: true, right: true });

/** `leftOuterJoin(other)`: a left value without a right one stands beside `undefined`. */
export const leftOuterJoin = joinOperator("leftOuterJoin", { left: true, right: false });

/** `rightOuterJoin(other)`: a right value without a left one stands beside `undefined`. */
export const rightOuterJoin = joinOperator("rightOuterJoin", { left: false, right: true });

/** `fullOuterJoin(other)`: both. */
export const fullOuterJoin = joinOperator("fullOuterJoin", { left: false, right: false });

/** A join makes its pairs from the groups of a cogroup, which themselves are never made. */
function joinOperator(name: string, needed: Needed): Operator {
  return wideOperator(name, {
    head: "pairs",
    emitMapSide: (loop) => emitPairs(loop, name),
    reader: perKey((pairs) => joined(new SideGroups(pairs, 2), needed)),
  });
}

/** All pairs of all keys, in chunks that are made on the way: a key with many values on both sides has their product. */
function joined(groups: SideGroups, needed: Needed): Merged {
  return eachTime(function* () {
    const from: Place = { row: 0, left: 0 };
    while (from.row < groups.keys.length) yield nextChunk(groups, needed, from);
  });
}

/** A key, and how many of its left values are done. */
interface Place {
  row: number;
  left: number;
}

/** Makes pairs up to the first left value with which there are enough, and moves `from` behind it. */
function nextChunk(
  { keys, values: [lefts = [], rights = []], starts }: SideGroups,
  needed: Needed,
  from: Place,
): PairChunk {
  const [leftStarts, rightStarts] = starts as [Int32Array, Int32Array];
  const joinedKeys: unknown[] = [];
  const joinedValues: unknown[] = [];
  for (let row = from.row; row < keys.length; row++) {
    const [left, leftEnd] = range(leftStarts, row, needed.left);
    const [right, rightEnd] = range(rightStarts, row, needed.right);
    for (let l = row === from.row ? left + from.left : left; l < leftEnd; l++) {
      if (joinedKeys.length >= CHUNK_PAIRS) {
        from.row = row;
        from.left = l - left;
        return { keys: joinedKeys, values: joinedValues, length: joinedKeys.length };
      }
      for (let r = right; r < rightEnd; r++) {
        joinedKeys.push(keys[row]);
        joinedValues.push([l < 0 ? undefined : lefts[l], r < 0 ? undefined : rights[r]]);
      }
    }
  }
  from.row = keys.length;
  return { keys: joinedKeys, values: joinedValues, length: joinedKeys.length };
}

/** Pairs of a chunk, to which those of one left value may be added: they are no more than the right side has values. */
const CHUNK_PAIRS = 65_536;

/** Where the values of a key are. A side that is not needed is there once when it has none, at a place without a value. */
function range(starts: Int32Array, row: number, needed: boolean): [from: number, end: number] {
  const from = starts[row] as number;
  const end = starts[row + 1] as number;
  return from === end && !needed ? [NOWHERE, NOWHERE + 1] : [from, end];
}

const NOWHERE = -1;
