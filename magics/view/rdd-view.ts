import { inspect } from "node:util";
import type { ShownBy } from "../../kernel/evaluator/extension.js";
import { escapeHtml } from "../../kernel/port/escape-html.js";
import type { MimeBundle } from "../../kernel/port/evaluator.js";
import { RDD } from "../../runtime/context/rdd.js";
import { rowType } from "../../runtime/rows/row-type.js";
import { numbered } from "./numbered.js";
import { type TableSection, TableView } from "./table-view.js";

/** Records that `display(rdd)` shows. */
const ROWS = 20;
const CELL_CHARACTERS = 200;
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
  const table = new TableView(shown, title, [{ heading: `${of}: ${rowType(shown)}`, ...columnsOf(shown) }]);
  return { "text/html": table.html(), "text/plain": table.text() };
}

/** Pairs have a key and a value, plain objects their fields, anything else one column. */
function columnsOf(records: readonly unknown[]): Pick<TableSection, "columns" | "rows"> {
  if (records.length > 0 && records.every(isPair))
    return { columns: ["key", "value"], rows: records.map(([key, value]) => [cell(key), cell(value)]) };
  if (records.length > 0 && records.every(isRecord)) {
    const columns = [...new Set(records.flatMap((record) => Object.keys(record)))];
    return { columns, rows: records.map((record) => columns.map((column) => cell(record[column]))) };
  }
  return { columns: ["value"], rows: records.map((record) => [cell(record)]) };
}

function isPair(record: unknown): record is [unknown, unknown] {
  return Array.isArray(record) && record.length === 2;
}

/** Records have been copied from another thread: they have no getters. */
function isRecord(record: unknown): record is Record<string, unknown> {
  return typeof record === "object" && record !== null && Object.getPrototypeOf(record) === Object.prototype;
}

function cell(value: unknown): string | number {
  if (typeof value === "number") return value;
  const text =
    typeof value === "string"
      ? value
      : inspect(value, { breakLength: Number.POSITIVE_INFINITY, depth: 2, maxStringLength: CELL_CHARACTERS });
  return text.length > CELL_CHARACTERS ? `${text.slice(0, CELL_CHARACTERS)}…` : text;
}
