/** The plugin in a real JupyterLab, fed by a Python kernel in Millrace's place. */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { pluginFolder, writePlugin } from "../kernelspec/spec/plugin-folder.js";
import { pictureFailure } from "./testing/failure-pictures.js";
import { HOSTILE_MARKUP, HOSTILE_WORD, writeFedNotebook } from "./testing/fed-notebook.js";
import { startTestLab, type TestLab } from "./testing/jupyterlab.js";
import type { NotebookPage } from "./testing/notebook-page.js";

describe("a live display in JupyterLab", () => {
  const folder = mkdtempSync(join(tmpdir(), "millrace-notebook-"));
  let lab: TestLab;
  let notebook: NotebookPage;

  beforeAll(async () => {
    const file = join(folder, "fed.ipynb");
    writeFedNotebook(file);
    lab = await startTestLab({ install: (data) => writePlugin(pluginFolder(data)), notebooks: [file] });
    notebook = await lab.newPage();
    await notebook.open("fed.ipynb");
    await notebook.runAll();
  });
  afterEach((context) => pictureFailure(context, lab));
  afterAll(async () => {
    await lab?.stop();
    rmSync(folder, { recursive: true });
  });

  test("moves, with the view it began with, and does not mark the notebook as changed", async () => {
    const chart = notebook.chart();
    // The first rows are those that are stored.
    const rows = await chart.rowsAfter(await chart.rowsAfter([]));
    const canvas = await chart.display.locator("canvas").elementHandle();
    await notebook.save();
    await chart.rowsAfter(await chart.rowsAfter(rows));
    expect(await canvas?.evaluate((element) => element.isConnected)).toBe(true);
    expect(await notebook.isDirty()).toBe(false);
  });

  test("shows strings of the data as text, in the strip and in tooltips", async () => {
    const chart = notebook.chart();
    expect(await chart.strip()).toContain(HOSTILE_MARKUP);
    await chart.press("Stop");
    await chart.state("stopped");
    await expect.poll(() => chart.hoverBar(HOSTILE_WORD)).toContain(HOSTILE_WORD);
    expect(await notebook.page.locator(".mlr-tooltip img").count()).toBe(0);
    await chart.press("Start");
    await chart.state("streaming");
  });

  test("stops and starts by its button", async () => {
    const chart = notebook.chart();
    await chart.press("Stop");
    await chart.state("stopped");
    expect(await chart.strip()).toContain("stopped by hand");
    const rows = await chart.rows();
    await chart.press("Start");
    await chart.state("streaming");
    await chart.rowsAfter(rows);
  });

  test("follows the width of its cell", async () => {
    const chart = notebook.chart();
    const wide = await chart.canvasWidth();
    await notebook.page.setViewportSize({ width: 900, height: 960 });
    await expect.poll(() => chart.canvasWidth()).toBeLessThan(wide - 100);
    await notebook.page.setViewportSize({ width: 1280, height: 960 });
    await expect.poll(() => chart.canvasWidth()).toBe(wide);
  });

  test("moves in a linked view of the output too", async () => {
    await notebook.openLinkedView();
    const linked = notebook.chart(1);
    await linked.rowsAfter(await linked.rowsAfter([]));
    await notebook.closeTab("Output View");
  });

  test("is sent nothing while nobody sees it, and moves on when it is seen again", async () => {
    const chart = notebook.chart();
    const hides = notebook.tells('"visible":false');
    await notebook.openNewTab();
    await hides;
    const hidden = await chart.hiddenRows();
    const shows = notebook.tells('"visible":true');
    await notebook.showTab("fed.ipynb");
    await shows;
    await chart.rowsAfter(hidden);
    await notebook.closeTab("Launcher");
  });

  test("moves on after the page is loaded again", async () => {
    await notebook.reload();
    const chart = notebook.chart();
    await chart.rowsAfter(await chart.rowsAfter([]));
    await chart.state("streaming");
  });

  test("is readable in the dark theme, which repaints the view it has", async () => {
    const canvas = await notebook.chart().display.locator("canvas").elementHandle();
    await notebook.chooseTheme("JupyterLab Dark");
    await expect.poll(() => notebook.chart().signal("jupyterInk")).toContain("255");
    expect(await canvas?.evaluate((element) => element.isConnected)).toBe(true);
    await notebook.chooseTheme("JupyterLab Light");
  });

  test("is drawn on the page by a browser that has no canvases for workers, and tells its tooltips there", async () => {
    const other = await lab.newPage();
    await other.page.addInitScript(() => {
      Reflect.deleteProperty(HTMLCanvasElement.prototype, "transferControlToOffscreen");
    });
    await other.open("fed.ipynb");
    const chart = other.chart();
    await chart.rowsAfter(await chart.rowsAfter([]));
    expect([await chart.drawnBy(), await notebook.chart().drawnBy()]).toEqual(["page", "worker"]);
    // Ranked bars change places while the pointer is on its way.
    await expect.poll(() => chart.hoverBar("mill")).toContain("mill");
    await other.page.close();
  });

  test("moves on when the worker that draws it dies, however often", async () => {
    const chart = notebook.chart();
    for (let death = 0; death < 3; death++) {
      await chart.rowsAfter([]);
      const next = notebook.page.waitForEvent("worker");
      await notebook.page
        .workers()
        .at(-1)
        ?.evaluate(() => self.close());
      await next;
      // Until the new one has drawn it there is nothing to read.
      const drawn = () => chart.rows().catch(() => []);
      await expect.poll(drawn).toHaveLength(5);
      await chart.rowsAfter(await chart.rowsAfter([]));
    }
  });

  test("keeps its last picture when the kernel restarts, and says why it stands still", async () => {
    const chart = notebook.chart();
    await notebook.choose("Kernel", "Restart Kernel…");
    await notebook.answer("Restart");
    await chart.state("stopped");
    await notebook.idle();
    await expect.poll(() => chart.strip()).toContain("run its cell again");
    expect(await chart.rows()).toHaveLength(5);
    await notebook.runAll();
    await notebook.chart().state("streaming");
  });
});
