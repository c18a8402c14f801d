/** The render worker as the front sees it: pictures of a chart, or none. */

import type { LiveRow } from "../port/live.js";
import type { FromRender, ToRender } from "../port/render.js";
import type { Clock } from "./clock.js";
import type { Log } from "./log.js";
import { hasId, type StartWorker, WorkerCalls } from "./worker-calls.js";

/** The thread loads, or draws one picture, in a second; on a machine that has far too much to do it takes long. */
export const RENDER_STUCK_MS = 60_000;

export type Pictures = Omit<Extract<FromRender, { png: string }>, "id">;

/**
 * Draws `rows` as `spec` says, however long it takes while the worker draws at all; undefined when there is no worker, or it failed (the
 * log says why). Pictures come in the order in which they were asked for.
 */
export type Render = (
  spec: Record<string, unknown>,
  rows: readonly LiveRow[],
  pixelRatio: number,
) => Promise<Pictures | undefined>;

export class RenderClient {
  readonly #calls: WorkerCalls<FromRender>;
  readonly #log: Log;

  /** `start` undefined: there is no worker. The thread is started at the first picture. */
  constructor(start: StartWorker | undefined, clock: Clock, log: Log) {
    this.#log = log;
    this.#calls = new WorkerCalls<FromRender>(
      { name: "render", start, stuckMs: RENDER_STUCK_MS, clock, log },
      isAnswer,
    );
  }

  render: Render = async (spec, rows, pixelRatio) => {
    const question = { spec, rows, pixelRatio } satisfies Omit<ToRender, "id" | "rows"> & {
      rows: readonly LiveRow[];
    };
    const answer = await this.#calls.call(question);
    if (answer === undefined || "png" in answer) return answer;
    this.#log("warn", `a chart was not drawn: ${answer.error}`);
    return undefined;
  };

  /** Starts the thread, whose first picture takes long, for one that will be asked for. */
  warm(): void {
    void this.#calls.start();
  }

  stop(): Promise<void> {
    return this.#calls.stop();
  }
}

function isAnswer(message: unknown): message is FromRender {
  return hasId(message) && ("png" in message || "error" in message);
}
