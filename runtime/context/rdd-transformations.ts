import { cartesianNode } from "../operators/cartesian.js";
import { type MapAsyncOptions, mapAsyncParams } from "../operators/map-async-options.js";
import { partitionCount } from "../plan/counts.js";
import { anySeed } from "../rows/random.js";
import type { Compare } from "../rows/smallest.js";
import { StreamError } from "../stream-error.js";
import { checkFraction, evenParts } from "./fractions.js";
import {
  ANY_RDD,
  checkRdds,
  either,
  FLAG,
  FUNCTION,
  MAP_ASYNC,
  NUMBER,
  NUMBERS,
  OPTIONS,
  optional,
  optionsOf,
  PARTITIONS,
  SEED,
  TEXT,
  TEXTS,
} from "./operands.js";
import type { Partitions } from "./partitioner.js";
import type { RDD } from "./rdd.js";
import { type AnyFunction, BaseRDD } from "./rdd-base.js";
import type { Row } from "./row.js";
import { takes } from "./signatures.js";

/** How `sortBy` sorts. */
export interface SortByOptions<K> {
  /** Default true. */
  ascending?: boolean;
  /** Default: as many as there are. */
  numPartitions?: number;
  /**
   * The order of the keys, as `Array.sort` takes it: less than 0 when the first one comes first. It runs in the task threads.
   * Default: their natural order.
   */
  compare?: Compare<K>;
}

/** What makes an RDD of an RDD of any records. Nothing runs until an action. */
export abstract class RDDTransformations<T> extends BaseRDD {
  /** One record for each record. */
  map<U extends Row>(f: (record: T) => U): RDD<U> {
    return this.narrow("map", f);
  }

  /**
   * What the promise that `f` gives for each record comes to, in the order of the records: for requests to other machines and
   * the like. A worker does one task at a time, also while it waits.
   * @param f is given a signal beside the record, which is aborted when the job is cancelled or another record failed
   * @throws StreamError RT_CONCURRENCY
   */
  mapAsync<U extends Row>(
    f: (record: T, signal: AbortSignal) => Promise<U>,
    options: MapAsyncOptions = {},
  ): RDD<U> {
    return this.perPartition("mapAsync", [f], mapAsyncParams(options));
  }

  /** The elements of the iterable that `f` gives for each record. */
  flatMap<U extends Row>(f: (record: T) => Iterable<U>): RDD<U> {
    return this.narrow("flatMap", f);
  }

  /** The records for which `f` is truthy. */
  filter(f: (record: T) => unknown): RDD<T> {
    return this.inPlace("filter", [f]);
  }

  /**
   * The lines that a process prints, one for each partition, which is given the partition's records as lines. It runs beside
   * the task; what it writes to stderr is printed.
   * @param command the program and its arguments, as a list or with spaces between; no shell
   * @param env variables of its environment, beside those of this program
   * @param printPipeContext prints lines before the records
   * @param printRDDElement prints a record; without it, the record is one line, as text
   * @param separateWorkingDir it runs in a folder of its own, with links to what is in the program's
   * @throws StreamError RT_SUBPROCESS by the action, when it ends with another status than 0
   */
  pipe(
    command: string | readonly string[],
    env: Readonly<Record<string, string>> = {},
    printPipeContext: (print: (line: unknown) => void) => void = printNothing,
    printRDDElement: (record: T, print: (line: unknown) => void) => void = printRecord,
    separateWorkingDir = false,
  ): RDD<string> {
    const params = { command: commandList(command), env: { ...env }, separateWorkingDir };
    return this.perPartition("pipe", [printPipeContext, printRDDElement], params);
  }

  /** Each record as a value, under the key that `f` gives for it. */
  keyBy<K extends Row>(f: (record: T) => K): RDD<[K, T]> {
    return this.narrow("keyBy", f);
  }

  /**
   * The elements of the iterable that `f` gives for each partition. Records are computed as `f` takes them from the
   * iterator, so that a large partition need not fit into memory. Called for empty partitions too. An async `f`, or one that is
   * an async generator, is waited for.
   * @param preservesPartitioning true: `f` leaves the keys as they are, so that the {@link partitioner} still holds
   */
  mapPartitions<U extends Row>(
    f: (records: IterableIterator<T>) => Iterable<U> | AsyncIterable<U> | Promise<Iterable<U>>,
    preservesPartitioning = false,
  ): RDD<U> {
    return this.#partitionwise("mapPartitions", f, preservesPartitioning);
  }

  /** {@link mapPartitions} with the number of the partition, from 0. */
  mapPartitionsWithIndex<U extends Row>(
    f: (
      partition: number,
      records: IterableIterator<T>,
    ) => Iterable<U> | AsyncIterable<U> | Promise<Iterable<U>>,
    preservesPartitioning = false,
  ): RDD<U> {
    return this.#partitionwise("mapPartitionsWithIndex", f, preservesPartitioning);
  }

