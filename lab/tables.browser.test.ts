/** The tables of a notebook's streams as a person meets them: a real JupyterLab, a real kernel. */

import { join } from "node:path";
import type { Locator } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { writeNotebook } from "../kernelspec/run/notebook-file.js";
import { install } from "../kernelspec/spec/installation.js";
import { DEFAULT_DISPLAY_NAME, DEFAULT_NAME } from "../kernelspec/spec/kernel-folder.js";
import { notebookOf } from "../kernelspec/testing/notebook.js";
import { pictureFailure } from "./testing/failure-pictures.js";
import { startTestLab, type TestLab } from "./testing/jupyterlab.js";
import type { NotebookPage } from "./testing/notebook-page.js";

const NOTEBOOK = "tables.ipynb";
const HOSTILE = "<img src=x onerror=alert(1)>";
const CELLS = [
  `const words = ssc.generatorStream(500, (random) => ["be", "not", "or", "to", "${HOSTILE}"][Math.floor(random.next() ** 2 * 5)], 7);
   const counts = words.map((word) => [word, 1]).updateStateByKey((values: number[], before?: number) => (before ?? 0) + values.length);`,
  "counts.foreachRDD(() => undefined, { name: 'to the notebook' });\nwords.count().foreachRDD(() => undefined, { name: 'per batch' });",
  "%streams",
  "%stream start",
  "await ssc.awaitBatches(3)",
  "%state counts",
  "%batches 5",
  `const shares = counts.mapValues((count) => Math.round(100 * count / 500)).filter(([word, share]) => word.length > 0 && share >= 0)
  .transform((rdd) => rdd.map(([word, share]) => [word.toUpperCase(), share] as [string, number]));`,
  "%explain shares",
  "%config",
];

describe("tables of streams in JupyterLab", () => {
  let lab: TestLab;
  let notebook: NotebookPage;
  const live = (): Locator => notebook.page.locator(".mlr-LiveDisplay .mlr-tables");
  const state = (): Locator => notebook.output("%state counts").locator(".mlr-StaticTable");

  beforeAll(async () => {
    lab = await startTestLab({
      install: (data) => install(data, { name: DEFAULT_NAME, displayName: DEFAULT_DISPLAY_NAME }),
      notebooks: [],
    });
    writeNotebook(join(lab.notebooks, NOTEBOOK), notebookOf(...CELLS));
    notebook = await lab.newPage();
    await notebook.open(NOTEBOOK);
    await notebook.runAll();
  });
  afterEach((context) => pictureFailure(context, lab));
  afterAll(() => lab?.stop());

  /** The texts of a column of the first table in there that has it. */
  async function column(tables: Locator, title: string): Promise<string[]> {
    const section = tables.locator("section", { has: heading(tables, title) }).first();
    const titles = await section.locator("th").allInnerTexts();
    const place = titles.findIndex((text) => text.replace(/ [▾▴]$/, "") === title);
    return section.locator(`tbody td:nth-child(${place + 1})`).allInnerTexts();
  }

  function heading(tables: Locator, title: string): Locator {
    return tables.page().locator("th", { hasText: title });
  }

  test("%streams moves, with a line for the last batches, and does not mark the notebook as changed", async () => {
    await live().scrollIntoViewIfNeeded();
    const batches = async () => (await column(live(), "batches"))[0];
    const moves = async () => {
      const before = await batches();
      await expect.poll(batches).not.toBe(before);
    };
    // What is stored before the page has found its kernel is a change; what comes after is none.
    await moves();
    await notebook.save();
    await moves();
    expect(await column(live(), "output")).toEqual(["to the notebook", "per batch"]);
    expect(await live().locator("polyline").first().getAttribute("points")).toMatch(/\d,\d/);
    expect(await notebook.isDirty()).toBe(false);
  });

  test("a button of an output stops it alone, and starts it again", async () => {
    const states = () =>
      column(live(), "took of its slide").then(() => live().locator("td[data-state]").allInnerTexts());
    await live().getByRole("button", { name: "Stop per batch" }).click();
    await expect.poll(states).toContain("◼ stopped");
    expect(await states()).toContain("● streaming");
    await live().getByRole("button", { name: "Start per batch" }).click();
    await expect.poll(states).not.toContain("◼ stopped");
  });

  test("a table is sorted by a click on a title: the largest first, then the smallest, then as it came", async () => {
    await state().scrollIntoViewIfNeeded();
    const keys = () => column(state(), "key");
    const asItCame = await keys();
    const sort = state().getByRole("button", { name: "key" });
    await sort.click();
    expect(await keys()).toEqual(["to", "or", "not", "be", HOSTILE]);
    await sort.click();
    expect(await keys()).toEqual([HOSTILE, "be", "not", "or", "to"]);
    expect(await state().locator("th").first().getAttribute("aria-sort")).toBe("ascending");
    await sort.press("Enter");
    expect(await keys()).toEqual(asItCame);
  });

  test("keys that look like markup are text", async () => {
    expect(await column(state(), "key")).toContain(HOSTILE);
    expect(await state().locator("img").count()).toBe(0);
  });

  test("fit the width of a small screen without a side bar: titles and texts take more lines", async () => {
    // The side bar takes 250 px of it.
    await notebook.page.setViewportSize({ width: 1350, height: 900 });
    const lineage = notebook.output("%explain shares").locator(".mlr-tables section").first();
    const hidden = () => lineage.evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth);
    await expect.poll(hidden).toBe(0);
    expect(await lineage.evaluate(({ clientWidth }) => clientWidth)).toBeLessThan(940);
    await notebook.page.setViewportSize({ width: 1280, height: 960 });
  });

  test("of a few texts fit a narrow window beside the side bar", async () => {
    await notebook.page.setViewportSize({ width: 600, height: 900 });
    const settings = notebook.output("%config").locator(".mlr-tables section");
    await expect.poll(() => settings.evaluate(({ clientWidth }) => clientWidth)).toBeLessThan(250);
    await expect
      .poll(() => settings.evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth))
      .toBe(0);
    await notebook.page.setViewportSize({ width: 1280, height: 960 });
  });

  test("are readable in the dark theme", async () => {
    await notebook.chooseTheme("JupyterLab Dark");
    const colour = () => state().evaluate((node) => getComputedStyle(node).color);
    await expect.poll(colour).toContain("255");
    await notebook.chooseTheme("JupyterLab Light");
  });
});
