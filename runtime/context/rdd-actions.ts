import { type CodecName, codecEnding } from "../connect/files/codec.js";
import { type CsvSyntaxOptions, csvSyntax } from "../connect/files/csv-file.js";
import type { FormatSpec } from "../connect/files/formats.js";
import { OutputFolder } from "../connect/files/output-folder.js";
import type { PartSpec } from "../connect/files/part-file.js";
import type { Action } from "../engine/action.js";
import { rowCount } from "../plan/counts.js";
import { fresh } from "../rows/fresh.js";
import {
  bitsFor,
  checkBits,
  estimateDistinct,
  joinSketches,
  newSketch,
  type Sketch,
} from "../rows/hyper-log-log.js";
import { compareRows } from "../rows/order.js";
import { anySeed, Random } from "../rows/random.js";
import { type Compare, Smallest } from "../rows/smallest.js";
import { StreamError } from "../stream-error.js";
import { type BoundedDouble, CountEvaluator, checkConfidence, GroupedCountEvaluator } from "./approximate.js";
import { fractionFor } from "./fractions.js";
import {
  ANY,
  CSV_SYNTAX,
  either,
  FLAG,
  FUNCTION,
  NUMBER,
  optional,
  optionsOf,
  PATH,
  SEED,
  TEXT,
  TEXTS,
  TIMEOUT_MS,
} from "./operands.js";
import { approximately, type PartialResult } from "./partial-result.js";
import type { RDD } from "./rdd.js";
import type { AnyFunction } from "./rdd-base.js";
import { DoubleRDDFunctions } from "./rdd-double-functions.js";
import type { Row, Zero } from "./row.js";
import { takes } from "./signatures.js";
import { zeroValue } from "./zero-value.js";

/** How many records `collect` brings. */
export interface CollectOptions {
  /** The first ones only, at most that many. */
  limit?: number;
  /** All, however many. */
  force?: boolean;
}

/** How `saveAsCsv` writes. */
export interface SaveAsCsvOptions extends CsvSyntaxOptions {
  /** The names of the columns are the first line of each file; default false, as in Spark. */
  header?: boolean;
  /** Names of the fields of records that are objects, in their order; default: those of the first record, which is asked for. */
  columns?: readonly string[];
  /** Compresses the files, and gives them its ending. */
  codec?: CodecName;
}

/** @internal Without being asked, a program is given no more than it can surely hold. */
export const COLLECT: Action = { kind: "collect", most: { rows: 1_000_000, bytes: 256 * 2 ** 20 } };

/** What computes an RDD and gives a promise of the result. */
export abstract class RDDActions<T> extends DoubleRDDFunctions<T> {
  /**
   * All records, in the order of the partitions.
   * @throws StreamError RT_COLLECT_LIMIT for more than a million, or more than 256 MB of them, unless `force` is set;
   * RT_ROWS
   */
  collect(options?: CollectOptions): Promise<T[]>;
  /**
   * No action, but Spark's `collect` of a partial function: what `f` gives, without the records for which it gives
   * undefined.
   */
  collect<U extends Row>(f: (record: T) => U): RDD<Exclude<U, undefined>>;
  collect<U extends Row>(
    how: CollectOptions | ((record: T) => U) = {},
  ): Promise<T[]> | RDD<Exclude<U, undefined>> {
    return typeof how === "function" ? this.narrow("collect", how) : this.#collect(how);
  }

  /** @internal The records of each partition merged into one. */
  mergePartitions(f: (a: T, b: T) => T): RDD<T> {
    return this.narrow("reduce", f);
  }

  /** @internal The same, beginning with a zero. */
  foldPartitions(zero: unknown, f: (a: T, b: T) => T): RDD<T> {
    return this.perPartition("fold", [f], { zero });
  }

  /** @internal All records of one partition. */
  async collectPartition(partition: number): Promise<T[]> {
    return rows(await this.context.run(this.node, { kind: "partitions", partitions: [partition] }));
  }

  /** @internal What `f` makes of each partition, as its one record. */
  eachPartition(f: AnyFunction): RDD<unknown> {
    return this.narrow("runJob", f);
  }

