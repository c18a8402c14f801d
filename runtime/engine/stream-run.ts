import { randomUUID } from "node:crypto";
import type { SinkBatch } from "../connect/sink.js";
import { allStatesOf, statesOf } from "../operators/table.js";
import { isWrite, type WriteParams } from "../operators/write.js";
import type { RddNode } from "../plan/rdd-node.js";
import { type OutputNode, type StreamNode, stateKey } from "../plan/stream-node.js";
import { TaskFailed } from "../pool/worker-pool.js";
import { StreamError } from "../stream-error.js";
import { type Clock, ManualClock } from "../time/clock.js";
import { Ticker } from "../time/ticker.js";
import { clockTime } from "../time/time.js";
import type { Batch, BatchFailure } from "./batch.js";
import { type BatchInfo, snapshot } from "./batch-info.js";
import { explain, faultOf } from "./failure.js";
import type { JobRunner } from "./job-runner.js";
import { OutputOperations } from "./output-operations.js";
import { OutputTallies } from "./output-tallies.js";
import type { Peeked } from "./peeked.js";
import { Peeks } from "./peeks.js";
import type { StopKind } from "./port.js";
import type { Presenter } from "./presenter.js";
import { ProgramCalls } from "./program-calls.js";
import type { PastRun, PlannedInput } from "./recovery/batch-log.js";
import type { OnChange } from "./recovery/fit-states.js";
import { isLost, MAX_ATTEMPTS } from "./retries.js";
import { RunInputs, type RunInputsOptions } from "./run-inputs.js";
import { RunStates } from "./run-states.js";
import type { OutputStatus, RunStatus } from "./run-status.js";
import { SharedRows } from "./shared-rows.js";
import { isStateLost } from "./state-lost.js";
import { StreamGraph } from "./stream-graph.js";

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

const REMEMBERED_BATCHES = 1000;

/** So many batches may wait for a busy program; then the others wait too. */
const MOST_LAG = 16;

/**
 * A started context: makes a batch at each tick (when), and runs batches one after the other (run). A batch that is late
 * waits in the queue; batches are never merged and never skipped.
 */
export class StreamRun {
  readonly #queue: Batch[] = [];
  readonly #ticker: Ticker;
  readonly #graph: StreamGraph;
  readonly #inputs: RunInputs;
  readonly #states: RunStates;
  readonly #program = new ProgramCalls();
  readonly #operations: OutputOperations;
  readonly #peeks: Peeks;
  readonly #tallies = new OutputTallies();
  #outputs: OutputNode[] = [];
  /** Those that are stopped by name. */
  #held: OutputNode[] = [];
  /** Those whose place was taken by others: they have a part in batches that were made before. */
  #ending: OutputNode[] = [];
  /** Who waits for a batch to have run. */
  readonly #waiters: { timeMs: number; resolve(): void }[] = [];
  /** States whose outputs were removed: the batch being run may still move them. */
  #leaving: string[] = [];
  #state: RunStatus["state"] = "ACTIVE";
  #failure: Error | undefined;
  #running: Promise<void> | undefined;
  /** Batches that wait for the program, in order. */
  #unfinished: Promise<void>[] = [];
  #job = 0;
  #completed = 0;
  #last: BatchInfo | undefined;
  readonly #history: BatchInfo[] = [];
  /** Time of the last batch that is done. */
  #committedMs: number;
  /** That it is done is written: before, nobody sees anything of the next one. */
  #committed: Promise<void> = Promise.resolve();
  /** Time of the last batch that is due, and of the last whose records were taken. */
  #dueMs: number;
  #madeMs: number;

