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
import { numbered } from "../view/numbered.js";
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
    {
      kind: "option",
      name: "limit",
      type: "integer",
      min: 1,
      default: 10,
      help: "rows shown; where there are more, that is said",
    },
  ],
  body: "code",
  examples: ["%%DataFrame --limit 3 --output csv\ncounts"],
  async run({ args, body = "" }, host) {
    const value = await host.notebook.evaluate(`\n${body}`);
    const { rows, more } = await firstRows(value, args.limit);
    host.show(inTime(() => BUNDLES[args.output](rows.map(asRow))));
    if (more !== "") host.print(more);
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
    const writeBigint = bigintWriter(rows);
    const data = rows.map((row) => asJson(row, writeBigint));
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

/** The first rows, and the sentence that says so where there are more. */
async function firstRows(value: unknown, limit: number): Promise<{ rows: unknown[]; more: string }> {
  const rows = await taken(value, limit + 1);
  if (rows.length <= limit) return { rows, more: "" };
  const { length, size } = value as { length?: unknown; size?: unknown };
  const all = [length, size].find((n) => typeof n === "number");
  const shown =
    all === undefined ? numbered(limit, "row", "rows") : `${limit} of ${numbered(all, "row", "rows")}`;
  return { rows: rows.slice(0, limit), more: `the first ${shown}; --limit ${limit * 10} shows more` };
}

async function taken(value: unknown, limit: number): Promise<unknown[]> {
  if (value instanceof RDD) return value.take(limit);
  if (typeof value === "object" && value !== null && Symbol.iterator in value)
    return [...firstOf(value, limit)];
  const what = value === undefined ? "nothing: its last line must be the rows" : `a ${typeof value}`;
  throw new MagicUsageError(
    `%%DataFrame: the code gives ${what}; rows are an RDD, an array or what can be iterated`,
  );
}

function* firstOf(rows: object, limit: number): Iterable<unknown> {
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
  const writeBigint = bigintWriter(rows);
  return [columns, ...rows.map((row) => columns.map((column) => row[column]))]
    .map((fields) => fields.map((field) => csvField(field, writeBigint)).join(","))
    .join("\n");
}

function columnsOf(rows: readonly Row[]): string[] {
  return [...new Set(rows.flatMap((row) => Object.keys(row)))];
}

function csvField(value: unknown, writeBigint: Replacer): string {
  if (value === undefined || value === null) return "";
  const text = typeof value === "object" ? objectText(value, writeBigint) : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** As JSON as far as there is one: not of what contains itself. */
function objectText(value: object, writeBigint: Replacer): string {
  if (types.isDate(value)) return shortText(value, MAX_FIELD_CHARACTERS);
  return jsonOf(value, writeBigint) ?? shortText(value, MAX_FIELD_CHARACTERS);
}

/** A row as plain data: a field that has no JSON is its text. */
function asJson(row: Row, writeBigint: Replacer): Row {
  const fields = Object.entries(row).flatMap(([name, value]) => {
    if (value === undefined) return [];
    const text = jsonOf(value, writeBigint);
    return [[name, text === undefined ? shortText(value, MAX_FIELD_CHARACTERS) : JSON.parse(text)] as const];
  });
  return Object.fromEntries(fields);
}

/** Undefined when there is none. */
function jsonOf(value: unknown, writeBigint: Replacer): string | undefined {
  try {
    return JSON.stringify(value, writeBigint);
  } catch (error) {
    if (isInterrupt(error)) throw error;
    return undefined;
  }
}

type Replacer = (name: string, value: unknown) => unknown;

/** Bigints are numbers, unless one of these rows is too great for one: then all are text, so that no column is both. */
function bigintWriter(rows: readonly Row[]): Replacer {
  let fit = true;
  const look: Replacer = (_name, value) => {
    if (typeof value === "bigint") fit &&= Number.isSafeInteger(Number(value));
    return bigintAsText("", withEntries(value));
  };
  for (const value of rows.flatMap(Object.values)) jsonOf(value, look);
  return fit ? bigintAsNumber : bigintAsText;
}

const bigintAsNumber: Replacer = (_name, value) =>
  typeof value === "bigint" ? Number(value) : withEntries(value);

const bigintAsText: Replacer = (_name, value) =>
  typeof value === "bigint" ? String(value) : withEntries(value);

/** Maps and sets as arrays: their own JSON has nothing of what is in them. */
function withEntries(value: unknown): unknown {
  return types.isMap(value) || types.isSet(value) ? [...value] : value;
}
