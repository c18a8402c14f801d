import { availableParallelism } from "node:os";
import { inspect } from "node:util";
import { capture, captureValue, recapture } from "../closure/capture.js";
import { STAYS_HERE } from "../closure/closure-host.js";
import type { PortableFunction } from "../closure/portable-function.js";
import { broadcastBytes } from "../closure/stand-in.js";
import { binaryRecordsNode } from "../connect/files/binary-records.js";
import { type CsvOptions, type CsvRecord, csvNode } from "../connect/files/csv-file.js";
import { type JsonLinesOptions, jsonLinesNode } from "../connect/files/json-lines.js";
import { objectFileNode } from "../connect/files/object-file.js";
import { textFileNode } from "../connect/files/text-file.js";
import { wholeFilesNode } from "../connect/files/whole-files.js";
import { type HdfsOptions, shareHdfsOptions } from "../connect/hdfs/hdfs-options.js";
import { Patience } from "../connect/patience.js";
import type { Action, ActionResult } from "../engine/action.js";
import type { StorageInfo } from "../engine/persisted.js";
import { linesNode } from "../operators/lines.js";
import { parallelizeNode } from "../operators/parallelize.js";
import { rangeNode } from "../operators/range.js";
import { awaits } from "../operators/table.js";
import { unionRdd } from "../operators/union.js";
import { lineage, newNodeId, type RddNode } from "../plan/rdd-node.js";
import { Renewal } from "../plan/renewal.js";
import { checkWorkerMemory, defaultWorkerMemoryMb } from "../pool/worker-memory.js";
import { toLineBlocks } from "../rows/lines.js";
import { StreamError } from "../stream-error.js";
import { CollectionAccumulator, NumberAccumulator } from "./accumulator.js";
import { type AccumulatorV2, Registered } from "./accumulator-v2.js";
import { Broadcast } from "./broadcast.js";
import { Checkpoints } from "./checkpoints.js";
import { ElementTypes } from "./element-type.js";
import { EngineClient, inlineEngine, threadEngine } from "./engine-client.js";
import type { FutureAction } from "./future-action.js";
import { Jobs } from "./jobs.js";
import {
  ANY,
  ANY_RDD,
  BYTES,
  COUNT,
  CSV_SYNTAX,
  checkFunction,
  DURATION,
  either,
  FLAG,
  FUNCTION,
  having,
  LIST,
  NUMBER,
  NUMBERS,
  OPTIONS,
  optional,
  optionsOf,
  PATH,
  ROWS,
  TEXT,
  TEXTS,
  WHOLE,
} from "./operands.js";
import { BadLineCounts, ParsedRDD } from "./parsed-rdd.js";
import type { Partitioner } from "./partitioner.js";
import { type ProgramHost, programHost } from "./program-host.js";
import { RDD } from "./rdd.js";
import type { Row } from "./row.js";
import { type PartitionFunction, partitionsJob, type ResultHandler } from "./run-job.js";
import { checkArgument, takes } from "./signatures.js";
import { StatusTracker } from "./status-tracker.js";
import { unionOf } from "./union-of.js";
import { forgetWhenUnreachable } from "./unreachable-rdds.js";

export interface SparkConf {
  /** Shown by status and display. */
  appName?: string;
  /** Task threads; default: as many as the machine runs in parallel. */
  workers?: number;
  /**
   * Megabytes of heap of each task thread, at least 64; default: together 60 % of the machine's memory, each at most
   * 4096. A job that needs more fails with RT_OUT_OF_MEMORY, and nothing else with it. Loops of functions are seen; what
   * grows inside one call of a built-in (`Array.from({ length: 1e8 }, f)`), by recursion or in an imported module is seen
   * late or by V8 alone, to which one allocation of half a gigabyte beyond the limit, or an array of more than 112 million
   * elements, is fatal: it ends the process.
   */
  workerMemoryMb?: number;
  /** False: tasks run in this thread, one after the other. For tests and small scripts. */
  threads?: boolean;
  /**
   * Folder for temporary files of rows that do not fit in memory; default: the system's. What is left there goes when the
   * context stops or the process ends.
   */
  localDir?: string;
  /**
   * Bytes, about, that each worker holds of one kind (a task's output, buckets that wait, results that are kept, what is
   * being merged) before they go to `localDir`; default: an eighth of its heap, 256 MB at most.
   */
  spillBytes?: number;
  /**
   * Bytes, about, that the states of `updateStateByKey`, `mapWithState` and `rolling` take in each worker's heap before a part of
   * them goes to `localDir`; default: 30 % of its heap. However many keys there are, they then take no more than that and what one
   * batch brings. `updateStateByKey` reads and writes all of them in each batch; `mapWithState` and `rolling` those that came in or
   * timed out, and once in a while those of an eighth of the pages that they lie in.
   *
   * What is in memory whatever its size: `updateStateByKey` with a function of whole partitions, which is given all keys at once, and
   * reduced windows, which are as large as the batches in them.
   */
  stateBytes?: number;
  /** How Hadoop's file systems are spoken to, `hdfs://…` and `webhdfs://…`: for the whole process, the last one that is given. */
  hdfs?: HdfsOptions;
}