  /** The first `n` records; computes only as many partitions as it takes. @throws StreamError RT_ROWS */
  async take(n: number): Promise<T[]> {
    const limit = rowCount(n);
    return limit === 0 ? [] : rows(await this.context.run(this.node, { kind: "take", limit }));
  }

  /** The first record. @throws StreamError RT_EMPTY when there is none */
  async first(): Promise<T> {
    const first = await this.take(1);
    if (first.length === 0)
      throw new StreamError("RT_EMPTY", "an empty RDD has no first record; ask isEmpty() before");
    return first[0] as T;
  }

  /** The number of records. */
  async count(): Promise<number> {
    const result = await this.context.run(this.node, { kind: "count" });
    return "count" in result ? result.count : 0;
  }

  /** True when there is no record. */
  async isEmpty(): Promise<boolean> {
    return (await this.take(1)).length === 0;
  }

  /**
   * The `n` greatest records by their natural order, or by `compare`, greatest first. Pairs go by their keys, as tuples
   * do; for those with the greatest values give `(a, b) => a[1] - b[1]`. @throws StreamError RT_ROWS
   */
  async top(n: number, compare?: Compare<T>): Promise<T[]> {
    return this.#first("top", n, compare);
  }

  /**
   * `n` records at random, in a random order; all of them when there are no more. With replacement a record may be there
   * several times. @throws StreamError RT_ROWS when `n` is negative
   */
  async takeSample(withReplacement: boolean, n: number, seed: number = anySeed()): Promise<T[]> {
    if (n < 0) throw new StreamError("RT_ROWS", `a sample has at least 0 records, not ${n}`);
    const wanted = rowCount(n);
    const all = wanted === 0 ? 0 : await this.count();
    if (all === 0) return [];
    const random = new Random(seed);
    if (!withReplacement && wanted >= all) return random.shuffle(await this.#collect());
    const fraction = fractionFor(wanted, all, withReplacement);
    for (;;) {
      const rows = await this.sample(withReplacement, fraction, random.bits()).collect();
      if (rows.length >= wanted) return random.shuffle(rows).slice(0, wanted);
    }
  }

  /** The first `n` records by their natural order, or by `compare`, first first. @throws StreamError RT_ROWS */
  async takeOrdered(n: number, compare?: Compare<T>): Promise<T[]> {
    return this.#first("takeOrdered", n, compare);
  }

  /**
   * All records merged into one by an associative and commutative `f`, first in the task threads, then here.
   * @throws StreamError RT_EMPTY when there is none
   */
  async reduce(f: (a: T, b: T) => T): Promise<T> {
    return reduced(await this.narrow<T>("reduce", f).collect(), f, "reduce", "use fold with a zero");
  }

  /**
   * All records merged by an associative and commutative `f`. It begins with `zero` in each partition, and once more where
   * these are merged, so `zero` must change nothing: 0 for a sum, 1 for a product. `zero` when there is no record.
   * @throws StreamError RT_ZERO
   */
  async fold(zero: T, f: (a: T, b: T) => T): Promise<T> {
    const partials = await this.partials<T>("fold", [f], { zero: zeroValue(zero) });
    return partials.reduce((a, b) => f(a, b), fresh(zero));
  }

  /**
   * The records of each partition go by `seqOp` into a copy of `zero`, and what partitions give is merged by `combOp`
   * here. `zero` when there is no record. @throws StreamError RT_ZERO
   */
  async aggregate<U extends Zero>(
    zero: U,
    seqOp: (result: U, record: T) => U,
    combOp: (a: U, b: U) => U,
  ): Promise<U> {
    const partials = await this.partials<U>("aggregate", [seqOp], { zero: zeroValue(zero) });
    return partials.reduce((a, b) => combOp(a, b), fresh(zero));
  }

  /**
   * {@link reduce} through `depth` levels of the task threads, so that this thread is left with few partials to merge.
   * @throws StreamError RT_EMPTY when there is no record, RT_DEPTH when the depth is not a whole number of at least 1
   */
  async treeReduce(f: (a: T, b: T) => T, depth = 2): Promise<T> {
    const partials = await merged(this.narrow<T>("reduce", f), f, depth).collect();
    return reduced(partials, f, "treeReduce", "use fold with a zero");
  }

  /**
   * {@link aggregate} through `depth` levels of the task threads, so that this thread is left with few partials to merge. What a
   * level merges begins with `zero` too, so `zero` must change nothing.
   * @param finalAggregateOnExecutor the last partials are merged by a task, so that this thread is given one only
   * @throws StreamError RT_ZERO, RT_DEPTH
   */
  async treeAggregate<U extends Zero>(
    zero: U,
    seqOp: (result: U, record: T) => U,
    combOp: (a: U, b: U) => U,
    depth = 2,
    finalAggregateOnExecutor = false,
  ): Promise<U> {
    const copied = zeroValue(zero);
    const partials = this.perPartition<U>("aggregate", [seqOp], { zero: copied });
    const begun = (level: RDD<U>) => level.foldPartitions(copied, combOp);
    const last = merged(partials, combOp, depth, begun);
    const toOne = finalAggregateOnExecutor && last.getNumPartitions() > 1;
    const rest = toOne ? begun(last).coalesce(1).mergePartitions(combOp) : last;
    return (await begun(rest).collect()).reduce((a, b) => combOp(a, b), fresh(zero));
  }

  /**
   * The number of records as far as it is known after `timeoutMs`, with bounds in which it is with the probability
   * `confidence`. Exact, and sooner, when all partitions are done before. @throws StreamError RT_CONFIDENCE
   */
  async countApprox(timeoutMs: number, confidence = 0.95): Promise<PartialResult<BoundedDouble>> {
    const tally = this.narrow<number>("tally");
    const count = async (partition: number) => (await tally.collectPartition(partition))[0] ?? 0;
    const evaluator = new CountEvaluator(this.node.partitions, checkConfidence(confidence));
    return approximately(this.node.partitions, count, evaluator, timeoutMs);
  }

  /** {@link countByValue} as far as it is known after `timeoutMs`; see {@link countApprox}. @throws StreamError RT_CONFIDENCE */
  async countByValueApprox(
    timeoutMs: number,
    confidence = 0.95,
  ): Promise<PartialResult<Map<T, BoundedDouble>>> {
    const counts = this.narrow<[T, number]>("valueCounts");
    const evaluator = new GroupedCountEvaluator<T>(this.node.partitions, checkConfidence(confidence));
    return approximately(this.node.partitions, (p) => counts.collectPartition(p), evaluator, timeoutMs);
  }

  /**
   * About the number of distinct records, by HyperLogLog: each partition makes a sketch of some kilobytes, however many
   * records there are.
   * @param relativeSD relative standard deviation of the result
   * @throws StreamError RT_ACCURACY
   */
  async countApproxDistinct(relativeSD?: number): Promise<number>;
  /**
   * The same with sketches of 2^p registers. The second number is there for Spark's sake, where it makes sketches of few
   * records smaller: 0, or at least `p`. @throws StreamError RT_ACCURACY
   */
  async countApproxDistinct(p: number, sp: number): Promise<number>;
  async countApproxDistinct(accuracy = 0.05, sp?: number): Promise<number> {
    const bits = sp === undefined ? bitsFor(accuracy) : checkBits(accuracy, sp);
    const sketches = await this.partials<Sketch>("sketch", [], { bits });
    return estimateDistinct(sketches.reduce(joinSketches, newSketch(bits)));
  }

  /**
   * The greatest record, by its natural order (numbers, strings, dates, arrays element by element) or by `compare`.
   * @throws StreamError RT_EMPTY when there is none
   */
  async max(compare?: Compare<T>): Promise<T> {
    const order = compare ?? compareRows;
    const partials = await this.partials<T>("max", compare ? [compare] : []);
    return reduced(partials, (a, b) => (order(b, a) > 0 ? b : a), "max", "ask isEmpty() before");
  }

  /** The least record, by its natural order or by `compare`. @throws StreamError RT_EMPTY when there is none */
  async min(compare?: Compare<T>): Promise<T> {
    const order = compare ?? compareRows;
    const partials = await this.partials<T>("min", compare ? [compare] : []);
    return reduced(partials, (a, b) => (order(b, a) < 0 ? b : a), "min", "ask isEmpty() before");
  }

  /** Each value with the number of records equal to it. A value that is an object is a key of the Map by identity. */
  async countByValue(): Promise<Map<T, number>> {
    return new Map(await this.wide<[T, number]>("countByValue", []).collect());
  }

  /**
   * Runs `f` for each record, in the task threads. For what is to happen here, use `collect` or `toLocalIterator`. An async `f`
   * is waited for, for up to 16 records of a task at a time, begun in their order.
   */
  async foreach(f: (record: T) => unknown): Promise<void> {
    await this.narrow("foreach", f).count();
  }

  /** Runs `f` for the records of each partition, in the task threads. Called for empty partitions too. An async `f` is waited for. */
  async foreachPartition(f: (records: IterableIterator<T>) => unknown): Promise<void> {
    await this.narrow("foreachPartition", f).count();
  }

  /** The records one partition after the other: no more than one is here at a time. */
  async *toLocalIterator(): AsyncGenerator<T, void, undefined> {
    for (let partition = 0; partition < this.node.partitions; partition++)
      yield* await this.collectPartition(partition);
  }

  /**
   * Writes each partition as lines of text, part-00000 and so on, in a new folder. Strings are written as they are, pairs as
   * `(key,value)`, as in Spark, plain objects as JSON. The folder appears when all of it is written: an action that
   * fails or is cancelled leaves nothing.
   * @param codec compresses the files, and gives them its ending
   * @throws StreamError RT_OUTPUT_EXISTS ("Output directory … already exists"), RT_FILE
   */
  async saveAsTextFile(path: string, codec?: CodecName): Promise<void> {
    await this.#save("saveAsTextFile", path, { format: "text" }, codec);
  }

  /** {@link saveAsTextFile}, each record as a line of JSON, for `sc.jsonLines`. */
  async saveAsJsonLines(path: string, codec?: CodecName): Promise<void> {
    await this.#save("saveAsJsonLines", path, { format: "jsonLines" }, codec);
  }

  /**
   * Writes the records, as they are, in files for `sc.objectFile`: all that structured clone copies. Otherwise as
   * {@link saveAsTextFile}. The format is Millrace's own.
   */
  async saveAsObjectFile(path: string): Promise<void> {
    await this.#save("saveAsObjectFile", path, { format: "objects" });
  }

  /**
   * {@link saveAsTextFile}, each record as a line of CSV by RFC 4180, for `sc.csv`: the elements of an array, the fields of a
   * plain object, or a single value. Nothing stands for null and undefined, ISO 8601 for dates. A function is to make fields of what
   * is none: another object fails the action.
   * @throws StreamError RT_CSV_SYNTAX; RT_CSV_COLUMNS for a header of records without names; RT_OUTPUT_EXISTS, RT_FILE
   */
  async saveAsCsv(path: string, options: SaveAsCsvOptions = {}): Promise<void> {
    const { header = false, codec } = options;
    const syntax = csvSyntax(options);
    const columns = options.columns ?? (await this.#fieldNames());
    if (header && columns.length === 0 && !(await this.isEmpty())) {
      throw new StreamError(
        "RT_CSV_COLUMNS",
        'a header needs names, and these records have none; give columns: ["a", "b"]',
      );
    }
    await this.#save("saveAsCsv", path, { format: "csv", layout: { syntax, columns, header } }, codec);
  }

  /** Of the first record: those of the others are to be the same, or the columns have to be given. */
  async #fieldNames(): Promise<string[]> {
    const [first] = await this.take(1);
    const hasFields =
      typeof first === "object" && first !== null && !Array.isArray(first) && !(first instanceof Date);
    return hasFields ? Object.keys(first) : [];
  }

  async #save(op: string, path: string, format: FormatSpec, codec?: CodecName): Promise<void> {
    const ending = codec === undefined ? "" : codecEnding(codec);
    const output = await OutputFolder.begin(path, this.context.patience());
    try {
      const spec: PartSpec = { ...format, folder: output.writing, ending };
      await output.commit(await this.partials<string>(op, [], spec), ending);
    } catch (error) {
      await output.abort();
      throw error;
    }
  }

