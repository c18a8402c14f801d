/** The render worker as the front sees it: pictures of a chart, or none. */

import type { LiveRow } from "../port/live.js";
import type { FromRender, ToRender } from "../port/render.js";
import type { Clock } from "./clock.js";
import type { Log } from "./log.js";
import { hasId, type StartWorker, WorkerCalls } from "./worker-calls.js";

/** A display goes out without pictures when they take longer. */
const RENDER_DEADLINE_MS = 3_000;

export type Pictures = Omit<Extract<FromRender, { svg: string }>, "id">;

/** Draws `rows` as `spec` says; undefined when there is no worker, it failed (the log says why), or took too long. */
export type Render = (
  spec: Record<string, unknown>,
  rows: readonly LiveRow[],
) => Promise<Pictures | undefined>;

export class RenderClient {
  readonly #calls: WorkerCalls<FromRender>;
  readonly #log: Log;

  /** `start` undefined: there is no worker. The thread is started at the first picture. */
  constructor(start: StartWorker | undefined, clock: Clock, log: Log) {
    this.#log = log;
    this.#calls = new WorkerCalls<FromRender>(
      { name: "render", start, deadlineMs: RENDER_DEADLINE_MS, endAtDeadline: true, clock, log },
      isAnswer,
    );
  }

  render: Render = async (spec, rows) => {
    const answer = await this.#calls.call({ spec, rows } satisfies Omit<ToRender, "id" | "rows"> & {
      rows: readonly LiveRow[];
    });
    if (answer === undefined || "svg" in answer) return answer;
    this.#log("warn", `a chart was not drawn: ${answer.error}`);
    return undefined;
  };

  stop(): Promise<void> {
    return this.#calls.stop();
  }
}

function isAnswer(message: unknown): message is FromRender {
  return hasId(message) && ("svg" in message || "error" in message);
}
