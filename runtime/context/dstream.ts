import { inspect } from "node:util";
import { STAYS_HERE } from "../closure/closure-host.js";
import { reduceByKeyAndWindowStream } from "../operators/reduce-by-key-and-window.js";
import { commonSlide } from "../operators/slide.js";
import { unionStream } from "../operators/union.js";
import { windowOf, windowStream } from "../operators/window.js";
import { rowCount } from "../plan/counts.js";
import { type StreamNode, streamNode } from "../plan/stream-node.js";
import { Duration, type DurationLike, toDuration } from "../time/duration.js";
import type { Time } from "../time/time.js";
import { type Partitions, spreadOver } from "./partitioner.js";
import type { RDD } from "./rdd.js";
import type { Row } from "./row.js";
import type { StreamingContext } from "./streaming-context.js";

/**
 * A stream cut into batches, an RDD at each multiple of its slide, after Apache Spark's class of the same name.
 * Transformations describe; what is described runs when an output (print, foreachRDD) is there and the context started.
 */
export class DStream<T> {
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

  get slideDuration(): Duration {
    return new Duration(this.node.slideMs);
  }

  /** Length of the window this stream shows; undefined when it is none. */
  get windowDuration(): Duration | undefined {
    const windowMs = windowOf(this.node);
    return windowMs === undefined ? undefined : new Duration(windowMs);
  }

  /** One record for each record. */
  map<U extends Row>(f: (record: T) => U): DStream<U> {
    return this.#narrow("map", f);
  }

  /** The elements of the iterable that `f` gives for each record. */
  flatMap<U extends Row>(f: (record: T) => Iterable<U>): DStream<U> {
    return this.#narrow("flatMap", f);
  }

  /** The records for which `f` is truthy. */
  filter(f: (record: T) => unknown): DStream<T> {
    return this.#narrow("filter", f);
  }

  /** Each pair with its value replaced; the key stays. */
  mapValues<K, V, U extends Row>(this: DStream<[K, V]>, f: (value: V) => U): DStream<[K, U]> {
    return this.#narrow("mapValues", f);
  }

  /**
   * Per batch, one pair per key, the values merged by an associative and commutative `f`.
   * @throws StreamError RT_PARTITIONS when their number is not a whole number of at least 1
   */
  reduceByKey<K, V>(
    this: DStream<[K, V]>,
    f: (a: V, b: V) => V,
    partitions?: Partitions<NoInfer<K>>,
  ): DStream<[K, V]> {
    return this.#wide("reduceByKey", [f], partitions);
  }

  /** Per batch, one pair per key with all its values. @throws StreamError RT_PARTITIONS */
  groupByKey<K, V>(this: DStream<[K, V]>, partitions?: Partitions<NoInfer<K>>): DStream<[K, V[]]> {
    return this.#wide("groupByKey", [], partitions);
  }

