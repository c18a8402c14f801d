import { inspect } from "node:util";
import { STAYS_HERE } from "../closure/closure-host.js";
import { commonSlide } from "../operators/slide.js";
import { hasState } from "../operators/table.js";
import { windowOf } from "../operators/window.js";
import { type StreamNode, streamNode } from "../plan/stream-node.js";
import { checkLevel, StorageLevel } from "../rows/storage-level.js";
import { StreamError } from "../stream-error.js";
import { Duration, type DurationLike, toDuration } from "../time/duration.js";
import { levelOf } from "./debug-string.js";
import type { DStream } from "./dstream.js";
import { checkStreams, TEXT } from "./operands.js";
import { type Partitions, spreadOver } from "./partitioner.js";
import type { AnyFunction } from "./rdd-base.js";
import { takes } from "./signatures.js";
import type { StreamingContext } from "./streaming-context.js";

/**
 * What a stream is, without any operation: a context and a node of the plan, and how operations make further ones. The
 * operations stand in the classes between this and {@link DStream}.
 */
export abstract class BaseDStream {
  readonly [STAYS_HERE] = "a DStream";
  #name: string | undefined;

  /** @internal */
  constructor(
    readonly context: StreamingContext,
    /** @internal */
    readonly node: StreamNode,
  ) {}

  /** Name in status, errors and magics: the one set, else the variable that holds the stream, else its operator. */
  get name(): string {
    return this.#ownName() ?? this.node.op;
  }

  /** @internal Whether {@link name} is more than its operator. */
  get isNamed(): boolean {
    return this.#ownName() !== undefined;
  }

  setName(name: string): this {
    this.#name = name;
    return this;
  }

  /** It has an RDD at each multiple of this after the start. */
  get slideDuration(): Duration {
    return new Duration(this.node.slideMs);
  }

  /** Length of the window this stream shows; undefined when it is none. */
  get windowDuration(): Duration | undefined {
    const windowMs = windowOf(this.node);
    return windowMs === undefined ? undefined : new Duration(windowMs);
  }

  /** The streams this one is made from; none for an input. */
  get dependencies(): readonly DStream<unknown>[] {
    return this.node.parents.map((parent) => this.context.streamOf(parent));
  }

  /** {@link persist} in memory. */
  cache(): this {
    return this.persist();
  }

  /**
   * Keeps the rows of each of its RDDs with the workers that computed them, as long as the RDD is remembered: worth it where
   * several outputs read them. Streams that windows look back to are kept anyway.
   * @throws StreamError RT_STRICT in a strict context that was started, RT_STORAGE_LEVEL
   */
  persist(level: StorageLevel = StorageLevel.MEMORY_ONLY): this {
    this.context.checkNotStarted("storage level");
    this.node.storage = checkLevel(level).name;
    this.context.sparkContext.engine.persistStream(this.node);
    return this;
  }

  /** RDDs of later batches are not kept any more. */
  unpersist(): this {
    return this.persist(StorageLevel.NONE);
  }

  /** `StorageLevel.NONE` when its RDDs are not persisted. */
  getStorageLevel(): StorageLevel {
    return levelOf(this.node.storage);
  }

  /**
   * How often the state of the stream is written as a whole: at the multiples of this after the start; between, what changed is
   * written. Without it, a state is written whole when the changes since the last time weigh as much as it does. A stream without
   * a state is persisted, as in Spark, and its RDDs are remembered for twice the interval at least; they are not written, since
   * inputs are read again.
   * @throws StreamError RT_CHECKPOINT_INTERVAL when it is shorter than the slide, or no multiple of it; RT_STRICT in a strict
   * context that was started
   */
  checkpoint(interval: DurationLike): this {
    this.context.checkNotStarted("checkpoint interval");
    const { ms } = toDuration(interval);
    const slide = this.slideDuration;
    if (ms < slide.ms || ms % slide.ms !== 0) {
      const fault =
        ms < slide.ms
          ? `lower than its slide time (${slide}). Please set it to at least ${slide}`
          : `not a multiple of its slide time (${slide}). Please set it to a multiple of ${slide}`;
      throw new StreamError(
        "RT_CHECKPOINT_INTERVAL",
        `The checkpoint interval for ${this.name} has been set to ${new Duration(ms)} which is ${fault}`,
      );
    }
    this.node.checkpointMs = ms;
    return hasState(this.node.op) || this.node.storage !== "NONE" ? this : this.persist();
  }

  toString(): string {
    return `DStream(${this.name}: ${this.node.op}, slide ${this.slideDuration.brief})`;
  }

  /** Shown as its text, not as the inside of it. */
  [inspect.custom](): string {
    return this.toString();
  }

  /** @internal Partitions of what is made by key when none are asked for. */
  protected parallelism(): number {
    return this.context.sparkContext.defaultParallelism;
  }

  /** @internal A stream whose RDDs an operator makes of each partition, record by record or whole. */
  protected narrow<U>(op: string, ...functions: AnyFunction[]): DStream<U> {
    return this.perPartition(op, functions, null);
  }

  /** @internal The same by an operator that is told something. */
  protected perPartition<U>(op: string, functions: AnyFunction[], params: unknown): DStream<U> {
    const portable = functions.map((f) => this.context.sparkContext.capture(f, op));
    return this.context.derive(streamNode(op, [this.node], portable, params, { slideMs: this.node.slideMs }));
  }

  /**
   * @internal A stream whose records move.
   * @param partitions default: as many as the context runs at once
   */
  protected wide<U>(
    op: string,
    functions: AnyFunction[],
    partitions: Partitions = this.parallelism(),
    params: object = {},
    others: readonly BaseDStream[] = [],
  ): DStream<U> {
    checkStreams(op, this.context, others);
    const capture = (f: AnyFunction) => this.context.sparkContext.capture(f);
    const { spread, partitioner } = spreadOver(partitions, capture);
    const portable = [...functions.map(capture), ...partitioner];
    const parents = [this.node, ...others.map((other) => other.node)];
    const times = { slideMs: commonSlide(op, parents) };
    return this.context.derive(streamNode(op, parents, portable, { ...params, ...spread }, times));
  }

  #ownName(): string | undefined {
    return this.#name ?? this.context.sparkContext.host.nameOf(this);
  }
}

takes(BaseDStream.prototype, {
  setName: { name: TEXT },
});
