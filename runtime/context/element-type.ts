import type { ActionResult } from "../engine/action.js";
import type { RddNode } from "../plan/rdd-node.js";
import type { Column } from "../rows/column-batch.js";
import { rowType } from "../rows/row-type.js";

/** Records that a type is told from. */
const SAMPLE = 20;

/** Of those that read or make records of one type. */
const OF_SOURCES: Readonly<Record<string, string>> = {
  range: "number",
  textFile: "string",
  lines: "string",
  pipe: "string",
  wholeTextFiles: "[string, string]",
  binaryFiles: "[string, Uint8Array]",
  binaryRecords: "Uint8Array",
};

/** Operators whose records are those of their first parent, some or all of them, in whatever order. */
const KEEPING = new Set([
  "filter",
  "filterByRange",
  "sample",
  "sampleWithReplacement",
  "distinct",
  "repartition",
  "coalesce",
  "sortBy",
  "sortByKey",
  "sortWithinPartitions",
  "partitionBy",
  "subtract",
  "subtractByKey",
  "intersection",
]);

/** What is known of the types of records without computing any: by their operators, and by what actions have brought. */
export class ElementTypes {
  readonly #seen = new WeakMap<RddNode, string>();

  /** An action brought this of an RDD. */
  note(node: RddNode, result: ActionResult): void {
    if ("rows" in result && result.rows.length > 0)
      this.#seen.set(node, rowType(result.rows.slice(0, SAMPLE)));
  }

  /** As TypeScript writes it; undefined when it is not known. */
  of(node: RddNode): string | undefined {
    let from = node;
    // A loop: there may be thousands of filters.
    while (!this.#seen.has(from) && KEEPING.has(from.op) && from.parents[0] !== undefined)
      from = from.parents[0];
    return this.#seen.get(from) ?? OF_SOURCES[from.op] ?? ofProgram(from);
  }
}

/** The rows of the program itself. */
function ofProgram({ op, params }: RddNode): string | undefined {
  if (op !== "parallelize") return undefined;
  const first = (params as Column[]).find((column) => column.length > 0);
  return first && rowType(Array.prototype.slice.call(first, 0, SAMPLE));
}