  /**
   * Per batch, one pair per key: {@link RDD.combineByKey} of each RDD.
   * @throws StreamError RT_PARTITIONS
   */
  combineByKey<K, V, C extends Row>(
    this: DStream<[K, V]>,
    createCombiner: (value: V) => C,
    mergeValue: (combiner: C, value: V) => C,
    mergeCombiners: (a: C, b: C) => C,
    partitions?: Partitions<NoInfer<K>>,
    mapSideCombine = true,
  ): DStream<[K, C]> {
    return this.#wide("combineByKey", [createCombiner, mergeValue, mergeCombiners], partitions, {
      mapSide: mapSideCombine,
    });
  }

  /** A pair for each element of the iterable that `f` gives for a value; the key stays. */
  flatMapValues<K, V, U extends Row>(this: DStream<[K, V]>, f: (value: V) => Iterable<U>): DStream<[K, U]> {
    return this.#narrow("flatMapValues", f);
  }

  /** The elements of the iterable that `f` gives for each partition of a batch, empty ones too. */
  mapPartitions<U extends Row>(f: (records: IterableIterator<T>) => Iterable<U>): DStream<U> {
    return this.#narrow("mapPartitions", f);
  }

  /** One list for each partition of a batch, of its records; an empty list for an empty partition. */
  glom(): DStream<T[]> {
    return this.#derive("glom", [], null);
  }

  /**
   * Per batch, one pair per key of either stream, with the list of its values here and the list of those there, which may
   * be empty. @throws StreamError RT_SLIDES, RT_PARTITIONS
   */
  cogroup<K, V, W>(
    this: DStream<[K, V]>,
    other: DStream<[K, W]>,
    partitions?: Partitions<NoInfer<K>>,
  ): DStream<[K, [V[], W[]]]> {
    return this.#cogroup(other, partitions);
  }

  /**
   * Per batch, for each key of both streams, a pair for each value here with each value there.
   * @throws StreamError RT_SLIDES, RT_PARTITIONS
   */
  join<K, V, W>(
    this: DStream<[K, V]>,
    other: DStream<[K, W]>,
    partitions?: Partitions<NoInfer<K>>,
  ): DStream<[K, [V, W]]> {
    return this.#wide("join", [], partitions, {}, [other]);
  }

  /** {@link join}, and what has no partner there in its batch stands beside `undefined`. */
  leftOuterJoin<K, V, W>(
    this: DStream<[K, V]>,
    other: DStream<[K, W]>,
    partitions?: Partitions<NoInfer<K>>,
  ): DStream<[K, [V, W | undefined]]> {
    return this.#wide("leftOuterJoin", [], partitions, {}, [other]);
  }

  /** {@link join}, and what has no partner here in its batch stands beside `undefined`. */
  rightOuterJoin<K, V, W>(
    this: DStream<[K, V]>,
    other: DStream<[K, W]>,
    partitions?: Partitions<NoInfer<K>>,
  ): DStream<[K, [V | undefined, W]]> {
    return this.#wide("rightOuterJoin", [], partitions, {}, [other]);
  }

  /** {@link join}, and what has no partner on either side stands beside `undefined`. */
  fullOuterJoin<K, V, W>(
    this: DStream<[K, V]>,
    other: DStream<[K, W]>,
    partitions?: Partitions<NoInfer<K>>,
  ): DStream<[K, [V | undefined, W | undefined]]> {
    return this.#wide("fullOuterJoin", [], partitions, {}, [other]);
  }

  /** Per batch, all records merged into one by an associative and commutative `f`; none for an empty batch. */
  reduce(f: (a: T, b: T) => T): DStream<T> {
    return this.#derive<[null, T]>("underNull", [], null).reduceByKey(f, 1).#derive("values", [], null);
  }

  /** Per batch, each value with the number of records equal to it. @throws StreamError RT_PARTITIONS */
  countByValue(numPartitions?: number): DStream<[T, number]> {
    return this.#wide("countByValue", [], numPartitions);
  }

  /** Each batch dealt in turn to that many partitions. @throws StreamError RT_PARTITIONS */
  repartition(numPartitions: number): DStream<T> {
    return this.#wide("repartition", [], numPartitions);
  }

  /** Per batch, one record: the number of records; 0 for an empty batch. */
  count(): DStream<number> {
    return this.#derive("count", [], null);
  }

  /** The records of both, these first. Both must slide together. */
  union(other: DStream<T>): DStream<T> {
    return this.context.derive(unionStream([this.node, other.node]));
  }

  /**
   * Every `slide` (default: this stream's own), the records of the last `window`. Partial windows at the start.
   * @throws StreamError RT_WINDOW_NOT_MULTIPLE, RT_SLIDE_NOT_MULTIPLE of this stream's slide
   */
  window(window: DurationLike, slide: DurationLike = this.slideDuration): DStream<T> {
    return this.context.derive(windowStream(this.node, toDuration(window).ms, toDuration(slide).ms));
  }

  /**
   * Every `slide` (default: this stream's own), one pair per key of the last `window`, merged by an associative and
   * commutative `f`.
   * @throws StreamError RT_WINDOW_NOT_MULTIPLE, RT_SLIDE_NOT_MULTIPLE of this stream's slide, RT_PARTITIONS
   */
  reduceByKeyAndWindow<K, V>(
    this: DStream<[K, V]>,
    f: (a: V, b: V) => V,
    window: DurationLike,
    slide?: DurationLike,
    numPartitions?: number,
  ): DStream<[K, V]>;
  /**
   * The same with `inverse`, which takes a value out again: `inverse(f(a, b), b)` equals `a`. The cost of a slide is then
   * that of the batches that enter and leave. Keys stay after their last record (with the value the inverse leaves)
   * unless `filter` drops them.
   */
  reduceByKeyAndWindow<K, V>(
    this: DStream<[K, V]>,
    f: (a: V, b: V) => V,
    inverse: (a: V, b: V) => V,
    window: DurationLike,
    slide?: DurationLike,
    numPartitions?: number,
    filter?: (pair: [K, V]) => unknown,
  ): DStream<[K, V]>;
  reduceByKeyAndWindow<K, V>(
    this: DStream<[K, V]>,
    f: (a: V, b: V) => V,
    ...rest: unknown[]
  ): DStream<[K, V]> {
    const inverse = typeof rest[0] === "function" ? (rest.shift() as (a: V, b: V) => V) : undefined;
    const [window, slide, numPartitions, filter] = rest as unknown as WindowArguments<K, V>;
    return this.#reduceWindow(
      { reduce: f, inverse, filter },
      window,
      slide ?? this.slideDuration,
      numPartitions,
    );
  }

  /**
   * Shows the first `n` records of each batch, under Spark's banner: on stdout, or in a notebook under the cell that
   * calls this, which keeps the last thousand lines or so.
   * @throws StreamError RT_ROWS when `n` is not a whole number
   */
  print(n = 10): void {
    this.context.addOutput("print", this, { limit: rowCount(n), largest: false });
  }

  /**
   * Runs `f` for each batch in the program's own thread, where its variables are. Batches wait for it. The RDD is kept
   * until the next batch has been run.
   */
  foreachRDD(f: (rdd: RDD<T>, time: Time) => unknown): void {
    this.context.addBody(this, f as (rdd: RDD<unknown>, time: Time) => unknown);
  }

  toString(): string {
    return `DStream(${this.name}: ${this.node.op}, slide ${this.slideDuration})`;
  }

  /** Shown as its text, not as the inside of it. */
  [inspect.custom](): string {
    return this.toString();
  }

  #parallelism(): number {
    return this.context.sparkContext.defaultParallelism;
  }

  #narrow<U>(op: string, f: (...args: never[]) => unknown): DStream<U> {
    return this.#derive(op, [f], null);
  }

  #derive<U>(op: string, functions: ((...args: never[]) => unknown)[], params: unknown): DStream<U> {
    const portable = functions.map((fn) => this.context.sparkContext.capture(fn));
    return this.context.derive(streamNode(op, [this.node], portable, params, { slideMs: this.node.slideMs }));
  }

  #cogroup<U>(other: DStream<unknown>, partitions?: Partitions): DStream<U> {
    return this.#wide("cogroup", [], partitions, { sides: 2 }, [other]);
  }

  /** @param partitions default: as many as the context runs at once */
  #wide<U>(
    op: string,
    functions: ((...args: never[]) => unknown)[],
    partitions: Partitions = this.#parallelism(),
    params: object = {},
    others: readonly DStream<unknown>[] = [],
  ): DStream<U> {
    const capture = (fn: (...args: never[]) => unknown) => this.context.sparkContext.capture(fn);
    const { spread, partitioner } = spreadOver(partitions, capture);
    const portable = [...functions.map(capture), ...partitioner];
    const parents = [this.node, ...others.map((other) => other.node)];
    const times = { slideMs: commonSlide(op, parents) };
    return this.context.derive(streamNode(op, parents, portable, { ...params, ...spread }, times));
  }

  #reduceWindow<K, V>(
    functions: {
      reduce: (a: V, b: V) => V;
      inverse: ((a: V, b: V) => V) | undefined;
      filter: ((pair: [K, V]) => unknown) | undefined;
    },
    window: DurationLike,
    slide: DurationLike,
    numPartitions = this.#parallelism(),
  ): DStream<[K, V]> {
    const capture = (fn: (...args: never[]) => unknown) => this.context.sparkContext.capture(fn);
    const { reduce, inverse, filter } = functions;
    const portable = {
      reduce: capture(reduce),
      ...(inverse && { inverse: capture(inverse) }),
      ...(filter && { filter: capture(filter) }),
    };
    const times = { windowMs: toDuration(window).ms, slideMs: toDuration(slide).ms };
    return this.context.derive(reduceByKeyAndWindowStream(this.node, portable, times, numPartitions));
  }

  #ownName(): string | undefined {
    return this.#name ?? this.context.sparkContext.host.nameOf(this);
  }
}

type WindowArguments<K, V> = [
  window: DurationLike,
  slide: DurationLike | undefined,
  numPartitions: number | undefined,
  filter: ((pair: [K, V]) => unknown) | undefined,
];