  async #collect({ limit, force = false }: CollectOptions = {}): Promise<T[]> {
    if (limit !== undefined) return this.take(limit);
    return rows(await this.context.run(this.node, force ? { kind: "collect" } : COLLECT));
  }

  async #first(op: "takeOrdered" | "top", n: number, compare: Compare<T> = compareRows): Promise<T[]> {
    const limit = rowCount(n);
    if (limit === 0) return [];
    const order: Compare<T> = op === "top" ? (a, b) => compare(b, a) : compare;
    const smallest = new Smallest<T>(limit, order);
    const partials = await this.partials<T>(op, compare === compareRows ? [] : [compare], { limit });
    for (const record of partials) smallest.add(record);
    return smallest.rows();
  }
}

takes(RDDActions.prototype, {
  collect: {
    how: optional(
      either(
        "RT_OPTIONS",
        "an object of options, such as { limit: 10 }, or a function",
        optionsOf<CollectOptions>({ limit: ANY, force: optional(FLAG) }),
        FUNCTION,
      ),
    ),
  },
  top: { n: NUMBER, compare: optional(FUNCTION) },
  take: { n: NUMBER },
  takeSample: { withReplacement: FLAG, n: NUMBER, seed: optional(SEED) },
  takeOrdered: { n: NUMBER, compare: optional(FUNCTION) },
  reduce: { f: FUNCTION },
  fold: { zero: ANY, f: FUNCTION },
  aggregate: { zero: ANY, seqOp: FUNCTION, combOp: FUNCTION },
  treeReduce: { f: FUNCTION, depth: optional(NUMBER) },
  treeAggregate: {
    zero: ANY,
    seqOp: FUNCTION,
    combOp: FUNCTION,
    depth: optional(NUMBER),
    finalAggregateOnExecutor: optional(FLAG),
  },
  countApprox: { timeoutMs: TIMEOUT_MS, confidence: optional(NUMBER) },
  countByValueApprox: { timeoutMs: TIMEOUT_MS, confidence: optional(NUMBER) },
  countApproxDistinct: { accuracy: optional(NUMBER), sp: optional(NUMBER) },
  max: { compare: optional(FUNCTION) },
  min: { compare: optional(FUNCTION) },
  foreach: { f: FUNCTION },
  foreachPartition: { f: FUNCTION },
  saveAsTextFile: { path: PATH, codec: optional(TEXT) },
  saveAsJsonLines: { path: PATH, codec: optional(TEXT) },
  saveAsObjectFile: { path: PATH },
  saveAsCsv: {
    path: PATH,
    options: optional(
      optionsOf<SaveAsCsvOptions>({
        header: optional(FLAG),
        columns: optional(TEXTS),
        codec: optional(TEXT),
        ...CSV_SYNTAX,
      }),
    ),
  },
});

