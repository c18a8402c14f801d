/** What a page's main thread does, as Chromium counts it. */

import type { CDPSession, Page } from "playwright-core";

export interface Sample {
  /** Since the page began, in ms. */
  taskMs: number;
  /** Changes of all charts so far. */
  updates: number;
  heapBytes: number;
}

/** Watches a page; changes are counted as the page hears of them. */
export class MainThread {
  #updates = 0;

  private constructor(
    private readonly page: Page,
    private readonly devtools: CDPSession,
  ) {}

  /** To be called before the page opens its sockets. */
  static async watch(page: Page): Promise<MainThread> {
    const devtools = await page.context().newCDPSession(page);
    // CPU time of the thread, not time that passed: what else runs on the machine does not count.
    await devtools.send("Performance.enable", { timeDomain: "threadTicks" });
    const thread = new MainThread(page, devtools);
    page.on("websocket", (socket) =>
      socket.on("framereceived", ({ payload }) => {
        if (payload.includes('"type":"change"')) thread.#updates += 1;
      }),
    );
    return thread;
  }

  async sample(): Promise<Sample> {
    const { metrics } = await this.devtools.send("Performance.getMetrics");
    const metric = (name: string): number => metrics.find((one) => one.name === name)?.value ?? 0;
    return {
      taskMs: metric("TaskDuration") * 1000,
      updates: this.#updates,
      heapBytes: metric("JSHeapUsedSize"),
    };
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
        heapBytes: after.heapBytes,
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

  /** Bytes in use after a collection. */
  async heapAfterCollection(): Promise<number> {
    await this.devtools.send("HeapProfiler.collectGarbage");
    return (await this.sample()).heapBytes;
  }
}
