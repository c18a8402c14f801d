import { inspect } from "node:util";
import { STAYS_HERE } from "../closure/closure-host.js";
import { unionRdd } from "../operators/union.js";
import { rowCount } from "../plan/counts.js";
import { type RddNode, rddNode } from "../plan/rdd-node.js";
import { StreamError } from "../stream-error.js";
import { type Partitions, spreadOver } from "./partitioner.js";
import type { Row } from "./row.js";
import type { SparkContext } from "./spark-context.js";

/**
 * A collection cut into partitions that task threads work on, after Apache Spark's class of the same name.
 * Transformations describe; nothing runs until an action, and actions return promises.
 */
export class RDD<T> {
  readonly [STAYS_HERE] = "an RDD";

  /** @internal */
  constructor(
    readonly context: SparkContext,
    /** @internal */
    readonly node: RddNode,
  ) {}

  /** One record for each record. */
  map<U extends Row>(f: (record: T) => U): RDD<U> {
    return this.#narrow("map", f);
  }

  /** The elements of the iterable that `f` gives for each record. */
  flatMap<U extends Row>(f: (record: T) => Iterable<U>): RDD<U> {
    return this.#narrow("flatMap", f);
  }

  /** The records for which `f` is truthy. */
  filter(f: (record: T) => unknown): RDD<T> {
    return this.#narrow("filter", f);
  }

  /** Each pair with its value replaced; key and partition stay. */
  mapValues<K, V, U extends Row>(this: RDD<[K, V]>, f: (value: V) => U): RDD<[K, U]> {
    return this.#narrow("mapValues", f);
  }

  /**
   * One pair per key, the values merged by an associative and commutative `f`.
   * @throws StreamError RT_PARTITIONS when their number is not a whole number of at least 1
   */
  reduceByKey<K, V>(this: RDD<[K, V]>, f: (a: V, b: V) => V, partitions?: Partitions<K>): RDD<[K, V]> {
    return this.#wide("reduceByKey", [f], partitions);
  }

  /** Each pair's key. */
  keys<K, V>(this: RDD<[K, V]>): RDD<K> {
    return this.#narrow("keys");
  }

  /** Each pair's value. */
  values<K, V>(this: RDD<[K, V]>): RDD<V> {
    return this.#narrow("values");
  }

  /** Each record as a value, under the key that `f` gives for it. */
  keyBy<K extends Row>(f: (record: T) => K): RDD<[K, T]> {
    return this.#narrow("keyBy", f);
  }

  /** A pair for each element of the iterable that `f` gives for a value; key and partition stay. */
  flatMapValues<K, V, U extends Row>(this: RDD<[K, V]>, f: (value: V) => Iterable<U>): RDD<[K, U]> {
    return this.#narrow("flatMapValues", f);
  }

  /**
   * The elements of the iterable that `f` gives for each partition. Records are computed as `f` takes them from the
   * iterator, so that a large partition need not fit into memory. Called for empty partitions too.
   */
  mapPartitions<U extends Row>(f: (records: IterableIterator<T>) => Iterable<U>): RDD<U> {
    return this.#narrow("mapPartitions", f);
  }

  /** {@link mapPartitions} with the number of the partition, from 0. */
  mapPartitionsWithIndex<U extends Row>(
    f: (partition: number, records: IterableIterator<T>) => Iterable<U>,
  ): RDD<U> {
    return this.#narrow("mapPartitionsWithIndex", f);
  }

  /** One list for each partition, of its records; an empty list for an empty partition. */
  glom(): RDD<T[]> {
    return this.#narrow("glom");
  }

  /**
   * One record of each value. Records are compared by value, arrays and plain objects too.
   * @throws StreamError RT_PARTITIONS
   */
  distinct(numPartitions = this.#ownPartitions()): RDD<T> {
    return this.#wide("distinct", [], numPartitions);
  }

  /**
   * One pair per key with all its values, in the order of the partitions. To add up or count, `reduceByKey` sends less.
   * @throws StreamError RT_PARTITIONS
   */
  groupByKey<K, V>(this: RDD<[K, V]>, partitions?: Partitions<K>): RDD<[K, V[]]> {
    return this.#wide("groupByKey", [], partitions);
  }

