import { type MapAsyncOptions, mapAsyncParams } from "../operators/map-async-options.js";
import { unionStream } from "../operators/union.js";
import type { Time } from "../time/time.js";
import type { DStream } from "./dstream.js";
import { BaseDStream } from "./dstream-base.js";
import { ANY, checkFunction, checkStreams, FUNCTION, MAP_ASYNC, optional, PARTITIONS } from "./operands.js";
import type { RDD } from "./rdd.js";
import type { Row } from "./row.js";
import { takes } from "./signatures.js";

/** Operations that make a stream of the RDDs of each batch. */
export abstract class Transformations<T> extends BaseDStream {
  /** One record for each record. */
  map<U extends Row>(f: (record: T) => U): DStream<U> {
    return this.narrow("map", f);
  }

  /** The elements of the iterable that `f` gives for each record. */
  flatMap<U extends Row>(f: (record: T) => Iterable<U>): DStream<U> {
    return this.narrow("flatMap", f);
  }

  /** The records for which `f` is truthy. */
  filter(f: (record: T) => unknown): DStream<T> {
    return this.narrow("filter", f);
  }

  /** See {@link RDD.mapAsync}: a batch waits for its promises. @throws StreamError RT_CONCURRENCY */
  mapAsync<U extends Row>(
    f: (record: T, signal: AbortSignal) => Promise<U>,
    options: MapAsyncOptions = {},
  ): DStream<U> {
    return this.perPartition("mapAsync", [f], mapAsyncParams(options));
  }

  /**
   * The elements of the iterable that `f` gives for each partition of a batch, empty ones too. An async `f`, or one that is an
   * async generator, is waited for.
   */
  mapPartitions<U extends Row>(
    f: (records: IterableIterator<T>) => Iterable<U> | AsyncIterable<U> | Promise<Iterable<U>>,
  ): DStream<U> {
    return this.narrow("mapPartitions", f);
  }

  /** One list for each partition of a batch, of its records; an empty list for an empty partition. */
  glom(): DStream<T[]> {
    return this.narrow("glom");
  }

  /** Per batch, all records merged into one by an associative and commutative `f`; none for an empty batch. */
  reduce(f: (a: T, b: T) => T): DStream<T> {
    return this.narrow<[null, T]>("underNull").reduceByKey(f, 1).values();
  }

  /** Per batch, each value with the number of records equal to it. @throws StreamError RT_PARTITIONS */
  countByValue(numPartitions?: number): DStream<[T, number]> {
    return this.wide("countByValue", [], numPartitions);
  }

  /** Each batch dealt in turn to that many partitions. @throws StreamError RT_PARTITIONS */
  repartition(numPartitions: number): DStream<T> {
    return this.wide("repartition", [], numPartitions);
  }

  /** Per batch, one record: the number of records; 0 for an empty batch. */
  count(): DStream<number> {
    return this.narrow("count");
  }

  /**
   * The records of both, these first.
   * @throws StreamError RT_UNION_SLIDE when they do not slide together, RT_CONTEXTS when they are not of one context
   */
  union(other: DStream<T>): DStream<T> {
    checkStreams("union", this.context, [other]);
    return this.context.derive(unionStream([this.node, other.node]));
  }

  /**
   * Per batch, the RDD that `f` makes of the batch's own. `f` runs in the program's own thread, where its variables are, when
   * the batch is made: whatever RDD operation there is can be used, also with RDDs that are no stream's. It may be async.
   * While the program is busy its batches wait.
   */
  transform<U>(f: (rdd: RDD<T>, time: Time) => RDD<U> | Promise<RDD<U>>): DStream<U> {
    checkFunction(f);
    return this.context.transformBy([this.node], ([rdd], time) => f(rdd as RDD<T>, time));
  }

  /** {@link transform} of the RDDs of two streams together. @throws StreamError RT_SLIDES, RT_CONTEXTS */
  transformWith<U, V>(
    other: DStream<U>,
    f: (rdd: RDD<T>, other: RDD<U>, time: Time) => RDD<V> | Promise<RDD<V>>,
  ): DStream<V> {
    checkStreams("transformWith", this.context, [other]);
    checkFunction(f);
    return this.context.transformBy([this.node, other.node], ([a, b], time) =>
      f(a as RDD<T>, b as RDD<U>, time),
    );
  }
}

takes(Transformations.prototype, {
  map: { f: FUNCTION },
  flatMap: { f: FUNCTION },
  filter: { f: FUNCTION },
  mapAsync: { f: FUNCTION, options: optional(MAP_ASYNC) },
  mapPartitions: { f: FUNCTION },
  reduce: { f: FUNCTION },
  repartition: { numPartitions: PARTITIONS },
  transform: { f: FUNCTION },
  transformWith: { other: ANY, f: FUNCTION },
});
