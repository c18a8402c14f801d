/** The page's line to the worker that draws charts: one for all of them, started with the first. */

import type { FromChartWorker, Pointer, Request, ToChartWorker } from "./chart-port.js";

export interface ChartListener {
  /** In CSS pixels. */
  resized(size: { width: number; height: number }): void;
  /** What is to be said at the pointer; null for nothing. */
  said(value: unknown): void;
}

interface Asked {
  resolve(): void;
  reject(error: Error): void;
}

/** A worker that is asked something and says nothing for so long has died, or does not come back from what it draws. */
export const SILENT_MS = 10_000;

/** The worker is gone, with all that it has drawn: the chart can be drawn again, by a new one. */
export class WorkerLost extends Error {
  /** @param byThis it was at this chart when it was heard of last */
  constructor(readonly byThis: boolean) {
    super(
      `the worker that draws charts has said nothing for ${SILENT_MS / 1000} s; run its cell again to try once more`,
    );
  }
}

let only: Promise<ChartWorker | undefined> | undefined;

/**
 * The page's one worker, another one after it was lost; undefined where the browser has no such canvases, the server's policy
 * forbids workers, or its script does not come within {@link SILENT_MS}: charts are drawn on the page then, until it is there.
 */
export function chartWorker(): Promise<ChartWorker | undefined> {
  only ??= startWorker();
  return only;
}

function startWorker(): Promise<ChartWorker | undefined> {
  return new Promise((resolve) => {
    if (!("transferControlToOffscreen" in HTMLCanvasElement.prototype)) return resolve(undefined);
    try {
      const worker = new Worker(new URL("./chart-worker.js", import.meta.url));
      const client = new ChartWorker(worker, {
        ready: () => {
          resolve(client);
          only = Promise.resolve(client);
        },
        lost: () => {
          only = undefined;
        },
      });
      worker.addEventListener("error", () => resolve(undefined), { once: true });
      setTimeout(() => resolve(undefined), SILENT_MS);
    } catch {
      resolve(undefined); // refused at once, as for a script from another server
    }
  });
}

export class ChartWorker {
  /** Oldest first. */
  readonly #asked = new Map<number, Asked>();
  readonly #listeners = new Map<number, ChartListener>();
  #requests = 0;
  #silence: ReturnType<typeof setTimeout> | undefined;
  #isLost = false;

  /** @param listener told when it can draw, and when it will not any more */
  constructor(
    private readonly worker: Pick<Worker, "postMessage" | "terminate" | "onmessage">,
    private readonly listener: { ready(): void; lost(): void },
  ) {
    worker.onmessage = ({ data }: MessageEvent<FromChartWorker>) => {
      if ("ready" in data) listener.ready();
      else if ("request" in data) this.#answered(data);
      else if ("size" in data) this.#listeners.get(data.chart)?.resized(data.size);
      else this.#listeners.get(data.chart)?.said(data.said);
    };
  }

  listen(chart: number, listener: ChartListener): void {
    this.#listeners.set(chart, listener);
  }

  /** Resolves when it is done. @throws Error with the worker's words when it cannot be done; WorkerLost */
  ask(chart: number, asked: Request, transfer: Transferable[] = []): Promise<void> {
    if (this.#isLost) return Promise.reject(new WorkerLost(false));
    const request = ++this.#requests;
    return new Promise((resolve, reject) => {
      this.#asked.set(request, { resolve, reject });
      this.#silence ??= setTimeout(() => this.#lose(), SILENT_MS);
      this.#tell({ chart, request, asked }, transfer);
    });
  }

  point(chart: number, pointer: Pointer): void {
    this.#tell({ chart, pointer });
  }

  finalize(chart: number): void {
    this.#listeners.delete(chart);
    this.#tell({ chart, finalize: true });
  }

  #tell(message: ToChartWorker, transfer: Transferable[] = []): void {
    this.worker.postMessage(message, transfer);
  }

  #answered({ request, failed }: { request: number; failed?: string }): void {
    const asked = this.#asked.get(request);
    this.#asked.delete(request);
    clearTimeout(this.#silence);
    this.#silence = this.#asked.size > 0 ? setTimeout(() => this.#lose(), SILENT_MS) : undefined;
    if (failed === undefined) asked?.resolve();
    else asked?.reject(new Error(failed));
  }

  #lose(): void {
    this.#isLost = true;
    this.worker.terminate();
    this.listener.lost();
    const [first] = this.#asked.keys();
    for (const [request, asked] of this.#asked) asked.reject(new WorkerLost(request === first));
    this.#asked.clear();
  }
}
