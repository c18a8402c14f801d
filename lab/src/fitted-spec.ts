/** A specification that takes the room there is: a chart below its cell takes the width, one in a tile both sides. */

import type { TopLevelSpec } from "vega-lite";

export type Chart = Record<string, unknown>;

/** Of the lines of a chart's grid. */
export const GRID_OPACITY = 0.6;

/** In CSS pixels. */
export interface Room {
  width: number;
  /** Given where the chart takes the height too; otherwise it is as high as its specification says. */
  height?: number;
}

/** A single bar that is as high as its tile would be no bar any more. */
const BAR_PIXELS = 26;

/** Whether Vega-Lite could draw it. */
export function isChart(spec: Chart): spec is Chart & TopLevelSpec {
  return isSingle(spec) || isGrid(spec);
}

/**
 * A chart without a width of its own takes its room's; a grid of charts cannot. With `resize` labels that become
 * longer get room: without it Vega lays out again only when the chart's size changes.
 */
export function fitted(spec: Chart, { height }: Room): Chart {
  if (!isSingle(spec) || typeof spec.width === "number") return spec;
  const autosize = { type: height === undefined ? "fit-x" : "fit", contains: "padding", resize: true };
  const wide = { autosize, ...spec, width: "container" };
  return height === undefined ? wide : { ...wide, ...thinBars(spec), height: "container" };
}

/**
 * Bars that had a height each share that of the tile, from its top; the axis stands below the last one. Lines of the grid are as long
 * as all bars, but begin at the tile's end, whatever the axis does: they are drawn where the bars end there, too.
 */
function thinBars({ mark, height, encoding }: Chart): Chart {
  if (mark !== "bar" || typeof height !== "object" || !isObject(encoding)) return {};
  const { x, y } = encoding;
  if (!isObject(x) || !isObject(y)) return {};
  const bars = `(length(data('rows')) ? min(height, ${BAR_PIXELS} * length(data('rows'))) : height)`;
  const axis = {
    ...(isObject(x.axis) ? x.axis : {}),
    offset: { expr: `${bars} - height` },
    gridOpacity: { expr: `${bars} < height ? 0 : ${GRID_OPACITY}` },
  };
  const scale = { range: [0, { expr: bars }] };
  return { encoding: { ...encoding, x: { ...x, axis }, y: { ...y, scale } } };
}

function isSingle(spec: Chart): boolean {
  return "mark" in spec || "layer" in spec;
}

function isGrid(spec: Chart): boolean {
  return ["facet", "repeat", "concat", "hconcat", "vconcat"].some((key) => key in spec);
}

function isObject(value: unknown): value is Chart {
  return typeof value === "object" && value !== null;
}
