import { inspect } from "node:util";
import { STAYS_HERE } from "../closure/closure-host.js";
import { unionRdd } from "../operators/union.js";
import { partitionCount, rowCount } from "../plan/counts.js";
import { type RddNode, rddNode } from "../plan/rdd-node.js";
import { checkEdges, evenEdges } from "../rows/buckets.js";
import { fresh } from "../rows/fresh.js";
import { KeyTable } from "../rows/key-table.js";
import { compareRows } from "../rows/order.js";
import { type Compare, Smallest } from "../rows/smallest.js";
import { type PlainStats, StatCounter } from "../rows/stat-counter.js";
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

  /**
   * The pairs in the natural order of their keys, through all partitions; equal keys keep their order. Asks for a sample
   * of the keys first, so that partitions get about as many.
   * @throws StreamError RT_PARTITIONS
   */
  sortByKey<K, V>(this: RDD<[K, V]>, ascending = true, numPartitions = this.#ownPartitions()): RDD<[K, V]> {
    return this.#wide("sortByKey", [], numPartitions, { ascending });
  }

  /** The records in the natural order of what `f` gives for them; see {@link sortByKey}. @throws StreamError RT_PARTITIONS */
  sortBy(f: (record: T) => unknown, ascending = true, numPartitions = this.#ownPartitions()): RDD<T> {
    return this.#wide("sortBy", [f], numPartitions, { ascending });
  }

  /** Each record with its number, from 0, in order. With several partitions their records are counted first. */
  zipWithIndex(): RDD<[T, number]> {
    return this.#narrow("zipWithIndex");
  }

  /** The records dealt in turn to that many partitions. @throws StreamError RT_PARTITIONS */
  repartition(numPartitions: number): RDD<T> {
    return this.#wide("repartition", [], numPartitions);
  }

  /**
   * Neighbouring partitions joined, so that there are that many; this RDD when it has no more. With `shuffle` it is
   * {@link repartition}. @throws StreamError RT_PARTITIONS
   */
  coalesce(numPartitions: number, shuffle = false): RDD<T> {
    if (shuffle) return this.repartition(numPartitions);
    return partitionCount(numPartitions) >= this.node.partitions
      ? this
      : this.#wide("coalesce", [], numPartitions);
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

  /**
   * All records merged into one by an associative and commutative `f`, first in the task threads, then here.
   * @throws StreamError RT_EMPTY when there is none
   */
  async reduce(f: (a: T, b: T) => T): Promise<T> {
    return reduced(await this.#narrow<T>("reduce", f).collect(), f, "reduce", "use fold with a zero");
  }

  /**
   * All records merged by an associative and commutative `f`. It begins with `zero` in each partition, and once more where
   * these are merged, so `zero` must change nothing: 0 for a sum, 1 for a product. `zero` when there is no record.
   * @throws StreamError RT_ZERO
   */
  async fold(zero: T, f: (a: T, b: T) => T): Promise<T> {
    const partials = await this.#partials<T>("fold", [f], { zero: zeroValue(zero) });
    return partials.reduce((a, b) => f(a, b), fresh(zero));
  }

  /**
   * The records of each partition go by `seqOp` into a copy of `zero`, and what partitions give is merged by `combOp`
   * here. `zero` when there is no record. @throws StreamError RT_ZERO
   */
  async aggregate<U extends Row>(
    zero: U,
    seqOp: (result: U, record: T) => U,
    combOp: (a: U, b: U) => U,
  ): Promise<U> {
    const partials = await this.#partials<U>("aggregate", [seqOp], { zero: zeroValue(zero) });
    return partials.reduce((a, b) => combOp(a, b), fresh(zero));
  }

  /**
   * The greatest record, by its natural order (numbers, strings, dates, arrays element by element) or by `compare`.
   * @throws StreamError RT_EMPTY when there is none
   */
  async max(compare?: Compare<T>): Promise<T> {
    const order = compare ?? compareRows;
    const partials = await this.#partials<T>("max", compare ? [compare] : []);
    return reduced(partials, (a, b) => (order(b, a) > 0 ? b : a), "max", "ask isEmpty() before");
  }

  /** The least record, by its natural order or by `compare`. @throws StreamError RT_EMPTY when there is none */
  async min(compare?: Compare<T>): Promise<T> {
    const order = compare ?? compareRows;
    const partials = await this.#partials<T>("min", compare ? [compare] : []);
    return reduced(partials, (a, b) => (order(b, a) < 0 ? b : a), "min", "ask isEmpty() before");
  }

  /** The first `n` records by their natural order, or by `compare`, first first. @throws StreamError RT_ROWS */
  async takeOrdered(n: number, compare?: Compare<T>): Promise<T[]> {
    const limit = rowCount(n);
    if (limit === 0) return [];
    const smallest = new Smallest<T>(limit, compare);
    const partials = await this.#partials<T>("takeOrdered", compare ? [compare] : [], { limit });
    for (const record of partials) smallest.add(record);
    return smallest.rows();
  }

  /** Each value with the number of records equal to it. A value that is an object is a key of the Map by identity. */
  async countByValue(): Promise<Map<T, number>> {
    return new Map(await this.#wide<[T, number]>("countByValue", []).collect());
  }

  /** Each key with the number of its pairs. A key that is an object is a key of the Map by identity. */
  async countByKey<K, V>(this: RDD<[K, V]>): Promise<Map<K, number>> {
    return new Map(await this.#wide<[K, number]>("countByKey", []).collect());
  }

  /** All pairs as a Map: of several of one key, the last. Keys are compared by value, the Map's own are not. */
  async collectAsMap<K, V>(this: RDD<[K, V]>): Promise<Map<K, V>> {
    const table = new KeyTable<V>();
    for (const [key, value] of await this.collect()) table.merge(key, value, (_old, last) => last);
    return new Map(table.keys.map((key, i) => [key as K, table.values[i] as V]));
  }

  /** The values of a key, compared by value; none when the key is not there. */
  async lookup<K, V>(this: RDD<[K, V]>, key: K): Promise<V[]> {
    return this.#partials<V>("lookup", [], { key });
  }

  /** Runs `f` for each record, in the task threads. For what is to happen here, use `collect` or `toLocalIterator`. */
  async foreach(f: (record: T) => unknown): Promise<void> {
    await this.#narrow("foreach", f).count();
  }

  /** Runs `f` for the records of each partition, in the task threads. Called for empty partitions too. */
  async foreachPartition(f: (records: IterableIterator<T>) => unknown): Promise<void> {
    await this.#narrow("foreachPartition", f).count();
  }

  /** The records one partition after the other: no more than one is here at a time. */
  async *toLocalIterator(): AsyncGenerator<T, void, undefined> {
    for (let partition = 0; partition < this.node.partitions; partition++)
      yield* rows<T>(await this.context.run(this.node, { kind: "partition", partition }));
  }

  /** Count, sum, mean, variance, least and greatest of the numbers, in one pass. */
  async stats(this: RDD<number>): Promise<StatCounter> {
    const partials = await this.#partials<PlainStats>("stats", []);
    return partials.reduce((counter, partial) => counter.merge(partial), new StatCounter());
  }

  /** 0 when there is none. */
  async sum(this: RDD<number>): Promise<number> {
    return (await this.stats()).sum;
  }

  /** 0 when there is none. */
  async mean(this: RDD<number>): Promise<number> {
    return (await this.stats()).mean;
  }

  /** Of the numbers as a whole population; NaN when there is none. */
  async variance(this: RDD<number>): Promise<number> {
    return (await this.stats()).variance;
  }

  /** Square root of the {@link variance}. */
  async stdev(this: RDD<number>): Promise<number> {
    return (await this.stats()).stdev;
  }

  /** Estimated for the population that the numbers are a sample of; NaN for fewer than two. */
  async sampleVariance(this: RDD<number>): Promise<number> {
    return (await this.stats()).sampleVariance;
  }

  /** Square root of the {@link sampleVariance}. */
  async sampleStdev(this: RDD<number>): Promise<number> {
    return (await this.stats()).sampleStdev;
  }

  /**
   * How many numbers are in each bucket between ascending edges: from an edge up to, not with, the next; the last one
   * with its edge. Numbers outside are in none, and NaN too unless it is the last edge. @throws StreamError RT_BUCKETS
   */
  async histogram(this: RDD<number>, edges: readonly number[]): Promise<number[]>;
  /**
   * The same with that many buckets of one width from the least number to the greatest.
   * @returns the edges and the counts. @throws StreamError RT_BUCKETS, also without numbers or with an infinite one
   */
  async histogram(this: RDD<number>, buckets: number): Promise<[edges: number[], counts: number[]]>;
  async histogram(
    this: RDD<number>,
    buckets: number | readonly number[],
  ): Promise<number[] | [number[], number[]]> {
    if (typeof buckets !== "number") {
      checkEdges(buckets);
      return this.#histogram(buckets);
    }
    const { min, max } = await this.stats();
    const edges = evenEdges(min, max, buckets);
    return [edges, await this.#histogram(edges)];
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

  async #histogram(edges: readonly number[]): Promise<number[]> {
    const partials = await this.#partials<number[]>("histogram", [], { edges: [...edges] });
    return edges.slice(1).map((_, i) => partials.reduce((sum, counts) => sum + (counts[i] ?? 0), 0));
  }

  /** What each partition makes of its records, in the order of the partitions. */
  #partials<U>(op: string, functions: AnyFunction[], params: object = {}): Promise<U[]> {
    const portable = functions.map((f) => this.context.capture(f));
    const node = rddNode(op, [this.node], portable, params, this.node.partitions);
    return this.context.rdd<U>(node).collect();
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

/** @throws StreamError RT_EMPTY when no partition gave anything */
function reduced<T>(partials: T[], f: (a: T, b: T) => T, action: string, wayOut: string): T {
  if (partials.length > 0) return partials.reduce((a, b) => f(a, b));
  throw new StreamError("RT_EMPTY", `an empty RDD has nothing for ${action}(); ${wayOut}`);
}

function rows<T>(result: { rows: unknown[] } | { count: number }): T[] {
  return "rows" in result ? (result.rows as T[]) : [];
}
