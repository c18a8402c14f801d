import { emitCombine, rowAsKey } from "./combine.js";
import { combining } from "./combining-reader.js";
import type { Loop } from "./loop.js";
import type { Operator } from "./operator.js";
import { wideOperator } from "./wide.js";

/** `countByValue()`: each value with the number of records that are equal to it. */
export const countByValue = counting("countByValue", rowAsKey);

/** `countByKey()`: each key with the number of its pairs. */
export const countByKey = counting("countByKey", (loop) => loop.pair());

function counting(name: string, keyOf: (loop: Loop) => { key: string; value: string }): Operator {
  return wideOperator(name, {
    head: "pairs",
    emitMapSide: (loop) =>
      emitCombine(loop, name, { create: () => "1", merge: (count) => `${count} + 1` }, () => keyOf(loop)),
    reader: combining(() => (a, b) => Number(a) + Number(b)),
  });
}
