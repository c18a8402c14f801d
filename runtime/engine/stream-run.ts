import { isReplayable, type Source, type SourceStatus } from "../connect/source.js";
import type { SourceSpec } from "../operators/input.js";
import type { RddNode } from "../plan/rdd-node.js";
import type { OutputNode, StreamNode } from "../plan/stream-node.js";
import { TaskFailed } from "../pool/worker-pool.js";
import { StreamError } from "../stream-error.js";
import type { Clock } from "../time/clock.js";
import { Ticker } from "../time/ticker.js";
import { clockTime } from "../time/time.js";
import type { ActionResult } from "./actions.js";
import type { BatchInfo } from "./batch-info.js";
import { explain } from "./failure.js";
import type { JobRunner } from "./job-runner.js";
import type { Presenter } from "./presenter.js";
import { RateControl, type RateOptions } from "./rate-control.js";
import type { PastRun, PlannedInput } from "./recovery/batch-log.js";
import { fitStates, type OnChange } from "./recovery/fit-states.js";
import { PastInputs } from "./recovery/past-inputs.js";
import type { RunLog } from "./recovery/run-log.js";
import { isLost, MAX_ATTEMPTS } from "./retries.js";
import { isSave, saveBatch } from "./save-batch.js";
import { isStateLost } from "./state-lost.js";
import type { OutputOperationInfo, StreamEvent } from "./stream-event.js";
import { StreamGraph } from "./stream-graph.js";

export interface StreamRunOptions {
  batchMs: number;
  /** How long the RDDs of each stream are remembered at least. */
  rememberMs: number;
  rates: RateOptions;
  /** What becomes of a batch that fails: the run ends, or the batch is left out. */
  onFailure: "stop" | "skip";
  /** Where states, and with a checkpoint all batches, are written. */
  log: RunLog;
  /** What the log has of the run before, which this one goes on with. */
  past: PastRun | undefined;
  onChange: OnChange;
  /** Tells people something. */
  warn(text: string): void;
  clock: Clock;
  runner: JobRunner;
  presenter: Presenter;
  /** Lets go of the RDDs of past batches. */
  forget(rdds: readonly string[]): void;
  /** An RDD that the program made, by its id. @throws StreamError RT_LET_GO */
  programRdd(id: string): RddNode;
  /** @param told takes each problem of the source's connection */
  openSource(node: StreamNode<SourceSpec>, told: (problem: string) => void): Source;
  /** Runs a foreachRDD body on the program's thread; resolves when it is done. */
  callBody(output: OutputNode, rdd: RddNode, timeMs: number): Promise<void>;
  /** Has the program make the RDD of a transform of those of its parents. */
  callTransform(stream: StreamNode, rdds: readonly RddNode[], timeMs: number): Promise<RddNode>;
  /** What happens, for who listens. */
  onEvent(event: StreamEvent): void;
  /** After each batch; the run's status has it already. */
  onBatch(batch: BatchInfo): void;
  /** Once, when the run is over: by a stop (no error) or by an error, which may be that of one output. */
  onStopped(error?: Error, output?: OutputNode): void;
}

export interface RunStatus {
  state: "ACTIVE" | "STOPPED";
  batchMs: number;
  zeroMs: number;
  /** Batches that wait for an earlier one. */
  waiting: number;
  /** Batches that are done but for what the program is to do for them: it is busy, or slow. */
  lag: number;
  completed: number;
  inputs: SourceStatus[];
  /** Records a second that each input may bring, in the order of the inputs; infinite without a limit. */
  rates: number[];
  outputs: { id: string; name: string; kind: OutputNode["kind"]; slideMs: number }[];
  last: BatchInfo | undefined;
  /** Why it stopped by itself; empty otherwise. */
  failure: string;
}

/** A batch whose records are there; its RDDs are made when it is run. */
interface Batch {
  info: BatchInfo;
  /** Those that are not done. */
  outputs: OutputNode[];
  /** What it consists of is written: nobody sees anything of it before. */
  planned: Promise<void>;
  /** Bodies that the program is yet to run, or runs. */
  bodies: Promise<BatchFailure | undefined>[];
}

