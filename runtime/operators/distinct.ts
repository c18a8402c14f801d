import { rowChunk } from "../pool/reader.js";
import { emitCombine, rowAsKey } from "./combine.js";
import { combining } from "./combining-reader.js";
import { wideOperator } from "./wide.js";

/** `distinct()`: one record of each value; records are compared by value, arrays and plain objects too. */
export const distinct = wideOperator("distinct", {
  head: "rows",
  emitMapSide: (loop) => emitCombine(loop, "distinct", { merge: () => "0" }, () => rowAsKey(loop)),
  reader: combining(
    () => () => 0,
    ({ keys }) => rowChunk(keys),
  ),
});
