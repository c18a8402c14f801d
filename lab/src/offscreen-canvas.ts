/** Stands for `vega-canvas` in the worker, where there is no document: Vega measures texts with it. */

export function canvas(width: number, height: number): OffscreenCanvas {
  return new OffscreenCanvas(width, height);
}

/** Images cannot be loaded without a document: charts that have some are drawn on the page. */
export function image(): null {
  return null;
}
