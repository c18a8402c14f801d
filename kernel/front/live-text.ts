/** Rows of a chart as text: for a console, and for those who hear a picture instead of seeing it. */

import type { LiveRow } from "../port/live.js";
import { sparklineText } from "../port/table-cell.js";

const TEXT_ROWS = 20;
const TEXT_CELL = 40;
/** As many as fit a line beside their name. */
const SPARKLINE_VALUES = 60;

/** What a chart's rows are as text, then `status`: values over time a sparkline per series, others a table. */
export function rowsAsText(rows: readonly LiveRow[], status: string): string {
  const body = isOverTime(rows) ? seriesText(rows) : tableText(rows);
  return [body, ...(status === "" ? [] : [status])].join("\n");
}

/** Rows or series that a picture's description has: it is read aloud. */
const TOLD = 5;

/** What a chart shows, in one sentence: "words: the 34120, of 21300 and 10 more; streaming". */
export function rowsAsSentence(title: string, rows: readonly LiveRow[], status: string): string {
  const all = isOverTime(rows) ? lastOfSeries(rows) : rows.map(rowText);
  const told = all.slice(0, TOLD).join(", ");
  const more = all.length > TOLD ? ` and ${all.length - TOLD} more` : "";
  const shown = all.length === 0 ? "no rows yet" : told + more;
  return `${title}: ${shown}${status === "" ? "" : `; ${status}`}`;
}

function lastOfSeries(rows: readonly LiveRow[]): string[] {
  const last = new Map(rows.flatMap((row) => (row.value === null ? [] : [[seriesName(row), row.value]])));
  return [...last].map(([name, value]) => `${name} ${value}`.trimStart());
}

function rowText(row: LiveRow): string {
  return Object.values(row).map(cellText).join(" ");
}

/** A row without a value is where a line breaks. */
function isOverTime(rows: readonly LiveRow[]): boolean {
  const isPoint = ({ time, value }: LiveRow): boolean =>
    typeof time === "number" && (typeof value === "number" || value === null);
  return rows.length > 1 && rows.every(isPoint) && rows.some(({ value }) => value !== null);
}

/** "the  ▁▃█ 12": the last values of a series, and the last of all. */
function seriesText(rows: readonly LiveRow[]): string {
  const series = new Map<string, number[]>();
  for (const row of rows) {
    if (row.value === null) continue;
    const name = seriesName(row);
    series.set(name, [...(series.get(name) ?? []), Number(row.value)]);
  }
  const shown = [...series].slice(0, TEXT_ROWS);
  const width = Math.max(...shown.map(([name]) => name.length));
  const lines = shown.map(([name, values]) =>
    `${name.padEnd(width)}  ${sparklineText(values.slice(-SPARKLINE_VALUES))} ${values.at(-1)}`.trimStart(),
  );
  const more = series.size > shown.length ? [`… ${series.size - shown.length} more series`] : [];
  return [...lines, ...more].join("\n");
}

/** Its key, or the texts that place it in a heat map. */
function seriesName({ key, ...row }: LiveRow): string {
  if (key !== undefined && key !== null) return cellText(key);
  return Object.values(row)
    .filter((value) => typeof value === "string")
    .map(cellText)
    .join(" ");
}

/** A table of the first {@link TEXT_ROWS} rows under their column names. */
function tableText(rows: readonly LiveRow[]): string {
  const shown = rows.slice(0, TEXT_ROWS);
  const columns = [...new Set(shown.flatMap((row) => Object.keys(row)))];
  const lines = [columns, ...shown.map((row) => columns.map((column) => cellText(row[column])))];
  const widths = columns.map((_, i) => Math.max(...lines.map((line) => line[i]?.length ?? 0)));
  const table = lines.map((line) =>
    line
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join("  ")
      .trimEnd(),
  );
  const more = rows.length > shown.length ? [`… ${rows.length - shown.length} more rows`] : [];
  const body = columns.length > 0 ? [...table, ...more] : ["(no rows yet)"];
  return body.join("\n");
}

function cellText(value: unknown): string {
  const text = typeof value === "string" ? value : (JSON.stringify(value) ?? "");
  const line = text.replace(/\s+/g, " ");
  return line.length > TEXT_CELL ? `${line.slice(0, TEXT_CELL - 1)}…` : line;
}
