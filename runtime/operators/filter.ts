import { narrowOperator, onlyFunction } from "./narrow.js";

/** `filter(f)`: the records for which `f` is truthy. */
export const filter = narrowOperator(
  "filter",
  (loop, node) => {
    loop.line(`if (!${onlyFunction(loop, node)}(${loop.row()})) continue;`);
  },
  { record: "passes" },
);
