import { join } from "node:path";
import { Patience } from "../connect/patience.js";
import type { RddNode } from "../plan/rdd-node.js";
import type { OutputNode } from "../plan/stream-node.js";
import type { WorkerPool } from "../pool/worker-pool.js";
import { StreamError } from "../stream-error.js";
import { type Clock, ManualClock, SystemClock } from "../time/clock.js";
import type { BatchInfo } from "./batch-info.js";
import type { EngineFunctions } from "./engine-functions.js";
import { explain, toErrorData } from "./failure.js";
import type { JobRunner } from "./job-runner.js";
import type { ClockSpec, EngineCalls, FromEngine, StopKind } from "./port.js";
import type { Presenter } from "./presenter.js";
import type { ProgramFunctions } from "./program-functions.js";
import { namesOf, pastOf } from "./recovery/past-of.js";
import { RunLog } from "./recovery/run-log.js";
import type { StreamName } from "./recovery/stream-names.js";
import type { RunStatus } from "./run-status.js";
import type { Sources } from "./sources.js";
import { StreamRun, type StreamRunOptions } from "./stream-run.js";

interface ContextsOptions {
  pool: WorkerPool;
  /** Folder for temporary files. */
  scratch: string;
  presenter: Presenter;
  runner: JobRunner;
  sources: Sources;
  functions: EngineFunctions;
  program: ProgramFunctions;
  /** Lets go of the RDDs of past batches. */
  forget(rdds: readonly string[]): void;
  /** An RDD that the program made, by its id. @throws StreamError RT_LET_GO */
  programRdd(id: string): RddNode;
  post(message: FromEngine): void;
}

/** What people want to know of a context at a glance. */
export interface Standing {
  status: RunStatus;
  /** Oldest first. */
  batches: BatchInfo[];
}

/** What a context is started with, beside its outputs. */
type Start = Omit<EngineCalls["start"]["args"], "context" | "outputs">;

interface Context {
  run: StreamRun;
  log: RunLog;
  clock: Clock;
  /** The last advance of a manual clock that was asked for: the next begins where it ends. */
  advanced: Promise<unknown>;
  /** How often advances were ended: those that were asked for before go no further. */
  advanceEnds: number;
  /** What it was started with, to start it again. */
  start: Start;
}

/** The contexts of an engine that were started, each with its run; they are stopped and started again, also by buttons. */
export class Contexts {
  readonly #contexts = new Map<string, Context>();
  /** Contexts of whose events the program wants to be told. */
  readonly #listening = new Set<string>();
  /** The last start of each context that was asked for. */
  readonly #starts = new Map<string, Promise<unknown>>();
  /** Of the last start of each context with what is out of reach. */
  readonly #patience = new Map<string, Patience>();
  readonly #replaced = new WeakSet<StreamRun>();
  #logCount = 0;

  constructor(private readonly options: ContextsOptions) {}

  /** The run of a context, perhaps over; undefined before its first start. */
  run(context: string): StreamRun | undefined {
    return this.#contexts.get(context)?.run;
  }

  /** Stops the run of a context; where it is only about to begin, what its start waits for is not waited for any longer. */
  async stop(context: string, how: StopKind): Promise<void> {
    if (how !== "graceful") this.#patience.get(context)?.end();
    await this.run(context)?.stop(how);
  }

