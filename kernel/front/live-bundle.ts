/** A live display for front ends that do not know it: the same chart as Vega-Lite, pictures and text. */

import { escapeHtml } from "../port/escape-html.js";
import { LIVE_MIME, type LiveBundle, type LiveRow, type LiveSpec, type LiveStatus } from "../port/live.js";
import { isLiveBundle } from "../port/live-shape.js";
import type { Table } from "../port/table.js";
import { tablesHtml, tablesText } from "../port/table-fallback.js";
import type { Display } from "../wire/display.js";
import { isObject, type JsonObject } from "../wire/fields.js";
import { rowsAsText } from "./live-text.js";
import type { Pictures } from "./render-client.js";

/** v5, not v6: it is what JupyterLab, Notebook and VS Code draw. */
const VEGA_LITE_MIME = "application/vnd.vegalite.v5+json";
const VEGA_LITE_SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json";

/** The live part of a MIME bundle, undefined when it has none or one that is not well formed. */
export function liveBundleOf(data: JsonObject): LiveBundle | undefined {
  const value = data[LIVE_MIME];
  return isLiveBundle(value) ? value : undefined;
}

/**
 * `shown` with `live` as it is now and what other front ends draw. What the cell gave itself is kept. Without
 * pictures there is no image in the bundle; without rows too it is the text, which says why.
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
  if (images === undefined && rows.length === 0) return { "text/plain": text };
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

/** What is in a dashboard, with its picture. */
export interface DrawnTile {
  bundle: LiveBundle;
  pictures: Pictures | undefined;
}

/** A dashboard for front ends that do not know it: its charts as images and its tables, below each other. */
export function withTiles(shown: Display, live: LiveBundle, tiles: readonly DrawnTile[]): Display {
  const fallbacks = tiles.map(({ bundle, pictures }) =>
    bundle.spec === null ? withoutChart(bundle) : chart(bundle, bundle.spec, pictures),
  );
  const html = tiles.map(({ pictures }, i) => `<div>${tileHtml(fallbacks[i] ?? {}, pictures)}</div>`);
  const text = fallbacks.map((fallback) => String(fallback["text/plain"]));
  return {
    data: { "text/html": html.join(""), "text/plain": text.join("\n\n"), ...shown.data, [LIVE_MIME]: live },
    metadata: shown.metadata,
    displayId: shown.displayId ?? live.display,
  };
}

function tileHtml(fallback: JsonObject, pictures: Pictures | undefined): string {
  if (pictures === undefined)
    return String(fallback["text/html"] ?? `<pre>${escapeHtml(String(fallback["text/plain"]))}</pre>`);
  const { png, width, height } = pictures;
  return `<img src="data:image/png;base64,${png}" width="${width}" height="${height}" alt="">`;
}

/** The specification with its rows inside, wherever it refers to them. */
function inlined(spec: LiveSpec, rows: readonly LiveRow[]): JsonObject {
  const datasets = isObject(spec.datasets) ? spec.datasets : {};
  return { data: { name: "rows" }, ...spec, $schema: VEGA_LITE_SCHEMA, datasets: { ...datasets, rows } };
}

/** "failed: the function of `map` failed · batch 14:03:21"; while it streams only the figures. */
function statusLine({ state, reason, text }: LiveStatus): string {
  const standing = reason === "" ? state : `${state}: ${reason}`;
  return [state === "streaming" ? "" : standing, text].filter((part) => part !== "").join(" · ");
}
