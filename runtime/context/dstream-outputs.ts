import { type CsvSyntaxOptions, csvSyntax } from "../connect/files/csv-file.js";
import type { CsvLayout } from "../connect/files/csv-syntax.js";
import { absolutePath } from "../connect/files/file-system.js";
import { shownUrl } from "../connect/shown-url.js";
import type { Sink } from "../connect/sink.js";
import { type WriteParams, writeStream } from "../operators/write.js";
import { rowCount } from "../plan/counts.js";
import type { SaveKind, WriteKind } from "../plan/stream-node.js";
import { StreamError } from "../stream-error.js";
import { Interval } from "../time/interval.js";
import type { Time } from "../time/time.js";
import type { OutputBody } from "./declared-outputs.js";
import type { DStream } from "./dstream.js";
import { StateFunctions } from "./dstream-state-functions.js";
import { KAFKA_SAVE, type KafkaSaveOptions, kafkaWriting } from "./kafka-options.js";
import {
  ANY,
  CSV_SYNTAX,
  checkFunction,
  either,
  type Fields,
  FLAG,
  FUNCTION,
  having,
  NAME,
  NUMBER,
  OPTIONS,
  oneOf,
  optional,
  optionsOf,
  PATH,
  TEXT,
  TEXTS,
  TIME,
} from "./operands.js";
import type { RDD } from "./rdd.js";
import type { AnyFunction } from "./rdd-base.js";
import { type Signature, takes } from "./signatures.js";
import { type HttpSaveOptions, httpWriting, type SqliteSaveOptions, sqliteWriting } from "./sink-options.js";

/** How an output goes by. */
export interface OutputOptions {
  /** Its name in status and magics, and what it is stopped by; default "counts.print()", of the stream's, and "counts.print()#2" for the second of its kind. */
  name?: string;
}

/** How `saveAsCsvFiles` writes. */
export interface SaveAsCsvFilesOptions extends OutputOptions, CsvSyntaxOptions {
  /** The names of the columns are the first line of each file; default false. */
  header?: boolean;
  /** Names of the fields of records that are objects, in their order. */
  columns?: readonly string[];
}

const NO_ROWS = { limit: 0, largest: false };

