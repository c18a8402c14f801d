/** Charts in a page whose worker does not come, or does not answer. */

import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page, Route } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { packageRoot } from "../kernelspec/package-root.js";
import { pluginFolder, writePlugin } from "../kernelspec/spec/plugin-folder.js";
import { pictureFailure } from "./testing/failure-pictures.js";
import { writeFedNotebook } from "./testing/fed-notebook.js";
import { startTestLab, type TestLab } from "./testing/jupyterlab.js";

/** The file of the built plugin that the worker runs: its name is a number. */
function workerScript(): string {
  const folder = join(packageRoot, "dist/labextension/static");
  const isWorker = (file: string): boolean => readFileSync(join(folder, file), "utf8").includes("vegaViewOf");
  const script = readdirSync(folder).find(isWorker);
  if (script === undefined) throw new Error(`there is no worker of charts in ${folder}`);
  return script;
}

/** What the server answers when it is asked for that. */
const answers = (answer: (route: Route) => Promise<void>) => (page: Page) =>
  page.route(`**/${workerScript()}*`, answer);

/** As a header would; it holds for what comes after it. */
const forbidsWorkers = (page: Page) =>
  page.addInitScript(() => {
    document.addEventListener("DOMContentLoaded", () => {
      const meta = document.createElement("meta");
      meta.httpEquiv = "Content-Security-Policy";
      meta.content = "worker-src 'none'";
      document.head.append(meta);
    });
  });

describe("a chart", () => {
  const folder = mkdtempSync(join(tmpdir(), "millrace-notebook-"));
  let lab: TestLab;

  beforeAll(async () => {
    const file = join(folder, "fed.ipynb");
    writeFedNotebook(file);
    lab = await startTestLab({ install: (data) => writePlugin(pluginFolder(data)), notebooks: [file] });
  });
  afterEach((context) => pictureFailure(context, lab));
  afterAll(async () => {
    await lab?.stop();
    rmSync(folder, { recursive: true });
  });

  test.each<[string, (page: Page) => Promise<unknown>]>([
    ["the server does not have the worker's script", answers((route) => route.fulfill({ status: 404 }))],
    ["the worker's script never comes", answers(() => new Promise(() => undefined))],
    [
      "the worker's script is something else",
      answers((route) => route.fulfill({ contentType: "text/javascript", body: "throw new Error('no')" })),
    ],
    ["the server's policy forbids workers", forbidsWorkers],
  ])("is drawn on the page when %s", async (_why, withoutWorker) => {
    const notebook = await lab.newPage();
    await withoutWorker(notebook.page);
    await notebook.open("fed.ipynb");
    await notebook.runAll();
    const chart = notebook.chart();
    await expect.poll(() => chart.drawnBy()).toBe("page");
    await chart.rowsAfter(await chart.rowsAfter([]));
    await notebook.page.close();
  });

  test("that two workers were lost at, which said that they could draw, is not tried on the page: it could stand still as they did", async () => {
    const notebook = await lab.newPage();
    await answers((route) =>
      route.fulfill({ contentType: "text/javascript", body: "self.postMessage({ ready: true });" }),
    )(notebook.page);
    await notebook.open("fed.ipynb");
    await notebook.runAll();
    const said = notebook.page.getByText("This chart cannot be drawn: the worker that draws charts has said");
    await said.waitFor();
    await notebook.page.close();
  });
});
