import { type QueueItem, QueueSource } from "../connect/queue.js";
import { SocketTextSource } from "../connect/socket-text.js";
import type { Source } from "../connect/source.js";
import type { SourceSpec } from "../operators/input.js";
import type { RddNode } from "../plan/rdd-node.js";
import type { OutputNode, StreamNode } from "../plan/stream-node.js";
import { PlanTable } from "../plan/transfer.js";
import type { WorkerPool } from "../pool/worker-pool.js";
import { StreamError } from "../stream-error.js";
import { type Clock, ManualClock, SystemClock } from "../time/clock.js";
import type { Action, ActionResult } from "./actions.js";
import { type ErrorData, fromErrorData, toErrorData } from "./failure.js";
import { JobRunner } from "./job-runner.js";
import { JobWatch } from "./job-watch.js";
import type { CallName, ClockSpec, EngineCalls, FlatOutput, FromEngine, ToEngine } from "./port.js";
import type { Presenter } from "./presenter.js";
import { StreamRun } from "./stream-run.js";

export interface EngineOptions {
  pool: WorkerPool;
  presenter: Presenter;
  post(message: FromEngine): void;
}

interface Context {
  run: StreamRun;
  clock: Clock;
  /** The last advance of a manual clock that was asked for: the next begins where it ends. */
  advanced: Promise<unknown>;
  /** What it was started with, to start it again. */
  start: { batchMs: number; clock: ClockSpec };
}

type Calls = {
  [N in CallName]: (
    args: EngineCalls[N]["args"],
  ) => EngineCalls[N]["answer"] | Promise<EngineCalls[N]["answer"]>;
};

/**
 * The engine: plans, clocks, receivers and schedulers of a program. It runs in a thread of its own, and knows the
 * program only by messages, so that a busy program delays no batch.
 */
export class Engine {
  readonly #plans = new PlanTable();
  readonly #runner: JobRunner;
  readonly #watch: JobWatch;
  readonly #contexts = new Map<string, Context>();
  /** What waits in the program's queues, by stream: it is there before a run begins, and after one has ended. */
  readonly #queues = new Map<string, QueueItem[]>();
  readonly #jobs = new Map<number, number>();
  readonly #bodies = new Map<number, { resolve(): void; reject(error: Error): void }>();
  #bodyCount = 0;

