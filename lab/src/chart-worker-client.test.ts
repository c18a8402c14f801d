import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { FromChartWorker, ToChartWorker } from "./chart-port.js";
import { ChartWorker, SILENT_MS, WorkerLost } from "./chart-worker-client.js";

const REPAINT = { type: "repaint", theme: {} } as const;

describe("the page's line to the worker of charts", () => {
  const sent: ToChartWorker[] = [];
  const ended: string[] = [];
  const worker = {
    postMessage: (message: ToChartWorker) => sent.push(message),
    terminate: () => ended.push("terminated"),
    onmessage: null as Worker["onmessage"],
  };
  const says = (message: FromChartWorker) =>
    worker.onmessage?.call(worker as unknown as Worker, { data: message } as MessageEvent);
  let client: ChartWorker;

  beforeEach(() => {
    vi.useFakeTimers();
    sent.length = 0;
    ended.length = 0;
    client = new ChartWorker(worker, { ready: () => undefined, lost: () => ended.push("lost") });
  });
  afterEach(() => vi.useRealTimers());

  /** How each ended, in the order asked. */
  const outcomes = (asked: Promise<void>[]) =>
    Promise.all(
      asked.map((one) =>
        one.then(
          () => "done",
          (error) => (error instanceof WorkerLost ? `lost${error.byThis ? " by this" : ""}` : error.message),
        ),
      ),
    );

  test("is answered, or told why not", async () => {
    const asked = outcomes([client.ask(1, REPAINT), client.ask(2, REPAINT)]);
    says({ request: 2, failed: "no mark" });
    says({ request: 1 });
    expect(await asked).toEqual(["done", "no mark"]);
  });

  test("is given up when nothing is heard: what was asked first is what it was lost at, and nothing is asked any more", async () => {
    const asked = outcomes([client.ask(1, REPAINT), client.ask(2, REPAINT), client.ask(3, REPAINT)]);
    says({ request: 1 });
    vi.advanceTimersByTime(SILENT_MS);
    expect(await asked).toEqual(["done", "lost by this", "lost"]);
    expect(ended).toEqual(["terminated", "lost"]);
    expect(await outcomes([client.ask(1, REPAINT)])).toEqual(["lost"]);
    expect(sent).toHaveLength(3);
  });

  test("may be silent as long as it is asked nothing, and long at work as long as it answers", async () => {
    const asked = outcomes([client.ask(1, REPAINT), client.ask(2, REPAINT)]);
    for (const request of [1, 2]) {
      vi.advanceTimersByTime(SILENT_MS - 1);
      says({ request });
    }
    vi.advanceTimersByTime(10 * SILENT_MS);
    expect(await asked).toEqual(["done", "done"]);
    expect(ended).toEqual([]);
  });
});
