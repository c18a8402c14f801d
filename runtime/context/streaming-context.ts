import { inspect } from "node:util";
import { locate } from "../connect/files/file-system.js";
import type { Action, ActionResult } from "../engine/action.js";
import { toErrorData } from "../engine/failure.js";
import type { Peeked } from "../engine/peeked.js";
import type { ClockSpec, LentRdd, RecoveryOptions, StopKind } from "../engine/port.js";
import type { RateOptions } from "../engine/rate-control.js";
import type { OnChange } from "../engine/recovery/fit-states.js";
import type { RunStatus } from "../engine/run-status.js";
import { lentRdd, type RddNode } from "../plan/rdd-node.js";
import type { OutputNode, StreamNode } from "../plan/stream-node.js";
import type { StateQuery } from "../state/state-sight.js";
import { StreamError } from "../stream-error.js";
import { Duration, type DurationLike, toDuration } from "../time/duration.js";
import { Time } from "../time/time.js";
import { enterActive, lastActive, leaveActive } from "./active-contexts.js";
import { BatchInfo } from "./batch-info.js";
import { CheckpointNames, namedStreams } from "./checkpoint-names.js";
import { checkFolderNotNeeded } from "./checkpointed-streams.js";
import { ContextEnds } from "./context-ends.js";
import { DeclaredOutputs, type OutputBody, type OutputInfo } from "./declared-outputs.js";
import type { DStream } from "./dstream.js";
import { flatOutput } from "./engine-client.js";
import { explainNothing } from "./explain-nothing.js";
import { RDD } from "./rdd.js";
import { type SparkConf, SparkContext } from "./spark-context.js";
import { type StateContents, stateContents, stateNode } from "./state-contents.js";
import { StreamInputs } from "./stream-inputs.js";
import { ListenerBus, type StreamingListener } from "./streaming-listener.js";
import {
  clockSpec,
  type GetOrCreateOptions,
  rateOptions,
  type StreamingOptions,
} from "./streaming-options.js";

/** INITIALIZED until start, ACTIVE until stop or failure, then STOPPED. */
export type StreamingContextState = "INITIALIZED" | "ACTIVE" | "STOPPED";

/**
 * Batches of a fixed interval over streams, after Apache Spark's class of the same name. Without `strict` outputs may be
 * added and removed while it runs, at the next batch boundary, and a stopped context can be started again.
 */
