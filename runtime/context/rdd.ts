import { inspect } from "node:util";
import { STAYS_HERE } from "../closure/closure-host.js";
import { reduceByKeyNode } from "../operators/reduce-by-key.js";
import { unionRdd } from "../operators/union.js";
import { rowCount } from "../plan/counts.js";
import { type RddNode, rddNode } from "../plan/rdd-node.js";
import { StreamError } from "../stream-error.js";
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
   * @throws StreamError RT_PARTITIONS when `numPartitions` is not a whole number of at least 1
   */
  reduceByKey<K, V>(
    this: RDD<[K, V]>,
    f: (a: V, b: V) => V,
    numPartitions = this.context.defaultParallelism,
  ): RDD<[K, V]> {
    return this.context.rdd(reduceByKeyNode(this.node, [this.context.capture(f)], numPartitions));
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

  #narrow<U>(op: string, f: (...args: never[]) => unknown): RDD<U> {
    return this.context.rdd(rddNode(op, [this.node], [this.context.capture(f)], null, this.node.partitions));
  }
}

function rows<T>(result: { rows: unknown[] } | { count: number }): T[] {
  return "rows" in result ? (result.rows as T[]) : [];
}
