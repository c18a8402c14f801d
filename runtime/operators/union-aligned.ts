import { emitPairs } from "./combine.js";
import { inOrder } from "./in-order-reader.js";
import { wideOperator } from "./wide.js";

/** `union` of pairs that one partitioner placed: each partition has that of each parent, the first one's first. */
export const unionAligned = wideOperator("unionAligned", {
  head: "pairs",
  emitMapSide: (loop) => emitPairs(loop, "unionAligned"),
  reader: inOrder((pairs) => pairs),
});