  /** One list for each partition, of its records; an empty list for an empty partition. */
  glom(): RDD<T[]> {
    return this.narrow("glom");
  }

  /**
   * One record of each value. Records are compared by value, arrays and plain objects too. Pairs that a {@link partitioner}
   * placed stay where they are, unless they are to be in more or fewer partitions.
   * @throws StreamError RT_PARTITIONS
   */
  distinct(numPartitions = this.ownPartitions()): RDD<T> {
    if (this.partitioner?.numPartitions !== numPartitions) return this.wide("distinct", [], numPartitions);
    const { node } = this.wide("distinct", [], numPartitions, { aligned: [0] });
    return this.context.rdd(node, this.partitioner);
  }

  /** The records by the key that `f` gives for each: one pair per key. @throws StreamError RT_PARTITIONS */
  groupBy<K extends Row>(f: (record: T) => K, partitions?: Partitions<NoInfer<K>>): RDD<[K, T[]]> {
    return this.keyBy(f).groupByKey(partitions);
  }

  /**
   * The records of all, these first. Duplicates stay. Pairs that one partitioner placed stay where they are: each
   * partition is that of the first, then of the next.
   */
  union(this: RDD<T>, ...others: RDD<T>[]): RDD<T> {
    return this.context.union([this, ...others]);
  }

  /** The records that `other` has not, compared by value. Duplicates stay. @throws StreamError RT_PARTITIONS */
  subtract(other: RDD<T>, partitions: Partitions<T> = this.ownPartitions()): RDD<T> {
    return this.wide("subtract", [], partitions, {}, [other]);
  }

  /** One record of each value that both have. @throws StreamError RT_PARTITIONS */
  intersection(other: RDD<T>, partitions?: Partitions<T>): RDD<T> {
    return this.wide("intersection", [], partitions, {}, [other]);
  }

  /** The records in the natural order of what `f` gives for them; see {@link sortByKey}. @throws StreamError RT_PARTITIONS */
  sortBy<K>(f: (record: T) => K, ascending?: boolean, numPartitions?: number): RDD<T>;
  /** The same in an order of your own. Records that are equal in it keep their order. @throws StreamError RT_PARTITIONS */
  sortBy<K>(f: (record: T) => K, options: SortByOptions<K>): RDD<T>;
  sortBy<K>(
    f: (record: T) => K,
    how: boolean | SortByOptions<K> = true,
    partitions = this.ownPartitions(),
  ): RDD<T> {
    const options = typeof how === "boolean" ? { ascending: how } : how;
    const { ascending = true, numPartitions = partitions, compare } = options as SortByOptions<K>;
    const functions = compare === undefined ? [f] : [f, compare];
    return this.wide("sortBy", functions, numPartitions, { ascending, isCompared: compare !== undefined });
  }

  /** Each record with its number, from 0, in order. With several partitions their records are counted first. */
  zipWithIndex(): RDD<[T, number]> {
    return this.narrow("zipWithIndex");
  }

  /**
   * Each record with a number that no other has: of `n` partitions, those of number `k` get `k`, `n + k`, `2n + k` and so
   * on. Nothing is counted first.
   */
  zipWithUniqueId(): RDD<[T, number]> {
    return this.narrow("zipWithUniqueId");
  }

  /**
   * The first record of each partition with the first of the other's, and so on.
   * @throws StreamError RT_ZIP when the partitions are not as many; the job fails when in one the records are not
   */
  zip<U>(other: RDD<U>): RDD<[T, U]> {
    return this.sideBySide("zip", [other]);
  }

  /**
   * The elements of the iterable that `f` gives for the iterators over the partitions of the same number.
   * @param preservesPartitioning true: `f` gives the keys of this RDD as they are, so that its {@link partitioner} holds
   * @throws StreamError RT_ZIP when the partitions are not as many
   */
  zipPartitions<A, U extends Row>(
    other: RDD<A>,
    f: (records: IterableIterator<T>, a: IterableIterator<A>) => Iterable<U>,
    preservesPartitioning?: boolean,
  ): RDD<U>;
  zipPartitions<A, B, U extends Row>(
    a: RDD<A>,
    b: RDD<B>,
    f: (records: IterableIterator<T>, a: IterableIterator<A>, b: IterableIterator<B>) => Iterable<U>,
    preservesPartitioning?: boolean,
  ): RDD<U>;
  zipPartitions<A, B, C, U extends Row>(
    a: RDD<A>,
    b: RDD<B>,
    c: RDD<C>,
    f: (
      records: IterableIterator<T>,
      a: IterableIterator<A>,
      b: IterableIterator<B>,
      c: IterableIterator<C>,
    ) => Iterable<U>,
    preservesPartitioning?: boolean,
  ): RDD<U>;
  zipPartitions<U>(...all: (RDD<unknown> | AnyFunction | boolean | undefined)[]): RDD<U> {
    const others = all.filter((one) => one instanceof BaseRDD) as RDD<unknown>[];
    const [f, preservesPartitioning] = all.slice(others.length);
    return this.sideBySide("zipPartitions", others, [f as AnyFunction], preservesPartitioning === true);
  }

