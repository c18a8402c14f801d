import { emitPairs } from "./combine.js";
import { inOrder } from "./in-order-reader.js";
import { wideOperator } from "./wide.js";

/** `partitionBy(partitioner)`: the same pairs, each in the partition of its key, in the order in which they came. */
export const partitionBy = wideOperator("partitionBy", {
  head: "pairs",
  emitMapSide: (loop) => emitPairs(loop, "partitionBy"),
  reader: inOrder((pairs) => pairs),
});
