import * as vega from "vega";
import { compile } from "vega-lite";
import { expect, test } from "vitest";
import { METRICS } from "../../magics/plot/metrics.js";
import { ChartView } from "./chart-view.js";

const theme = {
  jupyterInk: "black",
  jupyterFaint: "grey",
  jupyterFont: "sans-serif",
  jupyterRamp: "blues",
  jupyterHeatmap: "viridis",
};

test("a chart has room for its labels after each change, wherever the ticks of its times come to stand", async () => {
  const room = { width: 410, height: 260 };
  const surface = { renderer: "none", tell: () => undefined };
  const drawn = { spec: METRICS.rate.spec, theme, room };
  const chart = await ChartView.draw({ vega, compile }, drawn, surface);
  const { root } = (
    chart.view as unknown as { scenegraph(): { root: { bounds: { x1: number } } } }
  ).scenegraph();
  const cut: number[] = [];
  for (let i = 0; i < 20; i++) {
    const row = { time: Date.UTC(2026, 10, 26, 23, 12, 51) + i * 200, key: "ticks", value: 5 };
    await chart.show({ left: [], came: [row] });
    const [left = 0] = chart.view.origin();
    cut.push(Math.max(0, -root.bounds.x1 - left - 1));
  }
  expect(cut).toEqual(cut.map(() => 0));
});