  /** Stops all. */
  async close(): Promise<void> {
    for (const patience of this.#patience.values()) patience.end();
    await Promise.all([...this.#contexts.values()].map(({ run }) => run.stop("now")));
  }

  /** What states and inputs of a context go by from now on, by the ids of their streams. */
  named(context: string, names: readonly StreamName[]): void {
    this.#contexts.get(context)?.log.named(names);
  }

  /** Whether the program wants to be told of the events of a context. */
  listen(context: string, wanted: boolean): void {
    if (wanted) this.#listening.add(context);
    else this.#listening.delete(context);
  }

  /** One start after the other: each stops the run of the one before. */
  start(args: Start & { context: string }, outputs: OutputNode[]): Promise<StreamName[]> {
    const before = this.#starts.get(args.context) ?? Promise.resolve();
    const started = before.then(() => this.#begin(args, outputs));
    this.#starts.set(
      args.context,
      started.catch(() => undefined), // told to its own caller
    );
    return started;
  }

  async #begin(
    { context, ...start }: Start & { context: string },
    outputs: OutputNode[],
  ): Promise<StreamName[]> {
    const before = this.#contexts.get(context);
    // Program and chart may both start it: only the newer run goes on.
    if (before !== undefined) this.#replaced.add(before.run);
    if (before !== undefined) await this.stop(context, "now");
    const { pool, presenter, runner, sources, functions, program, post } = this.options;
    const { batchMs, rememberMs, recovery } = start;
    const warn = (text: string) => post({ type: "warning", context, text });
    const patience = new Patience("the stream", warn);
    this.#patience.set(context, patience);
    const log = this.#runLog(recovery.folder, start.names, patience);
    const past = await pastOf(log, start, { workers: pool.size, outputs, warn });
    const names = past === undefined ? start.names : namesOf(past, start, outputs, warn);
    log.named(names);
    // A context that starts again keeps its clock: virtual time does not go back.
    const clock = before && isOf(before.clock, start.clock) ? before.clock : newClock(start.clock);
    if (past !== undefined && clock instanceof ManualClock) clock.advanceTo(past.plannedMs);
    const options: StreamRunOptions = {
      batchMs,
      rememberMs,
      rates: start.rates,
      ...recovery,
      log,
      past,
      patience,
      warn,
      workers: pool.size,
      clock,
      runner,
      forget: this.options.forget,
      presenter,
      programRdd: this.options.programRdd,
      openSource: (node, told) => sources.open(node, options, told),
      commitSink: async (stream, batch, prepared) => {
        const [, commit] = functions.of(stream);
        await commit?.(batch, prepared);
      },
      onEvent: (event) => {
        if (this.#listening.has(context)) post({ type: "event", context, event });
      },
      callBody: (output, rdd, timeMs) => program.body(context, output, rdd, timeMs),
      callTransform: (stream, rdds, timeMs) => program.transform(context, stream, rdds, timeMs),
      onBatch: (batch) => {
        post({ type: "batch", context, batch });
        this.changed(context);
      },
      onStopped: (error, output) => this.#stopped(context, run, error, output),
    };
    const run: StreamRun = new StreamRun(options);
    this.#contexts.set(context, {
      run,
      log,
      clock,
      advanced: before?.advanced ?? Promise.resolve(),
      advanceEnds: 0,
      // Started again, it goes on where it ended.
      start: { ...start, names, recovery: { ...recovery, goesOn: recovery.folder !== "" } },
    });
    run.start(outputs, start.held);
    this.changed(context);
    return names;
  }

  #runLog(folder: string, names: readonly StreamName[], patience: Patience): RunLog {
    this.#logCount += 1;
    const isCheckpoint = folder !== "";
    const path = isCheckpoint ? folder : join(this.options.scratch, `states-${this.#logCount}`);
    const log = new RunLog(path, isCheckpoint, this.options.runner.states, patience);
    log.named(names);
    return log;
  }

  /**
   * Stops or starts again the context that has an output of this kind, from the engine's own thread: for buttons that
   * must work while the program is busy. Nothing happens when no context has one.
   */
  async control(command: "start" | "stop", has: (output: OutputNode) => boolean): Promise<void> {
    for (const [context, { run }] of this.#contexts) {
      const held = run.outputs.held.filter(has);
      if (!run.outputs.all.some(has) && held.length === 0) continue;
      if (command === "start" && run.status().state === "ACTIVE")
        for (const { id } of held) this.holdOutput(context, id, false);
      else await this.controlContext(command, context);
    }
  }