const BLOCK_BYTES = 1 << 20;

/**
 * The way to RDDs, after Apache Spark's class of the same name. Its engine and task threads are started by the first
 * action or stream, and end with {@link stop}.
 *
 * On Linux, start a program whose streams run for long with `MALLOC_MMAP_THRESHOLD_=131072` in its environment, as the kernel does:
 * else glibc keeps freed buffers of batches, ever larger ones, and the process grows by a tenth in its first minutes.
 */
export class SparkContext {
  readonly appName: string;
  /** Partitions of an RDD when none are asked for: one per task thread. */
  readonly defaultParallelism: number;
  /** @internal */
  readonly host: ProgramHost;
  /** @internal */
  readonly engine: EngineClient;
  readonly [STAYS_HERE] = "a SparkContext";
  /** @internal */
  readonly jobs: Jobs;
  /** @internal */
  readonly elementTypes = new ElementTypes();
  /** @internal */
  readonly checkpoints: Checkpoints;
  /** What is known of this context's jobs. */
  readonly statusTracker: StatusTracker;
  #wasStopped = false;
  readonly #accumulators = new Map<string, WeakRef<{ merge(part: unknown): void }>>();
  readonly #renewal = new Renewal(recapture, {
    made: (node) => forgetWhenUnreachable(node, this.engine),
    stored: (node) => this.engine.persist(node),
  });
  readonly #known = new WeakSet<RddNode>();

  /**
   * @param host what the context knows of the program around it; set once for all by whoever embeds the runtime
   * @throws StreamError RT_WORKERS when `workers` is not a positive whole number, RT_WORKER_MEMORY, RT_HDFS_OPTIONS
   */
  constructor(conf: SparkConf = {}, host: ProgramHost = programHost()) {
    checkArgument("new SparkContext", { conf: CONF }, conf);
    const workers = conf.workers ?? availableParallelism();
    if (!Number.isInteger(workers) || workers < 1) {
      throw new StreamError("RT_WORKERS", `workers is a whole number of at least 1, not ${workers}`);
    }
    const memoryMb = checkWorkerMemory(conf.workerMemoryMb ?? defaultWorkerMemoryMb(workers));
    if (conf.hdfs !== undefined) shareHdfsOptions(conf.hdfs);
    this.appName = conf.appName ?? "millrace";
    this.defaultParallelism = workers;
    this.host = host;
    const { localDir, spillBytes, stateBytes } = conf;
    const settings = { workers, memoryMb, localDir, spillBytes, stateBytes };
    this.engine = new EngineClient(
      conf.threads === false ? inlineEngine(settings) : threadEngine(settings, host.engineEntry),
    );
    this.checkpoints = new Checkpoints({
      engine: this.engine,
      patience: () => this.patience(),
      latest: (node) => this.#renewal.latest(node),
      run: (node, action) => this.jobs.submit(this.rdd(node).node, action, false).result,
    });
    this.jobs = new Jobs(
      this.engine,
      host,
      (node) => this.#renewal.of(node),
      (node, result) => {
        this.elementTypes.note(node, result);
        return this.checkpoints.afterAction(node);
      },
    );
    this.statusTracker = new StatusTracker(this.jobs, this.engine);
    this.engine.onAccumulated = (accumulated) => {
      for (const { accumulator, part } of accumulated)
        this.#accumulators.get(accumulator)?.deref()?.merge(part);
    };
  }

  /** An RDD of these rows, cut into contiguous slices: 1..4 in 2 is [1, 2], [3, 4]. The rows are copied now. @throws StreamError RT_PARTITIONS, RT_NOT_ROWS */
  parallelize<T extends Row>(rows: Iterable<T>, numSlices = this.defaultParallelism): RDD<T> {
    return this.rdd(parallelizeNode([...rows], numSlices));
  }

  /**
   * The same as {@link parallelize}. Spark's other form, of rows with the names of the machines they are preferred on, is
   * not here: there is one machine, and such a list is one of pairs.
   */
  makeRDD<T extends Row>(rows: Iterable<T>, numSlices = this.defaultParallelism): RDD<T> {
    return this.parallelize(rows, numSlices);
  }

  /** The whole numbers from 0 up to, not with, `end`. @throws StreamError RT_RANGE */
  range(end: number): RDD<number>;
  /**
   * The whole numbers from `start` on, by steps of `step`, up (or down) to, not with, `end`. They are made in the task
   * threads. @throws StreamError RT_RANGE, RT_PARTITIONS
   */
  range(start: number, end: number, step?: number, numSlices?: number): RDD<number>;
  range(first: number, end?: number, step = 1, numSlices = this.defaultParallelism): RDD<number> {
    const [from, to] = end === undefined ? [0, first] : [first, end];
    return this.rdd(rangeNode(from, to, step, numSlices));
  }

  /**
   * The lines of text files, UTF-8, in the order of the files: of a file, of all files in a folder, of those that a pattern
   * matches (`*`, `?`, `[a-z]`, `{a,b}`), or of a list of these with commas between. A path is from the folder the program
   * runs in, and the files are listed now: when one has changed until it is read, the action says so. Files that end in
   * `.gz`, `.deflate` or `.br` are decompressed; they are not cut, so that each is one partition. Names that begin with `_` or
   * `.` are left out.
   * @param minPartitions large files are cut into about that many parts, none of more than 32 MB; default: 2, or for large
   * files as many as there are task threads
   * @throws StreamError RT_INPUT_MISSING ("Input path does not exist: …"), RT_FILE, RT_CODEC, RT_PARTITIONS
   */
  textFile(path: string, minPartitions?: number): RDD<string> {
    return this.rdd(textFileNode(path, minPartitions, this.defaultParallelism));
  }

  /**
   * A pair of path and text for each file; paths as in {@link textFile}. Each file has to fit in memory.
   * @param minPartitions files go into about that many partitions, or fewer
   * @throws StreamError RT_INPUT_MISSING, RT_FILE, RT_CODEC, RT_PARTITIONS
   */
  wholeTextFiles(path: string, minPartitions?: number): RDD<[path: string, text: string]> {
    return this.rdd(wholeFilesNode("wholeTextFiles", path, minPartitions, this.defaultParallelism));
  }

  /** {@link wholeTextFiles} with the bytes of each file in place of its text. */
  binaryFiles(path: string, minPartitions?: number): RDD<[path: string, content: Uint8Array]> {
    return this.rdd(wholeFilesNode("binaryFiles", path, minPartitions, this.defaultParallelism));
  }

  /**
   * Files that consist of records of one length in bytes; paths as in {@link textFile}.
   * @throws StreamError RT_RECORD_LENGTH also when bytes are left over at the end of a file; RT_INPUT_MISSING, RT_FILE
   */
  binaryRecords(path: string, recordLength: number): RDD<Uint8Array> {
    return this.rdd(binaryRecordsNode(path, recordLength, this.defaultParallelism));
  }

  /**
   * The records that `rdd.saveAsObjectFile` wrote, one partition for each of its own. Damage is told as RT_OBJECT_FILE by the action.
   * @throws StreamError RT_INPUT_MISSING, RT_FILE
   */
  objectFile<T>(path: string): RDD<T> {
    return this.rdd(objectFileNode(path));
  }

  /**
   * A record for each line of JSON; paths and partitions as in {@link textFile}. `T` is what you know of the lines: nobody checks
   * it. A line that is no JSON fails the action with its number and its file, unless `badLines` says otherwise; then they are
   * counted, see {@link ParsedRDD.badLines}.
   * @throws StreamError RT_INPUT_MISSING, RT_FILE, RT_CODEC, RT_PARTITIONS, RT_BAD_LINES
   */
  jsonLines<T>(path: string, options: JsonLinesOptions = {}): ParsedRDD<T> {
    return this.#parsed((counter) => jsonLinesNode(path, options, this.defaultParallelism, counter));
  }

  /** The records of CSV files, each an array of its fields; see the form with options. */
  csv(path: string): ParsedRDD<string[]>;
  /**
   * The records of CSV files by RFC 4180; paths and partitions as in {@link textFile}. With `header` or `columns` a record is an
   * object of its fields by name, of the types that `types` says, else an array of texts. What is no record fails the action
   * with its line and its file, unless `badLines` says otherwise; then they are counted, see {@link ParsedRDD.badLines}.
   * TypeScript knows the columns that `types` or `columns` name; where the file alone has the names, they are texts of any name.
   * @throws StreamError RT_CSV_SYNTAX, RT_CSV_COLUMNS, RT_BAD_LINES, RT_INPUT_MISSING, RT_FILE, RT_CODEC, RT_PARTITIONS;
   * by the action RT_BAD_LINE
   */
  csv<const O extends CsvOptions>(path: string, options: O): ParsedRDD<CsvRecord<O>>;
  /** The same of a type that you know: nobody checks it. */
  csv<T>(path: string, options: CsvOptions): ParsedRDD<T>;
  csv(path: string, options: CsvOptions = {}): ParsedRDD<unknown> {
    return this.#parsed((counter) => csvNode(path, options, this.defaultParallelism, counter));
  }

  /**
   * The lines of UTF-8 text in memory. The bytes are copied once, into memory that all task threads read; those of a SharedArrayBuffer
   * are read where they are, and are not to be changed.
   */
  textBytes(bytes: Uint8Array, numSlices = this.defaultParallelism): RDD<string> {
    return this.rdd(linesNode(toLineBlocks(bytes, BLOCK_BYTES), numSlices));
  }

  /** An RDD without rows or partitions. */
  emptyRDD<T>(): RDD<T> {
    return this.rdd(unionRdd([]));
  }

  /** The rows of all, those of the first one first; see {@link RDD.union}. */
  union<T>(rdds: readonly RDD<T>[]): RDD<T>;
  union<T>(first: RDD<T>, ...rest: RDD<T>[]): RDD<T>;
  union<T>(first: RDD<T> | readonly RDD<T>[], ...rest: RDD<T>[]): RDD<T> {
    return unionOf(this, first instanceof RDD ? [first, ...rest] : first);
  }

  /**
   * A value for functions to read in all task threads. It is copied now and sent once, where a captured value goes with
   * each function that captures it.
   * @throws StreamError RT_CLOSURE_STAYS when it holds what cannot travel
   */
  broadcast<T>(value: T): Broadcast<T> {
    const bytes = broadcastBytes(captureValue(value, "sc.broadcast", this.host));
    return new Broadcast(newNodeId(), value, bytes, (id, destroyed) =>
      this.engine.releaseBroadcast(id, destroyed),
    );
  }

  /** Adds up whole numbers from the functions of tasks. */
  longAccumulator(name?: string): NumberAccumulator {
    return this.#accumulator(new NumberAccumulator(newNodeId(), name, "long"));
  }

  /** Adds up numbers from the functions of tasks. */
  doubleAccumulator(name?: string): NumberAccumulator {
    return this.#accumulator(new NumberAccumulator(newNodeId(), name, "double"));
  }

  /** Gathers values from the functions of tasks. */
  collectionAccumulator<T extends Row>(name?: string): CollectionAccumulator<T> {
    return this.#accumulator(new CollectionAccumulator<T>(newNodeId(), name, "collection"));
  }

  /**
   * Lets functions of tasks add to an accumulator of the program's own class.
   * @param name for people
   * @returns the same accumulator
   * @throws StreamError RT_ACCUMULATOR when it is registered already, RT_CLOSURE_STAYS when it cannot travel
   */
  register<A extends AccumulatorV2<never, unknown>>(accumulator: A, name?: string): A {
    const registered = Registered.of(accumulator, newNodeId(), name);
    const zero = captureValue(accumulator.copyAndReset(), "sc.register", this.host);
    registered.standIn = { is: "registered", id: registered.id, ...broadcastBytes(zero) };
    this.#accumulator(registered);
    return accumulator;
  }

  /**
   * What `f` gives for each of some partitions of an RDD (default: all), by one job: what all actions come to. An async `f` is
   * waited for.
   * @param f gets the partition's records and its number; it runs in the task threads
   * @param resultHandler is given each result, with its place among the partitions, when the job is done
   * @returns the results, in the order of the partitions
   * @throws StreamError RT_PARTITION for a partition that there is not
   */
  async runJob<T, U extends Row>(
    rdd: RDD<T>,
    f: PartitionFunction<T, U>,
    partitions: readonly number[] = rdd.partitions.map(({ index }) => index),
    resultHandler: ResultHandler<U> = () => undefined,
  ): Promise<Awaited<U>[]> {
    return partitionsJob(this.jobs, rdd, f, partitions, (results) => {
      results.forEach((result, place) => void resultHandler(place, result));
      return results;
    });
  }

  /**
   * {@link runJob} that can be cancelled.
   * @param resultFunc what the action comes to, when all results are handled
   * @throws StreamError RT_PARTITION for a partition that there is not
   */
  submitJob<T, U extends Row, R>(
    rdd: RDD<T>,
    f: PartitionFunction<T, U>,
    partitions: readonly number[],
    resultHandler: ResultHandler<U>,
    resultFunc: () => R,
  ): FutureAction<R> {
    return partitionsJob(this.jobs, rdd, f, partitions, (results) => {
      results.forEach((result, place) => void resultHandler(place, result));
      return resultFunc();
    });
  }

  /**
   * Puts the actions that are called from here on into a group, by which they can be cancelled together.
   * @param description what they do, for people
   */
  setJobGroup(groupId: string, description?: string): void {
    this.jobs.setGroup(groupId, description);
  }

  /** Actions called from here on belong to no group and have no description. */
  clearJobGroup(): void {
    this.jobs.setGroup(undefined, undefined);
  }

  /** What the actions that are called from here on do, for people; undefined takes it back. */
  setJobDescription(description: string | undefined): void {
    this.jobs.setDescription(description);
  }

  /** Cancels the running jobs of a group: their actions reject with RT_CANCELLED. */
  cancelJobGroup(groupId: string): void {
    this.jobs.cancelThose(({ group }) => group === groupId);
  }

  /** Cancels one job, by its number in {@link statusTracker}; nothing happens when it does not run. */
  cancelJob(jobId: number): void {
    this.jobs.cancel(jobId);
  }

  /** Cancels all jobs that run. Streams go on. */
  cancelAllJobs(): void {
    this.jobs.cancelThose(() => true);
  }

  /** Marks the actions that are called from here on; several tags may be set. @throws StreamError RT_JOB_TAG */
  addJobTag(tag: string): void {
    this.jobs.addTag(tag);
  }

  /** @throws StreamError RT_JOB_TAG */
  removeJobTag(tag: string): void {
    this.jobs.removeTag(tag);
  }

  getJobTags(): Set<string> {
    return this.jobs.tags();
  }

  clearJobTags(): void {
    this.jobs.clearTags();
  }

  /** Cancels the running jobs that have this tag, perhaps among others. */
  cancelJobsWithTag(tag: string): void {
    this.jobs.cancelThose(({ tags }) => tags.includes(tag));
  }

  /**
   * Where RDDs are checkpointed: in a new folder in this one, which is made now. It stays when the program ends.
   * @param dir a path, from the folder the program runs in
   * @throws StreamError RT_FILE, RT_FILE_SYSTEM
   */
  setCheckpointDir(dir: string): void {
    this.checkpoints.setFolder(dir);
  }

  /** The folder that {@link setCheckpointDir} made; undefined before. */
  getCheckpointDir(): string | undefined {
    return this.checkpoints.folder;
  }

  /** Ends the engine and task threads, with all that runs on them. The context can be used again: it starts new ones. */
  async stop(): Promise<void> {
    this.#wasStopped = true;
    await this.engine.close();
  }

  /** Whether it was stopped, and not used since. */
  get isStopped(): boolean {
    return this.#wasStopped && !this.engine.isOpen;
  }

  toString(): string {
    return `SparkContext(${this.appName}, ${this.defaultParallelism} workers)`;
  }

  /** Shown as its text, not as the inside of it. */
  [inspect.custom](): string {
    return this.toString();
  }

  #parsed<T>(nodeOf: (counter: string) => RddNode): ParsedRDD<T> {
    const counts = this.#accumulator(new BadLineCounts(newNodeId()));
    const { node } = this.rdd(nodeOf(counts.id));
    return new ParsedRDD<T>(this, node, counts);
  }

  #accumulator<A extends { id: string; merge(part: unknown): void }>(accumulator: A): A {
    this.#accumulators.set(accumulator.id, new WeakRef(accumulator));
    return accumulator;
  }

  /** @internal */
  rdd<T>(node: RddNode, partitioner?: Partitioner): RDD<T> {
    // The node, not the RDD: what is made from it holds on to it, and must not compute it anew.
    if (!this.#known.has(node)) forgetWhenUnreachable(node, this.engine);
    this.#known.add(node);
    return new RDD<T>(this, node, partitioner);
  }

  /** @internal What is kept of an RDD and of those it is made from, by their ids. */
  stored(node: RddNode): Promise<Map<string, StorageInfo>> {
    // To describe an RDD is no reason to start threads.
    if (!this.engine.isOpen) return Promise.resolve(new Map());
    return this.engine.call("stored", { rdds: lineage(node) });
  }

  /**
   * @internal A user's function made portable, or an error that says why it cannot be.
   * @param op the operator that calls it, where that waits for async functions perhaps
   */
  capture(fn: (...args: never[]) => unknown, op?: string): PortableFunction {
    checkFunction(fn);
    return capture(fn, this.host, op !== undefined && awaits(op));
  }

  /** @internal With files that an action finds out of reach, as long as whoever waits for it does. */
  patience(): Patience {
    return new Patience("the job", (text) => this.host.warn(text), this.host.signal());
  }

  /** @internal Runs an action; it is cancelled when the program's signal is aborted. */
  run(node: RddNode, action: Action): Promise<ActionResult> {
    return this.jobs.submit(node, action).result;
  }
}

