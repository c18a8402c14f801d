/** A live display for front ends that do not know it: the same chart as Vega-Lite, pictures and text. */

import { escapeHtml } from "../port/escape-html.js";
import { LIVE_MIME, type LiveBundle, type LiveRow, type LiveSpec, type LiveStatus } from "../port/live.js";
import { isLiveBundle } from "../port/live-shape.js";
import type { Table } from "../port/table.js";
import { tablesHtml, tablesText } from "../port/table-fallback.js";
import type { Display } from "../wire/display.js";
import { isObject, type JsonObject } from "../wire/fields.js";
import type { Pictures } from "./render-client.js";

/** v5, not v6: it is what JupyterLab, Notebook and VS Code draw. */
const VEGA_LITE_MIME = "application/vnd.vegalite.v5+json";
const VEGA_LITE_SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json";

const TEXT_ROWS = 20;
const TEXT_CELL = 40;

/** The live part of a MIME bundle, undefined when it has none or one that is not well formed. */
export function liveBundleOf(data: JsonObject): LiveBundle | undefined {
  const value = data[LIVE_MIME];
  return isLiveBundle(value) ? value : undefined;
}

/**
 * `shown` with `live` as it is now and what other front ends draw. What the cell gave itself is kept. Without
 * pictures there is no image in the bundle.
 */
export function withFallbacks(shown: Display, live: LiveBundle, pictures: Pictures | undefined): Display {
  const data = {
    ...(live.spec === null ? withoutChart(live) : chart(live, live.spec, pictures)),
    ...shown.data,
  };
  const size = pictures && { "image/png": { width: pictures.width, height: pictures.height } };
  return {
    data: { ...data, [LIVE_MIME]: live },
    metadata: { ...size, ...shown.metadata },
    displayId: shown.displayId ?? live.display,
  };
}

function chart({ rows, status }: LiveBundle, spec: LiveSpec, pictures: Pictures | undefined): JsonObject {
  const images = pictures && { "image/svg+xml": pictures.svg, "image/png": pictures.png };
  const text = rowsAsText(rows, statusLine(status));
  return { [VEGA_LITE_MIME]: inlined(spec, rows), ...images, "text/plain": text };
}

/** A display without a chart: its tables and its strip, as HTML and as text. */
function withoutChart({ tables = [], rows, status }: LiveBundle): JsonObject {
  const filled = tables.map(
    (table): Table => ({ ...table, rows: rows.filter((row) => row.table === table.name) }),
  );
  // A table that is empty says less than none, but for the only one.
  const shown = filled.some((table) => table.rows.length > 0)
    ? filled.filter((table) => table.rows.length > 0)
    : filled;
  const strip = statusLine(status);
  const bar =
    status.progress === undefined ? "" : `<progress max="1" value="${status.progress}"></progress> `;
  return {
    "text/html": `${tablesHtml(shown)}${bar}${escapeHtml(strip)}`,
    "text/plain": [...(shown.length > 0 ? [tablesText(shown)] : []), strip].join("\n\n"),
  };
}

/** The specification with its rows inside, wherever it refers to them. */
function inlined(spec: LiveSpec, rows: readonly LiveRow[]): JsonObject {
  const datasets = isObject(spec.datasets) ? spec.datasets : {};
  return { data: { name: "rows" }, ...spec, $schema: VEGA_LITE_SCHEMA, datasets: { ...datasets, rows } };
}

/** A table of the first {@link TEXT_ROWS} rows under their column names, then `status`. */
export function rowsAsText(rows: readonly LiveRow[], status: string): string {
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
  return [...body, ...(status === "" ? [] : [status])].join("\n");
}

/** "failed: the function of `map` failed · batch 14:03:21"; while it streams only the figures. */
function statusLine({ state, reason, text }: LiveStatus): string {
  const standing = reason === "" ? state : `${state}: ${reason}`;
  return [state === "streaming" ? "" : standing, text].filter((part) => part !== "").join(" · ");
}

function cellText(value: unknown): string {
  const text = typeof value === "string" ? value : (JSON.stringify(value) ?? "");
  const line = text.replace(/\s+/g, " ");
  return line.length > TEXT_CELL ? `${line.slice(0, TEXT_CELL - 1)}…` : line;
}