  /** {@link control} of a context by its id. */
  async controlContext(command: "start" | "stop", context: string): Promise<void> {
    const found = this.#contexts.get(context);
    if (found === undefined) return;
    const { run, start } = found;
    if (command === "stop") await this.stop(context, "now");
    else if (run.status().state === "STOPPED") {
      const held = run.outputs.held.map(({ id }) => id);
      try {
        await this.start({ context, ...start, held }, [...run.outputs.all, ...run.outputs.held]);
        this.options.post({ type: "started", context });
      } catch (error) {
        this.#warn(context, "the streams were not started again", error);
      }
    }
  }

  /** Nobody waits for what a button does: why it failed is told where people are told of the context. */
  #warn(context: string, what: string, error: unknown): void {
    this.options.post({ type: "warning", context, text: `${what}: ${explain(error).message}` });
  }

  /** Stops or starts one output, likewise from the engine's own thread. */
  holdOutput(context: string, output: string, held: boolean): void {
    try {
      this.hold(context, [output], held);
    } catch (error) {
      this.#warn(context, `the output was not ${held ? "stopped" : "started"}`, error);
    }
  }

  /** How a context stands, with its last `batches`; undefined before its first start. */
  standing(context: string, batches: number): Standing | undefined {
    const run = this.#contexts.get(context)?.run;
    return run && { status: run.status(), batches: run.batches(batches) };
  }

  /** Stops outputs until they are started again, or starts those that were stopped. */
  hold(context: string, outputs: readonly string[], held: boolean): void {
    const run = this.#contexts.get(context)?.run;
    if (run === undefined) return;
    if (held) run.outputs.hold(outputs);
    else run.outputs.release(outputs);
    this.options.post({ type: "held", context, outputs: run.outputs.held.map(({ id }) => id) });
    this.changed(context);
  }

  /** Tells the presenter that a context began, ended, or has other outputs than before. */
  changed(context: string, isOver = false): void {
    this.options.presenter.changed?.(context, isOver);
  }

  #stopped(context: string, run: StreamRun, error?: Error, output?: OutputNode): void {
    if (this.#contexts.get(context)?.run !== run || this.#replaced.has(run)) return;
    this.changed(context, true);
    const why = { ...(error && { error: toErrorData(error) }), ...(output && { output: output.id }) };
    this.options.post({ type: "stopped", context, ...why });
  }

  /** Moves a manual clock, and waits until the batches that fell due are done. @returns the clock's time. @throws StreamError RT_CLOCK_NOT_MANUAL */
  async advance(context: string, by: { ms: number } | { toMs: number }): Promise<number> {
    const found = this.#contexts.get(context);
    const clock = found?.clock;
    if (found === undefined || !(clock instanceof ManualClock)) {
      throw new StreamError(
        "RT_CLOCK_NOT_MANUAL",
        "only a started context on a manual clock can be advanced",
      );
    }
    const ends = found.advanceEnds;
    const goesOn = () => found.advanceEnds === ends;
    const advanced = Promise.all([found.advanced, this.options.sources.received()]).then(() =>
      advance(clock, found.run, "toMs" in by ? by.toMs : clock.now() + by.ms, goesOn),
    );
    found.advanced = advanced.catch(() => undefined); // told to its own caller
    return advanced;
  }

  /** Advances of the clock that were asked for before end with the batch being run. */
  endAdvance(context: string): void {
    const found = this.#contexts.get(context);
    if (found !== undefined) found.advanceEnds += 1;
  }
}

/** Batch by batch, as a slow program would live through it: a batch sees nothing of those after it. */
async function advance(
  clock: ManualClock,
  run: StreamRun,
  untilMs: number,
  goesOn: () => boolean,
): Promise<number> {
  const { batchMs } = run.status();
  while (clock.now() < untilMs && goesOn()) {
    clock.advance(Math.min(batchMs, untilMs - clock.now()));
    await run.hasRun();
  }
  await run.idle();
  return clock.now();
}

function isOf(clock: Clock, { kind }: ClockSpec): boolean {
  return clock instanceof ManualClock === (kind === "manual");
}

function newClock(spec: ClockSpec): Clock {
  return spec.kind === "system" ? new SystemClock() : new ManualClock(spec.startMs);
}
