/** Charts whose colours are numbers, in JupyterLab's light and dark theme: the greatest stands out from the page. */

import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { writeNotebook } from "../kernelspec/run/notebook-file.js";
import { install } from "../kernelspec/spec/installation.js";
import { DEFAULT_DISPLAY_NAME, DEFAULT_NAME } from "../kernelspec/spec/kernel-folder.js";
import { notebookOf } from "../kernelspec/testing/notebook.js";
import { pictureFailure } from "./testing/failure-pictures.js";
import { startTestLab, type TestLab } from "./testing/jupyterlab.js";
import type { ChartOnPage, NotebookPage } from "./testing/notebook-page.js";

/** From 1 to 9. */
const CELLS = [
  "%clock manual",
  "const ones = ssc.queueStream([Array.from({ length: 9 }, (_, i) => i + 1)]);",
  "const quakes = ones.map((n) => ({ lat: 10 * n - 50, lon: 30 * n - 150, magnitude: n }));",
  'const cells = ones.map((n) => [["row " + (n % 3), "column " + (n >> 2)], n]);',
  "%plot quakes --color magnitude",
  "%plot cells",
  "%stream start",
  "%clock advance 1s",
];

describe("numbers as colours", () => {
  let lab: TestLab;
  let notebook: NotebookPage;

  beforeAll(async () => {
    lab = await startTestLab({
      install: (data) => install(data, { name: DEFAULT_NAME, displayName: DEFAULT_DISPLAY_NAME }),
    });
    writeNotebook(join(lab.notebooks, "colours.ipynb"), notebookOf(...CELLS));
    notebook = await lab.newPage();
    await notebook.open("colours.ipynb");
    await notebook.runAll();
    for (const index of [0, 1]) await notebook.chart(index).rowsAfter([]);
  });
  afterEach((context) => pictureFailure(context, lab));
  afterAll(() => lab?.stop());

  /** How far a colour is from the page's, as WCAG counts it: from 1 to 21. */
  async function contrast(chart: ChartOnPage, value: number): Promise<number> {
    const page = await notebook.page
      .locator(".jp-NotebookPanel .jp-Notebook")
      .first()
      .evaluate((element) => getComputedStyle(element).backgroundColor);
    const [one, other] = [await chart.colour(value), (page.match(/\d+/g) ?? []).map(Number)].map(luminance);
    const [bright, dark] = [Math.max(one ?? 0, other ?? 0), Math.min(one ?? 0, other ?? 0)];
    return (bright + 0.05) / (dark + 0.05);
  }

  async function contrasts(chart: ChartOnPage): Promise<number[]> {
    const all: number[] = [];
    for (const value of [1, 3, 5, 7, 9]) all.push(await contrast(chart, value));
    return all;
  }

  test.each(["JupyterLab Dark", "JupyterLab Light"])(
    "go away from the page with each step in %s, on a map and in a heat map, and the least is seen too",
    async (theme) => {
      await notebook.chooseTheme(theme);
      const scheme = theme.includes("Dark") ? "viridis" : "yellowgreenblue";
      for (const index of [0, 1]) {
        const chart = notebook.chart(index);
        await expect.poll(() => chart.signal("jupyterHeatmap")).toBe(scheme);
        // The scales follow the signal when the chart is drawn next.
        await expect.poll(() => contrasts(chart)).toSatisfy(growsBeyond(7));
      }
      await expect.poll(() => contrast(notebook.chart(0), 1)).toBeGreaterThan(1.4);
    },
  );
});

/** Each is at least the one before, and the last is more than `most`. */
function growsBeyond(most: number): (numbers: number[]) => boolean {
  return (numbers) =>
    numbers.every((number, i) => number >= (numbers[i - 1] ?? 0)) && (numbers.at(-1) ?? 0) > most;
}

/** Relative luminance of sRGB (WCAG 2). */
function luminance([red = 0, green = 0, blue = 0]: number[]): number {
  const linear = (channel: number): number => {
    const share = channel / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
}
