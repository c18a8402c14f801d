import { narrowOperator, onlyFunction } from "./narrow.js";

/** `keyBy(f)`: each record as the value of a pair, under the key that `f` gives for it. */
export const keyBy = narrowOperator("keyBy", (loop, node) => {
  const record = loop.temporary();
  const key = loop.temporary();
  loop.line(`${record} = ${loop.row()};`);
  loop.line(`${key} = ${onlyFunction(loop, node)}(${record});`);
  loop.setPair(key, record);
});
