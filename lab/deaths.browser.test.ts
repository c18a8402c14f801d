/** Processes that are killed under a chart that moves, in JupyterLab: the strip says what is true, and its cell makes another. */

import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { writeNotebook } from "../kernelspec/run/notebook-file.js";
import { install } from "../kernelspec/spec/installation.js";
import { DEFAULT_DISPLAY_NAME, DEFAULT_NAME } from "../kernelspec/spec/kernel-folder.js";
import { notebookOf } from "../kernelspec/testing/notebook.js";
import { commandOf, descendants } from "../kernelspec/testing/processes.js";
import { pictureFailure } from "./testing/failure-pictures.js";
import { startTestLab, type TestLab } from "./testing/jupyterlab.js";
import type { NotebookPage } from "./testing/notebook-page.js";

const CELLS = [
  "const ssc = new StreamingContext(sc, 200);",
  "const ticks = ssc.queueStream(Array.from({ length: 5000 }, (_, i) => [i]));",
  'const words = ticks.flatMap((i) => [["mill", 50 + (i % 7)], ["race", 40]]);',
  "%plot words",
  "%stream start",
];

describe("a chart in JupyterLab", () => {
  let lab: TestLab;
  let notebook: NotebookPage;

  beforeAll(async () => {
    lab = await startTestLab({
      install: (data) => install(data, { name: DEFAULT_NAME, displayName: DEFAULT_DISPLAY_NAME }),
    });
    writeNotebook(join(lab.notebooks, "plot.ipynb"), notebookOf(...CELLS));
    notebook = await lab.newPage();
    await notebook.open("plot.ipynb");
    await moves();
  });
  afterEach((context) => pictureFailure(context, lab));
  afterAll(() => lab?.stop());

  async function moves(): Promise<void> {
    await notebook.runAll();
    const chart = notebook.chart();
    await chart.state("streaming");
    await chart.rowsAfter(await chart.rowsAfter([]));
  }

  /** As the system does when memory is short. */
  function kill(program: "front.js" | "evaluator.js"): void {
    const pid = descendants(lab.serverPid).find((one) => commandOf(one).includes(program));
    if (pid === undefined) throw new Error(`there is no process ${program}`);
    process.kill(pid, "SIGKILL");
  }

  test("has failed when the process of the cells is killed, says what to do, and has nothing to press", async () => {
    kill("evaluator.js");
    const chart = notebook.chart();
    await chart.state("failed");
    expect(await chart.strip()).toContain("Run its cells again");
    expect(await chart.buttons()).toEqual([]);
    expect(await chart.rows()).toHaveLength(2);
    await moves();
  });

  test("says that its streams are gone when the kernel is killed, and moves when its cells are run again", async () => {
    kill("front.js");
    const chart = notebook.chart();
    await chart.state("stopped");
    expect(await chart.strip()).toMatch(/the kernel died, and its streams with it|made before a restart/);
    // Nobody runs a cell, and JupyterLab says nothing more of the kernel by itself.
    await expect.poll(() => chart.strip()).toContain("Run its cell again");
    expect(await chart.buttons()).toEqual([]);
    expect(await chart.rows()).toHaveLength(2);
    await notebook.answer("Ok");
    await notebook.idle();
    await moves();
  });
});
