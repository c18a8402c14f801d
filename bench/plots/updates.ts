/** Main-thread time per change of a chart, and tasks that hold up a frame. */

import type { TestLab } from "../../lab/testing/jupyterlab.js";
import { median } from "../measure.js";
import type { ChartLoad } from "./chart-cells.js";
import { openCharts } from "./chart-page.js";

export interface Updates {
  perSecond: number;
  /** Median over seconds, without what the page does when nothing changes. */
  msPerUpdate: number;
  scriptMsPerUpdate: number;
  /** Tasks over 50 ms, in ms. */
  longTasks: number[];
}

/** @param seconds measured; as many as a fourth of them idle afterwards */
export async function updates(lab: TestLab, load: ChartLoad, seconds: number): Promise<Updates> {
  const { notebook, thread, close } = await openCharts(lab, load);
  await thread.seconds(5); // the just-in-time compiler's share
  let moving: Awaited<ReturnType<typeof thread.seconds>> = [];
  const longTasks = await thread.longTasks(async () => {
    moving = await thread.seconds(seconds);
  });
  await notebook.run("%stream stop");
  await notebook.chart(0).state("stopped");
  await thread.seconds(2);
  const idle = await thread.seconds(Math.ceil(seconds / 4));
  const idleMs = median(idle.map(({ taskMs }) => taskMs));
  const idleScriptMs = median(idle.map(({ scriptMs }) => scriptMs));
  await close();
  return {
    perSecond: median(moving.map((second) => second.updates)),
    msPerUpdate: median(moving.map((second) => (second.taskMs - idleMs) / Math.max(1, second.updates))),
    scriptMsPerUpdate: median(
      moving.map((second) => (second.scriptMs - idleScriptMs) / Math.max(1, second.updates)),
    ),
    longTasks,
  };
}
