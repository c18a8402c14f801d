/** The worker in which charts are drawn: the page's own thread only hands it what came. */

import * as vega from "vega";
import { compile } from "vega-lite";
import type { FromChartWorker, Request, ToChartWorker } from "./chart-port.js";
import { ChartView } from "./chart-view.js";
import { OffscreenSurface } from "./offscreen-surface.js";
import { rowsOf } from "./row-columns.js";

interface Chart {
  surface: OffscreenSurface;
  view: ChartView;
}

const charts = new Map<number, Chart>();
// For developer tools, and for tests that read what is drawn.
Object.assign(globalThis, { vegaViewOf: (chart: number) => charts.get(chart)?.view.view });

self.onmessage = ({ data }: MessageEvent<ToChartWorker>) => {
  if ("asked" in data) void answer(data.chart, data.request, data.asked);
  else if ("pointer" in data) charts.get(data.chart)?.surface.point(data.pointer);
  else finalize(data.chart);
};
send({ ready: true });

async function answer(chart: number, request: number, asked: Request): Promise<void> {
  try {
    if (asked.type === "draw") charts.set(chart, await draw(chart, asked));
    else await change(charts.get(chart), asked);
    send({ request });
  } catch (error) {
    send({ request, failed: error instanceof Error ? error.message : String(error) });
  }
}

async function draw(
  chart: number,
  { canvas, drawn, pixelRatio }: Extract<Request, { type: "draw" }>,
): Promise<Chart> {
  const surface = new OffscreenSurface(
    canvas,
    pixelRatio,
    (value) => send({ chart, said: value ?? null }),
    (width, height) => send({ chart, size: { width, height } }),
  );
  try {
    return { surface, view: await ChartView.draw({ vega, compile }, drawn, surface) };
  } catch (error) {
    surface.dispose();
    throw error;
  }
}

/** A chart that is gone meanwhile is left alone. */
async function change(chart: Chart | undefined, asked: Exclude<Request, { type: "draw" }>): Promise<void> {
  if (chart === undefined) return;
  const { surface, view } = chart;
  if (asked.type === "show") return view.show({ left: asked.left, came: rowsOf(asked.came) });
  if (asked.type === "repaint") return view.repaint(asked.theme);
  surface.pixelRatio = asked.pixelRatio;
  await view.fit(asked.room);
}

function finalize(chart: number): void {
  const { surface, view } = charts.get(chart) ?? {};
  charts.delete(chart);
  view?.finalize();
  surface?.dispose();
}

function send(message: FromChartWorker): void {
  self.postMessage(message);
}