/** What is done with a stream's RDDs at the end. */
export abstract class Outputs<T> extends StateFunctions<T> {
  /**
   * Shows the first `n` records of each batch, under Spark's banner: on stdout, or in a notebook under the cell that
   * calls this, which keeps the last thousand lines or so.
   * @throws StreamError RT_ROWS when `n` is not a whole number
   */
  print(n = 10, options: OutputOptions = {}): void {
    this.context.addOutput("print", this.#self(), { limit: rowCount(n), largest: false }, options);
  }

  /**
   * Runs `f` for each batch in the program's own thread, where its variables are, one after the other. Later batches wait
   * for it when 16 of them are ahead of the program (`status().lag` tells how many are), and always where a batch is to be
   * undone or done again: with a checkpoint, or `onFailure: "skip"`. The RDD is kept until the next batch is over.
   */
  foreachRDD(f: (rdd: RDD<T>, time: Time) => unknown, options: OutputOptions = {}): void {
    checkFunction(f);
    const body = f as OutputBody;
    this.context.addOutput("foreachRDD", this.#self(), NO_ROWS, { ...options, body });
  }

  /**
   * Writes the records of each batch as lines of text into a folder `prefix-<time in ms>`, with `.suffix` where one is given, as
   * {@link RDD.saveAsTextFile} does. The folder appears when all of it is written, in place of one of the same name: a batch
   * that is run again leaves the same files.
   */
  saveAsTextFiles(prefix: string, suffix = "", options: OutputOptions = {}): void {
    this.#save("saveAsTextFiles", prefix, suffix, options);
  }

  /** {@link saveAsTextFiles} with the records as they are, for `sc.objectFile`. */
  saveAsObjectFiles(prefix: string, suffix = "", options: OutputOptions = {}): void {
    this.#save("saveAsObjectFiles", prefix, suffix, options);
  }

  /** {@link saveAsTextFiles} with each record as a line of JSON, for `sc.jsonLines`. */
  saveAsJsonFiles(prefix: string, suffix = "", options: OutputOptions = {}): void {
    this.#save("saveAsJsonFiles", prefix, suffix, options);
  }

  /**
   * {@link saveAsTextFiles} with each record as a line of CSV, for `sc.csv`: see {@link RDD.saveAsCsv}. Records that are objects need
   * `columns`, which no batch is asked for.
   * @throws StreamError RT_CSV_SYNTAX; RT_CSV_COLUMNS for a header without columns
   */
  saveAsCsvFiles(prefix: string, suffix = "", options: SaveAsCsvFilesOptions = {}): void {
    const { header = false, columns = [] } = options;
    if (header && columns.length === 0) {
      const message = 'the header of the files of a stream is that of its columns; give columns: ["a", "b"]';
      throw new StreamError("RT_CSV_COLUMNS", message);
    }
    this.#save("saveAsCsvFiles", prefix, suffix, options, { syntax: csvSyntax(options), columns, header });
  }

  /**
   * Posts the records of each batch to an HTTP server, from the task threads, some in each request. What the server does not take for
   * now (408, 429, 5xx, or it is away) is tried again for four seconds, or when its `Retry-After` says; then the batch fails, as
   * `onFailure` says, and at once with another answer, also a redirection. At least once: a request has the headers
   * `millrace-batch` and `idempotency-key`, and with the same key come the same records.
   * @throws StreamError RT_SINK
   */
  saveToHttp(options: HttpSaveOptions<T>): void {
    const to = httpWriting(options);
    const { body, name } = options;
    const what = shownUrl(to.url);
    const output = this.context.nextOutputTo("saveToHttp", what);
    const params = { what, delivery: "at least once", to: { ...to, output } };
    this.#write("saveToHttp", { body }, params, name === undefined ? {} : { name });
  }

  /**
   * Writes the records of each batch into a table of an SQLite database, from the task threads: for a dashboard that reads it meanwhile.
   * A partition of a batch is a transaction. What is there of it is the same when the batch is run again: with a `key`, rows take the
   * places of those with the same key; without, of those of the same batch, which columns `millrace_…` tell.
   * @throws StreamError RT_SINK
   */
  saveToSqlite(options: SqliteSaveOptions): void {
    const to = sqliteWriting(options);
    const what = `table ${to.table} of ${to.file}`;
    const output = this.context.nextOutputTo("saveToSqlite", what);
    const params = { what, delivery: "idempotent", to: { ...to, output } };
    this.#write("saveToSqlite", {}, params, options.name === undefined ? {} : { name: options.name });
  }

  /**
   * Writes the records of each batch to a sink of one's own: see {@link Sink}, which says how often a record is seen there.
   * @throws StreamError RT_CLOSURE_… when its functions hold what cannot travel, RT_SINK
   */
  writeTo(sink: Sink<T>, options: OutputOptions = {}): void {
    const { what, delivery, open, commit } = sink;
    if (delivery === "transactional" && commit === undefined) {
      const message = `the sink ${what} is transactional, and has no \`commit\` by which a batch is seen`;
      throw new StreamError("RT_SINK", message);
    }
    const functions = { open, ...(commit && { commit }) };
    this.#write("writeTo", functions, { what, delivery, to: null }, options);
  }

  /**
   * Writes a record to a topic of Kafka for each record, from the task threads: exactly once where a `transactionalId` is given,
   * else at least once.
   * @throws StreamError RT_KAFKA_OPTIONS, RT_DURATION
   */
  saveToKafka(options: KafkaSaveOptions<T>): void {
    const { key, value, headers, partition, timestamp, name } = options;
    const to = kafkaWriting(options);
    if (to.transactionalId !== undefined) this.context.checkTransactionalId(to.transactionalId);
    const delivery = to.transactionalId === undefined ? "at least once" : "exactly once";
    const what = `Kafka ${to.topic} at ${to.client.brokers.join(", ")}`;
    const makers = { key, value, headers, partition, timestamp };
    this.#write("saveToKafka", makers, { what, delivery, to }, name === undefined ? {} : { name });
  }

  /**
   * The RDDs of the batches of an interval, both ends with, oldest first. Times between batches stand for the batch
   * before. Those that are forgotten are left out: see {@link StreamingContext.remember}.
   * @throws StreamError RT_NOT_INITIALIZED ("... has not been initialized") before the start
   */
  async slice(interval: Interval): Promise<RDD<T>[]>;
  /** The same from one time to another. @throws StreamError RT_NOT_INITIALIZED before the start */
  async slice(from: Time | number, to: Time | number): Promise<RDD<T>[]>;
  async slice(...times: [Interval] | [from: Time | number, to: Time | number]): Promise<RDD<T>[]> {
    const { beginTime, endTime } = times.length === 1 ? times[0] : new Interval(...times);
    return (await this.context.slice(this.#self(), beginTime.ms, endTime.ms)) as RDD<T>[];
  }

  /**
   * The RDD of one batch; undefined where the stream has none at this time, or remembers it no more.
   * @throws StreamError RT_NOT_INITIALIZED before the start
   */
  async compute(time: Time | number): Promise<RDD<T> | undefined> {
    const ms = toMs(time);
    const floored = (await this.slice(ms, ms)) as RDD<T>[];
    const before = (await this.slice(ms - 1, ms - 1)) as RDD<T>[];
    // A time between batches stands for the batch before, which is not this one.
    return floored[0]?.node.id === before[0]?.node.id ? undefined : floored[0];
  }

  #save(kind: SaveKind, prefix: string, suffix: string, options: OutputOptions, layout?: CsvLayout): void {
    // From the folder the program runs in now.
    const files = { prefix: prefix === "" ? "" : absolutePath(prefix), suffix, ...(layout && { layout }) };
    const { name } = options;
    this.context.addOutput(kind, this.#self(), NO_ROWS, { ...(name !== undefined && { name }), files });
  }

  #write(
    kind: WriteKind,
    functions: Readonly<Record<string, unknown>>,
    params: Omit<WriteParams, "functions">,
    options: OutputOptions,
  ): void {
    const given = Object.entries(functions).filter(([, f]) => f !== undefined);
    // What makes a record of a row is not waited for.
    const awaiting = kind === "writeTo" ? kind : undefined;
    const portable = given.map(([, f]) => this.context.sparkContext.capture(f as AnyFunction, awaiting));
    const node = writeStream(kind, this.node, portable, {
      ...params,
      functions: given.map(([name]) => name),
    });
    this.context.addOutput(kind, this.#self(), NO_ROWS, { ...options, node });
  }

  #self(): DStream<unknown> {
    return this as unknown as DStream<unknown>;
  }
}

const NAMED: Fields<OutputOptions> = { name: optional(TEXT) };

const OUTPUT = optionsOf<OutputOptions>(NAMED);

const FILES: Signature = { prefix: TEXT, suffix: optional(TEXT), options: optional(OUTPUT) };

const CSV_FILES = optionsOf<SaveAsCsvFilesOptions>({
  ...NAMED,
  header: optional(FLAG),
  columns: optional(TEXTS),
  ...CSV_SYNTAX,
});

const SINK = {
  ...having("RT_SINK", "a sink, an object with what, delivery and open", "open"),
  fields: {
    what: TEXT,
    delivery: oneOf("RT_SINK", "idempotent", "transactional", "at least once"),
    commit: optional(FUNCTION),
  },
};

takes(Outputs.prototype, {
  print: { n: optional(NUMBER), options: optional(OUTPUT) },
  foreachRDD: { f: FUNCTION, options: optional(OUTPUT) },
  saveAsTextFiles: FILES,
  saveAsObjectFiles: FILES,
  saveAsJsonFiles: FILES,
  saveAsCsvFiles: { ...FILES, options: optional(CSV_FILES) },
  saveToHttp: {
    options: optionsOf<HttpSaveOptions<unknown>>({
      ...NAMED,
      url: TEXT,
      headers: optional(OPTIONS),
      maxRecords: ANY,
      body: optional(FUNCTION),
      timeoutMs: ANY,
    }),
  },
  saveToSqlite: {
    options: optionsOf<SqliteSaveOptions>({
      ...NAMED,
      file: PATH,
      table: NAME,
      columns: TEXTS,
      key: optional(either("RT_SINK", "the name of a column, or an array of them", TEXT, TEXTS)),
    }),
  },
  writeTo: { sink: SINK, options: optional(OUTPUT) },
  saveToKafka: { options: KAFKA_SAVE },
  slice: [
    { interval: having("RT_TIME", "an Interval, or a time and another one", "duration") },
    { from: TIME, to: TIME },
  ],
  compute: { time: TIME },
});

function toMs(time: Time | number): number {
  return typeof time === "number" ? time : time.ms;
}
