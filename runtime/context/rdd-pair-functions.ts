import { bitsFor, checkBits } from "../rows/hyper-log-log.js";
import { KeyTable } from "../rows/key-table.js";
import { checkedPartition } from "../rows/partitioning.js";
import { anySeed } from "../rows/random.js";
import type { BoundedDouble } from "./approximate.js";
import { type Fractions, toFractions } from "./fractions.js";
import {
  ANY,
  ANY_RDD,
  FLAG,
  FUNCTION,
  NUMBER,
  OPTIONS,
  optional,
  PARTITIONS,
  SEED,
  TIMEOUT_MS,
} from "./operands.js";
import type { PartialResult } from "./partial-result.js";
import { isKnownHere, type Partitions, samePartitioner, toPartitioner } from "./partitioner.js";
import type { RDD } from "./rdd.js";
import { BaseRDD } from "./rdd-base.js";
import { RDDTransformations } from "./rdd-transformations.js";
import type { Row, Zero } from "./row.js";
import { takes } from "./signatures.js";
import { zeroValue } from "./zero-value.js";

/** What only an RDD of pairs has. Keys are compared by value, arrays and plain objects too. */
export abstract class PairRDDFunctions<T> extends RDDTransformations<T> {
  /** Each pair with its value replaced; key and partition stay. */
  mapValues<K, V, U extends Row>(this: RDD<[K, V]>, f: (value: V) => U): RDD<[K, U]> {
    return this.inPlace("mapValues", [f]);
  }

  /** A pair for each element of the iterable that `f` gives for a value; key and partition stay. */
  flatMapValues<K, V, U extends Row>(this: RDD<[K, V]>, f: (value: V) => Iterable<U>): RDD<[K, U]> {
    return this.inPlace("flatMapValues", [f]);
  }

  /** Each pair's key. */
  keys<K, V>(this: RDD<[K, V]>): RDD<K> {
    return this.narrow("keys");
  }

  /** Each pair's value. */
  values<K, V>(this: RDD<[K, V]>): RDD<V> {
    return this.narrow("values");
  }

  /**
   * One pair per key, the values merged by an associative and commutative `f`.
   * @throws StreamError RT_PARTITIONS when their number is not a whole number of at least 1
   */
  reduceByKey<K, V>(
    this: RDD<[K, V]>,
    f: (a: V, b: V) => V,
    partitions?: Partitions<NoInfer<K>>,
  ): RDD<[K, V]> {
    return this.byKey("reduceByKey", [f], partitions);
  }

  /**
   * One pair per key with all its values, in the order of the partitions. To add up or count, `reduceByKey` sends less.
   * @throws StreamError RT_PARTITIONS
   */
  groupByKey<K, V>(this: RDD<[K, V]>, partitions?: Partitions<NoInfer<K>>): RDD<[K, V[]]> {
    return this.byKey("groupByKey", [], partitions);
  }

  /**
   * One pair per key. In each partition a key's first value becomes a combiner by `createCombiner`, further ones go into
   * it by `mergeValue`; the combiners of all partitions are merged by `mergeCombiners`.
   * @param mapSideCombine false: values are sent as they are and combined where they arrive, for combiners that do not
   * get smaller than the values they are made of
   * @throws StreamError RT_PARTITIONS
   */
  combineByKey<K, V, C extends Row>(
    this: RDD<[K, V]>,
    createCombiner: (value: V) => C,
    mergeValue: (combiner: C, value: V) => C,
    mergeCombiners: (a: C, b: C) => C,
    partitions?: Partitions<NoInfer<K>>,
    mapSideCombine = true,
  ): RDD<[K, C]> {
    return this.byKey("combineByKey", [createCombiner, mergeValue, mergeCombiners], partitions, {
      mapSide: mapSideCombine,
    });
  }

