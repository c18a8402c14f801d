import { install } from "../kernelspec/spec/installation.js";
import { DEFAULT_DISPLAY_NAME, DEFAULT_NAME } from "../kernelspec/spec/kernel-folder.js";
import { startTestLab } from "../lab/testing/jupyterlab.js";
import type { Benchmark } from "./benchmark.js";
import { median } from "./measure.js";
import { kernelShare } from "./plots/kernel-share.js";
import { type Updates, updates } from "./plots/updates.js";
import { visit } from "./plots/visits.js";

/** How long the page stays open whose heap is looked at; ten for a figure to keep. */
const MINUTES = Number(process.env.MILLRACE_BENCH_MINUTES ?? 2);

/** A real JupyterLab in a headless Chromium, and the built kernel. */
const plots: Benchmark = {
  name: "plots",
  summary: `Charts in JupyterLab, in a headless Chromium: time of the page's main thread per change (CPU time of all its tasks, JupyterLab's and frames among them, without what an idle page takes), beside it that of the worker that draws, tasks of the main thread over 50 ms in 30 s, what a person waits for, the heap of a page and its worker after ${MINUTES} min, and CPU time of the kernel`,
  async run() {
    const lab = await startTestLab({
      install: (data) => install(data, { name: DEFAULT_NAME, displayName: DEFAULT_DISPLAY_NAME }),
    });
    try {
      const one = await updates(lab, { points: 200, batchMs: 100, charts: 1, rate: 10 }, 20);
      const four = await updates(lab, { points: 200, batchMs: 250, charts: 4, rate: 4 }, 30);
      const many = await updates(lab, { points: 10_000, batchMs: 500, charts: 1, rate: 2 }, 20);
      const waits = await visit(lab, MINUTES);
      const kernel = await kernelShare(20);
      const [first, fifth] = kernel.drawn;
      const perChart = ((fifth?.share ?? 0) - (first?.share ?? 0)) / 4;
      return {
        columns: ["", "median", "aim"],
        rows: [
          row("200 points, 10 changes a second", perUpdate(one), "at most 4 ms"),
          row(
            "four charts of 200 points, 4 changes a second each",
            perUpdate(four),
            "no task over 50 ms in 30 s",
          ),
          row("10,000 points, 2 changes a second", perUpdate(many), "usable"),
          row(
            "a chart is visible after the start of its cell",
            `${median(waits.firstChartMs).toFixed(0)} ms`,
            "at most 1,500 ms",
          ),
          row(
            "it moves after the notebook is there again",
            `${waits.resumeMs.toFixed(0)} ms (${waits.reloadMs.toFixed(0)} ms after the reload)`,
            "at most 2,000 ms",
          ),
          row(
            `the notebook after ${waits.minutes} min of changes`,
            waits.isDirty ? "changed" : "not changed",
            "not changed",
          ),
          row(`heap after ${waits.minutes} min`, `${waits.heapGrowth.toFixed(3)} times`, "at most 1.1 times"),
          row(
            "kernel, per further chart of a stream, 4 changes a second",
            percent(perChart),
            "at most 2 % of a core",
          ),
        ],
        data: { one, four, many, waits, kernel },
      };
    } finally {
      await lab.stop();
    }
  },
};

function row(what: string, value: string, aim: string): string[] {
  return [what, value, aim];
}

function perUpdate({ drawnMs, msPerUpdate, perSecond, longTasks }: Updates): string {
  const long =
    longTasks.length === 0
      ? "none over 50 ms"
      : `${longTasks.length} over 50 ms (${Math.max(...longTasks).toFixed(0)} at most)`;
  return `${msPerUpdate.toFixed(1)} ms (${perSecond}/s; ${long}); drawn in ${drawnMs.toFixed(1)} ms by the worker`;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} % of a core`;
}

export default plots;
