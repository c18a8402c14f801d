import type { ShownBy } from "../../kernel/evaluator/extension.js";
import { escapeHtml } from "../../kernel/port/escape-html.js";
import type { MimeBundle } from "../../kernel/port/evaluator.js";
import { RDD } from "../../runtime/context/rdd.js";
import { rowType } from "../../runtime/rows/row-type.js";
import { numbered } from "./numbered.js";
import { tableBundle } from "./shown-as.js";
import { recordTable } from "./table.js";

/** Records that `display(rdd)` shows. */
const ROWS = 20;
const DISPLAY = Symbol.for("Jupyter.display");

/**
 * What is shown in place of an RDD: as a cell's result a description, for which nothing is computed; by `display(rdd)`
 * its first records too. Other values come back as they are.
 * @param nameOf the variable that holds a value
 */
export function rddView(
  value: unknown,
  shownBy: ShownBy,
  nameOf: (value: object) => string | undefined,
): unknown {
  if (!(value instanceof RDD)) return value;
  const title = titleOf(value, nameOf(value));
  return {
    [DISPLAY]: () =>
      shownBy === "result" ? description(value, typed(title, value)) : withRecords(value, title),
  };
}

function titleOf(rdd: RDD<unknown>, variable: string | undefined): string {
  const name = rdd.name ?? variable;
  const partitions = numbered(rdd.getNumPartitions(), "partition", "partitions");
  return `${name === undefined ? "RDD" : `RDD ${name}`}: ${rdd.node.op}, ${partitions}`;
}

/** With the type of its records, where that is known without computing one. */
function typed(title: string, { elementType }: RDD<unknown>): string {
  return elementType === undefined ? title : `${title} of ${elementType}`;
}

async function description(rdd: RDD<unknown>, title: string): Promise<MimeBundle> {
  const lineage = await rdd.toDebugString();
  return {
    "text/html": `<p><strong>${escapeHtml(title)}</strong></p><pre>${escapeHtml(lineage)}</pre>`,
    "text/plain": `${title}\n${lineage}`,
  };
}

/** One record more than is shown is asked for: whether there are more is to be said. */
async function withRecords(rdd: RDD<unknown>, title: string): Promise<MimeBundle> {
  const records = await rdd.take(ROWS + 1);
  const shown = records.slice(0, ROWS);
  const of =
    records.length > shown.length ? `the first ${ROWS} records` : numbered(shown.length, "record", "records");
  return tableBundle({ title, tables: [recordTable(`${of}: ${rowType(shown)}`, shown)] });
}
