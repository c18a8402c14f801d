import { randomUUID } from "node:crypto";
import type { Patience } from "../connect/patience.js";
import type { SinkBatch } from "../connect/sink.js";
import type { RddNode } from "../plan/rdd-node.js";
import type { OutputNode, StreamNode } from "../plan/stream-node.js";
import { TaskFailed } from "../pool/worker-pool.js";
import { StreamError } from "../stream-error.js";
import { type Clock, ManualClock } from "../time/clock.js";
import { Ticker } from "../time/ticker.js";
import { clockTime } from "../time/time.js";
import type { Batch, BatchFailure } from "./batch.js";
import { BatchHistory } from "./batch-history.js";
import { type BatchInfo, snapshot } from "./batch-info.js";
import { BatchOutputs } from "./batch-outputs.js";
import { DueBatches } from "./due-batches.js";
import { EventOrder, type Turn } from "./event-order.js";
import { explain, faultOf } from "./failure.js";
import type { JobRunner } from "./job-runner.js";
import { type LastLook, LastLooks } from "./last-looks.js";
import { LookAhead } from "./look-ahead.js";
import { OutputOperations } from "./output-operations.js";
import type { Peeked } from "./peeked.js";
import { Peeks } from "./peeks.js";
import type { LastState, ReceiverProblem, StopKind } from "./port.js";
import type { Presenter } from "./presenter.js";
import { ProgramCalls } from "./program-calls.js";
import type { PastRun } from "./recovery/batch-log.js";
import type { OnChange } from "./recovery/fit-states.js";
import { RunInputs, type RunInputsOptions } from "./run-inputs.js";
import { RunOutputs } from "./run-outputs.js";
import { RunStates } from "./run-states.js";
import type { RunStatus } from "./run-status.js";
import type { ReceiverEvent } from "./stream-event.js";
import { StreamGraph } from "./stream-graph.js";
import { Transforms } from "./transforms.js";

export interface StreamRunOptions extends RunInputsOptions {
  /** How long the RDDs of each stream are remembered at least. */
  rememberMs: number;
  /** What becomes of a batch that fails: the run ends, or the batch is left out. */
  onFailure: "stop" | "skip";
  /** What becomes of states of the run before that do not fit. */
  onChange: OnChange;
  /** Tasks that run at a time. */
  workers: number;
  clock: Clock;
  runner: JobRunner;
  /** With what is out of reach: the folder of the log, and what tasks read and write. */
  patience: Patience;
  presenter: Presenter;
  /** Lets go of the RDDs of past batches. */
  forget(rdds: readonly string[]): void;
  /** An RDD that the program made, by its id. @throws StreamError RT_LET_GO */
  programRdd(id: string): RddNode;
  /** Runs a foreachRDD body on the program's thread; resolves when it is done. */
  callBody(output: OutputNode, rdd: RddNode, timeMs: number): Promise<void>;
  /** Has a sink make a batch seen whose partitions are written. @param prepared what their writers left for it */
  commitSink(stream: StreamNode, batch: SinkBatch, prepared: unknown[]): Promise<void>;
  /** Has the program make the RDD of a transform of those of its parents. */
  callTransform(stream: StreamNode, rdds: readonly RddNode[], timeMs: number): Promise<RddNode>;
  /** After each batch; the run's status has it already. */
  onBatch(batch: BatchInfo): void;
  /** Once, when the run is over: by a stop (no error) or by an error, which may be that of one output. */
  onStopped(error?: Error, output?: OutputNode): void;
}

/** So many batches may wait for a busy program; then the others wait too. */
const MOST_LAG = 16;

/**
 * A started context: a batch falls due at each tick, and batches are run one after the other. One that is late waits.
 */
export class StreamRun {
  /** The outputs there are, and how they come and go. */
  readonly outputs: RunOutputs;
  readonly #ticker: Ticker;
  readonly #due: DueBatches;
  readonly #graph: StreamGraph;
  readonly #inputs: RunInputs;
  readonly #states: RunStates;
  readonly #program = new ProgramCalls();
  readonly #lookAhead: LookAhead;
  readonly #batchOutputs: BatchOutputs;
  readonly #peeks: Peeks;
  readonly #lastLooks: LastLooks;
  readonly #history = new BatchHistory();
  readonly #events: EventOrder;
  /** Who waits for a batch to have run. */
  readonly #waiters: { timeMs: number; resolve(): void }[] = [];
  #state: RunStatus["state"] = "ACTIVE";
  #failure: Error | undefined;
  #running: Promise<void> | undefined;
  /** Batches that wait for the program, in order. */
  #unfinished: Promise<void>[] = [];
  #job = 0;
  /** Time of the last batch that is done. */
  #committedMs: number;
  /** That it is done is written: before, nobody sees anything of the next one. */
  #committed: Promise<void> = Promise.resolve();

