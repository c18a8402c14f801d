import { functionAt, partitionOperator } from "./narrow.js";

/**
 * `pipe(command, …)`: the lines that a process prints which is given the records of a partition as lines. Its functions are
 * what prints before the records, and what prints a record.
 */
export const pipe = partitionOperator(
  "pipe",
  (loop, node) => {
    const context = functionAt(loop, node, 0);
    const element = functionAt(loop, node, 1);
    const command = loop.argument();
    loop.iterate((rows) => `library.pipe(${rows}, ${command}, ${context}, ${element}, cancellation)`);
  },
  { argument: (node) => node.params },
);
