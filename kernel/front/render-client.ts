/** The render worker as the front sees it: pictures of a chart, or none. */

import type { LiveRow } from "../port/live.js";
import type { FromRender, ToRender } from "../port/render.js";
import type { Clock } from "./clock.js";
import type { Log } from "./log.js";
import { hasId, type StartWorker, WorkerCalls } from "./worker-calls.js";

/** A display goes out without pictures when they take longer. */
const RENDER_DEADLINE_MS = 3_000;
/** Of pictures that no output waits for: on a busy machine the thread takes long to start. */
const LATER_DEADLINE_MS = 30_000;

export type Pictures = Omit<Extract<FromRender, { svg: string }>, "id">;

/**
 * Draws `rows` as `spec` says; undefined when there is no worker, it failed (the log says why), or took too long.
 * `later`: nothing waits for it.
 */
export type Render = (
  spec: Record<string, unknown>,
  rows: readonly LiveRow[],
  later?: boolean,
) => Promise<Pictures | undefined>;

export class RenderClient {
  readonly #calls: WorkerCalls<FromRender>;
  readonly #log: Log;

  /** `start` undefined: there is no worker. The thread is started at the first picture. */
  constructor(start: StartWorker | undefined, clock: Clock, log: Log) {
    this.#log = log;
    this.#calls = new WorkerCalls<FromRender>(
      { name: "render", start, deadlineMs: RENDER_DEADLINE_MS, stuckMs: LATER_DEADLINE_MS, clock, log },
      isAnswer,
    );
  }

  render: Render = async (spec, rows, later = false) => {
    const question = { spec, rows } satisfies Omit<ToRender, "id" | "rows"> & { rows: readonly LiveRow[] };
    const answer = await this.#calls.call(question, later ? LATER_DEADLINE_MS : RENDER_DEADLINE_MS);
    if (answer === undefined || "svg" in answer) return answer;
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
  return hasId(message) && ("svg" in message || "error" in message);
}