  /**
   * One pair per key. In each partition a key's values go by `seqOp` into `zero`, of which each key has a copy of its own
   * to change; what the partitions give is merged by `combOp`.
   * @throws StreamError RT_PARTITIONS, RT_ZERO
   */
  aggregateByKey<K, V, U extends Zero>(
    this: RDD<[K, V]>,
    zero: U,
    seqOp: (result: U, value: V) => U,
    combOp: (a: U, b: U) => U,
    partitions?: Partitions<NoInfer<K>>,
  ): RDD<[K, U]> {
    return this.byKey("aggregateByKey", [seqOp, combOp], partitions, { zero: zeroValue(zero) });
  }

  /**
   * One pair per key, its values merged by `f`. It begins with `zero` in each partition that has the key, so `zero` must
   * change nothing: 0 for a sum, 1 for a product.
   * @throws StreamError RT_PARTITIONS, RT_ZERO
   */
  foldByKey<K, V>(
    this: RDD<[K, V]>,
    zero: V,
    f: (a: V, b: V) => V,
    partitions?: Partitions<NoInfer<K>>,
  ): RDD<[K, V]> {
    return this.byKey("foldByKey", [f], partitions, { zero: zeroValue(zero) });
  }

  /**
   * A sample of the pairs, each with the chance of its key, or as often as it happens to be: {@link sample} with a
   * fraction for each key. The job fails on a key without one.
   * @throws StreamError RT_FRACTION
   */
  sampleByKey<K, V>(
    this: RDD<[K, V]>,
    withReplacement: boolean,
    fractions: Fractions<K>,
    seed: number = anySeed(),
  ): RDD<[K, V]> {
    const params = { seed, withReplacement, fractions: toFractions(fractions, withReplacement) };
    return this.inPlace("sampleByKey", [], params);
  }

  /**
   * The same with exactly the fraction of each key's pairs, rounded up; they are counted first.
   * @throws StreamError RT_FRACTION
   */
  sampleByKeyExact<K, V>(
    this: RDD<[K, V]>,
    withReplacement: boolean,
    fractions: Fractions<K>,
    seed: number = anySeed(),
  ): RDD<[K, V]> {
    const params = { seed, withReplacement, fractions: toFractions(fractions, withReplacement) };
    return this.inPlace("sampleByKeyExact", [], params);
  }

  /** The same pairs, each in the partition of its key; this very RDD when they are there already. @throws StreamError RT_PARTITIONS */
  partitionBy<K, V>(this: RDD<[K, V]>, partitions: Partitions<NoInfer<K>>): RDD<[K, V]> {
    if (samePartitioner(this.partitioner, toPartitioner(partitions))) return this;
    return this.byKey("partitionBy", [], partitions);
  }

  /**
   * One pair per key of any of these RDDs, with a list of its values in each: this one's first, empty where the key is not.
   * @throws StreamError RT_PARTITIONS
   */
  cogroup<K, V, W>(
    this: RDD<[K, V]>,
    other: RDD<[K, W]>,
    partitions?: Partitions<NoInfer<K>>,
  ): RDD<[K, [V[], W[]]]>;
  cogroup<K, V, W1, W2>(
    this: RDD<[K, V]>,
    other1: RDD<[K, W1]>,
    other2: RDD<[K, W2]>,
    partitions?: Partitions<NoInfer<K>>,
  ): RDD<[K, [V[], W1[], W2[]]]>;
  cogroup<K, V, W1, W2, W3>(
    this: RDD<[K, V]>,
    other1: RDD<[K, W1]>,
    other2: RDD<[K, W2]>,
    other3: RDD<[K, W3]>,
    partitions?: Partitions<NoInfer<K>>,
  ): RDD<[K, [V[], W1[], W2[], W3[]]]>;
  cogroup<K>(
    this: RDD<[K, unknown]>,
    ...rest: (RDD<[K, unknown]> | Partitions<NoInfer<K>> | undefined)[]
  ): RDD<[K, unknown]> {
    const others = rest.filter((one) => one instanceof BaseRDD);
    const partitions = rest.find((one) => one !== undefined && !(one instanceof BaseRDD));
    return this.#cogroup(others, partitions as Partitions<NoInfer<K>> | undefined);
  }

