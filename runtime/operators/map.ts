import { narrowOperator, onlyFunction } from "./narrow.js";

/** `map(f)`: one record for each record. */
export const map = narrowOperator("map", (loop, node) => {
  loop.setRow(`${onlyFunction(loop, node)}(${loop.row()})`);
});
