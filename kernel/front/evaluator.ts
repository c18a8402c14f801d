/** The evaluator's life: start, ready, one cell at a time, interrupt, death, and a new one in its place. */

import type { CellId, CellOutcome, CellRequest, ToEvaluator } from "../port/evaluator.js";
import type { ToEngine } from "../port/live.js";
import { type Clock, within } from "./clock.js";
import {
  cannotStart,
  deathOfCell,
  type Exit,
  interruptedBeforeStart,
  type Killed,
  kernelShutDown,
} from "./death.js";
import type { EvaluatorListener, EvaluatorProcess } from "./evaluator-process.js";
import { INTERRUPT_DEADLINE_MS, InterruptLadder, LOADING_DEADLINE_MS } from "./interrupt-ladder.js";

/** So often in a row may it end without having run a cell; then it is not started any more. */
const START_ATTEMPTS = 3;
/** One that ends before it is ready, or unused within this time, has failed to start. */
const START_MS = 5_000;
/** How long it has to close what it holds when the kernel shuts down. */
const SHUTDOWN_DEADLINE_MS = 1_500;

/** How a cell ended. */
export interface Finished {
  outcome: CellOutcome;
  /** It was compiled and its declarations hold: later cells and the language worker see them. */
  compiled: boolean;
}

/** What this class needs of the process. */
type Process = Pick<
  EvaluatorProcess,
  "ended" | "engineRead" | "kill" | "nudge" | "paused" | "rawDrained" | "send" | "sendEngine"
>;

export interface EvaluatorOptions {
  /** Starts a process that reports to the listener. */
  spawn(listener: EvaluatorListener): Process;
  /** Where its output goes. `exited` is for this class only. */
  output: Omit<EvaluatorListener, "exited">;
  /** The process has just ended by itself or by an interrupt: what lived in it is gone. A new one is being started. */
  lost(): void;
  /** All output of the ended process was handed over; no cell was running in it. */
  diedIdle(exit: Exit, killed: Killed): void;
  /** Calls `end` when all output that was handed over has been published. */
  afterOutput(end: () => void): void;
  init: { cwd: string };
  clock: Clock;
}

interface Running {
  request: CellRequest;
  /** False while the process is not ready for it. */
  sent: boolean;
  finish(finished: Finished): void;
}

type State = "new" | "starting" | "ready" | "failed" | "stopped";

export class Evaluator {
  readonly #options: EvaluatorOptions;
  #state: State = "new";
  #process: Process | undefined;
  #ladder: InterruptLadder | undefined;
  #running: Running | undefined;
  #failedStarts = 0;
  #startedMs = 0;
  /** It has loaded, and reads what it is sent. */
  #listens = false;
  #failure: CellOutcome | undefined;
  #killed: Killed;
  #whenReady: () => void = () => undefined;
  /** Resolves when the first process can run cells; never when none gets so far. */
  readonly ready = new Promise<void>((resolve) => {
    this.#whenReady = resolve;
  });

  constructor(options: EvaluatorOptions) {
    this.#options = options;
  }

  /** A cell runs, or waits for the process. */
  get runs(): boolean {
    return this.#running !== undefined;
  }

  /** It ended so often before it could run a cell that it is not started any more. */
  get failed(): boolean {
    return this.#state === "failed";
  }

  /** An interrupt was sent and what it is for has not ended. */
  get interrupting(): boolean {
    return this.#ladder?.pending ?? false;
  }

