import type { RddNode } from "../plan/rdd-node.js";
import { rddNode } from "../plan/rdd-node.js";
import { functionAt, narrowOperator } from "./narrow.js";
import { rangeNode } from "./range.js";

interface RateParams {
  zeroMs: number;
  rowsPerSecond: number;
}

/** Numbers as rows { timestamp, value }: when each would come at a rate, in ms, and the number. */
export const rate = narrowOperator(
  "rate",
  (loop) => {
    const params = loop.variable();
    loop.before(`${params} = ${loop.argument()};`);
    const value = loop.row();
    loop.setRow(
      `{ timestamp: ${params}.zeroMs + Math.floor((${value} * 1000) / ${params}.rowsPerSecond), value: ${value} }`,
    );
  },
  { argument: (node) => node.params },
);

/** What a function of the program makes of each row of a {@link rate}, with random numbers of its own: the same every time. */
export const generate = narrowOperator(
  "generate",
  (loop, node) => {
    const seed = loop.variable();
    loop.before(`${seed} = ${loop.argument()};`);
    const make = functionAt(loop, node, 0);
    const row = loop.row();
    loop.setRow(`${make}(new library.Random(${seed}, ${row}.value), ${row}.value, ${row}.timestamp)`);
  },
  { argument: (node) => (node.params as { seed: number }).seed },
);

/** The rows of a rate whose values are from `from` up to, not with, `until`. */
export function rateRows(
  { from, until, ...params }: RateParams & { from: number; until: number },
  partitions: number,
): RddNode {
  const numbers = rangeNode(from, until, 1, partitions);
  return rddNode("rate", [numbers], [], params, numbers.partitions);
}
