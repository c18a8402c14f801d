/** The first notebook as a person meets it: a real JupyterLab, a real kernel, a chart that moves. */

import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { freePort } from "../kernelspec/process/free-port.js";
import { waitFor } from "../kernelspec/process/wait-for.js";
import { writeNotebook } from "../kernelspec/run/notebook-file.js";
import { install } from "../kernelspec/spec/installation.js";
import { DEFAULT_DISPLAY_NAME, DEFAULT_NAME } from "../kernelspec/spec/kernel-folder.js";
import { notebookOf, writeWordCount } from "../kernelspec/testing/notebook.js";
import { descendants, isRunning } from "../kernelspec/testing/processes.js";
import { pictureFailure } from "./testing/failure-pictures.js";
import { startTestLab, type TestLab } from "./testing/jupyterlab.js";
import type { NotebookPage } from "./testing/notebook-page.js";
import { savedDisplays } from "./testing/saved-notebook.js";

const WORD_COUNT = "01-word-count.ipynb";

/** In the second batch a key is longer than those the chart began with; there are as many as before. */
const LABELS = "labels.ipynb";
const LONG_KEY = "a-rather-long-key-such-as-a-path";
const LABEL_CELLS = [
  "%clock manual",
  `const keys = ssc.queueStream([[["a", 1], ["b", 2]], [["${LONG_KEY}", 1], ["b", 2]]]);`,
  "%plot keys",
  "%stream start",
  "%clock advance 1s",
];

/** Without `print`: what it writes below its cell is a change of the notebook, what a chart shows is not. */
const PLOT_ONLY = "plot-only.ipynb";
const plotCells = (port: number): string[] => [
  `%source words --port ${port} --rate 500`,
  `const counts = ssc.socketTextStream("localhost", ${port}).flatMap(l => l.split(" ")).map(w => [w, 1]).reduceByKey((a, b) => a + b);`,
  "%plot counts --top 5",
  "%stream start",
  "%stream stop",
];

describe("the word count notebook in JupyterLab", () => {
  let lab: TestLab;
  let notebook: NotebookPage;
  let plotOnly: NotebookPage;

  beforeAll(async () => {
    lab = await startTestLab({
      install: (data) => install(data, { name: DEFAULT_NAME, displayName: DEFAULT_DISPLAY_NAME }),
    });
    await writeWordCount(lab.notebooks);
    writeNotebook(join(lab.notebooks, PLOT_ONLY), notebookOf(...plotCells(await freePort())));
    writeNotebook(join(lab.notebooks, LABELS), notebookOf(...LABEL_CELLS));
    notebook = await lab.newPage();
  });
  afterEach((context) => pictureFailure(context, lab));
  afterAll(() => lab?.stop());

  test("the launcher shows Millrace with its logo", async () => {
    await notebook.openLauncher();
    const card = notebook.page.locator(`.jp-LauncherCard[title="${DEFAULT_DISPLAY_NAME}"]`).first();
    const logo = card.locator("img");
    await logo.waitFor();
    await expect
      .poll(() => logo.evaluate((image: HTMLImageElement) => image.naturalWidth))
      .toBeGreaterThan(0);
    expect(await card.textContent()).toContain(DEFAULT_DISPLAY_NAME);
  });

  test("opening the notebook does not mark it as changed", async () => {
    await notebook.openFromFolder(WORD_COUNT);
    expect(await notebook.isDirty()).toBe(false);
  });

  test("the bars change while the stream runs", async () => {
    await notebook.runAllAbove("%stream stop");
    const chart = notebook.chart();
    await chart.state("streaming");
    await chart.rowsAfter(await chart.rowsAfter([]));
  });

  test("after a reload of the page the bars change again", async () => {
    await notebook.save();
    await notebook.reload();
    const chart = notebook.chart();
    await chart.state("streaming");
    await chart.rowsAfter(await chart.rowsAfter([]));
  });

  test("%stream stop stops them, and the strip says so", async () => {
    await notebook.run("%stream stop");
    const chart = notebook.chart();
    await chart.state("stopped");
    const stored = async () => {
      await notebook.save();
      return savedDisplays(join(lab.notebooks, WORD_COUNT));
    };
    await expect.poll(async () => (await stored()).map(({ status }) => status.state)).toEqual(["stopped"]);
    // The strip says so before the last rows are drawn.
    const rows = (await stored())[0]?.rows;
    await expect.poll(() => chart.rows()).toEqual(rows);
    await notebook.run("%stream status");
    expect(await chart.rows()).toEqual(rows);
  });

  test("closing the kernel leaves no process", async () => {
    const processes = descendants(lab.serverPid);
    expect(processes.length).toBeGreaterThan(1);
    await notebook.choose("Kernel", "Shut Down Kernel");
    const ended = (): true | undefined => (processes.some(isRunning) ? undefined : true);
    await waitFor("the kernel's processes to end", ended, 120_000);
  });

  test("a chart that was not started says how to start it, and has nothing to press", async () => {
    plotOnly = await lab.newPage();
    await plotOnly.open(PLOT_ONLY);
    await plotOnly.runAllAbove("%stream start");
    const chart = plotOnly.chart();
    await chart.state("waiting");
    expect(await chart.strip()).toContain("run %stream start");
    await chart.display.getByText("No rows yet").waitFor();
    expect(await chart.buttons()).toEqual([]);
  });

  test("a chart that moves does not mark the notebook as changed", async () => {
    await plotOnly.run("%stream start");
    await plotOnly.save();
    const chart = plotOnly.chart();
    await chart.rowsAfter(await chart.rowsAfter([]));
    expect(await plotOnly.isDirty()).toBe(false);
  });

  test("the chart's own buttons stop and start the stream", async () => {
    const chart = plotOnly.chart();
    await chart.press("Stop");
    await chart.state("stopped");
    await chart.press("Start");
    await chart.state("streaming");
    await chart.rowsAfter(await chart.rowsAfter([]));
  });

  test("makes room for keys that are longer than those it began with", async () => {
    const labels = await lab.newPage();
    await labels.open(LABELS);
    await labels.runAll();
    const chart = labels.chart();
    const keys = async (): Promise<unknown[]> => (await chart.rows()).map(({ key }) => key);
    await expect.poll(keys).toEqual(["b", "a"]);
    await labels.run("%clock advance 1s");
    await expect.poll(keys).toEqual(["b", LONG_KEY]);
    await expect.poll(() => chart.labelsBegin()).toBeGreaterThanOrEqual(0);
  });
});
