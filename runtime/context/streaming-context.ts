import { inspect } from "node:util";
import { STAYS_HERE } from "../closure/closure-host.js";
import type { Action, ActionResult } from "../engine/actions.js";
import type { BatchInfo } from "../engine/batch-info.js";
import { toErrorData } from "../engine/failure.js";
import type { ClockSpec } from "../engine/port.js";
import type { RunStatus } from "../engine/stream-run.js";
import { inputStream, type SourceSpec } from "../operators/input.js";
import { unionStream } from "../operators/union.js";
import { lentRdd, newNodeId } from "../plan/rdd-node.js";
import type { OutputNode, StreamNode } from "../plan/stream-node.js";
import { StreamError } from "../stream-error.js";
import { type Duration, type DurationLike, toDuration } from "../time/duration.js";
import { Time } from "../time/time.js";
import { DStream } from "./dstream.js";
import { flatOutput } from "./engine-client.js";
import { QueueFeed } from "./queue-feed.js";
import { RDD } from "./rdd.js";
import type { Row } from "./row.js";
import { type SparkConf, SparkContext } from "./spark-context.js";

export interface StreamingOptions {
  /** Spark's own rules: nothing may be added after start, and a stopped context cannot be started again. */
  strict?: boolean;
  /** `manual` (or its start in ms): virtual time, moved by {@link StreamingContext.advance}. Default: the system's. */
  clock?: "system" | "manual" | { startMs: number };
}

/** INITIALIZED until start, ACTIVE until stop or failure, then STOPPED. */
export type StreamingContextState = "INITIALIZED" | "ACTIVE" | "STOPPED";

/**
 * Batches of a fixed interval over streams, after Apache Spark's class of the same name. Without `strict` outputs may be
 * added and removed while it runs, at the next batch boundary, and a stopped context can be started again.
 */
export class StreamingContext {
  readonly sparkContext: SparkContext;
  readonly batchDuration: Duration;
  readonly [STAYS_HERE] = "a StreamingContext";
  readonly #id = newNodeId();
  readonly #strict: boolean;
  readonly #clock: ClockSpec;
  #state: StreamingContextState = "INITIALIZED";
  #outputs: DeclaredOutput[] = [];
  readonly #bodies = new Map<string, (rdd: RDD<unknown>, time: Time) => unknown>();
  readonly #feeds: QueueFeed[] = [];
  #added: OutputNode[] = [];
  readonly #batchWaiters = new Set<(batch: BatchInfo | undefined) => void>();
  readonly #endWaiters = new Set<{ resolve(): void; reject(error: Error): void }>();
  #failure: Error | undefined;

  /**
   * @param context a SparkContext, or the configuration to make one from
   * @throws StreamError RT_DURATION, RT_CLOCK
   */
  constructor(
    context: SparkContext | SparkConf,
    batchDuration: DurationLike,
    options: StreamingOptions = {},
  ) {
    this.sparkContext = context instanceof SparkContext ? context : new SparkContext(context);
    this.batchDuration = toDuration(batchDuration);
    this.#strict = options.strict ?? false;
    this.#clock = clockSpec(options.clock);
    this.sparkContext.host.contextMade(this);
  }

  /** Lines of UTF-8 text from a TCP server. Connects at start, and again with growing waits when it is cut off. */
  socketTextStream(host: string, port: number): DStream<string> {
    if (!Number.isInteger(port) || port < 1 || port > 65535) {
      throw new StreamError("RT_PORT", `a port is a whole number from 1 to 65535, not ${inspect(port)}`);
    }
    return this.#input({ kind: "socketText", host, port });
  }

  /**
   * The RDDs (or arrays) of a queue, one per batch, or with `oneAtATime` false all that wait. What is pushed later counts
   * too: the queue is emptied as the stream takes it over.
   */
  queueStream<T extends Row>(queue: (RDD<T> | T[] | null)[], oneAtATime = true): DStream<T> {
    const stream = this.#input<T>({ kind: "queue", oneAtATime });
    const refused = (error: unknown) => this.#fail(error);
    this.#feeds.push(new QueueFeed(this.sparkContext, stream.node.id, queue, refused));
    return stream;
  }

  /** The records of all streams. @throws StreamError RT_UNION_SLIDE, RT_UNION_EMPTY */
  union<T>(streams: readonly DStream<T>[]): DStream<T> {
    return this.derive(unionStream(streams.map((stream) => stream.node)));
  }

