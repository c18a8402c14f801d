import { inspect } from "node:util";
import { locate } from "../connect/files/file-system.js";
import { toErrorData } from "../engine/failure.js";
import type { ClockSpec, RecoveryOptions, StopKind } from "../engine/port.js";
import type { RateOptions } from "../engine/rate-control.js";
import type { OnChange } from "../engine/recovery/fit-states.js";
import { readsQueue } from "../engine/recovery/named-streams.js";
import { StreamError } from "../stream-error.js";
import { Duration, type DurationLike, toDuration } from "../time/duration.js";
import { Time } from "../time/time.js";
import { enterActive, lastActive, leaveActive } from "./active-contexts.js";
import { BatchInfo } from "./batch-info.js";
import { checkFolderNotNeeded } from "./checkpointed-streams.js";
import { ContextEnds } from "./context-ends.js";
import type { DStream } from "./dstream.js";
import { flatOutput } from "./engine-client.js";
import type { Feed } from "./feed.js";
import { nearNames } from "./near-names.js";
import {
  ANY,
  COUNT,
  either,
  FLAG,
  FUNCTION,
  LISTENER,
  NUMBER,
  OPTIONS,
  oneOf,
  optional,
  optionsOf,
  PATH,
  TIME,
  TIMEOUT_MS,
} from "./operands.js";
import { checkArgument, takes } from "./signatures.js";
import { type SparkConf, SparkContext } from "./spark-context.js";
import { StreamInspection } from "./stream-inspection.js";
import type { StreamingContextState } from "./streaming-context-state.js";
import { LISTENER_METHODS, ListenerBus, type StreamingListener } from "./streaming-listener.js";
import {
  type BackpressureOptions,
  clockSpec,
  type GetOrCreateOptions,
  rateOptions,
  type StreamingOptions,
} from "./streaming-options.js";

/**
 * Batches of a fixed interval over streams, after Apache Spark's class of the same name. Without `strict` outputs may be
 * added and removed while it runs, at the next batch boundary, and a stopped context can be started again.
 */
export class StreamingContext extends StreamInspection {
  override readonly sparkContext: SparkContext;
  override readonly batchDuration: Duration;
  readonly #strict: boolean;
  #clock: ClockSpec;
  readonly #rates: RateOptions;
  #state: StreamingContextState = "INITIALIZED";
  #rememberMs = 0;
  #recovery: Omit<RecoveryOptions, "onFailure" | "strict"> = {
    folder: "",
    goesOn: false,
    onChange: "refuse",
    createOnError: false,
  };
  readonly #onFailure: "stop" | "skip";
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
    checkArgument("new StreamingContext", { context: CONTEXT }, context);
    checkArgument("new StreamingContext", { options: STREAMING }, options);
    this.sparkContext = context instanceof SparkContext ? context : new SparkContext(context);
    if (batchDuration == null)
      throw new StreamError("RT_DURATION", "Batch duration for StreamingContext cannot be null");
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

  override getState(): StreamingContextState {
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
   * Starts receiving; returns when the first batch is scheduled. A strict context whose start fails is stopped, as in Spark.
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
    // As in Spark, a start that fails is the last one.
    const ifFailed = this.#strict ? "STOPPED" : this.#state;
    try {
      this.#validate();
    } catch (error) {
      this.#state = ifFailed;
      throw error;
    }
    enterActive(this, this.#strict, this.sparkContext.host.place());
    this.#state = "ACTIVE";
    this.#ends.begin();
    this.forgetAdded();
    const { engine } = this.sparkContext;
    engine.listen(this.id, {
      body: (output, rdd, timeMs) => this.runBody(output, rdd, timeMs),
      transform: (stream, rdds, timeMs) => this.runTransform(stream, rdds, timeMs),
      batch: ({ batch }) => this.#ends.batch(batch),
      event: (event) => this.#listeners.tell(event),
      stopped: (error, output) => this.#ended(error, output),
      started: () => this.#startedAgain(),
      held: (ids) => this.declared.hold(ids),
      warning: (text) => this.sparkContext.host.warn(text),
    });
    engine.setActive(this.id, true);
    try {
      this.#listen();
      for (const feed of this.feeds) feed.flush();
      const outputs = this.declared.nodes();
      engine.send({ rdds: this.held(), streams: outputs.map((output) => output.stream) });
      const names = await engine.call("start", {
        context: this.id,
        batchMs: this.batchDuration.ms,
        rememberMs: this.#rememberMs,
        clock: this.#clock,
        rates: this.#rates,
        outputs: outputs.map(flatOutput),
        held: this.declared.held(),
        names: this.checkpointNames(),
        recovery: { ...this.#recovery, onFailure: this.#onFailure, strict: this.#strict },
      });
      this.adoptNames(names);
      this.#recovery.goesOn = this.#recovery.folder !== "";
    } catch (error) {
      this.#ended(undefined);
      this.#state = ifFailed;
      throw error;
    }
    // Receivers begin when there is a run that can be told how they are.
    if (this.getState() === "ACTIVE") for (const feed of this.feeds) feed.start();
  }

  #validate(): void {
    if (this.declared.isEmpty) {
      throw new StreamError(
        "RT_NO_OUTPUT",
        "No output operations registered, so nothing to execute; call print() or foreachRDD() on a stream first",
      );
    }
    if (!this.#strict) return;
    if (this.#recovery.folder === "") checkFolderNotNeeded(this.declared.nodes());
    else if (readsQueue(this.declared.nodes()))
      this.sparkContext.host.warn("queueStream doesn't support checkpointing");
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
        this.#flush(feed);
      }
      await this.sparkContext.engine.call("stop", { context: this.id, how });
    } else if (this.#state === "STOPPED" && this.sparkContext.engine.isOpen) {
      // It may have ended by itself just now, and yet be writing to the folder of its checkpoint.
      await this.sparkContext.engine.call("stop", { context: this.id, how });
    }
    this.#state = "STOPPED";
    leaveActive(this);
    this.#ends.end();
  }

  /** Tells a listener what happens from now on. @throws StreamError RT_LISTENER for a method that is misspelt: nobody would call it */
  addStreamingListener(listener: StreamingListener): void {
    checkMethods(listener);
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

  /** @internal The clock it was given, as it is given. */
  get clock(): NonNullable<StreamingOptions["clock"]> {
    return this.#clock.kind === "manual" ? { startMs: this.#clock.startMs } : "system";
  }

  /** @internal The folder of its checkpoint, and whether its next start goes on from what is there; undefined without one. */
  get checkpointing(): { folder: string; goesOn: boolean } | undefined {
    const { folder, goesOn } = this.#recovery;
    return folder === "" ? undefined : { folder, goesOn };
  }

  override toString(): string {
    return `StreamingContext(batch ${this.batchDuration.brief}, ${this.#state})`;
  }

  /** Shown as its text, not as the inside of it. */
  [inspect.custom](): string {
    return this.toString();
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
    for (const feed of this.feeds) this.#flush(feed);
    this.flushAdded();
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

  /** Events come over only when someone wants them. */
  #listen(): void {
    const wanted = !this.#listeners.isEmpty;
    this.sparkContext.engine.call("events", { context: this.id, wanted }).catch((error) => this.fail(error));
  }

  /** Started from the engine's side: what it runs is what ran before. */
  #startedAgain(): void {
    enterActive(this, false, "");
    this.#state = "ACTIVE";
    this.#ends.begin();
    this.sparkContext.engine.setActive(this.id, true);
    for (const feed of this.feeds) feed.start();
  }

  /** What cannot go to the engine ends the streams. */
  #flush(feed: Feed): void {
    try {
      feed.flush();
    } catch (error) {
      this.fail(error);
    }
  }

  #ended(error: Error | undefined, output?: string): void {
    if (this.#state !== "ACTIVE") return;
    this.#state = "STOPPED";
    leaveActive(this);
    this.sparkContext.engine.setActive(this.id, false);
    for (const feed of this.feeds) feed.stop();
    const told = this.#ends.end(error);
    if (error !== undefined && !told) this.sparkContext.host.streamFailed(error, this.declared.tag(output));
  }
}

