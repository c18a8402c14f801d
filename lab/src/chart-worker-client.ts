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

let only: Promise<ChartWorker | undefined> | undefined;

/** The page's one worker; undefined where the browser has no such canvases, or the server's policy forbids workers. */
export function chartWorker(): Promise<ChartWorker | undefined> {
  only ??= startWorker();
  return only;
}

function startWorker(): Promise<ChartWorker | undefined> {
  return new Promise((resolve) => {
    if (!("transferControlToOffscreen" in HTMLCanvasElement.prototype)) return resolve(undefined);
    try {
      const worker = new Worker(new URL("./chart-worker.js", import.meta.url));
      const client = new ChartWorker(worker, () => resolve(client));
      worker.addEventListener("error", () => resolve(undefined), { once: true });
    } catch {
      resolve(undefined); // refused at once, as for a script from another server
    }
  });
}

export class ChartWorker {
  readonly #asked = new Map<number, Asked>();
  readonly #listeners = new Map<number, ChartListener>();
  #requests = 0;

  /** @param ready called when it can draw */
  constructor(
    private readonly worker: Worker,
    ready: () => void,
  ) {
    worker.onmessage = ({ data }: MessageEvent<FromChartWorker>) => {
      if ("ready" in data) ready();
      else if ("request" in data) this.#answered(data);
      else if ("size" in data) this.#listeners.get(data.chart)?.resized(data.size);
      else this.#listeners.get(data.chart)?.said(data.said);
    };
  }

  listen(chart: number, listener: ChartListener): void {
    this.#listeners.set(chart, listener);
  }

  /** Resolves when it is done. @throws Error with the worker's words when it cannot be done */
  ask(chart: number, asked: Request, transfer: Transferable[] = []): Promise<void> {
    const request = ++this.#requests;
    return new Promise((resolve, reject) => {
      this.#asked.set(request, { resolve, reject });
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
    if (failed === undefined) asked?.resolve();
    else asked?.reject(new Error(failed));
  }
}