  /** The records by the key that `f` gives for each: one pair per key. @throws StreamError RT_PARTITIONS */
  groupBy<K extends Row>(f: (record: T) => K, partitions?: Partitions<K>): RDD<[K, T[]]> {
    return this.keyBy(f).groupByKey(partitions);
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
    partitions?: Partitions<K>,
    mapSideCombine = true,
  ): RDD<[K, C]> {
    return this.#wide("combineByKey", [createCombiner, mergeValue, mergeCombiners], partitions, {
      mapSide: mapSideCombine,
    });
  }

  /**
   * One pair per key. In each partition a key's values go by `seqOp` into `zero`, of which each key has a copy of its own
   * to change; what the partitions give is merged by `combOp`.
   * @throws StreamError RT_PARTITIONS, RT_ZERO
   */
  aggregateByKey<K, V, U extends Row>(
    this: RDD<[K, V]>,
    zero: U,
    seqOp: (result: U, value: V) => U,
    combOp: (a: U, b: U) => U,
    partitions?: Partitions<K>,
  ): RDD<[K, U]> {
    return this.#wide("aggregateByKey", [seqOp, combOp], partitions, { zero: zeroValue(zero) });
  }

  /**
   * One pair per key, its values merged by `f`. It begins with `zero` in each partition that has the key, so `zero` must
   * change nothing: 0 for a sum, 1 for a product.
   * @throws StreamError RT_PARTITIONS, RT_ZERO
   */
  foldByKey<K, V>(this: RDD<[K, V]>, zero: V, f: (a: V, b: V) => V, partitions?: Partitions<K>): RDD<[K, V]> {
    return this.#wide("foldByKey", [f], partitions, { zero: zeroValue(zero) });
  }

  /** The same pairs, each in the partition of its key. @throws StreamError RT_PARTITIONS */
  partitionBy<K, V>(this: RDD<[K, V]>, partitions: Partitions<K>): RDD<[K, V]> {
    return this.#wide("partitionBy", [], partitions);
  }

  /**
   * One pair per key of any of these RDDs, with a list of its values in each: this one's first, empty where the key is not.
   * @throws StreamError RT_PARTITIONS
   */
  cogroup<K, V, W>(this: RDD<[K, V]>, other: RDD<[K, W]>, partitions?: Partitions<K>): RDD<[K, [V[], W[]]]>;
  cogroup<K, V, W1, W2>(
    this: RDD<[K, V]>,
    other1: RDD<[K, W1]>,
    other2: RDD<[K, W2]>,
    partitions?: Partitions<K>,
  ): RDD<[K, [V[], W1[], W2[]]]>;
  cogroup<K, V, W1, W2, W3>(
    this: RDD<[K, V]>,
    other1: RDD<[K, W1]>,
    other2: RDD<[K, W2]>,
    other3: RDD<[K, W3]>,
    partitions?: Partitions<K>,
  ): RDD<[K, [V[], W1[], W2[], W3[]]]>;
  cogroup<K>(
    this: RDD<[K, unknown]>,
    ...rest: (RDD<[K, unknown]> | Partitions<K> | undefined)[]
  ): RDD<[K, unknown]> {
    const others = rest.filter((one) => one instanceof RDD);
    const partitions = rest.find((one) => one !== undefined && !(one instanceof RDD));
    return this.#cogroup(others, partitions as Partitions<K> | undefined);
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
  join<K, V, W>(this: RDD<[K, V]>, other: RDD<[K, W]>, partitions?: Partitions<K>): RDD<[K, [V, W]]> {
    return this.#cogroup([other], partitions).#narrow("join");
  }

  /** {@link join}, and what has no partner there stands beside `undefined`. */
  leftOuterJoin<K, V, W>(
    this: RDD<[K, V]>,
    other: RDD<[K, W]>,
    partitions?: Partitions<K>,
  ): RDD<[K, [V, W | undefined]]> {
    return this.#cogroup([other], partitions).#narrow("leftOuterJoin");
  }

  /** {@link join}, and what has no partner here stands beside `undefined`. */
  rightOuterJoin<K, V, W>(
    this: RDD<[K, V]>,
    other: RDD<[K, W]>,
    partitions?: Partitions<K>,
  ): RDD<[K, [V | undefined, W]]> {
    return this.#cogroup([other], partitions).#narrow("rightOuterJoin");
  }

  /** {@link join}, and what has no partner on either side stands beside `undefined`. */
  fullOuterJoin<K, V, W>(
    this: RDD<[K, V]>,
    other: RDD<[K, W]>,
    partitions?: Partitions<K>,
  ): RDD<[K, [V | undefined, W | undefined]]> {
    return this.#cogroup([other], partitions).#narrow("fullOuterJoin");
  }

  /** The pairs whose key `other` has not. Duplicates stay. @throws StreamError RT_PARTITIONS */
  subtractByKey<K, V>(
    this: RDD<[K, V]>,
    other: RDD<[K, unknown]>,
    partitions: Partitions<K> = this.#ownPartitions(),
  ): RDD<[K, V]> {
    return this.#wide("subtractByKey", [], partitions, {}, [other]);
  }

  /** The records that `other` has not, compared by value. Duplicates stay. @throws StreamError RT_PARTITIONS */
  subtract(other: RDD<T>, partitions: Partitions<T> = this.#ownPartitions()): RDD<T> {
    return this.#wide("subtract", [], partitions, {}, [other]);
  }

  /** One record of each value that both have. @throws StreamError RT_PARTITIONS */
  intersection(other: RDD<T>, partitions?: Partitions<T>): RDD<T> {
    return this.#wide("intersection", [], partitions, {}, [other]);
  }

  /** The records of both, these first. Duplicates stay. */
  union(other: RDD<T>): RDD<T> {
    return this.context.rdd(unionRdd([this.node, other.node]));
  }

  /** All records, in the order of the partitions. */
  async collect(): Promise<T[]> {
    return rows(await this.context.run(this.node, { kind: "collect" }));
  }

  /** The first `n` records; computes only as many partitions as it takes. @throws StreamError RT_ROWS */
  async take(n: number): Promise<T[]> {
    return this.#limited("take", n);
  }

  /** The first record. @throws StreamError RT_EMPTY when there is none */
  async first(): Promise<T> {
    const [first] = await this.take(1);
    if (first === undefined)
      throw new StreamError("RT_EMPTY", "an empty RDD has no first record; ask isEmpty() before");
    return first;
  }

  /** The number of records. */
  async count(): Promise<number> {
    const result = await this.context.run(this.node, { kind: "count" });
    return "count" in result ? result.count : 0;
  }

  /** The `n` largest pairs by value, or numbers by themselves, largest first. @throws StreamError RT_ROWS */
  async top(n: number): Promise<T[]> {
    return this.#limited("top", n);
  }

  /** True when there is no record. */
  async isEmpty(): Promise<boolean> {
    return (await this.take(1)).length === 0;
  }

  getNumPartitions(): number {
    return this.node.partitions;
  }

  toString(): string {
    return `RDD(${this.node.op}, ${this.node.partitions} partitions)`;
  }

  /** Shown as its text, not as the inside of it. */
  [inspect.custom](): string {
    return this.toString();
  }

  async #limited(kind: "take" | "top", n: number): Promise<T[]> {
    const limit = rowCount(n);
    return limit === 0 ? [] : rows(await this.context.run(this.node, { kind, limit }));
  }

  #narrow<U>(op: string, ...functions: AnyFunction[]): RDD<U> {
    const portable = functions.map((f) => this.context.capture(f));
    return this.context.rdd(rddNode(op, [this.node], portable, null, this.node.partitions));
  }

  #cogroup<U>(others: readonly RDD<unknown>[], partitions?: Partitions): RDD<U> {
    return this.#wide("cogroup", [], partitions, { sides: 1 + others.length }, others);
  }

  /** @param partitions default: as many as the context runs at once */
  #wide<U>(
    op: string,
    functions: AnyFunction[],
    partitions: Partitions = this.context.defaultParallelism,
    params: object = {},
    others: readonly RDD<unknown>[] = [],
  ): RDD<U> {
    const { spread, partitioner } = spreadOver(partitions, (f) => this.context.capture(f));
    const portable = [...functions.map((f) => this.context.capture(f)), ...partitioner];
    return this.context.rdd(
      rddNode(
        op,
        [this.node, ...others.map((other) => other.node)],
        portable,
        { ...params, ...spread },
        spread.partitions,
      ),
    );
  }

  /** As many partitions as this RDD has, for what is made of it; at least one. */
  #ownPartitions(): number {
    return Math.max(1, this.node.partitions);
  }
}

type AnyFunction = (...args: never[]) => unknown;

/** @throws StreamError RT_ZERO when the value cannot go to the task threads */
function zeroValue(zero: unknown): unknown {
  try {
    return structuredClone(zero);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new StreamError(
      "RT_ZERO",
      `the zero value cannot be copied to the task threads (${why}); use plain data`,
    );
  }
}

function rows<T>(result: { rows: unknown[] } | { count: number }): T[] {
  return "rows" in result ? (result.rows as T[]) : [];
}
