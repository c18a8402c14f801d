/** One execute_request from its turn in the queue to its reply. */

import type { CellError, FromEvaluator } from "../port/evaluator.js";
import { type ExecuteReply, type ExecuteRequest, errorOutput, executeInput } from "../wire/execute.js";
import type { Incoming } from "../wire/message.js";
import type { Cell, Cells } from "./cells.js";
import type { Clock } from "./clock.js";
import { interruptedBeforeStart } from "./death.js";
import type { Evaluator, Finished } from "./evaluator.js";
import { afterWhatHasCome } from "./event-loop.js";
import type { History } from "./history.js";
import { introspect, introspectionOf } from "./introspection.js";
import type { Iopub } from "./iopub.js";
import type { LanguageClient } from "./language-client.js";
import type { LiveDisplays } from "./live.js";
import type { RequestQueue } from "./request-queue.js";
import type { Stdin } from "./stdin.js";
import type { TypeCheck } from "./type-check.js";

export interface CellRunnerOptions {
  cells: Cells;
  clock: Clock;
  evaluator: Evaluator;
  history: History;
  iopub: Iopub;
  language: LanguageClient;
  live: Pick<LiveDisplays, "pictured">;
  queue: RequestQueue;
  stdin: Stdin;
  typeCheck: TypeCheck;
}

export class CellRunner {
  readonly #options: CellRunnerOptions;
  #count = 0;
  #running: { cell: Cell; stored: boolean } | undefined;
  /** Set while the running cell waits for something else than its code. */
  #interrupt: (() => void) | undefined;

  constructor(options: CellRunnerOptions) {
    this.#options = options;
  }

  /** The cell that runs now. */
  get running(): Cell | undefined {
    return this.#running?.cell;
  }

  /** Runs a cell to its end; all its output has been published when this resolves. */
  async execute(request: ExecuteRequest, message: Incoming): Promise<ExecuteReply> {
    const { cells, clock, iopub, language, live, stdin } = this.#options;
    const started = { executionCount: this.#countUp(request), startedMs: clock.now() };
    this.#running = { cell: cells.begin(message, request), stored: request.storeHistory };
    if (!request.silent) iopub.publish(message, executeInput(request.code, started.executionCount));
    const introspection = introspectionOf(request.code);
    const finished =
      introspection === undefined
        ? await this.#run(request, message, started.executionCount)
        : { outcome: await this.#orInterrupt(introspect(introspection, language)), compiled: false };
    await this.#interruptible((interrupted) => live.pictured(interrupted));
    this.#running = undefined;
    cells.end();
    stdin.cancel();
    if (finished.outcome.status === "error") await this.#failed(request, message, finished.outcome);
    return { ...started, ...finished.outcome };
  }

  /**
   * Ends what the running cell waits for besides its code: the language worker before it, and the cell with it; pictures after it. False
   * when it waits for neither.
   */
  interruptWaiting(): boolean {
    const interrupt = this.#interrupt;
    interrupt?.();
    return interrupt !== undefined;
  }

  /** The reply to a cell that did not run because one before it failed. */
  aborted(): ExecuteReply {
    return { status: "aborted", executionCount: this.#count, startedMs: this.#options.clock.now() };
  }

  /** The running cell has a result: the history keeps its text. */
  resulted({ data, executionCount }: Extract<FromEvaluator, { type: "result" }>): void {
    const text = data["text/plain"];
    if (this.#running?.stored && typeof text === "string")
      this.#options.history.addOutput(executionCount, text);
  }

  #countUp({ storeHistory, code }: ExecuteRequest): number {
    if (storeHistory) {
      this.#count += 1;
      this.#options.history.add(this.#count, code);
    }
    return this.#count;
  }

  async #failed(request: ExecuteRequest, message: Incoming, error: CellError): Promise<void> {
    if (request.silent) return;
    this.#options.iopub.publish(message, errorOutput(error));
    if (!request.stopOnError) return;
    // Cells that a client sent together with this one may still be in the socket.
    await new Promise<void>(afterWhatHasCome);
    this.#options.queue.abortWaiting();
  }

  /** Runs the code unless its types forbid it, and prints what is wrong with them. */
  async #run(request: ExecuteRequest, message: Incoming, executionCount: number): Promise<Finished> {
    const { code, silent } = request;
    const { evaluator, iopub, typeCheck } = this.#options;
    const print = (text: string): void => iopub.stream(message, "stderr", text);
    const check = typeCheck.begin({ code, number: executionCount, silent, print });
    // Awaited in this mode only: in all others the code is on its way before anything else is done.
    const refused = typeCheck.mode === "strict" ? await this.#orInterrupt(check.refusal()) : undefined;
    const finished: Finished = refused
      ? { outcome: { ...refused, status: "error" }, compiled: false }
      : await evaluator.run(toEvaluator(request, message, executionCount));
    const report = await check.end(finished);
    if (report !== "") print(report);
    return finished;
  }

  /** What comes first: an answer of the language worker, which may load for seconds, or an interrupt. */
  #orInterrupt<T>(answer: Promise<T>): Promise<T | Interrupted> {
    return this.#interruptible((interrupted) => Promise.race([answer, interrupted]));
  }

  async #interruptible<T>(wait: (interrupted: Promise<Interrupted>) => Promise<T>): Promise<T> {
    const interrupted = new Promise<Interrupted>((resolve) => {
      this.#interrupt = () => resolve({ status: "error", ...interruptedBeforeStart() });
    });
    return wait(interrupted).finally(() => {
      this.#interrupt = undefined;
    });
  }
}

type Interrupted = { status: "error" } & CellError;

function toEvaluator(request: ExecuteRequest, message: Incoming, executionCount: number) {
  const { code, silent, allowStdin, userExpressions, notebookCell } = request;
  const named = notebookCell === undefined ? {} : { notebookCell };
  return { cell: message.id, executionCount, code, silent, allowStdin, userExpressions, ...named };
}
