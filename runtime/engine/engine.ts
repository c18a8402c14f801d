import { join } from "node:path";
import { newSource } from "../connect/open-source.js";
import type { QueueItem } from "../connect/queue.js";
import { Inbox } from "../connect/receiver-source.js";
import type { Source } from "../connect/source.js";
import type { SourceSpec } from "../operators/input.js";
import { parallelizeNode } from "../operators/parallelize.js";
import { isWrite, type WriteParams } from "../operators/write.js";
import type { RddNode } from "../plan/rdd-node.js";
import { type OutputNode, type StreamNode, stateKey } from "../plan/stream-node.js";
import { PlanTable } from "../plan/transfer.js";
import type { PartitionCount } from "../pool/task-counts.js";
import type { WorkerPool } from "../pool/worker-pool.js";
import { StreamError } from "../stream-error.js";
import { type Clock, ManualClock, SystemClock } from "../time/clock.js";
import type { Action, ActionResult } from "./action.js";
import type { BatchInfo } from "./batch-info.js";
import { Borrowed } from "./borrowed.js";
import { EngineFunctions } from "./engine-functions.js";
import { type ErrorData, explain, fromErrorData, toErrorData } from "./failure.js";
import { JobRunner } from "./job-runner.js";
import { JobWatch } from "./job-watch.js";
import type {
  CallName,
  ClockSpec,
  EngineCalls,
  FlatOutput,
  FromEngine,
  LentRdd,
  RecoveryOptions,
  ToEngine,
} from "./port.js";
import type { Presenter } from "./presenter.js";
import type { PastRun } from "./recovery/batch-log.js";
import { RunLog } from "./recovery/run-log.js";
import type { GiveRows } from "./row-stream.js";
import type { RunStatus } from "./run-status.js";
import { StreamRun, type StreamRunOptions } from "./stream-run.js";

export interface EngineOptions {
  pool: WorkerPool;
  /** Folder for temporary files. */
  scratch: string;
  presenter: Presenter;
  post(message: FromEngine): void;
}

/** What people want to know of a context at a glance. */
export interface Standing {
  status: RunStatus;
  /** Oldest first. */
  batches: BatchInfo[];
}

interface Context {
  run: StreamRun;
  log: RunLog;
  clock: Clock;
  /** The last advance of a manual clock that was asked for: the next begins where it ends. */
  advanced: Promise<unknown>;
  /** How often advances were ended: those that were asked for before go no further. */
  advanceEnds: number;
  /** What it was started with, to start it again. */
  start: Omit<EngineCalls["start"]["args"], "context" | "outputs">;
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
  /** What receivers of the program have stored, by stream. */
  readonly #inboxes = new Map<string, Inbox>();
  readonly #functions = new EngineFunctions();
  /** Contexts of whose events the program wants to be told. */
  readonly #listening = new Set<string>();
  readonly #jobs = new Map<number, number>();
  /** Functions of the program that it was asked to run. */
  readonly #callbacks = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  #callbackCount = 0;
  readonly #borrowed = new Borrowed();
  /** The last start of each context that was asked for. */
  readonly #starts = new Map<string, Promise<unknown>>();
  readonly #replaced = new WeakSet<StreamRun>();
  /** What sources wait for of what tasks count, by what it is told under. */
  readonly #counters = new Map<string, (count: PartitionCount) => void>();
  #logCount = 0;

