import { inspect } from "node:util";
import type { ColumnKind, Table } from "../../kernel/port/table.js";

/** A column by its title, or with what its values are; without that numbers are numbers, and all else is text. */
export type ColumnLike = string | { title: string; kind: ColumnKind };

/** A table of rows by place. Values that are no plain data are written as Node inspects them. */
export function table(
  title: string,
  columns: readonly ColumnLike[],
  rows: readonly (readonly unknown[])[],
): Table {
  const kinds = columns.map((column, i) => ({ name: String(i), ...columnOf(column, i, rows) }));
  return {
    title,
    columns: kinds,
    rows: rows.map((row) => Object.fromEntries(kinds.map(({ name, kind }, i) => [name, cell(kind, row[i])]))),
  };
}

/** Records as a table: pairs have a column each for key and value, plain objects their fields, anything else is one column. */
export function recordTable(title: string, records: readonly unknown[]): Table {
  if (records.length > 0 && records.every(isPair)) return table(title, ["key", "value"], records);
  if (records.length > 0 && records.every(isPlain)) {
    const fields = [...new Set(records.flatMap((record) => Object.keys(record)))];
    return table(
      title,
      fields,
      records.map((record) => fields.map((field) => record[field])),
    );
  }
  return table(
    title,
    ["value"],
    records.map((record) => [record]),
  );
}

/** Title and kind of a column. */
function columnOf(
  column: ColumnLike,
  place: number,
  rows: readonly (readonly unknown[])[],
): { title: string; kind: ColumnKind } {
  if (typeof column !== "string") return column;
  const values = rows.map((row) => row[place]).filter((value) => value !== undefined && value !== null);
  const numbers = values.length > 0 && values.every((value) => typeof value === "number");
  return { title: column, kind: numbers ? "number" : "text" };
}

const CELL_CHARACTERS = 500;

/** Kinds whose values are more than a number or a text. */
const STRUCTURED: ReadonlySet<ColumnKind> = new Set(["load", "sparkline", "button"]);

function cell(kind: ColumnKind, value: unknown): unknown {
  if (value === null || value === undefined || STRUCTURED.has(kind)) return value;
  if (typeof value === "number" && Number.isFinite(value)) return value;
  const text =
    typeof value === "string"
      ? value
      : inspect(value, {
          breakLength: Number.POSITIVE_INFINITY,
          depth: 3,
          maxStringLength: CELL_CHARACTERS,
        });
  return text.length > CELL_CHARACTERS ? `${text.slice(0, CELL_CHARACTERS)}…` : text;
}

function isPair(record: unknown): record is [unknown, unknown] {
  return Array.isArray(record) && record.length === 2;
}

/** Records have been copied from another thread: they have no getters. */
function isPlain(record: unknown): record is Record<string, unknown> {
  return typeof record === "object" && record !== null && Object.getPrototypeOf(record) === Object.prototype;
}