  /** {@link cogroup}, over as many partitions as the context runs at once. */
  groupWith<K, V, W>(this: RDD<[K, V]>, other: RDD<[K, W]>): RDD<[K, [V[], W[]]]>;
  groupWith<K, V, W1, W2>(
    this: RDD<[K, V]>,
    other1: RDD<[K, W1]>,
    other2: RDD<[K, W2]>,
  ): RDD<[K, [V[], W1[], W2[]]]>;
  groupWith<K, V, W1, W2, W3>(
    this: RDD<[K, V]>,
    other1: RDD<[K, W1]>,
    other2: RDD<[K, W2]>,
    other3: RDD<[K, W3]>,
  ): RDD<[K, [V[], W1[], W2[], W3[]]]>;
  groupWith<K>(this: RDD<[K, unknown]>, ...others: RDD<[K, unknown]>[]): RDD<[K, unknown]> {
    return this.#cogroup(others);
  }

  /** For each key of both, a pair for each value here with each value there. @throws StreamError RT_PARTITIONS */
  join<K, V, W>(
    this: RDD<[K, V]>,
    other: RDD<[K, W]>,
    partitions?: Partitions<NoInfer<K>>,
  ): RDD<[K, [V, W]]> {
    return this.byKey("join", [], partitions, {}, [other]);
  }

  /** {@link join}, and what has no partner there stands beside `undefined`. */
  leftOuterJoin<K, V, W>(
    this: RDD<[K, V]>,
    other: RDD<[K, W]>,
    partitions?: Partitions<NoInfer<K>>,
  ): RDD<[K, [V, W | undefined]]> {
    return this.byKey("leftOuterJoin", [], partitions, {}, [other]);
  }

  /** {@link join}, and what has no partner here stands beside `undefined`. */
  rightOuterJoin<K, V, W>(
    this: RDD<[K, V]>,
    other: RDD<[K, W]>,
    partitions?: Partitions<NoInfer<K>>,
  ): RDD<[K, [V | undefined, W]]> {
    return this.byKey("rightOuterJoin", [], partitions, {}, [other]);
  }

  /** {@link join}, and what has no partner on either side stands beside `undefined`. */
  fullOuterJoin<K, V, W>(
    this: RDD<[K, V]>,
    other: RDD<[K, W]>,
    partitions?: Partitions<NoInfer<K>>,
  ): RDD<[K, [V | undefined, W | undefined]]> {
    return this.byKey("fullOuterJoin", [], partitions, {}, [other]);
  }

  /** The pairs whose key `other` has not. Duplicates stay. @throws StreamError RT_PARTITIONS */
  subtractByKey<K, V>(
    this: RDD<[K, V]>,
    other: RDD<[K, unknown]>,
    partitions: Partitions<NoInfer<K>> = this.ownPartitions(),
  ): RDD<[K, V]> {
    return this.byKey("subtractByKey", [], partitions, {}, [other]);
  }

  /** Each key with the number of its pairs. A key that is an object is a key of the Map by identity. */
  async countByKey<K, V>(this: RDD<[K, V]>): Promise<Map<K, number>> {
    return new Map(await this.byKey<[K, number]>("countByKey", []).collect());
  }

  /** {@link countByKey} as far as it is known after `timeoutMs`; see {@link countApprox}. @throws StreamError RT_CONFIDENCE */
  async countByKeyApprox<K, V>(
    this: RDD<[K, V]>,
    timeoutMs: number,
    confidence = 0.95,
  ): Promise<PartialResult<Map<K, BoundedDouble>>> {
    return this.keys().countByValueApprox(timeoutMs, confidence);
  }

