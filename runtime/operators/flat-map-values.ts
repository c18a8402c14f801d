import { narrowOperator, onlyFunction } from "./narrow.js";

/** `flatMapValues(f)`: a pair for each element of the iterable that `f` gives for a value; key and partition stay. */
export const flatMapValues = narrowOperator("flatMapValues", (loop, node) => {
  const { key, value } = loop.pair();
  loop.forEach(`${onlyFunction(loop, node)}(${value})`);
  loop.setPair(key, loop.row());
});
