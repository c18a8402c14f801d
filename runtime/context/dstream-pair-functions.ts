import { reduceByKeyAndWindowStream } from "../operators/reduce-by-key-and-window.js";
import { type DurationLike, toDuration } from "../time/duration.js";
import type { DStream } from "./dstream.js";
import { WindowFunctions } from "./dstream-window-functions.js";
import { ANY, DURATION, FLAG, FUNCTION, optional } from "./operands.js";
import { type Partitions, spreadOver, toPartitioner } from "./partitioner.js";
import type { AnyFunction } from "./rdd-base.js";
import { Rolling, type RollingWindow } from "./rolling.js";
import type { Row } from "./row.js";
import { takes } from "./signatures.js";

/** Operations on streams of pairs, after Spark's PairDStreamFunctions. */
export abstract class PairFunctions<T> extends WindowFunctions<T> {
  /** The keys of the pairs. */
  keys<K, V>(this: DStream<[K, V]>): DStream<K> {
    return this.narrow("keys");
  }

  /** The values of the pairs. */
  values<K, V>(this: DStream<[K, V]>): DStream<V> {
    return this.narrow("values");
  }

  /** Each pair with its value replaced; the key stays. */
  mapValues<K, V, U extends Row>(this: DStream<[K, V]>, f: (value: V) => U): DStream<[K, U]> {
    return this.narrow("mapValues", f);
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
    return this.wide("reduceByKey", [f], partitions);
  }

  /** Per batch, one pair per key with all its values. @throws StreamError RT_PARTITIONS */
  groupByKey<K, V>(this: DStream<[K, V]>, partitions?: Partitions<NoInfer<K>>): DStream<[K, V[]]> {
    return this.wide("groupByKey", [], partitions);
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
    return this.wide("combineByKey", [createCombiner, mergeValue, mergeCombiners], partitions, {
      mapSide: mapSideCombine,
    });
  }

  /** A pair for each element of the iterable that `f` gives for a value; the key stays. */
  flatMapValues<K, V, U extends Row>(this: DStream<[K, V]>, f: (value: V) => Iterable<U>): DStream<[K, U]> {
    return this.narrow("flatMapValues", f);
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
    return this.wide("cogroup", [], partitions, { sides: 2 }, [other]);
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
    return this.wide("join", [], partitions, {}, [other]);
  }

  /** {@link join}, and what has no partner there in its batch stands beside `undefined`. */
  leftOuterJoin<K, V, W>(
    this: DStream<[K, V]>,
    other: DStream<[K, W]>,
    partitions?: Partitions<NoInfer<K>>,
  ): DStream<[K, [V, W | undefined]]> {
    return this.wide("leftOuterJoin", [], partitions, {}, [other]);
  }

  /** {@link join}, and what has no partner here in its batch stands beside `undefined`. */
  rightOuterJoin<K, V, W>(
    this: DStream<[K, V]>,
    other: DStream<[K, W]>,
    partitions?: Partitions<NoInfer<K>>,
  ): DStream<[K, [V | undefined, W]]> {
    return this.wide("rightOuterJoin", [], partitions, {}, [other]);
  }

  /** {@link join}, and what has no partner on either side stands beside `undefined`. */
  fullOuterJoin<K, V, W>(
    this: DStream<[K, V]>,
    other: DStream<[K, W]>,
    partitions?: Partitions<NoInfer<K>>,
  ): DStream<[K, [V | undefined, W | undefined]]> {
    return this.wide("fullOuterJoin", [], partitions, {}, [other]);
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
    partitions?: Partitions<NoInfer<K>>,
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
    partitions?: Partitions<NoInfer<K>>,
    filter?: (pair: [K, V]) => unknown,
  ): DStream<[K, V]>;
  reduceByKeyAndWindow<K, V>(
    this: DStream<[K, V]>,
    f: (a: V, b: V) => V,
    ...rest: unknown[]
  ): DStream<[K, V]> {
    const inverse = typeof rest[0] === "function" ? (rest.shift() as (a: V, b: V) => V) : undefined;
    const [window, slide, partitions, filter] = rest as unknown as WindowArguments<K, V>;
    return this.#reduceWindow(
      { reduce: f, inverse, filter },
      window,
      slide === undefined ? this.slideDuration : slide,
      partitions,
    );
  }

  /**
   * Every `slide` (default: this stream's own), one pair per key of the last `window` with all its values, oldest first.
   * @throws StreamError RT_WINDOW_NOT_MULTIPLE, RT_SLIDE_NOT_MULTIPLE, RT_PARTITIONS
   */
  groupByKeyAndWindow<K, V>(
    this: DStream<[K, V]>,
    window: DurationLike,
    slide: DurationLike = this.slideDuration,
    partitions?: Partitions<NoInfer<K>>,
  ): DStream<[K, V[]]> {
    return this.window(window, slide).groupByKey(partitions);
  }

  /**
   * {@link rolling} over the values of each key: `prices.rollingByKey(20).mean()` gives a pair for each pair.
   * @throws StreamError RT_ROLLING, RT_DURATION, RT_PARTITIONS
   */
  rollingByKey<K, V>(
    this: DStream<[K, V]>,
    window: RollingWindow,
    partitions: Partitions<NoInfer<K>> = this.parallelism(),
  ): Rolling<K, V> {
    const partitioner = toPartitioner(partitions);
    return new Rolling(window, (params) => this.rolled(params, partitioner));
  }

  /** @internal */
  rolled<K, R>(params: object, partitions: Partitions<never>): DStream<[K, R]> {
    return this.wide("rolling", [], partitions as Partitions, { ...params, initial: undefined });
  }

  #reduceWindow<K, V>(
    functions: {
      reduce: (a: V, b: V) => V;
      inverse: ((a: V, b: V) => V) | undefined;
      filter: ((pair: [K, V]) => unknown) | undefined;
    },
    window: DurationLike,
    slide: DurationLike,
    partitions: Partitions<K> = this.parallelism(),
  ): DStream<[K, V]> {
    const capture = (fn: AnyFunction) => this.context.sparkContext.capture(fn);
    const { spread, partitioner } = spreadOver(partitions, capture);
    const { reduce, inverse, filter } = functions;
    const portable = {
      reduce: capture(reduce),
      ...(inverse && { inverse: capture(inverse) }),
      ...(filter && { filter: capture(filter) }),
      ...(partitioner[0] && { partitioner: partitioner[0] }),
    };
    const times = { windowMs: toDuration(window).ms, slideMs: toDuration(slide).ms };
    return this.context.derive(reduceByKeyAndWindowStream(this.node, portable, times, spread));
  }
}

takes(PairFunctions.prototype, {
  mapValues: { f: FUNCTION },
  reduceByKey: { f: FUNCTION },
  combineByKey: {
    createCombiner: FUNCTION,
    mergeValue: FUNCTION,
    mergeCombiners: FUNCTION,
    partitions: ANY,
    mapSideCombine: optional(FLAG),
  },
  flatMapValues: { f: FUNCTION },
  reduceByKeyAndWindow: [
    { f: FUNCTION, window: DURATION },
    { f: FUNCTION, inverse: FUNCTION, window: ANY, slide: ANY, partitions: ANY, filter: optional(FUNCTION) },
  ],
});

type WindowArguments<K, V> = [
  window: DurationLike,
  slide: DurationLike | undefined,
  partitions: Partitions<K> | undefined,
  filter: ((pair: [K, V]) => unknown) | undefined,
];