  constructor(private readonly options: StreamRunOptions) {
    this.#ticker = new Ticker(options.clock, options.batchMs, (timeMs) => this.#tick(timeMs));
    const zeroMs = options.past?.zeroMs ?? this.#ticker.firstTickMs() - options.batchMs;
    this.#committedMs = options.past?.committedMs ?? zeroMs;
    this.#inputs = new RunInputs(options);
    this.#events = new EventOrder(options.onEvent);
    const graph = new StreamGraph(
      zeroMs,
      (input, timeMs) => this.#inputs.take(input, timeMs),
      options.programRdd,
      options.rememberMs,
      options.past?.run ?? randomUUID(),
    );
    this.#graph = graph;
    const shared = {
      ...options,
      graph,
      inputs: this.#inputs,
      program: this.#program,
      events: this.#events,
      leavesOut: options.onFailure === "skip",
      isOver: () => this.#state === "STOPPED",
      isWanted: (output: OutputNode) => this.#state === "ACTIVE" && this.outputs.has(output),
    };
    const transforms = new Transforms(shared);
    this.#states = new RunStates({
      ...shared,
      newJob: () => this.#newJob(undefined),
      transforms: (timeMs) => transforms.makeAt(timeMs),
    });
    this.#peeks = new Peeks({
      runner: options.runner,
      rddAt: (stream, timeMs) => graph.rddAt(stream, timeMs),
      changed: () => this.outputs.refresh(),
    });
    this.#lastLooks = new LastLooks({ ...options, latest: (stream) => this.latest(stream) });
    this.outputs = new RunOutputs({
      ...shared,
      states: this.#states,
      isRunning: () => this.#running !== undefined,
      untilMadeRan: () => this.#untilRan(this.#due.madeMs),
      peeked: () => this.#peeks.streams,
    });
    this.#due = new DueBatches({ ...shared, outputs: this.outputs }, this.#committedMs);
    const operations = new OutputOperations({
      ...shared,
      mayLag: (output) => this.#mayLag(output),
      newJob: (tag) => this.#newJob(tag),
    });
    this.#lookAhead = new LookAhead({ ...shared, next: () => this.#due.first });
    this.#batchOutputs = new BatchOutputs({
      ...shared,
      lookAhead: this.#lookAhead,
      states: this.#states,
      transforms,
      operations,
      fail: (error) => this.#end(explain(error)),
    });
  }

  /**
   * Opens the sources; the first batch ends one interval later. After an earlier run, first the batches that it did not end are
   * run again, then those that fell due since.
   * @param held ids of outputs that are stopped until they are started by name
   */
  start(all: readonly OutputNode[], held: readonly string[] = []): void {
    this.options.onEvent({ kind: "streamingStarted", timeMs: this.options.clock.now() });
    const { past, batchMs } = this.options;
    this.outputs.begin(all, held);
    this.#states.begin(past);
    this.outputs.refresh();
    const nextMs = this.#ticker.firstTickMs();
    if (past !== undefined) this.#goOn(past, nextMs);
    if (this.#state === "ACTIVE") this.#ticker.start(Math.max(nextMs, (past?.plannedMs ?? 0) + batchMs));
  }

  /** The next rows of a stream, as they pass; see {@link Peeks}. */
  async peek(
    id: number,
    look: { stream: StreamNode; limit: number; tag: unknown },
  ): Promise<Peeked | undefined> {
    if (this.#state === "STOPPED") return undefined;
    return this.#peeks.begin(id, look, (stream) => this.#graph.has(stream));
  }

  endPeek(id: number): void {
    this.#peeks.end(id);
  }

  /**
   * Ends the run. Gracefully: what was received is still processed, as a last batch, and all waiting batches are run.
   * Otherwise waiting batches are dropped, and the one being run is waited for, or cancelled.
   */
  async stop(how: StopKind): Promise<void> {
    if (this.#state === "STOPPED") return this.#written();
    const nextMs = this.#ticker.stop();
    this.#inputs.close();
    if (how === "graceful") this.#tick(nextMs);
    else {
      this.#due.drop();
      this.#lookAhead.drop();
    }
    if (how !== "now") await this.idle();
    // A batch that is cancelled has moved some of the states already.
    if (this.options.presenter.isLookedAt && this.#running === undefined)
      await this.#lastLooks.take(this.#graph.streams(), this.outputs.all[0]?.tag);
    this.#end();
    await this.#running;
    await this.#written();
  }

  /** Another run may begin in the folder of the log. */
  async #written(): Promise<void> {
    await Promise.all([this.#committed, this.options.log.written()]);
  }

  /** Ends the run at once, with an error that came from outside a batch. */
  fail(error: Error): void {
    this.#end(error);
  }

  /** Resolves when no batch waits or runs. */
  async idle(): Promise<void> {
    while (this.#running !== undefined || this.#unfinished.length > 0)
      await (this.#running ?? this.#unfinished.at(-1));
  }

  /** Resolves when no batch waits or runs; that the last one is done may yet be written. */
  async hasRun(): Promise<void> {
    if (!this.options.log.isCheckpoint) return this.idle();
    while (this.#running !== undefined) await this.#running;
  }

  status(): RunStatus {
    return {
      state: this.#state,
      batchMs: this.options.batchMs,
      zeroMs: this.#graph.zeroMs,
      waiting: this.#due.waiting,
      lag: this.#unfinished.length,
      completed: this.#history.completed,
      nowMs: this.options.clock.now(),
      clock: this.options.clock instanceof ManualClock ? "manual" : "system",
      ...this.#inputs.status(),
      outputs: this.outputs.status(),
      last: this.#history.last,
      failure: this.#failure?.message ?? "",
    };
  }

  /** The RDD of a stream's last completed batch; undefined before the first. */
  latest(stream: StreamNode): { rdd: RddNode; timeMs: number } | undefined {
    const { last } = this.#history;
    return last === undefined ? undefined : this.#graph.latest(stream, last.batchTimeMs);
  }

  /** What was in a window or a state when the run was stopped; undefined where it was not looked at, or the run goes on. */
  lastLook(stream: StreamNode): LastLook | undefined {
    return this.#lastLooks.of(stream);
  }

  /** What a stream's own state held then; undefined as above. */
  lastState(stream: StreamNode): LastState | undefined {
    return this.#lastLooks.state(stream);
  }

  /** The RDDs of a stream's completed batches from one time to another, both with; those that are remembered. */
  slice(stream: StreamNode, fromMs: number, toMs: number): RddNode[] {
    const untilMs = Math.min(toMs, this.#history.last?.batchTimeMs ?? Number.NEGATIVE_INFINITY);
    return this.#graph.slice(stream, fromMs, untilMs);
  }

  /** The last `limit` completed batches, oldest first; a thousand are remembered. */
  batches(limit: number): BatchInfo[] {
    return this.#history.latest(limit);
  }

  /** Has the other side told how far the program is; see {@link RunInputs.commitOffsets}. */
  commitOffsets(streamId: string, ranges: unknown): Promise<void> {
    return this.#inputs.commitOffsets(streamId, ranges);
  }

  /** A receiver of the program has said how it is; see {@link RunInputs.receiverEvent}. */
  receiverEvent(streamId: string, kind: ReceiverEvent, problem: ReceiverProblem | null): void {
    this.#inputs.receiverEvent(streamId, kind, problem);
  }

  #tick(timeMs: number): void {
    this.#orEnd(() => this.#due.due(timeMs));
    if (this.#state !== "ACTIVE") return;
    this.#running ??= this.#runDue();
    this.#lookAhead.begin();
  }

  /** States as they were, then the batches of the run before that were not done, and those that nobody began. */
  #goOn(past: PastRun, nextMs: number): void {
    const { batchMs, log } = this.options;
    this.#graph.resume(past.committedMs);
    this.#states.restore(this.#committedMs);
    if (past.committedMs + batchMs < nextMs) this.#tick(nextMs - batchMs);
    if (past.problems.length > 0)
      this.options.warn(`of the checkpoint in ${log.folder}: ${past.problems.join("; ")}`);
  }

  async #runDue(): Promise<void> {
    for (let batch = this.#next(); batch !== undefined; batch = this.#next()) {
      await this.#runBatch(batch);
      this.#ran(batch.info.batchTimeMs);
      this.outputs.releaseLeaving();
    }
    this.#running = undefined;
  }

  #next(): Batch | undefined {
    return this.#isOver() ? undefined : this.#orEnd(() => this.#due.next());
  }

  async #runBatch(batch: Batch): Promise<void> {
    const { info } = batch;
    this.#lookAhead.turn(batch);
    info.processingStartTimeMs = this.options.clock.now();
    this.#events.begin().over({ kind: "batchStarted", batchInfo: snapshot(info) });
    batch.planned = Promise.all([batch.planned, this.#committed]).then(() => undefined);
    batch.planned.catch(() => undefined); // told where it is waited for
    const failures = await this.#batchOutputs.run(batch, this.#committedMs);
    const end = this.#events.begin();
    if (this.#state === "STOPPED") return;
    if (failures.length > 0 && !(await this.#leavesOut(batch, failures, end))) return;
    // One after the other: a batch may fail, and be left out, before it is written that the one before is done.
    await this.#committed;
    if (this.#isOver()) return;
    this.#committed = this.#commit(info.batchTimeMs);
    await this.#untilRoom(this.#finishInTurn(batch, this.#committed, end));
  }

  /**
   * Waits for a batch that waits for nobody; otherwise only while too many wait for the program. While it is written that a
   * batch is done, the next one is computed.
   */
  async #untilRoom(finished: Promise<void>): Promise<void> {
    const waitsForNobody = this.#unfinished.length === 1 && this.#program.ahead === 0;
    if (waitsForNobody && !this.options.log.isCheckpoint) await finished;
    while (this.#unfinished.length >= MOST_LAG) await this.#unfinished[0];
  }

  /** Batches end in order. */
  #finishInTurn(batch: Batch, committed: Promise<void>, end: Turn): Promise<void> {
    const before = this.#unfinished.at(-1) ?? Promise.resolve();
    const finished = Promise.all([before, committed])
      .then(() => this.#finish(batch, end))
      .finally(() => {
        this.#unfinished = this.#unfinished.filter((one) => one !== finished);
      });
    this.#unfinished.push(finished);
    return finished;
  }

  async #finish(batch: Batch, end: Turn): Promise<void> {
    const { info } = batch;
    const failures = await failuresOf(batch);
    if (this.#state === "STOPPED") return;
    if (failures.length > 0) {
      this.#endWith(batch, failures, end);
      return;
    }
    info.processingEndTimeMs = this.options.clock.now();
    this.#history.done(info);
    for (const { id, failure } of info.outputs) if (failure === undefined) this.outputs.done(id);
    this.#peeks.batchDone(info.batchTimeMs);
    const { batchMs, forget } = this.options;
    forget(this.#graph.forget(info.batchTimeMs));
    this.options.presenter.batchCompleted(info, {
      batchMs,
      waiting: this.#due.waiting,
      outputs: this.outputs.all,
    });
    this.#inputs.completed(info);
    end.over({ kind: "batchCompleted", batchInfo: snapshot(info) });
    this.options.onBatch(info);
  }

  /** The batch's outputs are done: what it made of the states is what they are. Ends the run when that cannot be written. */
  async #commit(timeMs: number): Promise<void> {
    this.#committedMs = timeMs;
    try {
      const oldest = await this.options.log.commit(
        timeMs,
        this.#graph.stateStreams(),
        timeMs - Math.max(0, ...this.#graph.stateLookBacksMs().values()),
        this.#graph.inputLookBackMs(),
      );
      this.#inputs.release(oldest);
    } catch (error) {
      this.#end(explain(error));
    }
  }

  /**
   * Whether batches go on while the program is busy with those before. Not where the log says that a batch is done when its
   * bodies are, and not where a batch whose body fails is to be undone, or to be run again since a worker went with a part
   * of a state that its rows were made from.
   */
  #mayLag({ stream }: OutputNode): boolean {
    const { log, onFailure } = this.options;
    return !log.isCheckpoint && onFailure === "stop" && !this.#graph.isOfStates(stream);
  }

  /** A number for the job that is run next, by which it is cancelled when the run ends. */
  #newJob(tag: unknown): number {
    this.#job = this.options.runner.newJob(tag, this.options.patience);
    return this.#job;
  }

  /**
   * A batch failed for good. Where it is not left out, it is the last one, and all its outputs have their turn as in Spark.
   * @returns whether the run goes on, with the batch left out
   */
  async #leavesOut(batch: Batch, failures: BatchFailure[], end: Turn): Promise<boolean> {
    if (this.options.onFailure === "stop") {
      failures.push(...(await failuresOf(batch)));
      if (!this.#isOver()) this.#endWith(batch, failures, end);
      return false;
    }
    this.#note(failures, batch.info);
    this.options.runner.states.rollBack(this.#graph.states());
    this.options.forget(this.#graph.skip(batch.info.batchTimeMs));
    this.options.warn(`${sentenceOf(batch, failures)}; it is left out`);
    return true;
  }

  /** The first failure is what the run ends with. */
  #endWith(batch: Batch, failures: readonly BatchFailure[], end: Turn): void {
    const { info } = batch;
    this.#note(failures, info);
    info.processingEndTimeMs = this.options.clock.now();
    this.#history.failed(info);
    end.over({ kind: "batchCompleted", batchInfo: snapshot(info) });
    const { error, output } = failures[0] ?? { error: undefined, output: undefined };
    const explained = explain(error);
    const cause = error instanceof TaskFailed ? explained.cause : explained;
    this.#end(new StreamError("RT_BATCH_FAILED", sentenceOf(batch, failures), { cause }), output);
  }

  #note(failures: readonly BatchFailure[], info: BatchInfo): void {
    const nowMs = this.options.clock.now();
    for (const { output, error, startTimeMs = nowMs, endTimeMs = nowMs } of failures) {
      const { id, name } = output ?? { id: "", name: "" };
      const failure = explain(error).message;
      const fault = faultOf(error);
      const elapsedMs = endTimeMs - startTimeMs;
      info.outputs.push({ id, name, startTimeMs, elapsedMs, failure, ...(fault && { fault }) });
      this.outputs.failed(id, failure);
    }
  }

  /** Resolves when a batch has run that was made, or the run is over. */
  #untilRan(timeMs: number): Promise<void> {
    if (this.#running === undefined) return Promise.resolve();
    return new Promise((resolve) => this.#waiters.push({ timeMs, resolve }));
  }

  #ran(timeMs: number): void {
    const waiters = this.#waiters.splice(0);
    for (const waiter of waiters) {
      if (waiter.timeMs <= timeMs) waiter.resolve();
      else this.#waiters.push(waiter);
    }
  }

  #isOver(): boolean {
    return this.#state === "STOPPED";
  }

  /** What fails outside of a batch ends the run. */
  #orEnd<T>(work: () => T): T | undefined {
    try {
      return work();
    } catch (error) {
      this.#end(explain(error));
      return undefined;
    }
  }

  #end(error?: Error, output?: OutputNode): void {
    if (this.#state === "STOPPED") return;
    this.#state = "STOPPED";
    this.#failure = error;
    this.options.patience.end();
    this.#ticker.stop();
    this.#inputs.close();
    this.#due.drop();
    this.#lookAhead.end();
    const { runner, presenter } = this.options;
    if (error === undefined) this.outputs.keepSizes();
    // The states first: a worker that is slow to end the job is waited for on account of other windows only.
    runner.releaseStates(this.#graph.states());
    this.outputs.releaseLeaving();
    runner.cancel(this.#job);
    this.options.forget(this.#graph.forget(Number.POSITIVE_INFINITY));
    this.#peeks.endAll();
    presenter.stopped(this.outputs.all, error?.message ?? "");
    this.#program.end();
    this.#ran(Number.POSITIVE_INFINITY);
    this.options.onStopped(error, output);
  }
}

/** The failures of the bodies that the program runs later than the batch. */
async function failuresOf({ bodies }: Batch): Promise<BatchFailure[]> {
  return (await Promise.all(bodies)).filter((failure) => failure !== undefined);
}

function sentenceOf({ info }: Batch, [first]: readonly BatchFailure[]): string {
  const where = first?.output === undefined ? "" : ` in the output \`${first.output.name}\``;
  return `the batch at ${clockTime(info.batchTimeMs)} (${info.batchTimeMs} ms) failed${where}: ${explain(first?.error).message}`;
}