/** Why a batch failed. */
interface BatchFailure {
  output: OutputNode | undefined;
  error: unknown;
}

const REMEMBERED_BATCHES = 1000;

/** So many batches may wait for a busy program; then the others wait too. */
const MOST_LAG = 16;

/**
 * A started context: makes a batch at each tick (when), and runs batches one after the other (run). A batch that is late
 * waits in the queue; batches are never merged and never skipped.
 */
export class StreamRun {
  readonly #sources = new Map<string, Source>();
  readonly #rates = new Map<string, RateControl>();
  readonly #queue: Batch[] = [];
  readonly #ticker: Ticker;
  readonly #graph: StreamGraph;
  #outputs: OutputNode[] = [];
  /** States whose outputs were removed: the batch being run may still move them. */
  #leaving: string[] = [];
  #state: RunStatus["state"] = "ACTIVE";
  #failure: Error | undefined;
  #running: Promise<void> | undefined;
  /** Ends the wait for each function of the program that was called. */
  readonly #leaveProgram = new Set<() => void>();
  /** The last body that the program is to run: they come one after the other. */
  #bodies: Promise<unknown> = Promise.resolve();
  #bodiesAhead = 0;
  /** Batches that wait for the program, in order. */
  #unfinished: Promise<void>[] = [];
  #job = 0;
  #completed = 0;
  #last: BatchInfo | undefined;
  readonly #history: BatchInfo[] = [];
  /** What was taken for the batch being made. */
  #taken: { record: BatchInfo["records"][number]; planned: PlannedInput }[] = [];
  /** Time of the last batch that is done. */
  #committedMs: number;
  /** Time of the last batch that is due, and of the last whose records were taken. */
  #dueMs: number;
  #madeMs: number;
  /** The batch after which the states are as they are; earlier than the last that is done while they are made again. */
  #statesMs = Number.POSITIVE_INFINITY;
  readonly #past: PastInputs;

