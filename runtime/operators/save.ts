import { narrowOperator } from "./narrow.js";
import type { Operator } from "./operator.js";

/**
 * The records of a partition written to a file of its own. Gives one record: the name of that file, which whoever asked for
 * it puts in its place when all partitions are written.
 */
function saveOperator(name: string): Operator {
  return narrowOperator(
    name,
    (loop) => {
      const part = loop.variable();
      loop.before(`${part} = library.createPart(${loop.argument()});`);
      loop.line(`${part}.write(${loop.row()});`);
      loop.restart(`[${part}.close()]`);
    },
    { argument: (node) => node.params },
  );
}

/** All operators that write files. */
export const saves: readonly Operator[] = [
  "saveAsTextFile",
  "saveAsObjectFile",
  "saveAsJsonLines",
  "saveAsCsv",
].map(saveOperator);
