/** What a person waits for, and what a page that stays open costs. */

import type { TestLab } from "../../lab/testing/jupyterlab.js";
import { openCharts } from "./chart-page.js";

export interface Visit {
  /** From the start of a cell to its chart with rows, on a page that has drawn one before. */
  firstChartMs: number[];
  /** From the notebook's cells in a page that was loaded again to a chart that moves; and from the reload itself. */
  resumeMs: number;
  reloadMs: number;
  /** After so many minutes of changes. */
  isDirty: boolean;
  heapGrowth: number;
  minutes: number;
}

const LOAD = { points: 200, batchMs: 250, charts: 2, rate: 4 };

export async function visit(lab: TestLab, minutes: number): Promise<Visit> {
  const { notebook, thread, close } = await openCharts(lab, LOAD);
  const { page } = notebook;
  const firstChartMs: number[] = [];
  for (let i = 0; i < 5; i++) {
    // The display of the run before: "no second display" is true for a blink only, between two looks.
    const before = await notebook.chart(1).display.elementHandle();
    const began = performance.now();
    await notebook.start("--title chart1");
    await page.waitForFunction((display) => display?.isConnected !== true, before);
    await notebook.chart(1).rowsAfter([]);
    firstChartMs.push(performance.now() - began);
  }
  await notebook.save();
  const { resumeMs, reloadMs } = await reload(notebook);
  await notebook.save();
  await thread.seconds(20); // what a page loads late
  const before = await thread.heapAfterCollection();
  await thread.seconds(Math.max(60, minutes * 60));
  const isDirty = await notebook.isDirty();
  const after = await thread.heapAfterCollection();
  await close();
  return { firstChartMs, resumeMs, reloadMs, isDirty, heapGrowth: after / before, minutes };
}

async function reload(
  notebook: Awaited<ReturnType<typeof openCharts>>["notebook"],
): Promise<Pick<Visit, "resumeMs" | "reloadMs">> {
  const began = performance.now();
  await notebook.page.reload({ waitUntil: "commit" });
  await notebook.page.locator(".jp-NotebookPanel .jp-CodeCell").first().waitFor();
  const there = performance.now();
  await notebook.chart(0).rowsAfter(await notebook.chart(0).rowsAfter([]));
  const moves = performance.now();
  await notebook.idle();
  return { resumeMs: moves - there, reloadMs: moves - began };
}