  /** Each record with each of the other's. Partition `i * m + j` is that of `i` here and of `j` of the `m` there. */
  cartesian<U>(other: RDD<U>): RDD<[T, U]> {
    checkRdds("cartesian", [other]);
    return this.context.rdd(cartesianNode(this.node, other.node));
  }

  /**
   * A part of the records, each with the chance `fraction`; with replacement, each as often as it happens to be,
   * `fraction` times on average. The same seed gives the same sample of the same partitions.
   * @throws StreamError RT_FRACTION when it is negative or infinite, or above 1 without replacement
   */
  sample(withReplacement: boolean, fraction: number, seed: number = anySeed()): RDD<T> {
    checkFraction(fraction, withReplacement);
    return withReplacement
      ? this.inPlace("sampleWithReplacement", [], { seed, fraction })
      : this.inPlace("sample", [], { seed, from: 0, to: fraction });
  }

  /**
   * The records dealt at random to as many RDDs as there are weights, each as its weight is to their sum.
   * @throws StreamError RT_WEIGHTS when one is negative or their sum is not positive
   */
  randomSplit(weights: readonly number[], seed: number = anySeed()): RDD<T>[] {
    const parts = evenParts(weights);
    return parts.map(([from, to]) => this.inPlace("sample", [], { seed, from, to }));
  }

  /** The records dealt in turn to that many partitions. @throws StreamError RT_PARTITIONS */
  repartition(numPartitions: number): RDD<T> {
    return this.wide("repartition", [], numPartitions);
  }

  /**
   * Neighbouring partitions joined, so that there are that many; this RDD when it has no more. With `shuffle` it is
   * {@link repartition}. @throws StreamError RT_PARTITIONS
   */
  coalesce(this: RDD<T>, numPartitions: number, shuffle = false): RDD<T> {
    if (shuffle) return this.repartition(numPartitions);
    return partitionCount(numPartitions) >= this.node.partitions
      ? this
      : this.wide("coalesce", [], numPartitions);
  }

  #partitionwise<U>(op: string, f: AnyFunction, preservesPartitioning: boolean): RDD<U> {
    return preservesPartitioning ? this.inPlace(op, [f]) : this.narrow(op, f);
  }
}

takes(RDDTransformations.prototype, {
  map: { f: FUNCTION },
  mapAsync: { f: FUNCTION, options: optional(MAP_ASYNC) },
  flatMap: { f: FUNCTION },
  filter: { f: FUNCTION },
  pipe: {
    command: either("RT_COMMAND", "a command, or a list of a program and its arguments", TEXT, TEXTS),
    env: optional(OPTIONS),
    printPipeContext: optional(FUNCTION),
    printRDDElement: optional(FUNCTION),
    separateWorkingDir: optional(FLAG),
  },
  keyBy: { f: FUNCTION },
  mapPartitions: { f: FUNCTION, preservesPartitioning: optional(FLAG) },
  mapPartitionsWithIndex: { f: FUNCTION, preservesPartitioning: optional(FLAG) },
  groupBy: { f: FUNCTION },
  sortBy: {
    f: FUNCTION,
    how: optional(
      either(
        "RT_OPTIONS",
        "true, false or an object of options, such as { ascending: false }",
        FLAG,
        optionsOf<SortByOptions<unknown>>({
          ascending: optional(FLAG),
          numPartitions: optional(PARTITIONS),
          compare: optional(FUNCTION),
        }),
      ),
    ),
  },
  zipPartitions: [
    { a: ANY_RDD, f: FUNCTION, preservesPartitioning: optional(FLAG) },
    { a: ANY_RDD, b: ANY_RDD, f: FUNCTION, preservesPartitioning: optional(FLAG) },
    { a: ANY_RDD, b: ANY_RDD, c: ANY_RDD, f: FUNCTION, preservesPartitioning: optional(FLAG) },
  ],
  sample: { withReplacement: FLAG, fraction: NUMBER, seed: optional(SEED) },
  randomSplit: { weights: NUMBERS, seed: optional(SEED) },
  repartition: { numPartitions: PARTITIONS },
  coalesce: { numPartitions: PARTITIONS, shuffle: optional(FLAG) },
});

function printNothing(): void {
  // as in Spark, unless the program says otherwise
}

function printRecord(record: unknown, print: (line: unknown) => void): void {
  print(record);
}

/** @throws StreamError RT_COMMAND for no command */
function commandList(command: string | readonly string[]): string[] {
  const list =
    typeof command === "string" ? command.split(/\s+/).filter((part) => part !== "") : [...command];
  if (list.length > 0 && list[0] !== "") return list;
  throw new StreamError("RT_COMMAND", "pipe needs a command to run, not an empty one");
}
