/** Rows of a chart as text: for a console, and for those who hear a picture instead of seeing it. */

import type { LiveBundle, LiveRow } from "../port/live.js";
import { sparklineText } from "../port/table-cell.js";
import { type RowText, rowText } from "./row-text.js";

/** The rows of a chart, and what says what their fields are. */
type Charted = Pick<LiveBundle, "spec" | "rows">;

const TEXT_ROWS = 20;
/** As many as fit a line beside their name. */
const SPARKLINE_VALUES = 60;

/** What a chart's rows are as text, then `status`: values over time a sparkline per series, others a table. */
export function rowsAsText(charted: Charted, status: string): string {
  const { rows } = charted;
  const body = isOverTime(rows) ? seriesText(rows, rowText(charted)) : tableText(rows, rowText(charted));
  return [body, ...(status === "" ? [] : [status])].join("\n");
}

/** Rows or series that a picture's description has: it is read aloud. */
const TOLD = 5;

/** What a chart shows, in one sentence: "words: the 34,120, of 21,300 and 10 more; streaming". */
export function rowsAsSentence(title: string, charted: Charted, status: string): string {
  const { rows } = charted;
  const text = rowText(charted);
  const series = isOverTime(rows) ? lastOfSeries(rows, text) : undefined;
  const told = (series ?? rows.slice(0, TOLD).map((row) => wholeRow(row, text))).slice(0, TOLD);
  const count = (series ?? rows).length;
  const more = count > TOLD ? ` and ${count - TOLD} more` : "";
  const shown = count === 0 ? "no rows yet" : told.join(", ") + more;
  return `${title}: ${shown}${status === "" ? "" : `; ${status}`}`;
}

function lastOfSeries(rows: readonly LiveRow[], text: RowText): string[] {
  const last = new Map(
    rows.flatMap((row) => (row.value === null ? [] : [[seriesName(row, text), row.value]])),
  );
  return [...last].map(([name, value]) => `${name} ${text("value", value)}`.trimStart());
}

function wholeRow(row: LiveRow, text: RowText): string {
  return Object.entries(row)
    .map(([field, value]) => text(field, value))
    .join(" ");
}

/** A row without a value is where a line breaks. */
function isOverTime(rows: readonly LiveRow[]): boolean {
  const isPoint = ({ time, value }: LiveRow): boolean =>
    typeof time === "number" && (typeof value === "number" || value === null);
  return rows.length > 1 && rows.every(isPoint) && rows.some(({ value }) => value !== null);
}

/** "the  ▁▃█ 12": the last values of a series, and the last of all. */
function seriesText(rows: readonly LiveRow[], text: RowText): string {
  const series = new Map<string, number[]>();
  for (const row of rows) {
    if (row.value === null) continue;
    const name = seriesName(row, text);
    series.set(name, [...(series.get(name) ?? []), Number(row.value)]);
  }
  const shown = [...series].slice(0, TEXT_ROWS);
  const width = Math.max(...shown.map(([name]) => name.length));
  const lines = shown.map(([name, values]) =>
    `${name.padEnd(width)}  ${sparklineText(values.slice(-SPARKLINE_VALUES))} ${text("value", values.at(-1))}`.trimStart(),
  );
  const more = series.size > shown.length ? [`… ${series.size - shown.length} more series`] : [];
  return [...lines, ...more].join("\n");
}

/** Its key, or the texts that place it in a heat map. */
function seriesName({ key, ...row }: LiveRow, text: RowText): string {
  if (key !== undefined && key !== null) return text("key", key);
  return Object.entries(row)
    .filter(([, value]) => typeof value === "string")
    .map(([field, value]) => text(field, value))
    .join(" ");
}

/** A table of the first {@link TEXT_ROWS} rows under their column names. */
function tableText(rows: readonly LiveRow[], text: RowText): string {
  const shown = rows.slice(0, TEXT_ROWS);
  const columns = [...new Set(shown.flatMap((row) => Object.keys(row)))];
  const lines = [columns, ...shown.map((row) => columns.map((column) => text(column, row[column])))];
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