  constructor(private readonly options: EngineOptions) {
    options.pool.onAccumulated = (accumulated) => {
      for (const { accumulator, part } of accumulated)
        this.#counters.get(accumulator)?.(part as PartitionCount);
      options.post({ type: "accumulated", accumulated });
    };
    // An action is waited for by a person: however virtual the time of its streams is, this is not.
    this.#watch = new JobWatch(new SystemClock(), (tag, progress) =>
      options.presenter.jobProgress(tag, progress),
    );
    this.#runner = new JobRunner(options.pool, {
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
      case "persistStream":
        this.#persistStream(message.stream, message.storage);
        break;
      case "forget":
        this.#forget(this.#borrowed.returned(message.rdds));
        break;
      case "releaseBroadcast":
        this.options.pool.releaseBroadcast(message.id, message.destroyed);
        break;
      case "cancel":
        this.#cancel(message.job);
        break;
      case "bodyDone":
        this.#calledBack(message.id, undefined, message.error);
        break;
      case "transformed":
        if ("error" in message) this.#calledBack(message.id, undefined, message.error);
        else this.#transformed(message.id, message.rdd);
        break;
    }
  }

  /** Stops all contexts and the workers. */
  async close(): Promise<void> {
    await Promise.all([...this.#contexts.values()].map(({ run }) => run.stop("now")));
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
        const give: GiveRows = (place, rows) => this.options.post({ type: "rows", job, place, rows });
        return await this.#watched(this.#plans.rdd(rdd), action, number, tag, give);
      } finally {
        this.#jobs.delete(job);
      }
    },
    stages: () => this.#runner.stages(),
    stored: ({ rdds }) => this.#runner.stored(rdds),
    ranges: ({ rdds }) => this.#runner.ranges(rdds),
    start: async ({ outputs: flat, ...args }) => {
      const outputs = flat.map((output) => this.#output(output));
      await this.#functions.prepare(outputs.map((output) => output.stream));
      return this.#start(args, outputs);
    },
    stop: async ({ context, how }) => {
      await Promise.all([...this.#inboxes.values()].map((inbox) => inbox.written()));
      await this.#contexts.get(context)?.run.stop(how);
      return null;
    },
    fail: ({ context, error }) => {
      this.#contexts.get(context)?.run.fail(fromErrorData(error, (stack) => stack));
      return null;
    },
    addOutputs: async ({ context, outputs: flat, inPlaceOf, names }) => {
      const outputs = flat.map((output) => this.#output(output));
      await this.#functions.prepare(outputs.map(({ stream }) => stream));
      const found = this.#contexts.get(context);
      found?.log.named(names);
      const over = found?.run.outputs.add(outputs, inPlaceOf);
      this.#changed(context);
      await over;
      return null;
    },
    events: ({ context, wanted }) => {
      if (wanted) this.#listening.add(context);
      else this.#listening.delete(context);
      return null;
    },
    store: async ({ stream, records, bytes }) => {
      await this.#inbox(stream).store(records, bytes);
      return null;
    },
    receiver: ({ context, stream, state, problem }) => {
      const inbox = this.#inbox(stream);
      const isEnded = state.state === "stopped" && inbox.state.state !== "stopped";
      inbox.state = state;
      const run = this.#contexts.get(context)?.run;
      if (problem !== "") run?.receiverFailed(stream, problem);
      if (isEnded) run?.receiverStopped(stream);
      return null;
    },
    removeOutputs: ({ context, outputs }) => {
      this.#contexts.get(context)?.run.outputs.remove(outputs);
      this.#changed(context);
      return null;
    },
    moveOutputs: async ({ context, outputs: flat, names }) => {
      const outputs = flat.map((output) => this.#output(output));
      await this.#functions.prepare(outputs.map((output) => output.stream));
      const found = this.#contexts.get(context);
      found?.log.named(names);
      await found?.run.outputs.move(outputs);
      this.#changed(context);
      return null;
    },
    holdOutputs: ({ context, outputs, held }) => {
      this.#hold(context, outputs, held);
      return null;
    },
    look: async ({ stream: id, query }) => {
      const stream = this.#plans.findStream(id);
      return (await this.#runner.look(stream === undefined ? id : stateKey(stream), query)) ?? null;
    },
    peek: async ({ context, stream: id, limit, peek, tag }) => {
      const stream = this.#plans.stream(id);
      await this.#functions.prepare([stream]);
      return (await this.#contexts.get(context)?.run.peek(peek, { stream, limit, tag })) ?? null;
    },
    endPeek: ({ context, peek }) => {
      this.#contexts.get(context)?.run.endPeek(peek);
      return null;
    },
    follow: ({ context, tag }) => {
      this.options.presenter.follow?.(context, tag);
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
    advance: ({ context, by }) => this.#advance(context, by),
    endAdvance: ({ context }) => {
      const found = this.#contexts.get(context);
      if (found !== undefined) found.advanceEnds += 1;
      return null;
    },
    slice: ({ context, stream, fromMs, toMs }) =>
      (this.#contexts.get(context)?.run.slice(this.#plans.stream(stream), fromMs, toMs) ?? []).map((rdd) =>
        this.#lend(rdd),
      ),
    queue: ({ stream, items }) => {
      this.#queue(stream).push(
        ...items.map((id) => (id === null ? null : this.#borrowed.borrow(this.#plans.rdd(id)))),
      );
      return null;
    },
  };

  async #watched(
    node: RddNode,
    action: Action,
    job: number,
    tag: unknown,
    give: GiveRows,
  ): Promise<ActionResult> {
    this.#watch.begin(job, tag, () => this.#runner.ahead(node, job));
    try {
      const result = await this.#runner.run(node, action, job, give);
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

  /** One start after the other: each stops the run of the one before. */
  #start(args: Omit<EngineCalls["start"]["args"], "outputs">, outputs: OutputNode[]): Promise<null> {
    const before = this.#starts.get(args.context) ?? Promise.resolve();
    const started = before.then(() => this.#begin(args, outputs));
    this.#starts.set(
      args.context,
      started.catch(() => undefined), // told to its own caller
    );
    return started;
  }

  async #begin(
    { context, ...start }: Omit<EngineCalls["start"]["args"], "outputs">,
    outputs: OutputNode[],
  ): Promise<null> {
    const before = this.#contexts.get(context);
    // Program and chart may both start it: only the newer run goes on.
    if (before !== undefined) this.#replaced.add(before.run);
    await before?.run.stop("now");
    const { batchMs, rememberMs, recovery } = start;
    const log = this.#runLog(recovery.folder, start.names);
    const warn = (text: string) => this.options.post({ type: "warning", context, text });
    const past = await this.#past(log, start, warn);
    if (past !== undefined) checkWorkers(past, this.options.pool.size, outputs);
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
      warn,
      workers: this.options.pool.size,
      clock,
      runner: this.#runner,
      forget: (rdds) => this.#forget([...rdds, ...this.#borrowed.letGo(rdds)]),
      presenter: this.options.presenter,
      programRdd: (id) => this.#plans.rdd(id),
      openSource: (node, told) => this.#openSource(node, options, told),
      commitSink: async (stream, batch, prepared) => {
        const [, commit] = this.#functions.of(stream);
        await commit?.(batch, prepared);
      },
      onEvent: (event) => {
        if (this.#listening.has(context)) this.options.post({ type: "event", context, event });
      },
      callBody: (output, rdd, timeMs) => this.#callBody(context, output, rdd, timeMs),
      callTransform: (stream, rdds, timeMs) => this.#callTransform(context, stream, rdds, timeMs),
      onBatch: (batch) => {
        this.options.post({ type: "batch", context, batch });
        this.#changed(context);
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
      start: { ...start, recovery: { ...recovery, goesOn: recovery.folder !== "" } },
    });
    run.start(outputs, start.held);
    this.#changed(context);
    return null;
  }

  #runLog(folder: string, names: readonly [string, string][]): RunLog {
    this.#logCount += 1;
    const isCheckpoint = folder !== "";
    const path = isCheckpoint ? folder : join(this.options.scratch, `states-${this.#logCount}`);
    const log = new RunLog(path, isCheckpoint, this.#runner.states);
    log.named(names);
    return log;
  }

  async #past(
    log: RunLog,
    { batchMs, recovery }: Pick<EngineCalls["start"]["args"], "batchMs" | "recovery">,
    warn: (text: string) => void,
  ): Promise<PastRun | undefined> {
    const past = recovery.goesOn ? await this.#read(log, recovery, warn) : undefined;
    if (past === undefined) await log.clear(recovery.goesOn);
    else if (past.batchMs !== batchMs) {
      throw new StreamError(
        "RT_CHECKPOINT_CHANGED",
        `the checkpoint in ${recovery.folder} is of batches of ${past.batchMs} ms, and the context has ${batchMs} ms; give it the same, or another folder`,
      );
    }
    return past;
  }

  async #read(
    log: RunLog,
    { createOnError }: RecoveryOptions,
    warn: (text: string) => void,
  ): Promise<PastRun | undefined> {
    try {
      return await log.read();
    } catch (error) {
      if (!createOnError || !(error instanceof StreamError)) throw error;
      warn(`${error.message}; since createOnError was given, the program begins anew`);
      await log.clear(false);
      return undefined;
    }
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
    if (command === "stop") await run.stop("now");
    else if (run.status().state === "STOPPED") {
      const held = run.outputs.held.map(({ id }) => id);
      try {
        await this.#start({ context, ...start, held }, [...run.outputs.all, ...run.outputs.held]);
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
      this.#hold(context, [output], held);
    } catch (error) {
      this.#warn(context, `the output was not ${held ? "stopped" : "started"}`, error);
    }
  }

  /** How a context stands, with its last `batches`; undefined before its first start. */
  standing(context: string, batches: number): Standing | undefined {
    const run = this.#contexts.get(context)?.run;
    return run && { status: run.status(), batches: run.batches(batches) };
  }

  #hold(context: string, outputs: readonly string[], held: boolean): void {
    const run = this.#contexts.get(context)?.run;
    if (run === undefined) return;
    if (held) run.outputs.hold(outputs);
    else run.outputs.release(outputs);
    this.options.post({ type: "held", context, outputs: run.outputs.held.map(({ id }) => id) });
    this.#changed(context);
  }

  #changed(context: string): void {
    this.options.presenter.changed?.(context);
  }

  #stopped(context: string, run: StreamRun, error?: Error, output?: OutputNode): void {
    if (this.#contexts.get(context)?.run !== run || this.#replaced.has(run)) return;
    this.#changed(context);
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

  #persistStream(id: string, storage: RddNode["storage"]): void {
    const stream = this.#plans.findStream(id);
    if (stream !== undefined) stream.storage = storage;
  }

  #forget(rdds: readonly string[]): void {
    this.#plans.forget(rdds);
    this.#runner.forget(rdds);
  }

  #output(flat: FlatOutput): OutputNode {
    return { ...flat, stream: this.#plans.stream(flat.stream) };
  }

  #openSource(
    node: StreamNode<SourceSpec>,
    {
      batchMs,
      clock,
      log,
      onFailure,
      warn,
    }: Pick<StreamRunOptions, "batchMs" | "clock" | "log" | "onFailure" | "warn">,
    told: (problem: string) => void,
  ): Source {
    return newSource(node.params, {
      clock,
      wall: new SystemClock(),
      batchMs,
      tasks: this.options.pool.size,
      functions: this.#functions.of(node),
      portable: node.functions,
      told,
      warn,
      counted: (counter, add) => this.#counters.set(counter, ({ value }) => add(value)),
      queue: () => this.#queue(node.id),
      otherwise: (rdd) => this.#otherwise(rdd),
      join: (rdds) => this.#borrowed.join(rdds),
      queueLog: () => log.queueLog(node.id, warn),
      inbox: () => this.#inbox(node.id),
      receiverLog: () => log.receiverLog(node.id, warn),
      lost: (error) => {
        if (onFailure === "stop") throw error;
        warn(error.message);
      },
    });
  }

  #otherwise(rdd: string): RddNode | undefined {
    if (rdd === "empty") return parallelizeNode([], 1);
    return rdd === "none" ? undefined : this.#borrowed.borrow(this.#plans.rdd(rdd));
  }

  #inbox(stream: string): Inbox {
    const inbox = this.#inboxes.get(stream) ?? new Inbox();
    this.#inboxes.set(stream, inbox);
    return inbox;
  }

  #queue(stream: string): QueueItem[] {
    const queue = this.#queues.get(stream) ?? [];
    this.#queues.set(stream, queue);
    return queue;
  }

  async #advance(context: string, by: { ms: number } | { toMs: number }): Promise<number> {
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
    const received = [...this.#inboxes.values()].map((inbox) => inbox.written());
    const advanced = Promise.all([found.advanced, ...received]).then(() =>
      advance(clock, found.run, "toMs" in by ? by.toMs : clock.now() + by.ms, goesOn),
    );
    found.advanced = advanced.catch(() => undefined); // told to its own caller
    return advanced;
  }

  async #callBody(context: string, output: OutputNode, rdd: RddNode, timeMs: number): Promise<void> {
    const lent = this.#lend(rdd);
    await this.#callBack((id) => ({ type: "body", id, context, output: output.id, rdd: lent, timeMs }));
  }

  /** The RDD that the program makes is the program's: the batch has one of its own, which goes with the batch. */
  async #callTransform(
    context: string,
    stream: StreamNode,
    parents: readonly RddNode[],
    timeMs: number,
  ): Promise<RddNode> {
    const rdds = parents.map((rdd) => this.#lend(rdd));
    return this.#callBack<RddNode>((id) => ({
      type: "transform",
      id,
      context,
      stream: stream.id,
      rdds,
      timeMs,
    }));
  }

  /** Makes the RDD of a batch known to the program. */
  #lend(rdd: RddNode): LentRdd {
    this.#plans.put(rdd);
    return { id: rdd.id, partitions: rdd.partitions };
  }

  /** Asks the program to run a function of its own. */
  #callBack<T>(message: (id: number) => FromEngine): Promise<T> {
    this.#callbackCount += 1;
    const id = this.#callbackCount;
    return new Promise<T>((resolve, reject) => {
      this.#callbacks.set(id, { resolve: resolve as (value: unknown) => void, reject });
      this.options.post(message(id));
    });
  }

  #transformed(id: number, rdd: string): void {
    try {
      this.#calledBack(id, this.#borrowed.borrow(this.#plans.rdd(rdd)));
    } catch (error) {
      this.#calledBack(id, undefined, toErrorData(error));
    }
  }

  #calledBack(id: number, value: unknown, error?: ErrorData): void {
    const callback = this.#callbacks.get(id);
    this.#callbacks.delete(id);
    if (error === undefined) callback?.resolve(value);
    else callback?.reject(fromErrorData(error, (stack) => stack));
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

/**
 * What a batch has written by partition is known by its partition: one that is run again must be cut into the same.
 * @throws StreamError RT_CHECKPOINT_CHANGED
 */
function checkWorkers(past: PastRun, workers: number, outputs: readonly OutputNode[]): void {
  const { plannedMs, committedMs } = past;
  const begun = past.workers ?? workers;
  if (plannedMs <= committedMs || begun === workers) return;
  const output = outputs.find(
    ({ stream }) => isWrite(stream.op) && ONCE.has((stream.params as WriteParams).delivery),
  );
  if (output === undefined) return;
  throw new StreamError(
    "RT_CHECKPOINT_CHANGED",
    `the batch at ${committedMs + past.batchMs} ms was begun with ${begun} workers, and there are ${workers} now: some of it may be written by \`${output.name}\`, whose partitions would be others; start the program with ${begun} workers, and when it has run on, with any`,
  );
}

/** How sinks write that know a record by its partition. */
const ONCE: ReadonlySet<string> = new Set(["idempotent", "exactly once"]);

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
