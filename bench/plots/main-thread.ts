/**
 * What a page's main thread does, as Chromium counts it: all its tasks. These are JupyterLab's part in a message and the
 * plugin's, styles, layout and paint of a frame, and its commit to the compositor; not what other threads do meanwhile: the worker
 * that draws charts, and the compositor's, which without a GPU rasters on the processor.
 */

import type { CDPSession, Page } from "playwright-core";
import { WorkerHeap } from "./worker-heap.js";

export interface Sample {
  /** Since the page began, in ms. */
  taskMs: number;
  /** Changes of all charts so far. */
  updates: number;
}

/** Watches a page; changes are counted as the page hears of them. */
export class MainThread {
  #updates = 0;

  private constructor(
    private readonly page: Page,
    private readonly devtools: CDPSession,
    private readonly workers: WorkerHeap,
  ) {}

  /** To be called before the page opens its sockets. */
  static async watch(page: Page): Promise<MainThread> {
    const devtools = await page.context().newCDPSession(page);
    // CPU time of the thread, not time that passed: what else runs on the machine does not count.
    await devtools.send("Performance.enable", { timeDomain: "threadTicks" });
    const thread = new MainThread(page, devtools, await WorkerHeap.watch(devtools));
    page.on("websocket", (socket) =>
      socket.on("framereceived", ({ payload }) => {
        if (payload.includes('"type":"change"')) thread.#updates += 1;
      }),
    );
    return thread;
  }

  async sample(): Promise<Sample> {
    return { taskMs: (await this.#metric("TaskDuration")) * 1000, updates: this.#updates };
  }

  /** What happens in each of some seconds. */
  async seconds(count: number): Promise<Sample[]> {
    const seconds: Sample[] = [];
    let before = await this.sample();
    for (let i = 0; i < count; i++) {
      await this.page.waitForTimeout(1000);
      const after = await this.sample();
      seconds.push({
        taskMs: after.taskMs - before.taskMs,
        updates: after.updates - before.updates,
      });
      before = after;
    }
    return seconds;
  }

  /** Durations of the tasks over 50 ms while `work` lasts. */
  async longTasks(work: () => Promise<unknown>): Promise<number[]> {
    await this.page.evaluate(() => {
      const tasks: number[] = [];
      Object.assign(window, { longTasks: tasks });
      new PerformanceObserver((list) => {
        for (const { duration } of list.getEntries()) tasks.push(duration);
      }).observe({ entryTypes: ["longtask"] });
    });
    await work();
    return this.page.evaluate(() => (window as unknown as { longTasks: number[] }).longTasks);
  }

  /** Bytes in use after a collection, by the page and by the worker that draws its charts. */
  async heapAfterCollection(): Promise<number> {
    await this.devtools.send("HeapProfiler.collectGarbage");
    return (await this.#metric("JSHeapUsedSize")) + (await this.workers.afterCollection());
  }

  async #metric(name: string): Promise<number> {
    const { metrics } = await this.devtools.send("Performance.getMetrics");
    return metrics.find((one) => one.name === name)?.value ?? 0;
  }
}