  getState(): StreamingContextState {
    return this.#state;
  }

  /** Starts receiving; returns when the first batch is scheduled. @throws StreamError RT_NO_OUTPUT, RT_STOPPED */
  async start(): Promise<void> {
    if (this.#state === "ACTIVE") {
      this.sparkContext.host.warn("StreamingContext has already been started");
      return;
    }
    if (this.#state === "STOPPED" && this.#strict) {
      throw new StreamError("RT_STOPPED", "StreamingContext has already been stopped");
    }
    if (this.#outputs.length === 0) {
      throw new StreamError(
        "RT_NO_OUTPUT",
        "No output operations registered, so nothing to execute; call print() or foreachRDD() on a stream first",
      );
    }
    this.#state = "ACTIVE";
    this.#failure = undefined;
    this.#added = [];
    const { engine } = this.sparkContext;
    engine.listen(this.#id, {
      body: (output, rdd, timeMs) => this.#runBody(output, rdd, timeMs),
      batch: ({ batch }) => this.#batchDone(batch),
      stopped: (error, output) => this.#ended(error, output),
      started: () => this.#startedAgain(),
    });
    engine.setActive(this.#id, true);
    for (const feed of this.#feeds) feed.start();
    const outputs = this.#outputs.map((declared) => ({ ...declared.output, name: outputName(declared) }));
    engine.send({ streams: outputs.map((output) => output.stream) });
    const call = { context: this.#id, batchMs: this.batchDuration.ms, clock: this.#clock };
    await engine.call("start", { ...call, outputs: outputs.map(flatOutput) });
  }

  /**
   * Ends all streams. Gracefully: what was received is processed first. By default the SparkContext goes on, so that the
   * notebook can; with `strict` it ends too, as in Spark.
   */
  async stop(stopSparkContext = this.#strict, stopGracefully = false): Promise<void> {
    if (this.#state === "ACTIVE") {
      for (const feed of this.#feeds) feed.flush();
      await this.sparkContext.engine.call("stop", { context: this.#id, graceful: stopGracefully });
    }
    this.#state = "STOPPED";
    if (stopSparkContext) await this.sparkContext.stop();
  }

  /**
   * Resolves when the context has stopped.
   * @throws what made it stop, when that was an error; the signal's reason when it is aborted before
   */
  async awaitTermination(signal = this.sparkContext.host.signal()): Promise<void> {
    await this.#termination(signal);
  }

  /**
   * True when the context stopped within `timeoutMs`; false when it still runs.
   * @throws what made it stop, when that was an error; the signal's reason when it is aborted before
   */
  async awaitTerminationOrTimeout(
    timeoutMs: number,
    signal = this.sparkContext.host.signal(),
  ): Promise<boolean> {
    const timeout = new AbortController();
    const timer = setTimeout(() => timeout.abort(), timeoutMs);
    try {
      await this.#termination(AbortSignal.any([timeout.signal, ...(signal ? [signal] : [])]));
      return true;
    } catch (error) {
      if (error === timeout.signal.reason) return false;
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  /**
   * Resolves after `n` more batches are done, with the last of them.
   * @throws what made the context stop before, RT_STOPPED when it was stopped, the signal's reason when it is aborted
   */
  async awaitBatches(n = 1, signal = this.sparkContext.host.signal()): Promise<BatchInfo> {
    let last: BatchInfo | undefined;
    for (let i = 0; i < n; i++) {
      last = await this.#nextBatch(signal);
      if (last === undefined)
        throw this.#failure ?? new StreamError("RT_STOPPED", "the context was stopped before the batch");
    }
    if (last === undefined)
      throw new StreamError("RT_BATCHES", `a number of batches is at least 1, not ${n}`);
    return last;
  }

  /**
   * Moves the manual clock and waits until the batches that fell due are done.
   * @returns the clock's time. @throws StreamError RT_CLOCK_NOT_MANUAL
   */
  async advance(duration: DurationLike): Promise<Time> {
    for (const feed of this.#feeds) feed.flush();
    this.#flushAdded();
    const nowMs = await this.sparkContext.engine.call("advance", {
      context: this.#id,
      ms: toDuration(duration).ms,
    });
    return new Time(nowMs);
  }

  /** What runs now; undefined before the first start. */
  async status(): Promise<RunStatus | undefined> {
    if (this.#state === "INITIALIZED") return undefined;
    return (await this.sparkContext.engine.call("status", { context: this.#id })) ?? undefined;
  }

  /** Rows of a stream in its last completed batch, with the batch's time; undefined before the first. */
  async latest<T>(
    stream: DStream<T>,
    action: Action,
  ): Promise<({ timeMs: number } & ActionResult) | undefined> {
    if (this.#state !== "ACTIVE") return undefined;
    const { engine } = this.sparkContext;
    engine.send({ streams: [stream.node] });
    const latest = await engine.call("latest", {
      context: this.#id,
      stream: stream.node.id,
      action,
      tag: this.sparkContext.host.tag(),
    });
    return latest ?? undefined;
  }

  /** The last `limit` completed batches, oldest first; at most 1,000 are remembered. */
  async batches(limit = 1000): Promise<BatchInfo[]> {
    return this.#state === "INITIALIZED"
      ? []
      : this.sparkContext.engine.call("batches", { context: this.#id, limit });
  }

  /** The outputs there are, with the names they go by. */
  outputs(): {
    id: string;
    name: string;
    kind: OutputNode["kind"];
    stream: DStream<unknown>;
    tag: unknown;
  }[] {
    return this.#outputs.map((declared) => {
      const { output, stream } = declared;
      return { id: output.id, name: outputName(declared), kind: output.kind, stream, tag: output.tag };
    });
  }

  /** Removes outputs; those of a running context end after the batch being run. */
  async removeOutputs(ids: readonly string[]): Promise<void> {
    this.#outputs = this.#outputs.filter(({ output }) => !ids.includes(output.id));
    this.#added = this.#added.filter((output) => !ids.includes(output.id));
    for (const id of ids) this.#bodies.delete(id);
    if (this.#state !== "ACTIVE") return;
    await this.sparkContext.engine.call("removeOutputs", { context: this.#id, outputs: [...ids] });
  }

  toString(): string {
    return `StreamingContext(batch ${this.batchDuration}, ${this.#state})`;
  }

  /** Shown as its text, not as the inside of it. */
  [inspect.custom](): string {
    return this.toString();
  }

  /**
   * @internal Adds an output; while the context runs it joins at the next batch.
   * @param own its own name and tag, in place of the stream's name and the host's tag
   * @returns its id
   */
  addOutput(
    kind: OutputNode["kind"],
    stream: DStream<unknown>,
    take: OutputNode["take"],
    own: { name?: string; tag?: unknown } = {},
  ): string {
    this.#checkOpen();
    const { name = "", tag = this.sparkContext.host.tag() } = own;
    const output: OutputNode = { id: newNodeId(), kind, stream: stream.node, name, take, tag };
    this.#outputs.push({ output, stream, place: this.sparkContext.host.place() });
    if (this.#state === "ACTIVE") {
      this.#added.push(output);
      // Not at once: at the end of the cell or the function the stream's variable has its name.
      setImmediate(() => this.#flushAdded());
    }
    return output.id;
  }

  /** @internal */
  addBody(stream: DStream<unknown>, body: (rdd: RDD<unknown>, time: Time) => unknown): string {
    const id = this.addOutput("foreachRDD", stream, { limit: 0, largest: false });
    this.#bodies.set(id, body);
    return id;
  }

  /** @internal */
  derive<T>(node: StreamNode): DStream<T> {
    this.#checkOpen();
    return new DStream<T>(this, node);
  }

  #input<T>(source: SourceSpec): DStream<T> {
    return this.derive(inputStream(source, this.batchDuration.ms));
  }

  #checkOpen(): void {
    if (!this.#strict || this.#state === "INITIALIZED") return;
    const when = this.#state === "ACTIVE" ? "starting" : "stopping";
    throw new StreamError(
      "RT_STRICT",
      `Adding new inputs, transformations, and output operations after ${when} a context is not supported`,
    );
  }

  #flushAdded(): void {
    const added = this.#added.splice(0);
    for (const output of added) {
      const declared = this.#outputs.find((known) => known.output === output);
      if (declared === undefined || this.#state !== "ACTIVE") continue;
      const { engine } = this.sparkContext;
      engine.send({ streams: [output.stream] });
      const flat = flatOutput({ ...output, name: outputName(declared) });
      engine.call("addOutput", { context: this.#id, output: flat }).catch((error) => this.#fail(error));
    }
  }

  async #runBody(
    output: string,
    { id, partitions }: { id: string; partitions: number },
    timeMs: number,
  ): Promise<void> {
    const rdd = new RDD<unknown>(this.sparkContext, lentRdd(id, partitions));
    await this.#bodies.get(output)?.(rdd, new Time(timeMs));
  }

  /** The next batch to be completed; undefined when the context stops before. */
  #nextBatch(signal: AbortSignal | undefined): Promise<BatchInfo | undefined> {
    return new Promise<BatchInfo | undefined>((resolve, reject) => {
      if (this.#state === "STOPPED") {
        resolve(undefined);
        return;
      }
      const aborted = () => {
        this.#batchWaiters.delete(done);
        reject(signal?.reason);
      };
      const done = (batch: BatchInfo | undefined) => {
        signal?.removeEventListener("abort", aborted);
        resolve(batch);
      };
      signal?.addEventListener("abort", aborted, { once: true });
      this.#batchWaiters.add(done);
    });
  }

  #batchDone(batch: BatchInfo): void {
    const waiters = [...this.#batchWaiters];
    this.#batchWaiters.clear();
    for (const resolve of waiters) resolve(batch);
  }

  /** Started from the engine's side: what it runs is what ran before. */
  #startedAgain(): void {
    this.#state = "ACTIVE";
    this.#failure = undefined;
    this.sparkContext.engine.setActive(this.#id, true);
    for (const feed of this.#feeds) feed.start();
  }

  /** What cannot be done for the streams ends them, and its reason is told where their other failures are. */
  #fail(reason: unknown): void {
    // An engine that is gone has ended the context itself.
    if (this.#state !== "ACTIVE") return;
    const error = toErrorData(reason);
    this.sparkContext.engine.call("fail", { context: this.#id, error }).catch((gone) => this.#ended(gone));
  }

  #ended(error: Error | undefined, output?: string): void {
    if (this.#state !== "ACTIVE") return;
    this.#state = "STOPPED";
    this.#failure = error;
    this.sparkContext.engine.setActive(this.#id, false);
    for (const feed of this.#feeds) feed.stop();
    for (const resolve of this.#batchWaiters) resolve(undefined);
    this.#batchWaiters.clear();
    if (error !== undefined && this.#endWaiters.size === 0) {
      const failed = this.#outputs.find((known) => known.output.id === output) ?? this.#outputs[0];
      this.sparkContext.host.streamFailed(error, failed?.output.tag);
    }
    for (const { resolve, reject } of this.#endWaiters) error === undefined ? resolve() : reject(error);
    this.#endWaiters.clear();
  }

  /** The end of the context. Who gives up waiting is forgotten: a failure that nobody waits for must be told. */
  #termination(signal: AbortSignal | undefined): Promise<void> {
    if (this.#state === "STOPPED") {
      return this.#failure === undefined ? Promise.resolve() : Promise.reject(this.#failure);
    }
    return new Promise<void>((resolve, reject) => {
      const waiter = { resolve, reject };
      const giveUp = () => {
        if (this.#endWaiters.delete(waiter)) reject(signal?.reason);
      };
      this.#endWaiters.add(waiter);
      signal?.addEventListener("abort", giveUp, { once: true });
      if (signal?.aborted) giveUp();
    });
  }
}

interface DeclaredOutput {
  output: OutputNode;
  stream: DStream<unknown>;
  /** Where it was declared: "cell 7, line 2", empty when unknown. */
  place: string;
}

/**
 * Its own name, or "counts.print()": the stream's name and what is done with it. A stream without a name goes by its
 * operator, as others do: then the place tells which one is meant.
 */
function outputName({ output, stream, place }: DeclaredOutput): string {
  if (output.name !== "") return output.name;
  const name = `${stream.name}.${output.kind}()`;
  return stream.isNamed || place === "" ? name : `${name} of ${place}`;
}

function clockSpec(clock: StreamingOptions["clock"] = "system"): ClockSpec {
  if (clock === "system") return { kind: "system" };
  const startMs = clock === "manual" ? 0 : clock?.startMs;
  if (Number.isFinite(startMs)) return { kind: "manual", startMs };
  const message = `a clock is "system", "manual" or { startMs }, at which a manual one begins, not ${inspect(clock)}`;
  throw new StreamError("RT_CLOCK", message);
}
