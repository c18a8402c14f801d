/** The language worker as the front sees it: what it does not answer has an empty answer. */

import type {
  CompleteReply,
  FromLanguage,
  InspectReply,
  IsCompleteReply,
  ToLanguage,
} from "../port/language.js";
import type { Clock } from "./clock.js";
import type { Log } from "./log.js";
import { hasId, type StartWorker, WorkerCalls } from "./worker-calls.js";

/** An answer that takes longer is of no use to somebody who types. */
export const LANGUAGE_DEADLINE_MS = 5_000;

/** How much code of cells that were run is kept for a worker that starts later, in UTF-16 units. */
const REMEMBERED_CODE = 4_000_000;

type Answered = Extract<FromLanguage, { id: number }>;

export class LanguageClient {
  readonly #calls: WorkerCalls<Answered>;
  readonly #log: Log;
  #executed: { cell: string; code: string }[] = [];
  #executedUnits = 0;
  #told = 0;

  /** `start` undefined: there is no worker. */
  constructor(start: StartWorker | undefined, clock: Clock, log: Log) {
    this.#log = log;
    this.#calls = new WorkerCalls<Answered>(
      { name: "language", start, deadlineMs: LANGUAGE_DEADLINE_MS, endAtDeadline: false, clock, log },
      isAnswer,
    );
  }

  /** Starts the worker, so that it is warm when it is asked. */
  warm(): void {
    void this.#catchUp();
  }

  async complete(code: string, cursor: number): Promise<CompleteReply> {
    const reply = await this.#ask({ type: "complete", code, cursor });
    return reply && "matches" in reply ? reply : { matches: [], start: cursor, end: cursor };
  }

  async inspect(code: string, cursor: number, detail: 0 | 1): Promise<InspectReply> {
    const reply = await this.#ask({ type: "inspect", code, cursor, detail });
    return reply && "found" in reply ? reply : { found: false, markdown: "", text: "" };
  }

  async isComplete(code: string): Promise<IsCompleteReply> {
    const reply = await this.#ask({ type: "isComplete", code });
    return reply && "status" in reply ? reply : { status: "unknown" };
  }

  /** A cell was run: what it declares can be completed in cells after it. */
  executed(cell: string, code: string): void {
    this.#executed.push({ cell, code });
    this.#executedUnits += code.length;
    while (this.#executedUnits > REMEMBERED_CODE && this.#executed.length > 1) this.#forgetOldest();
    if (this.#calls.started) void this.#catchUp();
  }

  stop(): Promise<void> {
    return this.#calls.stop();
  }

  async #ask(question: Question): Promise<CompleteReply | InspectReply | IsCompleteReply | undefined> {
    if (!(await this.#catchUp())) return undefined;
    const answer = await this.#calls.call(question);
    if (answer && "error" in answer)
      this.#log("warn", `the language thread could not answer: ${answer.error}`);
    return answer && "reply" in answer ? answer.reply : undefined;
  }

  /** Tells a worker what was run since it was told last; a new one, everything. False when there is no worker. */
  async #catchUp(): Promise<boolean> {
    if (!this.#calls.started) this.#told = 0;
    const thread = await this.#calls.start();
    if (thread === undefined) return false;
    for (const { cell, code } of this.#executed.slice(this.#told)) {
      thread.postMessage({ type: "executed", cell, code } satisfies ToLanguage);
    }
    this.#told = this.#executed.length;
    return true;
  }

  #forgetOldest(): void {
    this.#executedUnits -= this.#executed.shift()?.code.length ?? 0;
    this.#told = Math.max(0, this.#told - 1);
  }
}

type Question = ToLanguage extends infer Message
  ? Message extends { id: number }
    ? Omit<Message, "id">
    : never
  : never;

function isAnswer(message: unknown): message is Answered {
  return hasId(message) && ("reply" in message || "error" in message);
}
