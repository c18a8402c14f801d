/** Arrays of plain objects → an HTML table of their first rows, or of all. */

import { types } from "node:util";
import { escapeHtml } from "../port/escape-html.js";
import { isPlainObject } from "./data-property.js";
import { shortText } from "./plain-text.js";

/** How much of a table is shown. */
export interface TableLimits {
  rows: number;
  columns: number;
}

const LIMITS: TableLimits = { rows: 50, columns: 30 };
/** All of it. */
export const NO_LIMITS: TableLimits = { rows: Infinity, columns: Infinity };
const MAX_CELL_CHARACTERS = 200;
/** Rows looked at to decide that an array is a table. */
const SAMPLE = 100;

type Row = Record<string, unknown>;

/** True for a non-empty array whose first elements are all plain objects with at least one property. */
export function isTable(value: unknown): value is Row[] {
  if (types.isProxy(value) || !Array.isArray(value) || value.length === 0) return false;
  for (let i = 0; i < Math.min(value.length, SAMPLE); i++) {
    const row: unknown = value[i];
    if (!isPlainObject(row) || Object.keys(row).length === 0) return false;
  }
  return true;
}

/**
 * The table as HTML: all text escaped, getters not called, with a caption that counts what there is. Custom inspection of
 * the values in it runs: the time it may take is the caller's to limit.
 */
export function htmlTable(rows: readonly Row[], limits: TableLimits = LIMITS): string {
  // Those behind the ones that were looked at may be anything, or missing.
  const shown: readonly unknown[] = Array.from(rows.slice(0, limits.rows));
  const columns = [...new Set(shown.flatMap((row) => (isPlainObject(row) ? Object.keys(row) : [])))];
  const heads = columns.slice(0, limits.columns);
  const head = row("th", ["", ...heads]);
  const body = shown
    .map((values, i) =>
      isPlainObject(values)
        ? row("td", [String(i), ...heads.map((name) => cellText(values, name))])
        : wideRow(String(i), heads.length, shortText(values, MAX_CELL_CHARACTERS)),
    )
    .join("");
  return `<table><thead>${head}</thead><tbody>${body}</tbody></table>${caption(rows.length, columns.length, limits)}`;
}

function row(tag: "td" | "th", [index = "", ...texts]: readonly string[]): string {
  const cells = texts.map((text) => `<${tag}>${escapeHtml(text)}</${tag}>`);
  return `<tr><th>${escapeHtml(index)}</th>${cells.join("")}</tr>`;
}

/** A row that has no columns. */
function wideRow(index: string, columns: number, text: string): string {
  return `<tr><th>${index}</th><td colspan="${columns}">${escapeHtml(text)}</td></tr>`;
}

function cellText(values: Row, name: string): string {
  const descriptor = Object.getOwnPropertyDescriptor(values, name);
  if (descriptor === undefined) return "";
  if (descriptor.get) return "[Getter]";
  const { value } = descriptor;
  if (typeof value !== "string") return shortText(value, MAX_CELL_CHARACTERS);
  return value.length > MAX_CELL_CHARACTERS ? `${value.slice(0, MAX_CELL_CHARACTERS)}…` : value;
}

function caption(rows: number, columns: number, limits: TableLimits): string {
  const size = `${counted(rows, "row")} × ${counted(columns, "column")}`;
  const cuts = [
    ...(rows > limits.rows ? [`the first ${counted(limits.rows, "row")}`] : []),
    ...(columns > limits.columns ? [`the first ${counted(limits.columns, "column")}`] : []),
  ];
  return `<p>${size}${cuts.length === 0 ? "" : `, ${cuts.join(" and ")} shown`}</p>`;
}

function counted(count: number, noun: string): string {
  return `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;
}
