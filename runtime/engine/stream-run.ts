import type { Source, SourceStatus } from "../connect/source.js";
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
import { isSave, saveBatch } from "./save-batch.js";
import type { OutputOperationInfo, StreamEvent } from "./stream-event.js";
import { StreamGraph } from "./stream-graph.js";

export interface StreamRunOptions {
  batchMs: number;
  /** How long the RDDs of each stream are remembered at least. */
  rememberMs: number;
  rates: RateOptions;
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
  outputs: OutputNode[];
}

const REMEMBERED_BATCHES = 1000;

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
  /** Ends the wait for the function of the program that was called last. */
  #leaveProgram: () => void = () => undefined;
  #job = 0;
  #completed = 0;
  #last: BatchInfo | undefined;
  readonly #history: BatchInfo[] = [];
  /** Records taken for the batch being made. */
  #taken: BatchInfo["records"] = [];

  constructor(private readonly options: StreamRunOptions) {
    this.#ticker = new Ticker(options.clock, options.batchMs, (timeMs) => this.#tick(timeMs));
    this.#graph = new StreamGraph(
      this.#ticker.firstTickMs() - options.batchMs,
      (input, timeMs) => this.#take(input, timeMs),
      options.programRdd,
      options.rememberMs,
    );
  }

  /** Opens the sources; the first batch ends one interval later. */
  start(outputs: readonly OutputNode[]): void {
    this.options.onEvent({ kind: "streamingStarted", timeMs: this.options.clock.now() });
    this.#setOutputs([...outputs]);
    this.#ticker.start(this.#graph.zeroMs + this.options.batchMs);
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

  /** A worker is gone. What it only kept is computed again; a part of a window cannot be, so the run ends with it. */
  workerLost(worker: number, reason: string): void {
    if (this.#graph.states().length === 0) return;
    const message = `worker thread ${worker} was lost (${reason}), and with it a part of the windows it held; start the streams again to begin with empty ones`;
    this.#end(new StreamError("RT_STATE_LOST", message));
  }

  /** Resolves when no batch waits or runs. */
  async idle(): Promise<void> {
    while (this.#running !== undefined) await this.#running;
  }

  status(): RunStatus {
    return {
      state: this.#state,
      batchMs: this.options.batchMs,
      zeroMs: this.#graph.zeroMs,
      waiting: this.#queue.length,
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

  #setOutputs(outputs: OutputNode[]): void {
    this.#outputs = outputs;
    this.#graph.setOutputs(outputs.map((output) => output.stream));
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

  /** Fixes what the batch consists of; from here on it does not depend on when it is run. */
  #tick(timeMs: number): void {
    const outputs = this.#outputs.filter((output) => this.#graph.slidesAt(output.stream, timeMs));
    this.#taken = [];
    try {
      this.#graph.receive(timeMs);
      const info: BatchInfo = {
        batchTimeMs: timeMs,
        records: this.#taken,
        submissionTimeMs: this.options.clock.now(),
        outputs: [],
      };
      this.#queue.push({ info, outputs });
      this.options.onEvent({ kind: "batchSubmitted", batchInfo: info });
    } catch (error) {
      this.#end(explain(error));
      return;
    }
    this.#running ??= this.#runQueue();
  }

  #take(input: StreamNode<SourceSpec>, timeMs: number): RddNode | undefined {
    const source = this.#sources.get(input.id);
    if (source === undefined) return undefined;
    const limit = this.#rates.get(input.id)?.limit ?? Number.POSITIVE_INFINITY;
    const { rdd, records } = source.take(timeMs, limit);
    this.#taken.push({ input: source.status().what, count: records, streamId: input.id });
    return rdd;
  }

  async #runQueue(): Promise<void> {
    for (let batch = this.#queue.shift(); batch !== undefined; batch = this.#queue.shift()) {
      await this.#runBatch(batch);
      this.#releaseLeaving();
    }
    this.#running = undefined;
  }

  /** Also where the stream has an output again by now: that one missed batches, and begins anew. */
  #releaseLeaving(): void {
    this.options.runner.releaseStates(this.#leaving.splice(0));
  }

  async #runBatch({ info, outputs }: Batch): Promise<void> {
    info.processingStartTimeMs = this.options.clock.now();
    this.options.onEvent({ kind: "batchStarted", batchInfo: info });
    const jobs = await this.#makeJobs(outputs, info.batchTimeMs);
    for (const { output, rdd } of jobs) {
      if (this.#state === "STOPPED") return;
      if (!this.#outputs.includes(output)) continue;
      const startTimeMs = this.options.clock.now();
      const operation: OutputOperationInfo = {
        batchTimeMs: info.batchTimeMs,
        id: output.id,
        name: output.name,
        startTimeMs,
        endTimeMs: undefined,
        failureReason: undefined,
      };
      this.options.onEvent({ kind: "outputOperationStarted", outputOperationInfo: { ...operation } });
      try {
        await this.#runOutput(output, rdd, info.batchTimeMs);
        operation.endTimeMs = this.options.clock.now();
        info.outputs.push({ name: output.name, elapsedMs: operation.endTimeMs - startTimeMs });
        this.options.onEvent({ kind: "outputOperationCompleted", outputOperationInfo: operation });
      } catch (error) {
        operation.endTimeMs = this.options.clock.now();
        operation.failureReason = explain(error).message;
        this.options.onEvent({ kind: "outputOperationCompleted", outputOperationInfo: operation });
        this.#fail(output, info, error);
        return;
      }
    }
    if (this.#state === "STOPPED") return;
    this.options.runner.states.commit(this.#graph.states());
    info.processingEndTimeMs = this.options.clock.now();
    this.#completed += 1;
    this.#last = info;
    this.#history.push(info);
    if (this.#history.length > REMEMBERED_BATCHES) this.#history.shift();
    const { batchMs, forget } = this.options;
    forget(this.#graph.forget(info.batchTimeMs));
    this.options.presenter.batchCompleted(info, {
      batchMs,
      waiting: this.#queue.length,
      outputs: this.#outputs,
    });
    for (const { streamId, count } of info.records) this.#rates.get(streamId)?.completed(info, count);
    this.options.onEvent({ kind: "batchCompleted", batchInfo: info });
    this.options.onBatch(info);
  }

  /** The RDDs of a batch, from what its sources gave when it was due. None when that fails, which ends the run. */
  async #makeJobs(
    outputs: readonly OutputNode[],
    timeMs: number,
  ): Promise<{ output: OutputNode; rdd: RddNode }[]> {
    try {
      for (const stream of this.#graph.transformsAt(timeMs)) {
        await this.#transform(stream, timeMs);
        if (this.#state === "STOPPED") return [];
      }
      return outputs.flatMap((output) => {
        const rdd = this.#graph.rddAt(output.stream, timeMs);
        return rdd === undefined ? [] : [{ output, rdd }];
      });
    } catch (error) {
      this.#end(explain(error));
      return [];
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

  async #runOutput(output: OutputNode, rdd: RddNode, timeMs: number): Promise<void> {
    const { runner, presenter } = this.options;
    this.#job = runner.newJob(output.tag);
    if (output.kind === "foreachRDD") {
      await runner.settle(rdd, this.#job);
      if (this.#state === "ACTIVE") await this.#unlessStopped(this.options.callBody(output, rdd, timeMs));
      return;
    }
    if (isSave(output)) {
      const collect = (node: RddNode) => runner.run(node, { kind: "collect" }, this.#job).then(rowsOf);
      return saveBatch(output, rdd, timeMs, collect);
    }
    const { limit, largest } = output.take;
    // One row more than is printed tells whether there are more.
    const more = output.kind === "print" ? 1 : 0;
    const result = await runner.run(
      rdd,
      largest ? { kind: "top", limit } : { kind: "take", limit: limit + more },
      this.#job,
    );
    if (this.#state === "ACTIVE" && this.#outputs.includes(output))
      presenter.rows(output, timeMs, rowsOf(result));
  }

  /** Waits for the program, but not after the run's end: what never ends must not keep a stopped context from ending. */
  #unlessStopped<T>(work: Promise<T>): Promise<T | undefined> {
    return new Promise<T | undefined>((resolve, reject) => {
      this.#leaveProgram = () => resolve(undefined);
      work.then(resolve, reject);
    });
  }

  #fail(output: OutputNode, info: BatchInfo, error: unknown): void {
    if (this.#state === "STOPPED") return;
    const explained = explain(error);
    info.outputs.push({ name: output.name, elapsedMs: 0, failure: explained.message });
    this.#last = info;
    const message = `the batch at ${clockTime(info.batchTimeMs)} (${info.batchTimeMs} ms) failed in the output \`${output.name}\`: ${explained.message}`;
    const cause = error instanceof TaskFailed ? explained.cause : explained;
    this.#end(new StreamError("RT_BATCH_FAILED", message, { cause }), output);
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
    this.#leaveProgram();
    this.options.onStopped(error, output);
  }
}

function rowsOf(result: ActionResult): unknown[] {
  return "rows" in result ? result.rows : [];
}