  constructor(private readonly options: StreamRunOptions) {
    this.#ticker = new Ticker(options.clock, options.batchMs, (timeMs) => this.#tick(timeMs));
    const zeroMs = options.past?.zeroMs ?? this.#ticker.firstTickMs() - options.batchMs;
    this.#committedMs = options.past?.committedMs ?? zeroMs;
    this.#dueMs = this.#committedMs;
    this.#madeMs = this.#committedMs;
    this.#inputs = new RunInputs(options);
    this.#graph = new StreamGraph(
      zeroMs,
      (input, timeMs) => this.#inputs.take(input, timeMs),
      options.programRdd,
      options.rememberMs,
      options.past?.run ?? randomUUID(),
    );
    this.#states = new RunStates({
      ...options,
      graph: this.#graph,
      newJob: () => this.#newJob(undefined),
      transforms: (timeMs) => this.#transforms(timeMs),
    });
    this.#peeks = new Peeks({
      runner: options.runner,
      rddAt: (stream, timeMs) => this.#graph.rddAt(stream, timeMs),
      changed: () => this.#setOutputs(this.#outputs),
    });
    this.#operations = new OutputOperations({
      ...options,
      program: this.#program,
      isWanted: (output) => this.#isWanted(output),
      mayLag: (output) => this.#mayLag(output),
      newJob: (tag) => this.#newJob(tag),
    });
  }

  /**
   * Opens the sources; the first batch ends one interval later. After an earlier run, first the batches that it did not end are
   * run again, then those that fell due since.
   * @param held ids of outputs that are stopped until they are started by name
   */
  start(all: readonly OutputNode[], held: readonly string[] = []): void {
    const outputs = all.filter(({ id }) => !held.includes(id));
    this.#held = all.filter(({ id }) => held.includes(id));
    this.options.onEvent({ kind: "streamingStarted", timeMs: this.options.clock.now() });
    const { past, batchMs } = this.options;
    this.#graph.setOutputs(outputs.map((output) => output.stream));
    this.#states.begin(past);
    this.#setOutputs([...outputs]);
    const nextMs = this.#ticker.firstTickMs();
    if (past !== undefined) this.#goOn(past, nextMs);
    if (this.#state === "ACTIVE") this.#ticker.start(Math.max(nextMs, (past?.plannedMs ?? 0) + batchMs));
  }

  /**
   * Outputs join a running context, and take part from the next batch on; those whose place they take have a part in the batches
   * that are made already, and none after. What states of these fit go on with those.
   * @returns when the outputs whose place is taken are over
   */
  async addOutputs(added: readonly OutputNode[], inPlaceOf: readonly string[] = []): Promise<void> {
    if (this.#state !== "ACTIVE") return;
    const ending = this.#outputs.filter(({ id }) => inPlaceOf.includes(id));
    this.#held = this.#held.filter(({ id }) => !inPlaceOf.includes(id));
    this.#ending.push(...ending);
    this.#setOutputs([...this.#outputs.filter((output) => !ending.includes(output)), ...added]);
    if (ending.length > 0) await this.#untilRan(this.#madeMs);
    this.#ending = this.#ending.filter((output) => !ending.includes(output));
    this.#gone(ending);
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

  /** Ends outputs: they give nothing more, also of batches that wait. Inputs and state that only they needed are let go. */
  removeOutputs(ids: readonly string[]): void {
    const isGone = ({ id }: OutputNode) => ids.includes(id);
    const gone = [...this.#outputs.filter(isGone), ...this.#held.filter(isGone)];
    this.#held = this.#held.filter((output) => !isGone(output));
    this.#gone(gone);
  }

  #gone(outputs: OutputNode[]): void {
    if (outputs.length === 0) return;
    const ids = outputs.map(({ id }) => id);
    this.#leave(ids);
    this.#tallies.forget(ids);
    this.options.presenter.removed(outputs);
  }

  /**
   * Outputs, known by their ids, read other streams from the next batch on, and those they read before in the batches that are
   * made already. What states of these fit go on with those.
   */
  async moveOutputs(moved: readonly OutputNode[]): Promise<void> {
    const now = (output: OutputNode) => moved.find(({ id }) => id === output.id) ?? output;
    const ending = this.#outputs.filter((output) => now(output) !== output);
    this.#held = this.#held.map(now);
    this.#ending.push(...ending);
    this.#setOutputs(this.#outputs.map(now));
    if (ending.length > 0) await this.#untilRan(this.#madeMs);
    this.#ending = this.#ending.filter((output) => !ending.includes(output));
    this.#leave([]);
  }

  /** Stops outputs until {@link releaseOutputs}; what only they needed is let go as if they were removed. */
  holdOutputs(ids: readonly string[]): void {
    const held = this.#outputs.filter((output) => ids.includes(output.id));
    this.#held.push(...held);
    this.#leave(ids);
    if (held.length > 0) this.options.presenter.stopped(held, "");
  }

  /** Outputs that were held take part from the next batch on. */
  releaseOutputs(ids: readonly string[]): void {
    const released = this.#held.filter((output) => ids.includes(output.id));
    this.#held = this.#held.filter((output) => !released.includes(output));
    this.#setOutputs([...this.#outputs, ...released]);
  }

  /** The outputs that are held. */
  held(): readonly OutputNode[] {
    return this.#held;
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

  #leave(ids: readonly string[]): void {
    this.#change(this.#outputs.filter((output) => !ids.includes(output.id)));
  }

  /** States that none of the outputs is made from any more are let go when no batch is being run. */
  #change(outputs: OutputNode[]): void {
    const statesBefore = this.#graph.states();
    this.#setOutputs(outputs);
    const states = new Set(this.#graph.states());
    this.#leaving.push(...statesBefore.filter((state) => !states.has(state)));
    if (this.#running === undefined) this.#releaseLeaving();
  }

  /**
   * Ends the run. Gracefully: what was received is still processed, as a last batch, and all waiting batches are run.
   * Otherwise waiting batches are dropped, and the one being run is waited for, or cancelled.
   */
  async stop(how: StopKind): Promise<void> {
    if (this.#state === "STOPPED") return this.#committed;
    const nextMs = this.#ticker.stop();
    this.#inputs.close();
    if (how === "graceful") this.#tick(nextMs);
    else this.#drop();
    if (how !== "now") await this.idle();
    this.#end();
    await this.#running;
    await this.#committed;
  }

  /** Batches that wait are not run. */
  #drop(): void {
    this.#queue.length = 0;
    this.#dueMs = this.#madeMs;
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
      waiting: this.#waiting(),
      lag: this.#unfinished.length,
      completed: this.#completed,
      nowMs: this.options.clock.now(),
      clock: this.options.clock instanceof ManualClock ? "manual" : "system",
      ...this.#inputs.status(),
      outputs: [
        ...this.#outputs.map((output) => this.#outputStatus(output, false)),
        ...this.#held.map((output) => this.#outputStatus(output, true)),
      ],
      last: this.#last,
      failure: this.#failure?.message ?? "",
    };
  }

  #outputStatus({ id, name, kind, stream }: OutputNode, held: boolean): OutputStatus {
    const { slideMs } = stream;
    const delivery = isWrite(stream.op) ? (stream.params as WriteParams).delivery : undefined;
    const stateRows = this.#stateRows(stream);
    return { id, name, kind, slideMs, held, stateRows, delivery, ...this.#tallies.of(id) };
  }

  #stateRows(stream: StreamNode): number | undefined {
    const { states } = this.options.runner;
    const rows = statesOf(stream).map((one) => states.rows(stateKey(one)));
    return rows.every((count) => count === undefined)
      ? undefined
      : rows.reduce<number>((sum, count) => sum + (count ?? 0), 0);
  }

  /** The RDD of a stream's last completed batch; undefined before the first. */
  latest(stream: StreamNode): { rdd: RddNode; timeMs: number } | undefined {
    return this.#last === undefined ? undefined : this.#graph.latest(stream, this.#last.batchTimeMs);
  }

  /** The RDDs of a stream's completed batches from one time to another, both with; those that are remembered. */
  slice(stream: StreamNode, fromMs: number, toMs: number): RddNode[] {
    const untilMs = Math.min(toMs, this.#last?.batchTimeMs ?? Number.NEGATIVE_INFINITY);
    return this.#graph.slice(stream, fromMs, untilMs);
  }

  /** The last `limit` completed batches, oldest first; no more than {@link REMEMBERED_BATCHES} are remembered. */
  batches(limit: number): BatchInfo[] {
    return limit <= 0 ? [] : this.#history.slice(-limit);
  }

  /** A receiver of the program has told of a problem. */
  receiverFailed(streamId: string, problem: string): void {
    this.#inputs.failed(streamId, problem);
  }

  /** A receiver of the program has ended. */
  receiverStopped(streamId: string): void {
    this.#inputs.ended(streamId);
  }

  /** The outputs there are now. */
  outputs(): readonly OutputNode[] {
    return this.#outputs;
  }

  /** Streams with a state that come take the places of those that leave, where they fit. */
  #setOutputs(outputs: OutputNode[]): void {
    this.#outputs = outputs;
    const streams = outputs.map((output) => output.stream);
    const before = this.#graph.stateStreams();
    const states = new Set(this.#graph.states());
    const ending = this.#ending.map((output) => output.stream);
    this.#graph.setOutputs([...streams, ...ending, ...this.#peeks.streams]);
    const now = allStatesOf([...streams, ...this.#peeks.streams]);
    this.#states.takePlaces(
      now.filter((stream) => !before.includes(stream)),
      before.filter((stream) => !now.includes(stream)),
    );
    this.options.log.intervals(this.#graph.zeroMs, this.#graph.stateStreams());
    for (const state of this.#graph.states()) if (!states.has(state)) this.options.log.begin(state);
    this.#inputs.set(this.#graph.inputs());
  }

  /** A batch is due. While earlier ones are to be caught up with, it is made in its turn: their records come first. */
  #tick(timeMs: number): void {
    this.#dueMs = timeMs;
    if (this.#madeMs + this.options.batchMs === timeMs) this.#make(timeMs);
    if (this.#state === "ACTIVE") this.#running ??= this.#runQueue();
  }

  /** Fixes what the batch consists of; from here on it does not depend on when it is run. */
  #make(timeMs: number): void {
    this.#madeMs = timeMs;
    const outputs = this.#outputs.filter((output) => this.#graph.slidesAt(output.stream, timeMs));
    try {
      this.#graph.receive(timeMs);
      const taken = this.#inputs.taken(timeMs);
      const info: BatchInfo = {
        batchTimeMs: timeMs,
        records: taken.map(({ record }) => record),
        submissionTimeMs: this.options.clock.now(),
        outputs: [],
      };
      const planned = this.#plan(
        timeMs,
        taken.map(({ planned }) => planned),
      );
      this.#queue.push({ info, outputs, planned, shared: new SharedRows(), bodies: [] });
      this.options.onEvent({ kind: "batchSubmitted", batchInfo: snapshot(info) });
    } catch (error) {
      this.#end(explain(error));
    }
  }

  #plan(timeMs: number, inputs: PlannedInput[]): Promise<void> {
    const { zeroMs, run } = this.#graph;
    const planned = this.#inputs.isPlanned(timeMs)
      ? Promise.resolve()
      : this.options.log.plan(
          timeMs,
          { zeroMs, batchMs: this.options.batchMs, run, workers: this.options.workers },
          inputs,
        );
    planned.catch(() => undefined); // told where it is waited for
    return planned;
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

  #isOver(): boolean {
    return this.#state === "STOPPED";
  }

  #isWanted(output: OutputNode): boolean {
    return this.#state === "ACTIVE" && (this.#outputs.includes(output) || this.#ending.includes(output));
  }

  async #runQueue(): Promise<void> {
    for (let batch = this.#nextBatch(); batch !== undefined; batch = this.#nextBatch()) {
      await this.#runBatch(batch);
      this.#ran(batch.info.batchTimeMs);
      this.#releaseLeaving();
    }
    this.#running = undefined;
  }

  /** Batches that are due and not run. */
  #waiting(): number {
    return this.#queue.length + Math.max(0, this.#dueMs - this.#madeMs) / this.options.batchMs;
  }

  #nextBatch(): Batch | undefined {
    const isBehind = this.#queue.length === 0 && this.#madeMs < this.#dueMs;
    if (isBehind && this.#state === "ACTIVE") this.#make(this.#madeMs + this.options.batchMs);
    return this.#queue.shift();
  }

  /** Also where the stream has an output again by now: that one missed batches, and begins anew. */
  #releaseLeaving(): void {
    const left = this.#leaving.splice(0);
    this.options.runner.releaseStates(left);
    for (const state of this.#graph.states()) if (left.includes(state)) this.options.log.begin(state);
  }

  async #runBatch(batch: Batch): Promise<void> {
    const { info } = batch;
    info.processingStartTimeMs = this.options.clock.now();
    this.options.onEvent({ kind: "batchStarted", batchInfo: snapshot(info) });
    batch.planned = Promise.all([batch.planned, this.#committed]).then(() => undefined);
    batch.planned.catch(() => undefined); // told where it is waited for
    const failure = await this.#runOutputs(batch);
    if (this.#state === "STOPPED") return;
    if (failure !== undefined && !this.#skips(failure, info)) return;
    // One after the other: a batch may fail, and be left out, before it is written that the one before is done.
    await this.#committed;
    if (this.#isOver()) return;
    this.#committed = this.#commit(info.batchTimeMs);
    await this.#untilRoom(this.#finishInTurn(batch, this.#committed));
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
  #finishInTurn(batch: Batch, committed: Promise<void>): Promise<void> {
    const before = this.#unfinished.at(-1) ?? Promise.resolve();
    const finished = Promise.all([before, committed])
      .then(() => this.#finish(batch))
      .finally(() => {
        this.#unfinished = this.#unfinished.filter((one) => one !== finished);
      });
    this.#unfinished.push(finished);
    return finished;
  }

  async #finish({ info, bodies }: Batch): Promise<void> {
    for (const body of bodies) {
      const failure = await body;
      if (failure !== undefined && this.#state === "ACTIVE") this.#skips(failure, info);
    }
    if (this.#state === "STOPPED") return;
    info.processingEndTimeMs = this.options.clock.now();
    this.#completed += 1;
    this.#last = info;
    this.#remember(info);
    for (const { id, failure } of info.outputs) if (failure === undefined) this.#tallies.done(id);
    this.#peeks.batchDone(info.batchTimeMs);
    const { batchMs, forget } = this.options;
    forget(this.#graph.forget(info.batchTimeMs));
    this.options.presenter.batchCompleted(info, {
      batchMs,
      waiting: this.#waiting(),
      outputs: this.#outputs,
    });
    this.#inputs.completed(info);
    this.options.onEvent({ kind: "batchCompleted", batchInfo: snapshot(info) });
    this.options.onBatch(info);
  }

  #remember(info: BatchInfo): void {
    this.#history.push(info);
    if (this.#history.length > REMEMBERED_BATCHES) this.#history.shift();
  }

  /** Runs the outputs that are not done, again and again where a worker is lost. @returns the failure of the one that failed */
  async #runOutputs(batch: Batch): Promise<BatchFailure | undefined> {
    for (let attempt = 1; ; attempt++) {
      const failure = await this.#tryBatch(batch);
      if (failure === undefined || this.#state === "STOPPED" || attempt === MAX_ATTEMPTS) return failure;
      if (!isLost(failure.error) && !isStateLost(failure.error)) return failure;
      // A part of the states is lost: they are as they were committed, and what was made of them since is made again.
      this.#states.restore(this.#committedMs);
      this.options.forget(this.#graph.remake(this.#committedMs));
    }
  }

  async #tryBatch(batch: Batch): Promise<BatchFailure | undefined> {
    try {
      await this.#states.catchUp(this.#committedMs);
      const failure = await this.#tryOutputs(batch);
      // Also of a batch without outputs: it must not be written that it is done before what it consists of is.
      if (failure === undefined) await batch.planned;
      return failure;
    } catch (error) {
      return { output: undefined, error };
    }
  }

  async #tryOutputs(batch: Batch): Promise<BatchFailure | undefined> {
    const { info, outputs } = batch;
    const jobs = await this.#makeJobs(outputs, info.batchTimeMs);
    for (const { output, rdd } of jobs) {
      if (this.#state === "STOPPED") return undefined;
      try {
        if (this.#isWanted(output)) await this.#operations.run(output, rdd, batch);
      } catch (error) {
        return { output, error };
      }
      outputs.splice(outputs.indexOf(output), 1);
    }
    return undefined;
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

  /** The RDDs of a batch, from what its sources gave when it was due. None when that fails, which ends the run. */
  async #makeJobs(
    outputs: readonly OutputNode[],
    timeMs: number,
  ): Promise<{ output: OutputNode; rdd: RddNode }[]> {
    try {
      await this.#transforms(timeMs);
      if (this.#state === "STOPPED") return [];
      return outputs.flatMap((output) => {
        const rdd = this.#graph.rddAt(output.stream, timeMs);
        return rdd === undefined ? [] : [{ output, rdd }];
      });
    } catch (error) {
      this.#end(explain(error));
      return [];
    }
  }

  async #transforms(timeMs: number): Promise<void> {
    for (const stream of this.#graph.transformsAt(timeMs)) {
      await this.#transform(stream, timeMs);
      if (this.#state === "STOPPED") return;
    }
  }

  async #transform(stream: StreamNode, timeMs: number): Promise<void> {
    const parents = stream.parents.map((parent) => {
      const rdd = this.#graph.rddAt(parent, timeMs);
      if (rdd !== undefined) return rdd;
      throw new StreamError("RT_NO_RDD", `Couldn't generate RDD from parent at time ${timeMs} ms`);
    });
    const rdd = await this.#program.unlessEnded(this.options.callTransform(stream, parents, timeMs));
    if (rdd !== undefined) this.#graph.transformed(stream, timeMs, rdd);
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
    this.#job = this.options.runner.newJob(tag);
    return this.#job;
  }

  /** A batch failed for good. @returns whether the run goes on, with the batch left out */
  #skips({ output, error }: BatchFailure, info: BatchInfo): boolean {
    const explained = explain(error);
    const fault = faultOf(error);
    const { id, name } = output ?? { id: "", name: "" };
    info.outputs.push({ id, name, elapsedMs: 0, failure: explained.message, ...(fault && { fault }) });
    this.#tallies.failed(id, explained.message);
    this.#last = info;
    const where = output === undefined ? "" : ` in the output \`${output.name}\``;
    const message = `the batch at ${clockTime(info.batchTimeMs)} (${info.batchTimeMs} ms) failed${where}: ${explained.message}`;
    if (this.options.onFailure === "skip") {
      this.options.runner.states.rollBack(this.#graph.states());
      this.options.forget(this.#graph.skip(info.batchTimeMs));
      this.options.warn(`${message}; it is left out`);
      return true;
    }
    info.processingEndTimeMs = this.options.clock.now();
    this.#remember(info);
    const cause = error instanceof TaskFailed ? explained.cause : explained;
    this.#end(new StreamError("RT_BATCH_FAILED", message, { cause }), output);
    return false;
  }

  #end(error?: Error, output?: OutputNode): void {
    if (this.#state === "STOPPED") return;
    this.#state = "STOPPED";
    this.#failure = error;
    this.#ticker.stop();
    this.#inputs.close();
    this.#queue.length = 0;
    const { runner, presenter } = this.options;
    // The states first: a worker that is slow to end the job is waited for on account of other windows only.
    runner.releaseStates(this.#graph.states());
    this.#releaseLeaving();
    runner.cancel(this.#job);
    this.options.forget(this.#graph.forget(Number.POSITIVE_INFINITY));
    this.#peeks.endAll();
    presenter.stopped(this.#outputs, error?.message ?? "");
    this.#program.end();
    this.#ran(Number.POSITIVE_INFINITY);
    this.options.onStopped(error, output);
  }
}
