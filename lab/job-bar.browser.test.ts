/** A job that takes long, in JupyterLab: a bar under its cell, and a button that ends it. */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { writeNotebook } from "../kernelspec/run/notebook-file.js";
import { install } from "../kernelspec/spec/installation.js";
import { DEFAULT_DISPLAY_NAME, DEFAULT_NAME } from "../kernelspec/spec/kernel-folder.js";
import { notebookOf } from "../kernelspec/testing/notebook.js";
import { pictureFailure } from "./testing/failure-pictures.js";
import { startTestLab, type TestLab } from "./testing/jupyterlab.js";
import type { NotebookPage } from "./testing/notebook-page.js";
import { savedNotebook } from "./testing/saved-notebook.js";

/** Of 40 tasks the first 20 are done at once, the next 19 when there is a file, and the last when there is another. */
const SLOW = `(n) => {
  const awaited = n < 20 ? "." : n < 39 ? "most.txt" : "last.txt";
  while (!existsSync(awaited)) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
  return n;
}`.replace(/\s+/g, " ");
const CELLS = {
  files: 'import { existsSync } from "node:fs";',
  slow: `await sc.parallelize(Array.from({ length: 40 }, (_, i) => i), 40).map(${SLOW}).count()`,
  endless: "await sc.parallelize([1, 2], 2).map((n) => { for (;;) n++; }).count()",
  after: "await sc.range(10).sum()",
};

describe("the bar of a job in JupyterLab", () => {
  let lab: TestLab;
  let notebook: NotebookPage;

  beforeAll(async () => {
    lab = await startTestLab({
      install: (data) => install(data, { name: DEFAULT_NAME, displayName: DEFAULT_DISPLAY_NAME }),
    });
    writeNotebook(join(lab.notebooks, "jobs.ipynb"), notebookOf(...Object.values(CELLS)));
    notebook = await lab.newPage();
    await notebook.open("jobs.ipynb");
  });
  afterEach((context) => pictureFailure(context, lab));
  afterAll(() => lab?.stop());

  test("moves while the job runs, says at its end what was done, and is stored so", async () => {
    await notebook.run(CELLS.files);
    await notebook.start(CELLS.slow);
    const bar = notebook.chart(0);
    await bar.state("running");
    const share = () =>
      bar.display.locator("progress").evaluate((element) => (element as HTMLProgressElement).value);
    await expect.poll(share).toBeCloseTo(20 / 40);
    writeFileSync(join(lab.notebooks, "most.txt"), "");
    await expect.poll(share).toBeCloseTo(39 / 40);
    writeFileSync(join(lab.notebooks, "last.txt"), "");
    await bar.state("done");
    expect(await bar.strip()).toMatch(/1 of 1 stage · 40 of 40 tasks · 40 records · [\d.]+ s/);
    expect(await bar.buttons()).toEqual([]);
    await notebook.output(CELLS.slow).locator(".jp-OutputArea-executeResult pre").getByText("40").waitFor();
    await notebook.save();
    const stored = await savedNotebook(join(lab.notebooks, "jobs.ipynb"));
    expect(JSON.stringify(stored)).toContain('<progress max=\\"1\\" value=\\"1\\"></progress> done');
  });

  test("ends the job by its button, and the cell says so; the next job runs", async () => {
    await notebook.start(CELLS.endless);
    const bar = notebook.chart(1);
    await bar.state("running");
    await bar.press("Cancel");
    await bar.state("stopped");
    expect(await bar.strip()).toContain("the job was cancelled");
    await notebook.output(CELLS.endless).getByText("the job was cancelled").first().waitFor();
    await notebook.run(CELLS.after);
    await notebook.output(CELLS.after).getByText("45").waitFor();
  });
});