/** Spark's other constructor is of a folder. */
const CONTEXT = {
  ...OPTIONS,
  is: "a SparkContext or an object of its options; with a checkpoint one goes on by StreamingContext.getOrCreate(folder, create)",
};

const STREAMING = optionsOf<StreamingOptions>({
  strict: optional(FLAG),
  clock: ANY,
  onFailure: optional(oneOf("RT_OPTIONS", "stop", "skip")),
  maxRate: optional(NUMBER),
  backpressure: optional(
    either(
      "RT_OPTIONS",
      "true, false or an object of options",
      FLAG,
      optionsOf<BackpressureOptions>({
        initialRate: ANY,
        proportional: ANY,
        integral: ANY,
        derivative: ANY,
        minRate: ANY,
      }),
    ),
  ),
});

function checkMethods(listener: object): void {
  for (let one = listener; one !== null && one !== Object.prototype; one = Object.getPrototypeOf(one))
    for (const name of Object.getOwnPropertyNames(one)) {
      if (!/^on[A-Z]/.test(name) || LISTENER_METHODS.includes(name)) continue;
      const [near] = nearNames(name, LISTENER_METHODS);
      if (near === undefined) continue;
      const message = `a listener is told of nothing by \`${name}\`; did you mean \`${near}\`?`;
      throw new StreamError("RT_LISTENER", message);
    }
}

const RECOVERY = optionsOf<GetOrCreateOptions>({
  onChange: optional(oneOf("RT_OPTIONS", "keep", "reset")),
  createOnError: optional(FLAG),
});

takes(StreamingContext, {
  getOrCreate: { folder: PATH, create: FUNCTION, options: optional(RECOVERY) },
  getActiveOrCreate: [{ create: FUNCTION }, { folder: PATH, create: FUNCTION, options: optional(RECOVERY) }],
});

takes(StreamingContext.prototype, {
  checkpoint: { folder: PATH },
  stop: { stopSparkContext: optional(FLAG), stopGracefully: optional(FLAG) },
  addStreamingListener: { listener: LISTENER },
  removeStreamingListener: { listener: LISTENER },
  awaitTerminationOrTimeout: { timeoutMs: TIMEOUT_MS },
  awaitBatches: { n: optional(COUNT) },
  advanceTo: { time: TIME },
});