const CONF = optionsOf<SparkConf>({
  appName: optional(TEXT),
  workers: ANY,
  workerMemoryMb: ANY,
  threads: optional(FLAG),
  localDir: optional(PATH),
  spillBytes: optional(COUNT),
  stateBytes: optional(COUNT),
  hdfs: optional(
    optionsOf<HdfsOptions>({
      webPort: ANY,
      user: optional(TEXT),
      delegationToken: optional(TEXT),
      patience: optional(DURATION),
    }),
  ),
});

takes(SparkContext.prototype, {
  parallelize: { rows: ROWS },
  makeRDD: { rows: ROWS },
  range: { start: NUMBER, end: optional(NUMBER), step: optional(NUMBER) },
  textFile: { path: PATH },
  wholeTextFiles: { path: PATH },
  binaryFiles: { path: PATH },
  binaryRecords: { path: PATH, recordLength: NUMBER },
  objectFile: { path: PATH },
  jsonLines: {
    path: PATH,
    options: optional(optionsOf<JsonLinesOptions>({ minPartitions: ANY, badLines: ANY })),
  },
  csv: {
    path: PATH,
    options: optional(
      optionsOf<CsvOptions>({
        header: optional(FLAG),
        multiLine: optional(FLAG),
        columns: optional(TEXTS),
        types: optional(either("RT_CSV_COLUMNS", '"infer", or an object of types by column', TEXT, OPTIONS)),
        minPartitions: ANY,
        badLines: ANY,
        ...CSV_SYNTAX,
      }),
    ),
  },
  textBytes: { bytes: BYTES },
  union: [{ rdds: LIST }, { first: ANY_RDD }],
  longAccumulator: { name: optional(TEXT) },
  doubleAccumulator: { name: optional(TEXT) },
  collectionAccumulator: { name: optional(TEXT) },
  register: {
    accumulator: having(
      "RT_ACCUMULATOR",
      "an object of a class that extends AccumulatorV2",
      "copyAndReset",
      "merge",
    ),
    name: optional(TEXT),
  },
  runJob: { rdd: ANY_RDD, f: FUNCTION, partitions: optional(NUMBERS), resultHandler: optional(FUNCTION) },
  submitJob: {
    rdd: ANY_RDD,
    f: FUNCTION,
    partitions: NUMBERS,
    resultHandler: FUNCTION,
    resultFunc: FUNCTION,
  },
  setJobGroup: { groupId: TEXT, description: optional(TEXT) },
  setJobDescription: { description: optional(TEXT) },
  cancelJobGroup: { groupId: TEXT },
  cancelJob: { jobId: WHOLE },
  addJobTag: { tag: TEXT },
  removeJobTag: { tag: TEXT },
  cancelJobsWithTag: { tag: TEXT },
  setCheckpointDir: { dir: PATH },
});
