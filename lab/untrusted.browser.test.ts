/** A notebook from somebody else, which is not trusted: what is stored in it is shown, and nothing of it runs. */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { waitFor } from "../kernelspec/process/wait-for.js";
import { writeNotebook } from "../kernelspec/run/notebook-file.js";
import { install } from "../kernelspec/spec/installation.js";
import { DEFAULT_DISPLAY_NAME, DEFAULT_NAME } from "../kernelspec/spec/kernel-folder.js";
import { notebookOf } from "../kernelspec/testing/notebook.js";
import { pictureFailure } from "./testing/failure-pictures.js";
import { startTestLab, type TestLab } from "./testing/jupyterlab.js";
import type { NotebookPage } from "./testing/notebook-page.js";
import { savedDisplays } from "./testing/saved-notebook.js";

const CELLS = [
  "%clock manual",
  'const words = ssc.queueStream([[["mill", 3], ["<img src=x onerror=ran()>", 2]]]);',
  "const counts = words.updateStateByKey((values, before) => (before ?? 0) + values.length);",
  "%plot words",
  "%dashboard words",
  "%streams",
  "counts.foreachRDD(() => undefined);",
  "%stream start",
  "%clock advance 1s",
  "%state counts",
  "%stream stop",
];
/** Would tell if anything ran. */
const HOSTILE = {
  output_type: "display_data",
  metadata: {},
  data: {
    "text/html":
      "<p>html of somebody</p><img src=x onerror='document.title=1'><script>document.title = 'ran'</script>",
  },
};

describe("a notebook that is not trusted", () => {
  const folder = mkdtempSync(join(tmpdir(), "millrace-untrusted-"));
  const file = join(folder, "foreign.ipynb");
  let lab: TestLab;

  beforeAll(async () => {
    lab = await withPlugin();
    writeNotebook(join(lab.notebooks, "own.ipynb"), notebookOf(...CELLS));
    const own = await lab.newPage();
    await own.open("own.ipynb");
    await own.runAll();
    await own.chart().state("stopped");
    // The page stores how they ended when it has their last pictures.
    const stored = async () => {
      await own.save();
      const states = await statesIn(join(lab.notebooks, "own.ipynb"));
      return states.includes("streaming") || states.includes("waiting") ? undefined : true;
    };
    await waitFor("the charts to be stored as they ended", stored, 120_000);
    await own.page.close();
    const text = readFileSync(join(lab.notebooks, "own.ipynb"), "utf8");
    await lab.stop();
    const notebook = JSON.parse(text);
    notebook.cells[0].outputs = [HOSTILE];
    writeFileSync(file, JSON.stringify(notebook));
    // Where there is no plugin there is no such kernel either.
    notebook.metadata = { kernelspec: { name: "python3", display_name: "Python 3", language: "python" } };
    writeFileSync(join(folder, "plain.ipynb"), JSON.stringify(notebook));
  });
  afterEach((context) => pictureFailure(context, lab));
  afterAll(async () => {
    await lab?.stop();
    rmSync(folder, { recursive: true });
  });

  function withPlugin(notebooks: string[] = []): Promise<TestLab> {
    return startTestLab({
      install: (data) => install(data, { name: DEFAULT_NAME, displayName: DEFAULT_DISPLAY_NAME }),
      notebooks,
    });
  }

  async function nothingRan(page: NotebookPage): Promise<void> {
    await page.page.getByText("html of somebody").waitFor();
    expect(await page.page.title()).not.toBe("ran");
    expect(await page.page.locator(".jp-OutputArea script").count()).toBe(0);
    expect(await page.page.locator(".jp-OutputArea [onerror]").count()).toBe(0);
  }

  test("shows its charts, tables and dashboards as they are stored, and asks no kernel to run anything", async () => {
    lab = await withPlugin([file]);
    const page = await lab.newPage();
    await page.open("foreign.ipynb");
    await nothingRan(page);
    const values = async () => (await page.chart().rows()).map(({ value }) => value);
    await expect.poll(values).toEqual([3, 2]);
    await expect.poll(() => page.chart().strip()).toContain("Run its cell again");
    expect(await page.chart().buttons()).toEqual([]);
    const tiles = page.page.locator(".jp-NotebookPanel .mlr-tile");
    await expect.poll(() => tiles.count()).toBe(4);
    await expect.poll(() => page.tile(0).rows()).toHaveLength(2);
    await tiles.nth(3).getByText("%plot words").first().waitFor();
    await page.output("%state counts").locator(".mlr-StaticTable td").getByText("mill").waitFor();
    expect(await page.page.locator(".mlr-LiveDisplay img, .mlr-StaticTable img").count()).toBe(0);
    await lab.stop();
  });

  test("shows pictures and tables where there is no plugin", async () => {
    lab = await startTestLab({ install: () => undefined, notebooks: [join(folder, "plain.ipynb")] });
    const page = await lab.newPage();
    await page.open("plain.ipynb");
    await nothingRan(page);
    const chart = page.output("%plot words").locator("canvas, svg, img").first();
    await chart.waitFor();
    await expect.poll(async () => (await chart.boundingBox())?.width).toBeGreaterThan(100);
    const pictures = page.output("%dashboard words").locator("img");
    await expect.poll(() => pictures.count()).toBe(3);
    const widths = () =>
      pictures.evaluateAll((images) => images.map((image) => (image as HTMLImageElement).naturalWidth));
    await expect.poll(async () => Math.min(...(await widths()))).toBeGreaterThan(100);
    await page.output("%streams").locator("td").getByText("%plot words").first().waitFor();
    await page.output("%state counts").locator("td").getByText("mill").waitFor();
  });
});

/** How the live displays of a notebook file stand, and what is in its dashboards. */
async function statesIn(file: string): Promise<string[]> {
  const displays = await savedDisplays(file);
  return displays.flatMap((live) => live.tiles ?? [live]).map(({ status }) => status.state);
}
