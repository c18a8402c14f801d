/** The same kernel and the same plugin in Notebook 7, which has no panels: charts, buttons and tables below their cells. */

import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { writeNotebook } from "../kernelspec/run/notebook-file.js";
import { install } from "../kernelspec/spec/installation.js";
import { DEFAULT_DISPLAY_NAME, DEFAULT_NAME } from "../kernelspec/spec/kernel-folder.js";
import { notebookOf } from "../kernelspec/testing/notebook.js";
import { pictureFailure } from "./testing/failure-pictures.js";
import { startTestLab, type TestLab } from "./testing/jupyterlab.js";
import type { NotebookPage } from "./testing/notebook-page.js";

const CELLS = [
  "const ssc = new StreamingContext(sc, 200);",
  "const ticks = ssc.queueStream(Array.from({ length: 10_000 }, (_, i) => [i]));",
  'const words = ticks.flatMap((i) => [["mill", 50 + (i % 7)], ["race", 40]]);',
  "%plot words",
  "%dashboard words",
  "%stream start",
];

describe("Notebook 7", () => {
  let lab: TestLab;
  let notebook: NotebookPage;

  beforeAll(async () => {
    lab = await startTestLab({
      install: (data) => install(data, { name: DEFAULT_NAME, displayName: DEFAULT_DISPLAY_NAME }),
      program: "notebook",
    });
    writeNotebook(join(lab.notebooks, "plots.ipynb"), notebookOf(...CELLS));
    notebook = await lab.newPage();
    await notebook.open("plots.ipynb");
    await notebook.runAll();
  });
  afterEach((context) => pictureFailure(context, lab));
  afterAll(() => lab?.stop());

  test("draws a chart that moves, and stops and starts by its button", async () => {
    const chart = notebook.chart();
    await chart.rowsAfter(await chart.rowsAfter([]));
    await chart.press("Stop");
    await chart.state("stopped");
    await chart.press("Start");
    await chart.state("streaming");
    await chart.rowsAfter(await chart.rowsAfter([]));
  });

  test("draws a dashboard: charts that move, and the table of the streams", async () => {
    const tiles = notebook.page.locator(".mlr-tile");
    await expect.poll(() => tiles.count()).toBe(4);
    await notebook.tile(0).bring("streaming");
    await notebook.tile(0).rowsAfter(await notebook.tile(0).rowsAfter([]));
    await tiles.nth(3).getByText("%plot words").waitFor();
  });

  test("shows what was saved when the page is loaded again, and moves on", async () => {
    await notebook.chart().bring("streaming");
    await notebook.save();
    await notebook.reload();
    await notebook.chart().rowsAfter(await notebook.chart().rowsAfter([]));
  });
});
