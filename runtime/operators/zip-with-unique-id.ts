import { narrowOperator } from "./narrow.js";

/** `zipWithUniqueId()`: of `n` partitions, the records of number `k` get `k`, `n + k`, `2n + k` and so on. */
export const zipWithUniqueId = narrowOperator(
  "zipWithUniqueId",
  (loop) => {
    const told = loop.variable();
    const record = loop.temporary();
    const id = loop.variable("0");
    loop.before(`${told} = ${loop.argument()}; ${id} = ${told}.partition - ${told}.partitions;`);
    loop.line(`${record} = ${loop.row()};`);
    loop.setPair(record, `${id} += ${told}.partitions`);
  },
  { argument: ({ partitions }, partition) => ({ partition, partitions }) },
);
