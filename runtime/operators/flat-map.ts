import { narrowOperator, onlyFunction } from "./narrow.js";

/** `flatMap(f)`: each element of the iterable that `f` gives for a record. */
export const flatMap = narrowOperator(
  "flatMap",
  (loop, node) => {
    loop.forEach(`${onlyFunction(loop, node)}(${loop.row()})`);
  },
  { record: "ends" },
);
