import { emitCombine } from "./combine.js";
import { combining, type Merge } from "./combining-reader.js";
import { onlyFunction } from "./narrow.js";
import { wideOperator } from "./wide.js";

/** `reduceByKey(f)`: one pair per key, its values merged by an associative and commutative `f`. */
export const reduceByKey = wideOperator("reduceByKey", {
  head: "pairs",
  emitMapSide: (loop, node) => {
    const reduce = onlyFunction(loop, node);
    emitCombine(loop, "reduceByKey", { merge: (a, b) => `${reduce}(${a}, ${b})` });
  },
  reader: combining(({ functions: [reduce] }) => reduce as Merge),
});
