import { narrowOperator, onlyFunction } from "./narrow.js";

/** `collect(f)` of a partial function: what `f` gives, without the records for which it gives undefined. */
export const defined = narrowOperator("collect", (loop, node) => {
  loop.setRow(`${onlyFunction(loop, node)}(${loop.row()})`);
  loop.line(`if (${loop.row()} === undefined) continue;`);
});