  constructor(private readonly options: EngineOptions) {
    options.pool.onAccumulated = (accumulated) => options.post({ type: "accumulated", accumulated });
    // An action is waited for by a person: however virtual the time of its streams is, this is not.
    this.#watch = new JobWatch(new SystemClock(), (tag, progress) =>
      options.presenter.jobProgress(tag, progress),
    );
    this.#runner = new JobRunner(options.pool, {
      lost: (worker, reason) => {
        for (const { run } of this.#contexts.values()) run.workerLost(worker, reason);
      },
      printed: (tag, printed) => {
        for (const { name, text } of printed) options.presenter.printed(tag, name, text);
      },
      stageBegun: (job, tasks) => this.#watch.stageBegun(job, tasks),
      stageDone: (job) => this.#watch.stageDone(job),
      taskDone: (job, records) => this.#watch.taskDone(job, records),
      free: (rdds) => options.pool.undefine(this.#plans.release(rdds)),
    });
  }

  /** Takes a message of the program. Calls are answered in any order. */
  receive(message: ToEngine): void {
    switch (message.type) {
      case "call":
        void this.#answer(message.id, message.name, message.args);
        break;
      case "plan":
        for (const fn of this.#plans.add(message.parts)) this.options.pool.define(fn);
        break;
      case "persist":
        this.#persist(message.rdd, message.storage);
        break;
      case "cut":
        this.#cut(message.rdd, message.checkpoint);
        break;
      case "forget":
        this.#forget(message.rdds);
        break;
      case "releaseBroadcast":
        this.options.pool.releaseBroadcast(message.id, message.destroyed);
        break;
      case "cancel":
        this.#cancel(message.job);
        break;
      case "bodyDone":
        this.#bodyDone(message.id, message.error);
        break;
    }
  }

  /** Stops all contexts and the workers. */
  async close(): Promise<void> {
    await Promise.all([...this.#contexts.values()].map(({ run }) => run.stop(false)));
    await this.options.pool.close();
  }

  async #answer(id: number, name: CallName, args: EngineCalls[CallName]["args"]): Promise<void> {
    try {
      const value = await (this.#calls[name] as (args: unknown) => unknown)(args);
      this.options.post({ type: "answer", id, value });
    } catch (error) {
      this.options.post({ type: "error", id, error: toErrorData(error) });
    }
  }

  readonly #calls: Calls = {
    run: async ({ rdd, action, job, tag }) => {
      const number = this.#runner.newJob(tag);
      this.#jobs.set(job, number);
      try {
        return await this.#watched(this.#plans.rdd(rdd), action, number, tag);
      } finally {
        this.#jobs.delete(job);
      }
    },
    stages: () => this.#runner.stages(),
    stored: ({ rdds }) => this.#runner.stored(rdds),
    ranges: ({ rdds }) => this.#runner.ranges(rdds),
    start: ({ outputs, ...args }) =>
      this.#start(
        args,
        outputs.map((output) => this.#output(output)),
      ),
    stop: async ({ context, graceful }) => {
      await this.#contexts.get(context)?.run.stop(graceful);
      return null;
    },
    fail: ({ context, error }) => {
      this.#contexts.get(context)?.run.fail(fromErrorData(error, (stack) => stack));
      return null;
    },
    addOutput: ({ context, output }) => {
      this.#contexts.get(context)?.run.addOutput(this.#output(output));
      return null;
    },
    removeOutputs: ({ context, outputs }) => {
      this.#contexts.get(context)?.run.removeOutputs(outputs);
      return null;
    },
    status: ({ context }) => this.#contexts.get(context)?.run.status() ?? null,
    latest: async ({ context, stream, action, tag }) => {
      const latest = this.#contexts.get(context)?.run.latest(this.#plans.stream(stream));
      if (latest === undefined) return null;
      return {
        timeMs: latest.timeMs,
        ...(await this.#runner.run(latest.rdd, action, this.#runner.newJob(tag))),
      };
    },
    batches: ({ context, limit }) => this.#contexts.get(context)?.run.batches(limit) ?? [],
    advance: ({ context, ms }) => this.#advance(context, ms),
    queue: ({ stream, items }) => {
      this.#queue(stream).push(...items.map((id) => (id === null ? null : this.#plans.rdd(id))));
      return null;
    },
  };

  async #watched(node: RddNode, action: Action, job: number, tag: unknown): Promise<ActionResult> {
    this.#watch.begin(job, tag, () => this.#runner.ahead(node, job));
    try {
      const result = await this.#runner.run(node, action, job);
      this.#watch.end(job, "done");
      return result;
    } catch (error) {
      this.#watch.end(
        job,
        error instanceof StreamError && error.code === "RT_CANCELLED" ? "cancelled" : "failed",
      );
      throw error;
    }
  }

  #start(
    { context, batchMs, clock: spec }: Omit<EngineCalls["start"]["args"], "outputs">,
    outputs: OutputNode[],
  ): null {
    const before = this.#contexts.get(context);
    // A context that starts again keeps its clock: virtual time does not go back.
    const clock = before?.clock ?? newClock(spec);
    const run = new StreamRun({
      batchMs,
      clock,
      runner: this.#runner,
      forget: (rdds) => this.#forget(rdds),
      presenter: this.options.presenter,
      openSource: (node) => this.#openSource(node),
      callBody: (output, rdd, timeMs) => this.#callBody(context, output, rdd, timeMs),
      onBatch: (batch) => this.options.post({ type: "batch", context, batch }),
      onStopped: (error, output) => this.#stopped(context, run, error, output),
    });
    this.#contexts.set(context, {
      run,
      clock,
      advanced: before?.advanced ?? Promise.resolve(),
      start: { batchMs, clock: spec },
    });
    // Program and chart may both start it: only the newer run goes on.
    void before?.run.stop(false);
    run.start(outputs);
    return null;
  }

  /**
   * Stops or starts again the context that has an output of this kind, from the engine's own thread: for buttons that
   * must work while the program is busy. Nothing happens when no context has one.
   */
  async control(command: "start" | "stop", has: (output: OutputNode) => boolean): Promise<void> {
    for (const [context, { run, start }] of this.#contexts) {
      if (!run.outputs().some(has)) continue;
      if (command === "stop") await run.stop(false);
      else if (run.status().state === "STOPPED") {
        this.#start({ context, ...start }, [...run.outputs()]);
        this.options.post({ type: "started", context });
      }
    }
  }

  #stopped(context: string, run: StreamRun, error?: Error, output?: OutputNode): void {
    if (this.#contexts.get(context)?.run !== run) return;
    const why = { ...(error && { error: toErrorData(error) }), ...(output && { output: output.id }) };
    this.options.post({ type: "stopped", context, ...why });
  }

  /** The RDD of a batch may be let go by now: then there is nothing to keep. */
  #persist(id: string, storage: RddNode["storage"]): void {
    const rdd = this.#plans.find(id);
    if (rdd !== undefined) this.#runner.persist(rdd, storage);
  }

  #cut(id: string, checkpoint: string): void {
    const rdd = this.#plans.find(id);
    if (rdd !== undefined) this.#runner.cut(rdd, this.#plans.rdd(checkpoint));
  }

  #forget(rdds: readonly string[]): void {
    this.#plans.forget(rdds);
    this.#runner.forget(rdds);
  }

  #output(flat: FlatOutput): OutputNode {
    return { ...flat, stream: this.#plans.stream(flat.stream) };
  }

  #openSource(node: StreamNode<SourceSpec>): Source {
    const spec = node.params;
    switch (spec.kind) {
      case "socketText":
        // The network keeps real time, whatever the context's clock does.
        return new SocketTextSource({ ...spec, clock: new SystemClock(), tasks: this.options.pool.size });
      case "queue":
        return new QueueSource(this.#queue(node.id), spec.oneAtATime);
    }
  }

  #queue(stream: string): QueueItem[] {
    const queue = this.#queues.get(stream) ?? [];
    this.#queues.set(stream, queue);
    return queue;
  }

  async #advance(context: string, ms: number): Promise<number> {
    const found = this.#contexts.get(context);
    const clock = found?.clock;
    if (found === undefined || !(clock instanceof ManualClock)) {
      throw new StreamError(
        "RT_CLOCK_NOT_MANUAL",
        "only a started context on a manual clock can be advanced",
      );
    }
    const advanced = found.advanced.then(() => advance(clock, found.run, ms));
    found.advanced = advanced.catch(() => undefined); // told to its own caller
    return advanced;
  }

  #callBody(context: string, output: OutputNode, rdd: RddNode, timeMs: number): Promise<void> {
    this.#bodyCount += 1;
    const id = this.#bodyCount;
    this.#plans.put(rdd);
    return new Promise<void>((resolve, reject) => {
      this.#bodies.set(id, { resolve, reject });
      const flat = { id: rdd.id, partitions: rdd.partitions };
      this.options.post({ type: "body", id, context, output: output.id, rdd: flat, timeMs });
    });
  }

  #bodyDone(id: number, error: ErrorData | undefined): void {
    const body = this.#bodies.get(id);
    this.#bodies.delete(id);
    if (error === undefined) body?.resolve();
    else body?.reject(fromErrorData(error, (stack) => stack));
  }

  #cancel(job: number): void {
    const number = this.#jobs.get(job);
    if (number !== undefined) this.#runner.cancel(number);
  }

  /** Cancels a job by the number that its progress is told with. */
  cancelJob(job: number): void {
    this.#runner.cancel(job);
  }
}

/** Batch by batch, as a slow program would live through it: a batch sees nothing of those after it. */
async function advance(clock: ManualClock, run: StreamRun, ms: number): Promise<number> {
  const untilMs = clock.now() + ms;
  const { batchMs } = run.status();
  while (clock.now() < untilMs) {
    clock.advance(Math.min(batchMs, untilMs - clock.now()));
    await run.idle();
  }
  return clock.now();
}

function newClock(spec: ClockSpec): Clock {
  return spec.kind === "system" ? new SystemClock() : new ManualClock(spec.startMs);
}