  /** Starts the process; cells may be given before it is ready. */
  start(): void {
    if (this.#state === "stopped") return;
    this.#state = "starting";
    this.#killed = undefined;
    this.#listens = false;
    this.#startedMs = this.#options.clock.now();
    const process = this.#options.spawn({ ...this.#options.output, exited: () => this.#exited(process) });
    this.#process = process;
    this.#ladder = new InterruptLadder(this.#options.clock, () => {
      this.#killed = "interrupt";
      process.kill();
    });
    process.send({ type: "init", ...this.#options.init });
  }

  /** Runs a cell; the one before must have ended. Always resolves, also when the process dies. */
  run(request: CellRequest): Promise<Finished> {
    if (this.#running)
      throw new Error(`cell ${request.cell} cannot run before cell ${this.#running.request.cell} ended`);
    return new Promise((finish) => {
      this.#running = { request, sent: false, finish };
      if (this.#state === "ready") this.#sendRunning();
      if (this.#failure) this.#finish({ outcome: this.#failure, compiled: false });
      if (this.#state === "stopped") this.#fail(kernelShutDown());
    });
  }

  /** The process says that it can run cells. */
  becameReady(): void {
    if (this.#state !== "starting") return;
    this.#state = "ready";
    this.#whenReady();
    this.#sendRunning();
  }

  /** The process reads what it was sent since it was ready: an interrupt too. */
  becameListening(): void {
    this.#listens = true;
    this.#ladder?.loaded();
  }

  /** A cell's `done`, once all its output has gone out. */
  finished(cell: CellId, finished: Finished): void {
    if (this.#running?.request.cell !== cell) return;
    this.#failedStarts = 0;
    if (this.#state === "stopped" && wasInterrupted(finished)) this.#fail(kernelShutDown());
    else this.#finish(finished);
  }

  /** Undefined when so many messages of the extension's thread were taken, else a promise that resolves when they are. */
  engineRead(count: number): Promise<void> | undefined {
    return this.#process?.engineRead(count);
  }

  /** Resolves when the raw output before `mark` has been read. */
  async rawDrained(mark: number): Promise<void> {
    await this.#process?.rawDrained(mark);
  }

  send(message: ToEvaluator, buffers?: readonly Uint8Array[]): void {
    this.#process?.send(message, buffers);
  }

  sendEngine(message: ToEngine): void {
    this.#process?.sendEngine(message);
  }

  set outputPaused(paused: boolean) {
    if (this.#process) this.#process.paused = paused;
  }

  /** Stops the running cell, or whatever holds the main thread. Without effect on an evaluator that is free, or still loads. */
  interrupt(): void {
    if (this.#running?.sent === false) {
      this.#fail(interruptedBeforeStart());
      return;
    }
    if (this.#state !== "ready") return;
    this.#process?.nudge();
    this.#process?.send({ type: "interrupt" });
    this.#ladder?.climb(
      this.#running?.request.cell,
      this.#listens ? INTERRUPT_DEADLINE_MS : LOADING_DEADLINE_MS,
    );
  }

  /** The process says that its main thread is free after an interrupt. */
  interrupted(): void {
    this.#ladder?.acknowledged(this.#running?.request.cell);
  }

  /** Closes it: asked first, killed after {@link SHUTDOWN_DEADLINE_MS}. Resolves when the process is gone; a running cell ends with an error. */
  async stop(): Promise<void> {
    this.#state = "stopped";
    const process = this.#process;
    if (process === undefined) return;
    if (this.#running?.sent) process.nudge();
    process.send({ type: "shutdown" });
    const gone = process.ended.then(() => true);
    if (!(await within(this.#options.clock, SHUTDOWN_DEADLINE_MS, gone, () => false))) process.kill();
    await gone;
    this.#fail(kernelShutDown());
  }

  #sendRunning(): void {
    const running = this.#running;
    if (running === undefined || running.sent) return;
    running.sent = true;
    this.#process?.send({ type: "run", ...running.request });
  }

  #exited(process: Process): void {
    const killed = this.#killed;
    const lost = this.#running?.sent ? this.#running : undefined;
    this.#ladder?.stop();
    if (this.#state === "stopped") return;
    this.#options.lost();
    const young = this.#state === "starting" || this.#options.clock.now() - this.#startedMs < START_MS;
    if (young && lost === undefined && killed === undefined) this.#failedStarts += 1;
    const failed = this.#failedStarts >= START_ATTEMPTS;
    if (failed) this.#state = "failed";
    else this.start();
    void process.ended.then((exit) => this.#bury(exit, killed, lost, failed));
  }

  /** What has to be said of an ended process once its last output is out. */
  #bury(exit: Exit, killed: Killed, lost: Running | undefined, failed: boolean): void {
    if (failed) this.#failure = { status: "error", ...cannotStart(START_ATTEMPTS, exit) };
    if (lost === undefined) this.#options.diedIdle(exit, killed);
    this.#options.afterOutput(() => {
      if (lost !== undefined && lost === this.#running) this.#fail(deathOfCell(exit, killed));
      if (this.#failure && this.#running) this.#finish({ outcome: this.#failure, compiled: false });
    });
  }

  #fail(error: Omit<Extract<CellOutcome, { status: "error" }>, "status">): void {
    this.#finish({ outcome: { status: "error", ...error }, compiled: false });
  }

  #finish(finished: Finished): void {
    const running = this.#running;
    this.#running = undefined;
    this.#ladder?.stop();
    running?.finish(finished);
  }
}

/** The evaluator ends the running cell as by an interrupt when it is to close. */
function wasInterrupted({ outcome }: Finished): boolean {
  return outcome.status === "error" && outcome.ename === "KeyboardInterrupt";
}
