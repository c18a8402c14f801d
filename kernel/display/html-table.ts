/** Arrays of plain objects → an HTML table of their first rows. */

import { types } from "node:util";
import { escapeHtml } from "../port/escape-html.js";
import { isPlainObject } from "./data-property.js";
import { shortText } from "./plain-text.js";

const MAX_ROWS = 50;
const MAX_COLUMNS = 30;
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
export function htmlTable(rows: readonly Row[]): string {
  const shown = rows.slice(0, MAX_ROWS).filter(isPlainObject);
  const columns = [...new Set(shown.flatMap((row) => Object.keys(row)))];
  const heads = columns.slice(0, MAX_COLUMNS);
  const head = row("th", ["", ...heads]);
  const body = shown
    .map((values, i) => row("td", [String(i), ...heads.map((name) => cellText(values, name))]))
    .join("");
  return `<table><thead>${head}</thead><tbody>${body}</tbody></table>${caption(rows.length, columns.length)}`;
}

function row(tag: "td" | "th", [index = "", ...texts]: readonly string[]): string {
  const cells = texts.map((text) => `<${tag}>${escapeHtml(text)}</${tag}>`);
  return `<tr><th>${escapeHtml(index)}</th>${cells.join("")}</tr>`;
}

function cellText(values: Row, name: string): string {
  const descriptor = Object.getOwnPropertyDescriptor(values, name);
  if (descriptor === undefined) return "";
  if (descriptor.get) return "[Getter]";
  const { value } = descriptor;
  if (typeof value !== "string") return shortText(value, MAX_CELL_CHARACTERS);
  return value.length > MAX_CELL_CHARACTERS ? `${value.slice(0, MAX_CELL_CHARACTERS)}…` : value;
}

function caption(rows: number, columns: number): string {
  const size = `${counted(rows, "row")} × ${counted(columns, "column")}`;
  const cuts = [
    ...(rows > MAX_ROWS ? [`the first ${MAX_ROWS} rows`] : []),
    ...(columns > MAX_COLUMNS ? [`the first ${MAX_COLUMNS} columns`] : []),
  ];
  return `<p>${size}${cuts.length === 0 ? "" : `, ${cuts.join(" and ")} shown`}</p>`;
}

function counted(count: number, noun: string): string {
  return `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;
}
