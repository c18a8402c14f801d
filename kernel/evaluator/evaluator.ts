/** The evaluator without its process: messages in, messages out. Everything here runs on the cell thread. */

import { setImmediate } from "node:timers"; // cells may replace the global one, with fake timers for one
import { preview } from "../display/preview.js";
import type { CellId, CellRequest, ToEvaluator } from "../port/evaluator.js";
import { CellRun } from "./cell-run.js";
import { reportError } from "./error-report.js";
import { startingCell } from "./executed-cells.js";
import type { Cell, ExtensionFactory } from "./extension.js";
import { acknowledgeInterrupt, type InterruptState, isInterruptPending } from "./interrupt-state.js";
import { seeLateGlobals } from "./late-globals.js";
import { installLoopGuard } from "./loop-guard.js";
import type { Notebook } from "./notebook.js";
import { type NotebookOptions, openNotebook } from "./open-notebook.js";
import { takeTerminatedFrames } from "./termination-probe.js";

export interface EvaluatorOptions extends NotebookOptions {
  interrupts: InterruptState;
  factory: ExtensionFactory<unknown>;
  /** A running cell was interrupted: what it has started outside of the process is to end as well. */
  interrupted?(cell: CellId): void;
  /** Ends the process; everything the extension held is closed. */
  exit(): void;
}

type Handlers = {
  [T in ToEvaluator["type"]]: (message: Extract<ToEvaluator, { type: T }>, buffers: Uint8Array[]) => void;
};

export class Evaluator {
  readonly #options: EvaluatorOptions;
  readonly #queue: CellRequest[] = [];
  #notebook: Notebook | undefined;
  #running: CellRun | undefined;
  #lastCell: Cell = { id: "", number: 0, key: "", signal: new AbortController().signal };

  constructor(options: EvaluatorOptions) {
    this.#options = options;
    installLoopGuard(options.interrupts);
    seeLateGlobals();
  }

  receive(message: ToEvaluator, buffers: Uint8Array[] = []): void {
    const handler = this.#handlers[message.type] as (message: ToEvaluator, buffers: Uint8Array[]) => void;
    handler(message, buffers);
  }

  readonly #handlers: Handlers = {
    init: ({ cwd }) => {
      this.#notebook ??= this.#open(cwd);
    },
    run: (request) => {
      this.#queue.push(request);
      this.#next();
    },
    interrupt: () => {
      this.#interruptRunning();
      this.notebook.output.send({ type: "interrupted" });
    },
    preview: ({ request, name }) => this.#preview(request, name),
    answer: ({ request, answer }) => this.notebook.front.answered(request, answer),
    answerRefused: ({ request, reason }) => this.notebook.front.refused(request, reason),
    inputReply: ({ request, value }) => this.notebook.input.answer(request, value),
    inputRefused: ({ request, reason }) => this.notebook.input.refuse(request, reason),
    comm: (message, buffers) => void setImmediate(() => this.notebook.comms.receive(message, buffers)),
    shutdown: () => {
      // The front has woken the control thread, which would end what is closed here as well.
      this.#interruptRunning();
      void this.close().finally(() => this.#options.exit());
    },
  };

  /** What the cells share; opened in the process's folder when no `init` came. */
  get notebook(): Notebook {
    this.#notebook ??= this.#open(process.cwd());
    return this.#notebook;
  }

  /** Closes what the extension holds. */
  async close(): Promise<void> {
    await this.notebook.extension.close();
    this.notebook.output.flush();
  }

  /** Shows an error that no cell can catch any more, in the cell whose code threw it. */
  unhandled(error: unknown, kind: "exception" | "rejection"): void {
    const { traceback } = reportError(error, this.notebook.reportContext());
    const what = kind === "rejection" ? "Unhandled rejection of a promise" : "Uncaught in a callback";
    this.notebook.output.stream(this.#cellOf(error), "stderr", `${what}: ${traceback.join("\n")}\n`);
  }

  /** Ends the running cell with an error whatever its code does with it. False when none runs. */
  fail(error: Error): boolean {
    if (this.#running === undefined || this.#running.isOver) return false;
    this.#running.fail(error);
    return true;
  }

  /** The cell whose code calls this, whenever it was run; undefined when no cell is on the stack. */
  caller(): CellId | undefined {
    return startingCell(new Error("where").stack ?? "", this.notebook.executed)?.id;
  }

  /** The cell being run, or the last one. */
  current(): Cell {
    return this.#lastCell;
  }

  /** The thread is free, and so has noticed the interrupt: what remains of it is to end the cell. */
  #interruptRunning(): void {
    acknowledgeInterrupt(this.#options.interrupts);
    this.notebook.output.causeEnded();
    const running = this.#running;
    running?.interrupt(takeTerminatedFrames());
    if (running !== undefined) this.#options.interrupted?.(running.cell.id);
  }

  #preview(request: number, name: string): void {
    const { scope, output, text } = this.notebook;
    const found = scope.peek(name);
    const shown = found && preview(found.value);
    output.send({ type: "preview", request, ...(shown !== undefined && { text: text.show(shown) }) });
  }

  #open(cwd: string): Notebook {
    return openNotebook(cwd, this.#options, this.#options.factory, () => this.#lastCell);
  }

  /** The cell that will not see the error otherwise. */
  #cellOf(error: unknown): CellId {
    const stack = error instanceof Error ? String(error.stack) : "";
    return startingCell(stack, this.notebook.executed)?.id ?? this.#lastCell.id;
  }

  /** Takes the next cell at once, so that an interrupt finds it; its code runs in a turn of its own. */
  #next(): void {
    const isFree = this.#running === undefined || this.#running.isOver;
    const request = isFree ? this.#queue.shift() : undefined;
    if (request === undefined) return;
    const run = new CellRun(request, this.notebook, () => {
      this.#running = undefined;
      this.#next();
    });
    this.#running = run;
    setImmediate(() => this.#start(run));
  }

  #start(run: CellRun): void {
    if (run.isOver) return;
    // The flag is still up for the cell before: a loop of this one must not be ended by it.
    if (isInterruptPending(this.#options.interrupts)) return void setImmediate(() => this.#start(run));
    this.#lastCell = run.cell;
    void run.start();
  }
}