/** @throws StreamError RT_EMPTY when no partition gave anything */
function reduced<T>(partials: T[], f: (a: T, b: T) => T, action: string, wayOut: string): T {
  if (partials.length > 0) return partials.reduce((a, b) => f(a, b));
  throw new StreamError("RT_EMPTY", `an empty RDD has nothing for ${action}(); ${wayOut}`);
}

/**
 * Partials of so many partitions merged level by level, by Spark's rule: neighbours by the `depth`th root of their number.
 * @param begun what is made of each partial before
 */
function merged<U>(
  partials: RDD<U>,
  f: (a: U, b: U) => U,
  depth: number,
  begun = (level: RDD<U>) => level,
): RDD<U> {
  if (!Number.isInteger(depth) || depth < 1)
    throw new StreamError("RT_DEPTH", `a depth is a whole number of at least 1, not ${depth}`);
  const scale = Math.max(2, Math.ceil(partials.getNumPartitions() ** (1 / depth)));
  let level = partials;
  for (let n = level.getNumPartitions(); n > scale + Math.ceil(n / scale); n = level.getNumPartitions())
    level = begun(level)
      .coalesce(Math.floor(n / scale))
      .mergePartitions(f);
  return level;
}

/** The rows of an answer. */
export function rows<T>(result: { rows: unknown[] } | { count: number }): T[] {
  return "rows" in result ? (result.rows as T[]) : [];
}