  constructor(private readonly options: StreamRunOptions) {
    this.#ticker = new Ticker(options.clock, options.batchMs, (timeMs) => this.#tick(timeMs));
    const zeroMs = options.past?.zeroMs ?? this.#ticker.firstTickMs() - options.batchMs;
    this.#committedMs = options.past?.committedMs ?? zeroMs;
    this.#dueMs = this.#committedMs;
    this.#madeMs = this.#committedMs;
    this.#past = new PastInputs(options.past, options.warn);
    this.#graph = new StreamGraph(
      zeroMs,
      (input, timeMs) => this.#take(input, timeMs),
      options.programRdd,
      options.rememberMs,
    );
  }

  /**
   * Opens the sources; the first batch ends one interval later. After an earlier run, first the batches that it did not end are
   * run again, then those that fell due since.
   */
  start(outputs: readonly OutputNode[]): void {
    this.options.onEvent({ kind: "streamingStarted", timeMs: this.options.clock.now() });
    const { past, batchMs } = this.options;
    this.#graph.setOutputs(outputs.map((output) => output.stream));
    this.#beginStates(past);
    this.#setOutputs([...outputs]);
    const nextMs = this.#ticker.firstTickMs();
    if (past !== undefined) this.#goOn(past, nextMs);
    if (this.#state === "ACTIVE") this.#ticker.start(Math.max(nextMs, (past?.plannedMs ?? 0) + batchMs));
  }

  /** Joins a running context: takes part from the next batch on. */
  addOutput(output: OutputNode): void {
    if (this.#state === "ACTIVE") this.#setOutputs([...this.#outputs, output]);
  }

  /** Ends outputs: they give nothing more, also of batches that wait. Inputs and state that only they needed are let go. */
  removeOutputs(ids: readonly string[]): void {
    const gone = this.#outputs.filter((output) => ids.includes(output.id));
    const statesBefore = this.#graph.states();
    this.#setOutputs(this.#outputs.filter((output) => !ids.includes(output.id)));
    const states = new Set(this.#graph.states());
    this.#leaving.push(...statesBefore.filter((state) => !states.has(state)));
    if (this.#running === undefined) this.#releaseLeaving();
    if (gone.length > 0) this.options.presenter.removed(gone);
  }

  /**
   * Ends the run. Gracefully: what was received is still processed, as a last batch, and all waiting batches are run.
   * Otherwise the batch being run is cancelled and waiting ones are dropped.
   */
  async stop(graceful: boolean): Promise<void> {
    if (this.#state === "STOPPED") return;
    const nextMs = this.#ticker.stop();
    this.#closeSources();
    if (graceful) {
      this.#tick(nextMs);
      await this.idle();
    }
    this.#end();
    await this.#running;
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

  status(): RunStatus {
    return {
      state: this.#state,
      batchMs: this.options.batchMs,
      zeroMs: this.#graph.zeroMs,
      waiting: this.#waiting(),
      lag: this.#unfinished.length,
      completed: this.#completed,
      inputs: [...this.#sources.values()].map((source) => source.status()),
      rates: [...this.#rates.values()].map(({ rate }) => rate),
      outputs: this.#outputs.map(({ id, name, kind, stream }) => ({
        id,
        name,
        kind,
        slideMs: stream.slideMs,
      })),
      last: this.#last,
      failure: this.#failure?.message ?? "",
    };
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
    const source = this.#sources.get(streamId);
    if (source !== undefined) this.#receiverEvent("receiverError", streamId, source, problem);
  }

  /** The outputs there are now. */
  outputs(): readonly OutputNode[] {
    return this.#outputs;
  }

  /** The states begin empty, but for those that the run before had too. */
  #beginStates(past: PastRun | undefined): void {
    const { log, onChange, warn } = this.options;
    const streams = new Map(this.#graph.stateStreams().map((stream) => [log.name(stream.id), stream]));
    const fitting = past === undefined ? [] : fitStates(past, streams, onChange, warn);
    for (const { id } of streams.values())
      if (!fitting.some(({ name }) => name === log.name(id))) log.begin(id);
  }

  #setOutputs(outputs: OutputNode[]): void {
    this.#outputs = outputs;
    const before = new Set(this.#graph.states());
    this.#graph.setOutputs(outputs.map((output) => output.stream));
    for (const state of this.#graph.states()) if (!before.has(state)) this.options.log.begin(state);
    const inputs = new Set(this.#graph.inputs().map((input) => input.id));
    for (const [id, source] of this.#sources) {
      if (inputs.has(id)) continue;
      source.close();
      this.#receiverEvent("receiverStopped", id, source);
      this.#sources.delete(id);
      this.#rates.delete(id);
    }
    for (const input of this.#graph.inputs()) {
      if (this.#sources.has(input.id)) continue;
      const source = this.options.openSource(input, (problem) =>
        this.#receiverEvent("receiverError", input.id, source, problem),
      );
      this.#sources.set(input.id, source);
      this.#rates.set(input.id, new RateControl(this.options.batchMs, this.options.rates));
      this.#past.resume(source, this.options.log.name(input.id));
      source.open();
      this.#receiverEvent("receiverStarted", input.id, source);
    }
  }

  #closeSources(): void {
    for (const [id, source] of this.#sources) {
      if (source.status().state === "stopped") continue;
      source.close();
      this.#receiverEvent("receiverStopped", id, source);
    }
  }

  #receiverEvent(
    kind: Extract<StreamEvent, { receiverInfo: unknown }>["kind"],
    streamId: string,
    source: Source,
    lastErrorMessage = "",
  ): void {
    const active = kind !== "receiverStopped";
    this.options.onEvent({
      kind,
      receiverInfo: { streamId, name: source.status().what, active, lastErrorMessage },
    });
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
    this.#taken = [];
    try {
      this.#graph.receive(timeMs);
      const info: BatchInfo = {
        batchTimeMs: timeMs,
        records: this.#taken.map(({ record }) => record),
        submissionTimeMs: this.options.clock.now(),
        outputs: [],
      };
      this.#queue.push({ info, outputs, planned: this.#plan(timeMs), bodies: [] });
      this.options.onEvent({ kind: "batchSubmitted", batchInfo: info });
    } catch (error) {
      this.#end(explain(error));
    }
  }

  #take(input: StreamNode<SourceSpec>, timeMs: number): RddNode | undefined {
    const source = this.#sources.get(input.id);
    if (source === undefined) return undefined;
    const limit = this.#rates.get(input.id)?.limit ?? Number.POSITIVE_INFINITY;
    const name = this.options.log.name(input.id);
    const { rdd, records, range } = this.#past.take(source, name, timeMs) ?? source.take(timeMs, limit);
    const record = { input: source.status().what, count: records, streamId: input.id };
    const position = isReplayable(source) ? source.position() : undefined;
    this.#taken.push({ record, planned: { name, range, position, records } });
    return rdd;
  }

  #plan(timeMs: number): Promise<void> {
    const inputs = this.#taken.map(({ planned }) => planned);
    const planned = this.#past.has(timeMs)
      ? Promise.resolve()
      : this.options.log.plan(timeMs, { zeroMs: this.#graph.zeroMs, batchMs: this.options.batchMs }, inputs);
    planned.catch(() => undefined); // told where it is waited for
    return planned;
  }

  /** States as they were, then the batches of the run before that were not done, and those that nobody began. */
  #goOn(past: PastRun, nextMs: number): void {
    const { batchMs, log } = this.options;
    this.#graph.resume(past.committedMs);
    this.#restoreStates();
    if (past.committedMs + batchMs < nextMs) this.#tick(nextMs - batchMs);
    if (past.problems.length > 0)
      this.options.warn(`of the checkpoint in ${log.folder}: ${past.problems.join("; ")}`);
  }

  async #runQueue(): Promise<void> {
    for (let batch = this.#nextBatch(); batch !== undefined; batch = this.#nextBatch()) {
      await this.#runBatch(batch);
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
    this.options.runner.releaseStates(this.#leaving.splice(0));
  }

  async #runBatch(batch: Batch): Promise<void> {
    const { info } = batch;
    info.processingStartTimeMs = this.options.clock.now();
    this.options.onEvent({ kind: "batchStarted", batchInfo: info });
    const failure = await this.#runOutputs(batch);
    if (this.#state === "STOPPED") return;
    if (failure !== undefined && !this.#skips(failure, info)) return;
    if (!(await this.#commit(info.batchTimeMs))) return;
    await this.#untilRoom(this.#finishInTurn(batch));
  }

  /** Waits for a batch that waits for nobody; otherwise only while too many wait for the program. */
  async #untilRoom(finished: Promise<void>): Promise<void> {
    if (this.#unfinished.length === 1 && this.#bodiesAhead === 0) await finished;
    while (this.#unfinished.length >= MOST_LAG) await this.#unfinished[0];
  }

  /** Batches end in order. */
  #finishInTurn(batch: Batch): Promise<void> {
    const before = this.#unfinished.at(-1) ?? Promise.resolve();
    const finished = before
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
    this.#history.push(info);
    if (this.#history.length > REMEMBERED_BATCHES) this.#history.shift();
    const { batchMs, forget } = this.options;
    forget(this.#graph.forget(info.batchTimeMs));
    this.options.presenter.batchCompleted(info, {
      batchMs,
      waiting: this.#waiting(),
      outputs: this.#outputs,
    });
    for (const { streamId, count } of info.records) this.#rates.get(streamId)?.completed(info, count);
    this.options.onEvent({ kind: "batchCompleted", batchInfo: info });
    this.options.onBatch(info);
  }

  /** Runs the outputs that are not done, again and again where a worker is lost. @returns the failure of the one that failed */
  async #runOutputs(batch: Batch): Promise<BatchFailure | undefined> {
    for (let attempt = 1; ; attempt++) {
      const failure = await this.#tryBatch(batch);
      if (failure === undefined || this.#state === "STOPPED" || attempt === MAX_ATTEMPTS) return failure;
      if (!isLost(failure.error) && !isStateLost(failure.error)) return failure;
      // A part of the states is lost: they are as they were committed, and what was made of them since is made again.
      this.#restoreStates();
      this.options.forget(this.#graph.remake(this.#committedMs));
    }
  }

  async #tryBatch(batch: Batch): Promise<BatchFailure | undefined> {
    try {
      await this.#catchUp();
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
        if (this.#outputs.includes(output)) await this.#operate(output, rdd, batch);
      } catch (error) {
        return { output, error };
      }
      outputs.splice(outputs.indexOf(output), 1);
    }
    return undefined;
  }

  /** Runs an output, and tells those who listen of it. */
  async #operate(output: OutputNode, rdd: RddNode, { info, planned, bodies }: Batch): Promise<void> {
    const { clock, onEvent } = this.options;
    const startTimeMs = clock.now();
    const operation: OutputOperationInfo = {
      batchTimeMs: info.batchTimeMs,
      id: output.id,
      name: output.name,
      startTimeMs,
      endTimeMs: undefined,
      failureReason: undefined,
    };
    onEvent({ kind: "outputOperationStarted", outputOperationInfo: { ...operation } });
    const done = () => {
      operation.endTimeMs = clock.now();
      info.outputs.push({ name: output.name, elapsedMs: operation.endTimeMs - startTimeMs });
      onEvent({ kind: "outputOperationCompleted", outputOperationInfo: operation });
      return undefined;
    };
    const failed = (error: unknown): BatchFailure => {
      operation.endTimeMs = clock.now();
      operation.failureReason = explain(error).message;
      onEvent({ kind: "outputOperationCompleted", outputOperationInfo: operation });
      return { output, error };
    };
    try {
      const begun = await this.#runOutput(output, rdd, info.batchTimeMs, planned);
      if (begun === undefined) done();
      else bodies.push(begun.body.then(done, failed));
    } catch (error) {
      failed(error);
      throw error;
    }
  }

  /** The batch's outputs are done: what it made of the states is what they are. @returns whether the run goes on */
  async #commit(timeMs: number): Promise<boolean> {
    this.#committedMs = timeMs;
    try {
      const oldest = await this.options.log.commit(
        timeMs,
        this.#graph.stateStreams(),
        timeMs - Math.max(0, ...this.#graph.stateLookBacksMs().values()),
        this.#graph.inputLookBackMs(),
      );
      this.#release(oldest);
    } catch (error) {
      this.#end(explain(error));
    }
    return this.#state === "ACTIVE";
  }

  /** Sources keep what they gave to batches that may be run again. */
  #release(oldest: readonly PlannedInput[]): void {
    for (const [id, source] of this.#sources) {
      const range = oldest.find(({ name }) => name === this.options.log.name(id))?.range;
      if (range !== undefined && isReplayable(source)) source.released?.(range);
    }
  }

  /** Moves the states that are behind, by the batches that are done. */
  async #catchUp(): Promise<void> {
    const { batchMs } = this.options;
    for (let timeMs = this.#statesMs + batchMs; timeMs <= this.#committedMs; timeMs += batchMs)
      await this.#moveStates(timeMs);
    this.#statesMs = Number.POSITIVE_INFINITY;
  }

  /** States are as they were after the last batch that is done; where batches reach back to their RDDs, after an earlier one. */
  #restoreStates(): void {
    const lookBacks = this.#graph.stateLookBacksMs();
    for (const { id } of this.#graph.stateStreams()) {
      const timeMs = Math.max(this.#graph.zeroMs, this.#committedMs - (lookBacks.get(id) ?? 0));
      const version = this.options.log.restore(id, timeMs);
      if (version !== undefined) this.#graph.resumeState(id, version);
      this.#statesMs = Math.min(this.#statesMs, timeMs);
    }
  }

  /** Moves the states of a batch that is done once more; its outputs are not. */
  async #moveStates(timeMs: number): Promise<void> {
    const { runner } = this.options;
    await this.#transforms(timeMs);
    for (const stream of this.#graph.stateStreams()) {
      const rdd = this.#graph.rddAt(stream, timeMs);
      if (rdd === undefined) continue;
      this.#job = runner.newJob(undefined);
      await runner.settle(rdd, this.#job);
    }
    runner.states.commit(this.#graph.states());
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
    const rdd = await this.#unlessStopped(this.options.callTransform(stream, parents, timeMs));
    if (rdd !== undefined) this.#graph.transformed(stream, timeMs, rdd);
  }

  /** @returns what the program is to do for it, where the run need not wait for that */
  async #runOutput(
    output: OutputNode,
    rdd: RddNode,
    timeMs: number,
    planned: Promise<void>,
  ): Promise<{ body: Promise<void> } | undefined> {
    const { runner, presenter } = this.options;
    this.#job = runner.newJob(output.tag);
    if (output.kind === "foreachRDD") {
      await runner.settle(rdd, this.#job);
      await planned;
      const body = this.#callBody(output, rdd, timeMs);
      if (this.#mayLag(output)) return { body };
      await body;
      return undefined;
    }
    if (isSave(output)) {
      const collect = (node: RddNode) => runner.run(node, { kind: "collect" }, this.#job).then(rowsOf);
      await planned;
      await saveBatch(output, rdd, timeMs, collect);
      return undefined;
    }
    const { limit, largest } = output.take;
    // One row more than is printed tells whether there are more.
    const more = output.kind === "print" ? 1 : 0;
    const result = await runner.run(
      rdd,
      largest ? { kind: "top", limit } : { kind: "take", limit: limit + more },
      this.#job,
    );
    await planned;
    if (this.#state === "ACTIVE" && this.#outputs.includes(output))
      presenter.rows(output, timeMs, rowsOf(result));
    return undefined;
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

  /** Has the program run a body when it has run those before. */
  #callBody(output: OutputNode, rdd: RddNode, timeMs: number): Promise<void> {
    this.#bodiesAhead += 1;
    const body = this.#bodies.then(async () => {
      if (this.#state === "ACTIVE" && this.#outputs.includes(output))
        await this.#unlessStopped(this.options.callBody(output, rdd, timeMs));
    });
    const over = () => {
      this.#bodiesAhead -= 1;
    };
    // A failure is told where the body is waited for.
    this.#bodies = body.then(over, over);
    return body;
  }

  /** Waits for the program, but not after the run's end: what never ends must not keep a stopped context from ending. */
  #unlessStopped<T>(work: Promise<T>): Promise<T | undefined> {
    return new Promise<T | undefined>((resolve, reject) => {
      const leave = () => resolve(undefined);
      this.#leaveProgram.add(leave);
      work.then(resolve, reject).finally(() => this.#leaveProgram.delete(leave));
    });
  }

  /** A batch failed for good. @returns whether the run goes on, with the batch left out */
  #skips({ output, error }: BatchFailure, info: BatchInfo): boolean {
    const explained = explain(error);
    info.outputs.push({ name: output?.name ?? "", elapsedMs: 0, failure: explained.message });
    this.#last = info;
    const where = output === undefined ? "" : ` in the output \`${output.name}\``;
    const message = `the batch at ${clockTime(info.batchTimeMs)} (${info.batchTimeMs} ms) failed${where}: ${explained.message}`;
    if (this.options.onFailure === "skip") {
      this.options.runner.states.rollBack(this.#graph.states());
      this.options.forget(this.#graph.skip(info.batchTimeMs));
      this.options.warn(`${message}; it is left out`);
      return true;
    }
    const cause = error instanceof TaskFailed ? explained.cause : explained;
    this.#end(new StreamError("RT_BATCH_FAILED", message, { cause }), output);
    return false;
  }

  #end(error?: Error, output?: OutputNode): void {
    if (this.#state === "STOPPED") return;
    this.#state = "STOPPED";
    this.#failure = error;
    this.#ticker.stop();
    this.#closeSources();
    this.#queue.length = 0;
    const { runner, presenter } = this.options;
    // The states first: a worker that is slow to end the job is waited for on account of other windows only.
    runner.releaseStates(this.#graph.states());
    this.#releaseLeaving();
    runner.cancel(this.#job);
    this.options.forget(this.#graph.forget(Number.POSITIVE_INFINITY));
    presenter.stopped(this.#outputs, error?.message ?? "");
    for (const leave of this.#leaveProgram) leave();
    this.options.onStopped(error, output);
  }
}

function rowsOf(result: ActionResult): unknown[] {
  return "rows" in result ? result.rows : [];
}
