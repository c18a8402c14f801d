import { narrowOperator } from "./narrow.js";

/** Each record as the value of a pair under one key, so that a reduce by key reduces all. */
export const underNull = narrowOperator("underNull", (loop) => {
  loop.setPair("null", loop.row());
});