  /**
   * One pair per key, with about the number of its distinct values, by HyperLogLog.
   * @param relativeSD relative standard deviation of the result; default 0.05
   * @throws StreamError RT_ACCURACY, RT_PARTITIONS
   */
  countApproxDistinctByKey<K, V>(
    this: RDD<[K, V]>,
    relativeSD?: number,
    partitions?: Partitions<NoInfer<K>>,
  ): RDD<[K, number]>;
  /**
   * The same with sketches of 2^p registers; see {@link RDD.countApproxDistinct}.
   * @throws StreamError RT_ACCURACY, RT_PARTITIONS
   */
  countApproxDistinctByKey<K, V>(
    this: RDD<[K, V]>,
    p: number,
    sp: number,
    partitions: Partitions<NoInfer<K>>,
  ): RDD<[K, number]>;
  countApproxDistinctByKey<K, V>(
    this: RDD<[K, V]>,
    accuracy = 0.05,
    second?: number | Partitions<NoInfer<K>>,
    third?: Partitions<NoInfer<K>>,
  ): RDD<[K, number]> {
    const [bits, partitions] =
      third === undefined ? [bitsFor(accuracy), second] : [checkBits(accuracy, second as number), third];
    return this.byKey("countApproxDistinctByKey", [], partitions, { bits });
  }

  /** One pair per key, the values merged by an associative and commutative `f`, as a Map here; see {@link collectAsMap}. */
  async reduceByKeyLocally<K, V>(this: RDD<[K, V]>, f: (a: V, b: V) => V): Promise<Map<K, V>> {
    const table = new KeyTable<V>();
    for (const [key, value] of await this.partials<[K, V]>("reduceLocally", [f])) table.merge(key, value, f);
    return new Map(table.keys.map((key, i) => [key as K, table.values[i] as V]));
  }

  /** All pairs as a Map: of several of one key, the last. Keys are compared by value, the Map's own are not. */
  async collectAsMap<K, V>(this: RDD<[K, V]>): Promise<Map<K, V>> {
    const table = new KeyTable<V>();
    for (const [key, value] of await this.collect()) table.merge(key, value, (_old, last) => last);
    return new Map(table.keys.map((key, i) => [key as K, table.values[i] as V]));
  }

  /**
   * The values of a key, compared by value; none when the key is not there. Only its partition is computed where the
   * {@link partitioner} says which.
   */
  async lookup<K, V>(this: RDD<[K, V]>, key: K): Promise<V[]> {
    const found = this.inPlace<V>("lookup", [], { key });
    const { partitioner } = this;
    if (partitioner === undefined || !isKnownHere(partitioner)) return found.collect();
    const partition = partitioner.getPartition(key as never);
    return found.collectPartition(checkedPartition(partition, key, partitioner.numPartitions));
  }

  #cogroup<U>(others: readonly RDD<unknown>[], partitions?: Partitions): RDD<U> {
    return this.byKey("cogroup", [], partitions, { sides: 1 + others.length }, others);
  }
}

takes(PairRDDFunctions.prototype, {
  mapValues: { f: FUNCTION },
  flatMapValues: { f: FUNCTION },
  reduceByKey: { f: FUNCTION },
  combineByKey: {
    createCombiner: FUNCTION,
    mergeValue: FUNCTION,
    mergeCombiners: FUNCTION,
    partitions: ANY,
    mapSideCombine: optional(FLAG),
  },
  aggregateByKey: { zero: ANY, seqOp: FUNCTION, combOp: FUNCTION },
  foldByKey: { zero: ANY, f: FUNCTION },
  sampleByKey: { withReplacement: FLAG, fractions: OPTIONS, seed: optional(SEED) },
  sampleByKeyExact: { withReplacement: FLAG, fractions: OPTIONS, seed: optional(SEED) },
  cogroup: [
    { other: ANY_RDD, partitions: optional(PARTITIONS) },
    { other1: ANY_RDD, other2: ANY_RDD, partitions: optional(PARTITIONS) },
    { other1: ANY_RDD, other2: ANY_RDD, other3: ANY_RDD, partitions: optional(PARTITIONS) },
  ],
  countByKeyApprox: { timeoutMs: TIMEOUT_MS, confidence: optional(NUMBER) },
  countApproxDistinctByKey: { accuracy: optional(NUMBER) },
  reduceByKeyLocally: { f: FUNCTION },
});
