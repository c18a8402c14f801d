/** A live display for front ends that do not know it: the same chart as Vega-Lite, pictures and text. */

import { escapeHtml } from "../port/escape-html.js";
import { LIVE_MIME, type LiveBundle, type LiveRow, type LiveSpec, type LiveStatus } from "../port/live.js";
import { isLiveBundle } from "../port/live-shape.js";
import { chartTitle } from "../port/live-title.js";
import type { Table } from "../port/table.js";
import { tablesHtml, tablesText } from "../port/table-fallback.js";
import type { Display } from "../wire/display.js";
import { isObject, type JsonObject } from "../wire/fields.js";
import { rowsAsSentence, rowsAsText } from "./live-text.js";
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
  return {
    data: { ...data, [LIVE_MIME]: live },
    metadata: { ...imageMetadata(live, pictures), ...shown.metadata },
    displayId: shown.displayId ?? live.display,
  };
}

/** `alt` is what nbconvert's templates and others take for a picture's description. */
function imageMetadata(live: LiveBundle, pictures: Pictures | undefined): JsonObject {
  if (pictures === undefined) return {};
  const { width, height } = pictures;
  return { "image/png": { width, height, alt: description(live) } };
}

function description(live: LiveBundle): string {
  return rowsAsSentence(chartTitle(live.spec ?? {}) || "chart", live, live.status.state);
}

/**
 * A png alone wherever it can be lettered: nbconvert prefers an svg, to whose picture its pages give no description, and which it
 * turns into no PDF without Inkscape.
 */
function imagesOf({ png, svg }: Pictures, live: LiveBundle): JsonObject {
  return { "image/png": png, ...(svg && { "image/svg+xml": described(svg, description(live)) }) };
}

/** The picture says itself what it shows, wherever it is put. */
function described(svg: string, text: string): string {
  return svg.replace(
    /^<svg[^>]*>/,
    (tag) => `${tag.slice(0, -1)} role="img"><title>${escapeHtml(text)}</title>`,
  );
}

function chart(live: LiveBundle, spec: LiveSpec, pictures: Pictures | undefined): JsonObject {
  const { rows, status } = live;
  const images = pictures && imagesOf(pictures, live);
  const text = [chartTitle(spec), rowsAsText(live, statusLine(status))]
    .filter((part) => part !== "")
    .join("\n");
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
  const html = tiles.map((tile, i) => `<div>${tileHtml(fallbacks[i] ?? {}, tile)}</div>`);
  const text = fallbacks.map((fallback) => String(fallback["text/plain"]));
  return {
    data: { "text/html": html.join(""), "text/plain": text.join("\n\n"), ...shown.data, [LIVE_MIME]: live },
    metadata: shown.metadata,
    displayId: shown.displayId ?? live.display,
  };
}

function tileHtml(fallback: JsonObject, { bundle, pictures }: DrawnTile): string {
  if (pictures === undefined)
    return String(fallback["text/html"] ?? `<pre>${escapeHtml(String(fallback["text/plain"]))}</pre>`);
  const { png, width, height } = pictures;
  return `<img src="data:image/png;base64,${png}" width="${width}" height="${height}" alt="${escapeHtml(description(bundle))}">`;
}

/** The specification with its rows inside, wherever it refers to them. */
function inlined(spec: LiveSpec, rows: readonly LiveRow[]): JsonObject {
  const datasets = isObject(spec.datasets) ? spec.datasets : {};
  const sides = Object.entries(FALLBACK_SIZE).filter(([side]) => spec[side] === "container");
  return {
    data: { name: "rows" },
    ...spec,
    ...Object.fromEntries(sides),
    $schema: VEGA_LITE_SCHEMA,
    datasets: { ...datasets, rows },
  };
}

/** In place of `"container"`: JupyterLab's own renderer draws into an element that has no width yet, and the chart has none then. */
const FALLBACK_SIZE = { width: 600, height: 300 };

/** "failed: the function of `map` failed · batch 14:03:21"; while it streams only the figures. */
function statusLine({ state, reason, text }: LiveStatus): string {
  const standing = reason === "" ? state : `${state}: ${reason}`;
  return [state === "streaming" ? "" : standing, text].filter((part) => part !== "").join(" · ");
}