export class StreamingContext extends StreamInputs {
  override readonly sparkContext: SparkContext;
  override readonly batchDuration: Duration;
  readonly #strict: boolean;
  #clock: ClockSpec;
  #peekCount = 0;
  readonly #rates: RateOptions;
  #state: StreamingContextState = "INITIALIZED";
  #rememberMs = 0;
  #recovery: Omit<RecoveryOptions, "onFailure"> = {
    folder: "",
    goesOn: false,
    onChange: "refuse",
    createOnError: false,
  };
  readonly #onFailure: "stop" | "skip";
  readonly #outputs = new DeclaredOutputs();
  readonly #streamNames = new CheckpointNames();
  /** Outputs that joined while it ran, and of which the engine is yet to be told. */
  #added: string[] = [];
  readonly #ends = new ContextEnds();
  readonly #listeners = new ListenerBus((error, method) =>
    this.sparkContext.host.warn(`${method} of a listener threw: ${String(error)}`),
  );

  /**
   * @param context a SparkContext, or the configuration to make one from
   * @throws StreamError RT_DURATION, RT_CLOCK, RT_RATE, RT_PID
   */
  constructor(
    context: SparkContext | SparkConf,
    batchDuration: DurationLike,
    options: StreamingOptions = {},
  ) {
    super();
    this.sparkContext = context instanceof SparkContext ? context : new SparkContext(context);
    this.batchDuration = toDuration(batchDuration);
    this.#strict = options.strict ?? false;
    this.#onFailure = options.onFailure ?? "stop";
    this.#clock = clockSpec(options.clock);
    this.#rates = rateOptions(options, this.batchDuration.ms);
    this.sparkContext.host.contextMade(this);
  }

  /** The context that was started last and runs; undefined when none does. */
  static getActive(): StreamingContext | undefined {
    return lastActive();
  }

  /** The context that runs, or the one that `create` makes. */
  static getActiveOrCreate(create: () => StreamingContext): StreamingContext;
  /** The context that runs, or the one that {@link getOrCreate} gives. */
  static getActiveOrCreate(
    folder: string,
    create: () => StreamingContext | Promise<StreamingContext>,
    options?: GetOrCreateOptions,
  ): Promise<StreamingContext>;
  static getActiveOrCreate(
    ...how: [create: () => StreamingContext] | Parameters<typeof StreamingContext.getOrCreate>
  ): StreamingContext | Promise<StreamingContext> {
    const active = lastActive();
    if (how.length === 1) return active ?? how[0]();
    return active === undefined ? StreamingContext.getOrCreate(...how) : Promise.resolve(active);
  }

  getState(): StreamingContextState {
    return this.#state;
  }

  /**
   * Remembers the RDDs of each stream for so long at least, for {@link DStream.slice} and for what a program keeps of them.
   * Without this they are remembered as long as windows reach back. Counts from the next start on.
   * @throws StreamError RT_REMEMBER when it was set to something else before
   */
  remember(duration: DurationLike): void {
    const { ms } = toDuration(duration);
    if (this.#rememberMs !== 0 && this.#rememberMs !== ms) {
      const [before, now] = [new Duration(this.#rememberMs), new Duration(ms)];
      throw new StreamError(
        "RT_REMEMBER",
        `Remember duration already set as ${before}. Cannot set it again as ${now}`,
      );
    }
    this.#rememberMs = ms;
  }

  /**
   * Starts receiving; returns when the first batch is scheduled.
   * @throws StreamError RT_NO_OUTPUT, RT_STOPPED; in a strict context RT_CHECKPOINT_DIR when a stream is to be checkpointed and there
   * is no folder
   */
  async start(): Promise<void> {
    if (this.#state === "ACTIVE") {
      this.sparkContext.host.warn("StreamingContext has already been started");
      return;
    }
    if (this.#state === "STOPPED" && this.#strict) {
      throw new StreamError("RT_STOPPED", "StreamingContext has already been stopped");
    }
    if (this.#outputs.isEmpty) {
      throw new StreamError(
        "RT_NO_OUTPUT",
        "No output operations registered, so nothing to execute; call print() or foreachRDD() on a stream first",
      );
    }
    if (this.#strict && this.#recovery.folder === "") checkFolderNotNeeded(this.#outputs.nodes());
    enterActive(this, this.#strict, this.sparkContext.host.place());
    const before = this.#state;
    this.#state = "ACTIVE";
    this.#ends.begin();
    this.#added = [];
    const { engine } = this.sparkContext;
    engine.listen(this.id, {
      body: (output, rdd, timeMs) => this.#runBody(output, rdd, timeMs),
      transform: (stream, rdds, timeMs) => this.#runTransform(stream, rdds, timeMs),
      batch: ({ batch }) => this.#ends.batch(batch),
      event: (event) => this.#listeners.tell(event),
      stopped: (error, output) => this.#ended(error, output),
      started: () => this.#startedAgain(),
      held: (ids) => this.#outputs.hold(ids),
      warning: (text) => this.sparkContext.host.warn(text),
    });
    engine.setActive(this.id, true);
    this.#listen();
    for (const feed of this.feeds) feed.flush();
    const outputs = this.#outputs.nodes();
    engine.send({ rdds: this.held(), streams: outputs.map((output) => output.stream) });
    try {
      await engine.call("start", {
        context: this.id,
        batchMs: this.batchDuration.ms,
        rememberMs: this.#rememberMs,
        clock: this.#clock,
        rates: this.#rates,
        outputs: outputs.map(flatOutput),
        held: this.#outputs.held(),
        names: this.#checkpointNames(),
        recovery: { ...this.#recovery, onFailure: this.#onFailure },
      });
      this.#recovery.goesOn = this.#recovery.folder !== "";
    } catch (error) {
      this.#ended(undefined);
      this.#state = before;
      throw error;
    }
    // Receivers begin when there is a run that can be told how they are.
    if (this.getState() === "ACTIVE") for (const feed of this.feeds) feed.start();
  }

  /** @internal Goes on where the run ended whose checkpoint is in a folder, if there is one. */
  recoverFrom(folder: string, onChange: OnChange, createOnError = false): void {
    this.#recovery = { folder: this.#recovery.folder || folder, goesOn: true, onChange, createOnError };
  }

  /**
   * Writes to a folder what each batch consists of, before it is run, and what became of the states, when its outputs are done;
   * {@link getOrCreate} goes on from there. Counts from the next start on.
   * It may be one of HDFS. Two files are written for each batch, which waits for them: there a tenth of a second or so. What receivers
   * and queues were given is kept on this machine only.
   * @throws StreamError RT_FILE_SYSTEM for a URL of another file system
   */
  checkpoint(folder: string): void {
    this.#recovery = { ...this.#recovery, folder: locate(folder).path };
  }

  /**
   * A context that goes on where the program ended that had a checkpoint in this folder: with its states, the batches that were
   * not done, on the same records as far as the inputs can be read again, and those that fell due since. Where there is no
   * checkpoint it begins anew. Other than in Spark, `create` is called in any case: the program says what is done, the
   * checkpoint with what. Streams with a state and inputs are known by their names (`setName`, or in a notebook their
   * variable), and where they have none by their place among the others of their kind.
   */
  static async getOrCreate(
    folder: string,
    create: () => StreamingContext | Promise<StreamingContext>,
    { onChange, createOnError = false }: GetOrCreateOptions = {},
  ): Promise<StreamingContext> {
    const context = await create();
    context.recoverFrom(locate(folder).path, onChange ?? "refuse", createOnError);
    return context;
  }

  /**
   * Ends all streams. Gracefully: what was received is processed first. By default the SparkContext goes on, so that the
   * notebook can; with `strict` it ends too, as in Spark.
   */
  async stop(stopSparkContext = this.#strict, stopGracefully = false): Promise<void> {
    if (this.#strict && this.#listeners.isTelling)
      throw new StreamError("RT_LISTENER", "Cannot stop StreamingContext within listener bus thread.");
    await this.end(stopGracefully ? "graceful" : "now");
    if (stopSparkContext) await this.sparkContext.stop();
  }

  /** @internal Ends all streams, and leaves the SparkContext running. */
  async end(how: StopKind): Promise<void> {
    if (this.#state === "ACTIVE") {
      for (const feed of this.feeds) {
        if (how === "graceful") feed.stop();
        feed.flush();
      }
      await this.sparkContext.engine.call("stop", { context: this.id, how });
    }
    this.#state = "STOPPED";
    leaveActive(this);
    this.#ends.end();
  }

  /** Tells a listener what happens from now on. */
  addStreamingListener(listener: StreamingListener): void {
    this.#listeners.add(listener);
    if (this.#state === "ACTIVE") this.#listen();
  }

  removeStreamingListener(listener: StreamingListener): void {
    this.#listeners.remove(listener);
    if (this.#state === "ACTIVE") this.#listen();
  }

  /**
   * Resolves when the context has stopped.
   * @throws what made it stop, when that was an error; the signal's reason when it is aborted before
   */
  async awaitTermination(signal = this.sparkContext.host.signal()): Promise<void> {
    await this.#ends.termination(signal);
  }

  /**
   * True when the context stopped within `timeoutMs`; false when it still runs.
   * @throws what made it stop, when that was an error; the signal's reason when it is aborted before
   */
  async awaitTerminationOrTimeout(
    timeoutMs: number,
    signal = this.sparkContext.host.signal(),
  ): Promise<boolean> {
    return this.#ends.terminationOrTimeout(timeoutMs, signal);
  }

  /**
   * Resolves after `n` more batches are done, with the last of them.
   * @throws what made the context stop before, RT_STOPPED when it was stopped, the signal's reason when it is aborted
   */
  async awaitBatches(n = 1, signal = this.sparkContext.host.signal()): Promise<BatchInfo> {
    return new BatchInfo(await this.#ends.batches(n, signal));
  }

  /**
   * Moves the manual clock and waits until the batches that fell due are done.
   * @param signal ends it after the batch being run; default: that of the cell
   * @returns the clock's time. @throws StreamError RT_CLOCK_NOT_MANUAL; the signal's reason
   */
  async advance(duration: DurationLike, signal = this.sparkContext.host.signal()): Promise<Time> {
    return this.#advance({ ms: toDuration(duration).ms }, signal);
  }

  /** {@link advance} to a time of the clock; the past is left alone. @throws StreamError RT_CLOCK_NOT_MANUAL */
  async advanceTo(time: Time | number, signal = this.sparkContext.host.signal()): Promise<Time> {
    return this.#advance({ toMs: typeof time === "number" ? time : time.ms }, signal);
  }

  /** What runs now; undefined before the first start. */
  async status(): Promise<RunStatus | undefined> {
    if (this.#state === "INITIALIZED") return undefined;
    return (await this.sparkContext.engine.call("status", { context: this.id })) ?? undefined;
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
      context: this.id,
      stream: stream.node.id,
      action,
      tag: this.sparkContext.host.tag(),
    });
    return latest ?? undefined;
  }

  /**
   * Why an output, by its name, or a stream gives nothing: not started, no slide yet, no input, or what left nothing over.
   * @returns a sentence. @throws StreamError RT_OUTPUT_NAME
   */
  async explainNothing(output: string | DStream<unknown>): Promise<string> {
    const stream = typeof output === "string" ? this.#outputs.named(output)[0].stream : output;
    return explainNothing(stream, {
      state: this.#state,
      status: await this.status(),
      count: async (of) => {
        const latest = await this.latest(of, { kind: "count" });
        return latest !== undefined && "count" in latest ? latest.count : undefined;
      },
    });
  }

  /** The last `limit` batches that are done or failed, oldest first; at most 1,000 are remembered. */
  async batches(limit = 1000): Promise<BatchInfo[]> {
    if (this.#state === "INITIALIZED") return [];
    const batches = await this.sparkContext.engine.call("batches", { context: this.id, limit });
    return batches.map((batch) => new BatchInfo(batch));
  }

  /** The outputs there are, with the names they go by. */
  outputs(): OutputInfo[] {
    return this.#outputs.infos();
  }

  /** Removes outputs; those of a running context end after the batch being run. */
  async removeOutputs(ids: readonly string[]): Promise<void> {
    this.#outputs.remove(ids);
    if (this.#state !== "ACTIVE") return;
    await this.sparkContext.engine.call("removeOutputs", { context: this.id, outputs: [...ids] });
  }

  /**
   * Outputs whose place others take that are declared next: what is declared again takes part from the next batch on, and goes on
   * with the states of the streams of the same name, where operator and partitions fit. The batches before have the old ones.
   */
  replaceOutputs(ids: readonly string[]): void {
    if (this.#state === "ACTIVE") this.#outputs.replace(ids);
    else this.#outputs.remove(ids);
  }

  /** No more outputs come in place of those before: see {@link replaceOutputs}. */
  outputsReplaced(): void {
    this.#flushAdded();
  }

  /**
   * Stops an output by its name: that which it was given, such as `counts.print()`, or that of its stream, which stops all
   * outputs of the stream. The others go on; what only this one needed is let go, and begins anew with {@link startOutput}.
   * @returns the names of the outputs that it stopped; none when they were stopped before
   * @throws StreamError RT_OUTPUT_NAME when there is none of this name
   */
  async stopOutput(name: string): Promise<string[]> {
    return this.#holdOutputs(name, true);
  }

  /**
   * Starts outputs that were stopped by their name; while the context runs they join at its next batch.
   * @returns the names of the outputs that it started
   * @throws StreamError RT_OUTPUT_NAME when there is none of this name
   */
  async startOutput(name: string): Promise<string[]> {
    return this.#holdOutputs(name, false);
  }

  /** @internal Has an output read another stream; while the context runs, from its next batch on. */
  async moveOutput(id: string, stream: DStream<unknown>): Promise<void> {
    const output = this.#outputs.move(id, stream);
    if (output === undefined || this.#state !== "ACTIVE") return;
    const { engine } = this.sparkContext;
    engine.send({ rdds: this.held(), streams: [output.stream] });
    const outputs = [flatOutput(output)];
    await engine.call("moveOutputs", { context: this.id, outputs, names: this.#checkpointNames() });
  }

  async #holdOutputs(name: string, held: boolean): Promise<string[]> {
    const outputs = this.#outputs.named(name).filter((output) => output.held !== held);
    const ids = outputs.map(({ id }) => id);
    const others = this.#outputs.held().filter((id) => !ids.includes(id));
    this.#outputs.hold(held ? [...others, ...ids] : others);
    if (this.#state === "ACTIVE")
      await this.sparkContext.engine.call("holdOutputs", { context: this.id, outputs: ids, held });
    return outputs.map((output) => output.name);
  }

  /**
   * What the workers hold of the state of a stream, or of the one that it is made from, now: between two tasks, and without
   * changing it. Undefined before the first batch, and where the context does not run.
   * @throws StreamError RT_NO_STATE when there is none, or more than one
   */
  async state<K = unknown, S = unknown>(
    stream: DStream<unknown>,
    query: StateQuery = { limit: 20 },
  ): Promise<StateContents<K, S> | undefined> {
    const owner = this.streamOf(stateNode(stream));
    if (this.#state !== "ACTIVE") return undefined;
    const look = await this.sparkContext.engine.call("look", { stream: owner.node.id, query });
    return look === null ? undefined : (stateContents(owner.name, look, query) as StateContents<K, S>);
  }

  /**
   * The next rows of a stream, as they pass: beside its batches, without an output and without changing what they give. A stream
   * that nothing reads runs for so long. Undefined when the context does not run, or has ended before a batch.
   * @param signal ends it with what has passed so far
   * @throws StreamError RT_PEEK_STATE; what a function of the stream threw, which ends nothing but this
   */
  async peek<T>(stream: DStream<T>, limit: number, signal?: AbortSignal): Promise<Peeked | undefined> {
    if (this.#state !== "ACTIVE") return undefined;
    const { engine, host } = this.sparkContext;
    engine.send({ rdds: this.held(), streams: [stream.node] });
    this.#peekCount += 1;
    const peek = this.#peekCount;
    const enough = () => {
      engine.call("endPeek", { context: this.id, peek }).catch(() => undefined); // the engine is gone, and the peek with it
    };
    signal?.addEventListener("abort", enough, { once: true });
    try {
      const args = { context: this.id, stream: stream.node.id, limit, peek, tag: host.tag() };
      return (await engine.call("peek", args)) ?? undefined;
    } finally {
      signal?.removeEventListener("abort", enough);
    }
  }

  /** @internal Has the engine's presenter show how this context stands, now and after each batch. */
  async follow(tag: unknown): Promise<void> {
    await this.sparkContext.engine.call("follow", { context: this.id, tag });
  }

  /**
   * Gives it another clock, from its next start on. @throws StreamError RT_CLOCK while it runs, or for what is no clock
   */
  useClock(clock: StreamingOptions["clock"]): void {
    const spec = clockSpec(clock);
    if (this.#state === "ACTIVE")
      throw new StreamError("RT_CLOCK", "the clock of a running context is not changed; stop it first");
    this.#clock = spec;
  }

  /** Whether its time moves only by {@link advance}. */
  get hasManualClock(): boolean {
    return this.#clock.kind === "manual";
  }

  /** @internal The folder of its checkpoint, and whether its next start goes on from what is there; undefined without one. */
  get checkpointing(): { folder: string; goesOn: boolean } | undefined {
    const { folder, goesOn } = this.#recovery;
    return folder === "" ? undefined : { folder, goesOn };
  }

  /** @internal The streams that a checkpoint knows, by the names that it knows them by. */
  checkpointed(): Map<string, StreamNode> {
    const nodes = this.#outputs.nodes();
    const known = new Map(namedStreams(nodes.map(({ stream }) => stream)).map((node) => [node.id, node]));
    return new Map(
      this.#checkpointNames().flatMap(([id, name]) => {
        const node = known.get(id);
        return node === undefined ? [] : [[name, node] as const];
      }),
    );
  }

  override toString(): string {
    return `StreamingContext(batch ${this.batchDuration}, ${this.#state})`;
  }

  /** Shown as its text, not as the inside of it. */
  [inspect.custom](): string {
    return this.toString();
  }

  /**
   * @internal Adds an output; while the context runs it joins at the next batch.
   * @param own its own name and tag, in place of the stream's name and the host's tag; what is made of the stream to be written
   * @returns its id
   */
  addOutput(
    kind: OutputNode["kind"],
    stream: DStream<unknown>,
    take: OutputNode["take"],
    own: {
      name?: string;
      tag?: unknown;
      body?: OutputBody;
      files?: OutputNode["files"];
      node?: StreamNode;
    } = {},
  ): string {
    this.checkOpen();
    const { name = "", tag = this.sparkContext.host.tag(), body, files, node } = own;
    const place = this.sparkContext.host.place();
    const { id } = this.#outputs.add(
      { stream, place, body },
      { kind, name, take, tag, ...(files && { files }) },
      node,
    );
    if (this.#state === "ACTIVE") {
      this.#added.push(id);
      // Not at once: at the end of the cell or the function the stream's variable has its name.
      setImmediate(() => this.#flushAdded());
    }
    return id;
  }

  /** @internal @throws StreamError RT_KAFKA_OPTIONS when another output has it: each would end the other's transactions */
  checkTransactionalId(id: string): void {
    const other = this.#outputs.nodes().find(({ stream }) => transactionalIdOf(stream) === id);
    if (other === undefined) return;
    const message = `the output ${other.name} writes under the transactionalId ${id} already: give each output its own`;
    throw new StreamError("RT_KAFKA_OPTIONS", message);
  }

  /** @internal The RDDs that a stream has at these times. @throws StreamError RT_NOT_INITIALIZED before the start */
  async slice(stream: DStream<unknown>, fromMs: number, toMs: number): Promise<RDD<unknown>[]> {
    if (this.#state === "INITIALIZED") {
      throw new StreamError(
        "RT_NOT_INITIALIZED",
        `${stream} has not been initialized; start its context first`,
      );
    }
    const { engine } = this.sparkContext;
    engine.send({ streams: [stream.node] });
    const rdds = await engine.call("slice", { context: this.id, stream: stream.node.id, fromMs, toMs });
    return rdds.map((rdd) => this.#lent(rdd));
  }

  /** @internal @throws StreamError RT_STRICT */
  checkNotStarted(what: "storage level" | "checkpoint interval"): void {
    if (!this.#strict || this.#state === "INITIALIZED") return;
    throw new StreamError(
      "RT_STRICT",
      `Cannot change ${what} of a DStream after streaming context has started`,
    );
  }

  /** @internal */
  protected override checkOpen(): void {
    if (!this.#strict || this.#state === "INITIALIZED") return;
    const when = this.#state === "ACTIVE" ? "starting" : "stopping";
    throw new StreamError(
      "RT_STRICT",
      `Adding new inputs, transformations, and output operations after ${when} a context is not supported`,
    );
  }

  /** @internal What cannot be done for the streams ends them; its reason is told where their other failures are. */
  protected override fail(reason: unknown): void {
    // An engine that is gone has ended the context itself.
    if (this.#state !== "ACTIVE") return;
    const error = toErrorData(reason);
    this.sparkContext.engine.call("fail", { context: this.id, error }).catch((gone) => this.#ended(gone));
  }

  /** @internal */
  protected override self(): StreamingContext {
    return this;
  }

  async #advance(by: { ms: number } | { toMs: number }, signal: AbortSignal | undefined): Promise<Time> {
    for (const feed of this.feeds) feed.flush();
    this.#flushAdded();
    const { engine } = this.sparkContext;
    const end = () => {
      engine.call("endAdvance", { context: this.id }).catch(() => undefined); // the engine is gone, and the advance with it
    };
    signal?.addEventListener("abort", end, { once: true });
    try {
      const nowMs = await engine.call("advance", { context: this.id, by });
      signal?.throwIfAborted();
      return new Time(nowMs);
    } finally {
      signal?.removeEventListener("abort", end);
    }
  }

  #checkpointNames(): [stream: string, name: string][] {
    // Before the start nobody was told of them.
    const names = this.#state === "INITIALIZED" ? new CheckpointNames() : this.#streamNames;
    return names.of(this.#outputs.nodes(), (node) => this.streamOf(node));
  }

  /** Events come over only when someone wants them. */
  #listen(): void {
    const wanted = !this.#listeners.isEmpty;
    this.sparkContext.engine.call("events", { context: this.id, wanted }).catch((error) => this.fail(error));
  }

  #flushAdded(): void {
    const outputs = this.#added.splice(0).flatMap((id) => this.#outputs.node(id) ?? []);
    if (this.#state !== "ACTIVE" || (outputs.length === 0 && this.#outputs.replaced.length === 0)) return;
    const inPlaceOf = this.#outputs.replaced.splice(0);
    const { engine } = this.sparkContext;
    engine.send({ rdds: this.held(), streams: outputs.map((output) => output.stream) });
    engine
      .call("addOutputs", {
        context: this.id,
        outputs: outputs.map(flatOutput),
        inPlaceOf,
        names: this.#checkpointNames(),
      })
      .then(() => this.#outputs.remove(inPlaceOf))
      .catch((error) => this.fail(error));
  }

  async #runBody(output: string, rdd: LentRdd, timeMs: number): Promise<void> {
    await this.#outputs.body(output)?.(this.#lent(rdd), new Time(timeMs));
  }

  async #runTransform(stream: string, rdds: readonly LentRdd[], timeMs: number): Promise<RddNode> {
    const ends = this.#outputs.all().map((output) => output.stream);
    const body = this.transformOf(stream, ends);
    if (body === undefined) throw new Error(`no function is known for the transform ${stream}`);
    const lent = rdds.map((rdd) => this.#lent(rdd));
    const made: unknown = await body(lent, new Time(timeMs));
    if (made instanceof RDD) return made.node;
    throw new StreamError(
      "RT_TRANSFORM_RESULT",
      made == null
        ? "Transform function must not return null. Return SparkContext.emptyRDD() instead to represent no element as the result of transformation."
        : `the function of a transform returns an RDD, not ${inspect(made, { depth: 0 })}`,
    );
  }

  #lent({ id, partitions }: LentRdd): RDD<unknown> {
    return new RDD<unknown>(this.sparkContext, lentRdd(id, partitions));
  }

  /** Started from the engine's side: what it runs is what ran before. */
  #startedAgain(): void {
    enterActive(this, false, "");
    this.#state = "ACTIVE";
    this.#ends.begin();
    this.sparkContext.engine.setActive(this.id, true);
    for (const feed of this.feeds) feed.start();
  }

  #ended(error: Error | undefined, output?: string): void {
    if (this.#state !== "ACTIVE") return;
    this.#state = "STOPPED";
    leaveActive(this);
    this.sparkContext.engine.setActive(this.id, false);
    for (const feed of this.feeds) feed.stop();
    const told = this.#ends.end(error);
    if (error !== undefined && !told) this.sparkContext.host.streamFailed(error, this.#outputs.tag(output));
  }
}

/** Of what `saveToKafka` has made of a stream; undefined for any other. */
function transactionalIdOf({ op, params }: StreamNode): string | undefined {
  return op === "saveToKafka"
    ? (params as { to: { transactionalId?: string } }).to.transactionalId
    : undefined;
}
