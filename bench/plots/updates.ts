/** Main-thread time per change of a chart, and tasks that hold up a frame. */

import type { Page } from "playwright-core";
import type { TestLab } from "../../lab/testing/jupyterlab.js";
import { median } from "../measure.js";
import type { ChartLoad } from "./chart-cells.js";
import { openCharts } from "./chart-page.js";

export interface Updates {
  perSecond: number;
  /** CPU time of the main thread: median over seconds, without what the page does when nothing changes. */
  msPerUpdate: number;
  /** Of the worker: median, from a change of the chart's rows until its view is drawn. */
  drawnMs: number;
  /** Tasks over 50 ms, in ms. */
  longTasks: number[];
}

/** @param seconds measured; as many as a fourth of them idle afterwards */
export async function updates(lab: TestLab, load: ChartLoad, seconds: number): Promise<Updates> {
  const { notebook, thread, close } = await openCharts(lab, load);
  await thread.seconds(5); // the just-in-time compiler's share
  const draws = await watchDraws(notebook.page);
  let moving: Awaited<ReturnType<typeof thread.seconds>> = [];
  const longTasks = await thread.longTasks(async () => {
    moving = await thread.seconds(seconds);
  });
  const drawnMs = median(await draws());
  await notebook.run("%stream stop");
  await notebook.chart(0).state("stopped");
  await thread.seconds(2);
  const idle = await thread.seconds(Math.ceil(seconds / 4));
  const idleMs = Math.min(...idle.map(({ taskMs }) => taskMs)); // others may still store the last picture
  await close();
  return {
    perSecond: median(moving.map((second) => second.updates)),
    msPerUpdate: median(moving.map((second) => (second.taskMs - idleMs) / Math.max(1, second.updates))),
    drawnMs,
    longTasks,
  };
}

/** Takes the time of each change of each chart's view from now on, in the worker that draws. @returns gives them, in ms */
async function watchDraws(page: Page): Promise<() => Promise<number[]>> {
  const worker = page.workers().at(-1);
  if (worker === undefined) throw new Error("the page has no worker that draws its charts");
  const charts = await page.evaluate(() =>
    [...document.querySelectorAll("canvas")].flatMap(({ dataset }) => dataset.chart ?? []).map(Number),
  );
  await worker.evaluate((numbers) => {
    const drawn: number[] = [];
    Object.assign(globalThis, { drawn });
    for (const view of numbers.flatMap((number) => vegaViewOf(number) ?? [])) {
      const { change } = view;
      view.change = (...args) => {
        const began = performance.now();
        const changed = change.apply(view, args);
        void changed.runAsync().then(() => drawn.push(performance.now() - began));
        return changed;
      };
    }
  }, charts);
  return () => worker.evaluate(() => (globalThis as unknown as { drawn: number[] }).drawn);
}
