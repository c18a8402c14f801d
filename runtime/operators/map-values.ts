import { narrowOperator, onlyFunction } from "./narrow.js";

/** `mapValues(f)`: the value of each pair replaced, the key and the partition kept. */
export const mapValues = narrowOperator("mapValues", (loop, node) => {
  const { key, value } = loop.pair();
  loop.setPair(key, `${onlyFunction(loop, node)}(${value})`);
});
