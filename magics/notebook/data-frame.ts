import { types } from "node:util";
import { TooSlow, withinTime } from "../../kernel/display/bounded-time.js";
import { htmlTable } from "../../kernel/display/html-table.js";
import { isInterrupt } from "../../kernel/display/interrupt.js";
import { shortText } from "../../kernel/display/plain-text.js";
import { defineMagic } from "../../kernel/magic/define-magic.js";
import { MagicUsageError } from "../../kernel/magic/parse.js";
import type { MimeBundle } from "../../kernel/port/evaluator.js";
import { TABLE_MIME, type Table } from "../../kernel/port/table.js";
import { tablesText } from "../../kernel/port/table-fallback.js";
import { RDD } from "../../runtime/context/rdd.js";
import { table } from "../view/table.js";

/** Toree's `%%DataFrame`: the value of the code below as a table. */
export const dataFrame = defineMagic({
  name: "DataFrame",
  kinds: ["cell"],
  summary: "Shows the value of the code below, an RDD or rows of any kind, as a table, as CSV or as JSON.",
  params: [
    {
      kind: "option",
      name: "output",
      choices: ["html", "csv", "json"],
      default: "html",
      help: "how the rows are shown",
    },
    { kind: "option", name: "limit", type: "integer", min: 1, default: 10, help: "rows shown" },
  ],
  body: "code",
  examples: ["%%DataFrame --limit 3 --output csv\ncounts"],
  async run({ args, body = "" }, host) {
    const value = await host.notebook.evaluate(`\n${body}`);
    const rows = await firstRows(value, args.limit);
    host.show(inTime(() => BUNDLES[args.output](rows.map(asRow))));
  },
});

/** How long the code of the values (getters, `toJSON`, custom inspection) may take. */
const LIMIT_MS = 2_000;
/** Of a value in a field that has no JSON. */
const MAX_FIELD_CHARACTERS = 200;

function inTime(show: () => MimeBundle): MimeBundle {
  try {
    return withinTime(LIMIT_MS, show);
  } catch (error) {
    if (!(error instanceof TooSlow)) throw error;
    throw new Error(`%%DataFrame: the rows cannot be shown: code of their values is ${error.message}`);
  }
}

type Row = Record<string, unknown>;

const BUNDLES: Record<"html" | "csv" | "json", (rows: readonly Row[]) => MimeBundle> = {
  html: (rows) => {
    const sortable = { title: "", tables: [rowTable(rows)] };
    return {
      [TABLE_MIME]: sortable,
      "text/html": htmlTable(rows, { rows: rows.length, columns: Infinity }),
      "text/plain": tablesText(sortable.tables),
    };
  },
  csv: (rows) => ({ "text/plain": csv(rows) }),
  json: (rows) => {
    const data = rows.map(asJson);
    return { "application/json": data, "text/plain": JSON.stringify(data, null, 2) };
  },
};

function rowTable(rows: readonly Row[]): Table {
  const columns = columnsOf(rows);
  return table(
    "",
    columns,
    rows.map((row) => columns.map((column) => row[column])),
  );
}

async function firstRows(value: unknown, limit: number): Promise<unknown[]> {
  if (value instanceof RDD) return value.take(limit);
  if (typeof value === "object" && value !== null && Symbol.iterator in value)
    return [...taken(value, limit)];
  const what = value === undefined ? "nothing: its last line must be the rows" : `a ${typeof value}`;
  throw new MagicUsageError(
    `%%DataFrame: the code gives ${what}; rows are an RDD, an array or what can be iterated`,
  );
}

function* taken(rows: object, limit: number): Iterable<unknown> {
  let left = limit;
  for (const row of rows as Iterable<unknown>) {
    if (left-- <= 0) return;
    yield row;
  }
}

/** Columns of tuples are called as in Spark: `_1`, `_2`. */
function asRow(row: unknown): Row {
  if (Array.isArray(row)) return Object.fromEntries(row.map((value, i) => [`_${i + 1}`, value]));
  return typeof row === "object" && row !== null ? { ...row } : { value: row };
}

function csv(rows: readonly Row[]): string {
  const columns = columnsOf(rows);
  return [columns, ...rows.map((row) => columns.map((column) => row[column]))]
    .map((fields) => fields.map(csvField).join(","))
    .join("\n");
}

function columnsOf(rows: readonly Row[]): string[] {
  return [...new Set(rows.flatMap((row) => Object.keys(row)))];
}

function csvField(value: unknown): string {
  if (value === undefined || value === null) return "";
  const text = typeof value === "object" ? objectText(value) : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** As JSON as far as there is one: not of what contains itself. */
function objectText(value: object): string {
  if (types.isDate(value)) return shortText(value, MAX_FIELD_CHARACTERS);
  return jsonOf(value) ?? shortText(value, MAX_FIELD_CHARACTERS);
}

/** A row as plain data: a field that has no JSON is its text. */
function asJson(row: Row): Row {
  const fields = Object.entries(row).flatMap(([name, value]) => {
    if (value === undefined) return [];
    const text = jsonOf(value);
    return [[name, text === undefined ? shortText(value, MAX_FIELD_CHARACTERS) : JSON.parse(text)] as const];
  });
  return Object.fromEntries(fields);
}

/** Undefined when there is none. */
function jsonOf(value: unknown): string | undefined {
  try {
    return JSON.stringify(value, withoutBigints);
  } catch (error) {
    if (isInterrupt(error)) throw error;
    return undefined;
  }
}

/** A whole number that a number holds is one; of a greater one no digit is lost. */
function withoutBigints(_name: string, value: unknown): unknown {
  if (typeof value !== "bigint") return value;
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : String(value);
}
