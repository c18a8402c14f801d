import { narrowOperator } from "./narrow.js";

/**
 * `zipWithIndex()`: each record with its number, from 0, through all partitions in order. With several partitions their
 * records are counted first.
 */
export const zipWithIndex = narrowOperator(
  "zipWithIndex",
  (loop) => {
    const record = loop.temporary();
    const index = loop.variable("0");
    loop.before(`${index} = ${loop.argument()};`);
    loop.line(`${record} = ${loop.row()};`);
    loop.setPair(record, `${index}++`);
  },
  {
    async prepare(node, ask) {
      const [parent] = node.parents;
      return parent === undefined || node.partitions <= 1 ? [] : startsOf(await ask.counts(parent));
    },
    argument: (_node, partition, starts) => (starts as number[])[partition] ?? 0,
  },
);

/** Number of the first record of each partition. */
function startsOf(counts: readonly number[]): number[] {
  let start = 0;
  return counts.map((count) => {
    start += count;
    return start - count;
  });
}
