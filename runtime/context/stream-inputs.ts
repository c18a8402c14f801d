import { inspect } from "node:util";
import { STAYS_HERE } from "../closure/closure-host.js";
import type { PortableFunction } from "../closure/portable-function.js";
import type { FileFormat } from "../connect/file-stream.js";
import type { Decoded, DecoderName } from "../connect/kafka/decoders.js";
import type { OwnSource } from "../connect/own-source.js";
import type { ServerSentEvent } from "../connect/sse-parser.js";
import { inputStream, type SourceSpec } from "../operators/input.js";
import { transformStream } from "../operators/transform.js";
import { unionStream } from "../operators/union.js";
import { newNodeId, type RddNode } from "../plan/rdd-node.js";
import { type StreamNode, streamNode } from "../plan/stream-node.js";
import type { StorageLevel } from "../rows/storage-level.js";
import { StreamError } from "../stream-error.js";
import { type Duration, type DurationLike, toDuration } from "../time/duration.js";
import type { Time } from "../time/time.js";
import { DStream } from "./dstream.js";
import type { Feed } from "./feed.js";
import { KafkaDStream } from "./kafka-dstream.js";
import { KAFKA_STREAM, type KafkaStreamOptions, kafkaSourceSpec } from "./kafka-options.js";
import { MapWithStateDStream } from "./map-with-state-dstream.js";
import {
  ANY,
  ANY_RDD,
  checkFunction,
  checkStreams,
  DURATION,
  either,
  FLAG,
  FUNCTION,
  having,
  LEVEL,
  NAME,
  NULL,
  NUMBER,
  OPTIONS,
  oneOf,
  optional,
  optionsOf,
  PATH,
  ROWS,
  SEED,
  STREAMS,
  TEXT,
  TEXTS,
} from "./operands.js";
import { QueueFeed } from "./queue-feed.js";
import type { RDD } from "./rdd.js";
import type { AnyFunction } from "./rdd-base.js";
import type { Receiver } from "./receiver.js";
import { ReceiverFeed } from "./receiver-feed.js";
import { type Late, type ReplayOptions, replaySchedule } from "./replay-schedule.js";
import type { Row } from "./row.js";
import { takes } from "./signatures.js";
import { type Converter, SocketReceiver } from "./socket-receiver.js";
import type { SparkContext } from "./spark-context.js";
import type { StreamingContext } from "./streaming-context.js";

/** A function of the program that makes the RDD of a batch of those of its streams. */
export type TransformBody = (rdds: RDD<unknown>[], time: Time) => RDD<unknown> | Promise<RDD<unknown>>;

/** The streams of a context: where they begin, and those that are made of several. */
export abstract class StreamInputs {
  readonly [STAYS_HERE] = "a StreamingContext";
  abstract readonly sparkContext: SparkContext;
  abstract readonly batchDuration: Duration;
  /** @internal */
  readonly id = newNodeId();
  /** @internal What hands the program's queues over while the context runs. */
  protected readonly feeds: Feed[] = [];
  readonly #held: RDD<unknown>[] = [];
  readonly #streams = new WeakMap<StreamNode, DStream<unknown>>();
  readonly #transforms = new WeakMap<StreamNode, TransformBody>();

  /**
   * Lines of UTF-8 text from a TCP server. Connects at start, and again with growing waits when it is cut off. While more
   * waits for a batch than `maxBufferBytes` nothing is read, and TCP makes the server wait.
   * @throws StreamError RT_PORT, RT_SOCKET_LIMIT
   */
  socketTextStream(host: string, port: number, limits?: SocketLimits): DStream<string>;
  /** The same. @param storageLevel as in Spark, where it says how copies are kept; it changes nothing here */
  socketTextStream(
    host: string,
    port: number,
    storageLevel: StorageLevel,
    limits?: SocketLimits,
  ): DStream<string>;
  socketTextStream(
    host: string,
    port: number,
    ...how: (StorageLevel | SocketLimits | undefined)[]
  ): DStream<string> {
    const limits = how.find((one) => one !== undefined && !("name" in one)) as SocketLimits | undefined;
    return this.#input({ kind: "socketText", host, port: checkPort(port), ...checkLimits(limits ?? {}) });
  }

  /**
   * Records that `converter` makes of the bytes of a TCP server, in the program's thread. Connects again when it is cut off.
   * @param _storageLevel as in Spark; it changes nothing here
   * @throws StreamError RT_PORT
   */
  socketStream<T extends Row>(
    host: string,
    port: number,
    converter: Converter<T>,
    _storageLevel?: StorageLevel,
  ): DStream<T> {
    const receiver = new SocketReceiver(host, checkPort(port), converter);
    return this.#receiver(receiver, `socket ${host}:${port}`);
  }

  /**
   * Blocks of bytes from a TCP server, each after its length (four bytes, the highest first), a record per block. What is in
   * them is for the tasks to read. @throws StreamError RT_PORT
   * @param _storageLevel as in Spark; it changes nothing here
   */
  rawSocketStream(host: string, port: number, _storageLevel?: StorageLevel): DStream<Uint8Array> {
    return this.#input({ kind: "rawSocket", host, port: checkPort(port) });
  }

  /**
   * The records that a source of one's own stores; see {@link Receiver}.
   * @throws StreamError RT_RECEIVER when it is none, or has a stream already
   */
  receiverStream<T>(receiver: Receiver<T>): DStream<T> {
    if ((receiver as Partial<Receiver<T>> | null)?.[STAYS_HERE] !== "a Receiver") {
      throw new StreamError(
        "RT_RECEIVER",
        `receiverStream takes an object of a class that extends Receiver, not ${inspect(receiver, { depth: 0 })}`,
      );
    }
    return this.#receiver(receiver, `receiver ${receiver.constructor.name}`);
  }

  /**
   * The lines of the text files that appear in a folder (or in those that a pattern matches), each file in one batch. Files have to
   * be renamed into it, and what is written to one after it was taken is not read: Spark's rules, see {@link fileStream}.
   */
  textFileStream(directory: string): DStream<string> {
    return this.fileStream(directory);
  }

  /**
   * The same for records of JSON lines, whole texts, bytes or objects.
   * @param filter says of a path whether the file counts; runs in the engine's thread. Default: all but hidden ones
   * @param newFilesOnly false: files that are there already are taken too, if they changed within the last minute
   */
  fileStream(
    directory: string,
    filter?: (path: string) => unknown,
    newFilesOnly?: boolean,
    format?: "text",
  ): DStream<string>;
  fileStream(
    directory: string,
    filter: ((path: string) => unknown) | undefined,
    newFilesOnly: boolean,
    format: "wholeText",
  ): DStream<[path: string, text: string]>;
  fileStream(
    directory: string,
    filter: ((path: string) => unknown) | undefined,
    newFilesOnly: boolean,
    format: "binary",
  ): DStream<[path: string, content: Uint8Array]>;
  fileStream<T>(
    directory: string,
    filter: ((path: string) => unknown) | undefined,
    newFilesOnly: boolean,
    format: "jsonLines" | "objects",
  ): DStream<T>;
  fileStream(
    directory: string,
    filter?: (path: string) => unknown,
    newFilesOnly = true,
    format: FileFormat = "text",
  ): DStream<unknown> {
    return this.#files({ path: directory, format, recordLength: 0, newFilesOnly }, filter);
  }

  /** Records of one length in bytes, from the files that appear in a folder. @throws StreamError RT_RECORD_LENGTH */
  binaryRecordsStream(directory: string, recordLength: number): DStream<Uint8Array> {
    if (!Number.isSafeInteger(recordLength) || recordLength < 1) {
      const message = `the length of a record is a whole number of bytes, at least 1, not ${recordLength}`;
      throw new StreamError("RT_RECORD_LENGTH", message);
    }
    return this.#files({ path: directory, format: "records", recordLength, newFilesOnly: true });
  }

  /**
   * Synthetic rows, so many a second of the context's time: `value` counts from 0, `timestamp` is when it would have come, in ms.
   * The same every time. @throws StreamError RT_RATE
   */
  rateStream(rowsPerSecond: number): DStream<{ timestamp: number; value: number }> {
    if (!(rowsPerSecond > 0 && Number.isFinite(rowsPerSecond)))
      throw new StreamError(
        "RT_RATE",
        `a rate is a number of rows a second greater than 0, not ${rowsPerSecond}`,
      );
    return this.#input({ kind: "rate", rowsPerSecond });
  }

  /**
   * Synthetic records, so many a second, that `make` makes in the tasks of random numbers: the same seed gives the same records.
   * @param make gets random numbers of this record's own, its number from 0, and the ms at which it would have come
   * @throws StreamError RT_RATE
   */
  generatorStream<T extends Row>(
    rowsPerSecond: number,
    make: (random: { next(): number }, index: number, timeMs: number) => T,
    seed = 1,
  ): DStream<T> {
    const rows = this.rateStream(rowsPerSecond);
    const portable = this.sparkContext.capture(make);
    return this.derive(
      streamNode("generate", [rows.node], [portable], { seed }, { slideMs: rows.node.slideMs }),
    );
  }

  /** A data set again, in the order and at the pace of its own times, or faster, or out of order. @throws StreamError RT_REPLAY */
  replay<T extends Row>(records: Iterable<T>, options: ReplayOptions<T>): DStream<T> {
    return this.#input({ kind: "replay", ...replaySchedule(records, options) });
  }

  /** Server-sent events of an HTTP server. After a cut it asks for what comes after the last one it has. @throws StreamError RT_URL */
  sseStream(url: string, { headers = {} }: HttpOptions = {}): DStream<ServerSentEvent> {
    return this.#input({ kind: "sse", url: checkUrl(url, "http"), headers });
  }

  /** The messages of a WebSocket server: texts, and bytes where they are binary. @throws StreamError RT_URL */
  webSocketStream<T extends string | Uint8Array = string>(
    url: string,
    { headers = {}, protocols = [], greeting }: WebSocketOptions = {},
  ): DStream<T> {
    return this.#input({ kind: "webSocket", url: checkUrl(url, "ws"), headers, protocols, greeting });
  }

  /**
   * The text of an HTTP server's answers, which is asked again and again; none where it says that nothing has changed.
   * @throws StreamError RT_URL, RT_DURATION
   */
  httpPollStream(url: string, { headers = {}, interval = 1000 }: PollOptions = {}): DStream<string> {
    const intervalMs = toDuration(interval).ms;
    return this.#input({ kind: "httpPoll", url: checkUrl(url, "http"), headers, intervalMs });
  }

  /**
   * The RDDs (or arrays) of a queue, one per batch, or with `oneAtATime` false all that wait. What is in the array at the start
   * stays there, so that it can be given to another stream, as in PySpark; what is pushed later counts too, and is taken out of
   * it, as in Spark. Other than in Spark that is done a hundred times a second, and not with each batch: what has been pushed is
   * not taken back.
   * @param defaultRDD for batches without any; null: such batches have no RDD. Left out: an empty one
   * @throws StreamError RT_QUEUE; an item that is none ends the streams with RT_QUEUE_ITEM
   */
  queueStream<T extends Row>(
    queue: (RDD<T> | T[] | null)[],
    oneAtATime = true,
    defaultRDD?: RDD<T> | null,
  ): DStream<T> {
    if (!Array.isArray(queue)) {
      throw new StreamError(
        "RT_QUEUE",
        `a queue is an array of RDDs or of arrays of rows, not ${inspect(queue, { depth: 0 })}`,
      );
    }
    const otherwise = defaultRDD == null ? (defaultRDD === null ? "none" : "empty") : this.hold(defaultRDD);
    const stream = this.#input<T>({ kind: "queue", oneAtATime, otherwise });
    const refused = (error: unknown) => this.fail(error);
    this.feeds.push(new QueueFeed(this.sparkContext, stream.node.id, queue, refused));
    return stream;
  }

  /**
   * The records of Kafka's topics. A batch is a range of offsets of each partition, fixed and written before it runs; its tasks
   * fetch and decode them, a task for each partition, in the order of topic and partition. Only records of transactions that are
   * committed come. While no broker can be reached the stream waits and says so; it goes on by itself.
   * @throws StreamError RT_KAFKA_OPTIONS, RT_DURATION
   */
  kafkaDirectStream<K extends DecoderName = "string", V extends DecoderName = "string">(
    options: KafkaStreamOptions<K, V>,
  ): KafkaDStream<Decoded[K], Decoded[V]> {
    this.checkOpen();
    const spec = kafkaSourceSpec(options as KafkaStreamOptions<DecoderName, DecoderName>, newNodeId());
    const node = inputStream(spec, this.batchDuration.ms, []);
    const stream = new KafkaDStream<Decoded[K], Decoded[V]>(this.self(), node, spec.from.groupId);
    this.#streams.set(node, stream as DStream<unknown>);
    return stream;
  }

  /**
   * The records of a source of one's own: see {@link OwnSource}.
   * @throws StreamError RT_CLOSURE_… when its functions hold what cannot travel
   */
  fromSource<T, R, P = unknown>(source: OwnSource<T, R, P>): DStream<T> {
    const { sparkContext } = this;
    const functions = [
      sparkContext.capture(source.open as AnyFunction),
      sparkContext.capture(source.read as AnyFunction, "readRanges"),
    ];
    return this.#input({ kind: "own", what: source.what }, functions);
  }

  /** The records of all streams. @throws StreamError RT_UNION_SLIDE, RT_UNION_EMPTY, RT_CONTEXTS */
  union<T>(streams: readonly DStream<T>[]): DStream<T> {
    checkStreams("union", this, streams);
    return this.derive(unionStream(streams.map((stream) => stream.node)));
  }

  /**
   * Per batch, the RDD that `f` makes of those of the streams, in their order; see {@link DStream.transform}.
   * @throws StreamError RT_SLIDES, RT_TRANSFORM_EMPTY, RT_CONTEXTS
   */
  transform<T>(
    streams: readonly DStream<never>[] | readonly DStream<unknown>[],
    f: (rdds: RDD<unknown>[], time: Time) => RDD<T> | Promise<RDD<T>>,
  ): DStream<T> {
    checkStreams("transform", this, streams);
    return this.transformBy(
      streams.map((stream) => stream.node),
      f,
    );
  }

  /** @internal */
  transformBy<T>(parents: StreamNode[], body: TransformBody): DStream<T> {
    checkFunction(body);
    const stream = this.derive<T>(transformStream(parents));
    this.#transforms.set(stream.node, body);
    return stream;
  }

  /** @internal */
  derive<T>(node: StreamNode): DStream<T> {
    this.checkOpen();
    return this.streamOf(node) as DStream<T>;
  }

  /** @internal */
  deriveMapWithState<K, S, E>(node: StreamNode): MapWithStateDStream<K, S, E> {
    this.checkOpen();
    const stream = new MapWithStateDStream<K, S, E>(this.self(), node);
    this.#streams.set(node, stream as DStream<unknown>);
    return stream;
  }

  /** @internal Keeps an RDD that a stream begins with, as long as there is the context. @returns its id */
  hold(rdd: RDD<unknown>): string {
    this.#held.push(rdd);
    return rdd.node.id;
  }

  /** @internal The RDDs that streams begin with. */
  protected held(): RddNode[] {
    return this.#held.map(({ node }) => node);
  }

  /** @internal The stream of a node: the one there is. */
  streamOf(node: StreamNode): DStream<unknown> {
    const known = this.#streams.get(node);
    const stream = known ?? new DStream<unknown>(this.self(), node);
    this.#streams.set(node, stream);
    return stream;
  }

  /** @internal The function of a transform among these streams and those they are made from. */
  protected transformOf(id: string, ends: readonly StreamNode[]): TransformBody | undefined {
    const seen = new Set<StreamNode>();
    const stack = [...ends];
    for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
      if (seen.has(next)) continue;
      seen.add(next);
      if (next.id === id) return this.#transforms.get(next);
      stack.push(...next.parents);
    }
    return undefined;
  }

  /** @internal @throws StreamError RT_STRICT where nothing may be added any more */
  protected abstract checkOpen(): void;
  /** @internal Ends the streams with what cannot be done for them. */
  protected abstract fail(reason: unknown): void;
  /** @internal */
  protected abstract self(): StreamingContext;

  #input<T>(source: SourceSpec, functions: PortableFunction[] = []): DStream<T> {
    return this.derive(inputStream(source, this.batchDuration.ms, functions));
  }

  #files<T>(
    files: Omit<Extract<SourceSpec, { kind: "files" }>, "kind" | "rememberMs">,
    filter?: (path: string) => unknown,
  ): DStream<T> {
    const functions = filter === undefined ? [] : [this.sparkContext.capture(filter)];
    return this.#input({ kind: "files", rememberMs: REMEMBER_FILES_MS, ...files }, functions);
  }

  #receiver<T>(receiver: Receiver<T>, what: string): DStream<T> {
    const stream = this.#input<T>({ kind: "receiver", what });
    const ids = { context: this.id, stream: stream.node.id };
    const refused = (error: unknown) => this.fail(error);
    this.feeds.push(new ReceiverFeed(receiver as Receiver<unknown>, this.sparkContext.engine, ids, refused));
    return stream;
  }
}

const LIMITS = optional(optionsOf<SocketLimits>({ maxLineBytes: ANY, maxBufferBytes: ANY }));

const HEADERS = optional(OPTIONS);

takes(StreamInputs.prototype, {
  socketTextStream: [
    { host: NAME, port: NUMBER, limits: LIMITS },
    { host: NAME, port: NUMBER, storageLevel: optional(LEVEL), limits: LIMITS },
  ],
  socketStream: { host: NAME, port: NUMBER, converter: FUNCTION },
  rawSocketStream: { host: NAME, port: NUMBER },
  textFileStream: { directory: PATH },
  fileStream: {
    directory: PATH,
    filter: optional(FUNCTION),
    newFilesOnly: optional(FLAG),
    format: optional(oneOf("RT_FILE_FORMAT", "text", "jsonLines", "wholeText", "binary", "objects")),
  },
  binaryRecordsStream: { directory: PATH, recordLength: NUMBER },
  rateStream: { rowsPerSecond: NUMBER },
  generatorStream: { rowsPerSecond: NUMBER, make: FUNCTION, seed: optional(SEED) },
  replay: {
    records: ROWS,
    options: optionsOf<ReplayOptions<unknown>>({
      timeField: either("RT_REPLAY", "the name of a field, or a function", NAME, FUNCTION),
      speed: optional(NUMBER),
      jitter: optional(DURATION),
      late: optional(optionsOf<Late>({ fraction: NUMBER, by: DURATION })),
      seed: optional(SEED),
    }),
  },
  sseStream: { url: TEXT, options: optional(optionsOf<HttpOptions>({ headers: HEADERS })) },
  webSocketStream: {
    url: TEXT,
    options: optional(
      optionsOf<WebSocketOptions>({
        headers: HEADERS,
        protocols: optional(TEXTS),
        greeting: optional(TEXT),
      }),
    ),
  },
  httpPollStream: {
    url: TEXT,
    options: optional(optionsOf<PollOptions>({ headers: HEADERS, interval: optional(DURATION) })),
  },
  queueStream: {
    queue: ANY,
    oneAtATime: optional(FLAG),
    defaultRDD: either("RT_NOT_AN_RDD", "an RDD, or null for none", optional(ANY_RDD), NULL),
  },
  kafkaDirectStream: { options: KAFKA_STREAM },
  fromSource: {
    source: having("RT_SOURCE", "a source of one's own, an object with open and read", "open", "read"),
  },
  union: { streams: STREAMS },
  transform: { streams: STREAMS, f: FUNCTION },
});

/** Of `spark.streaming.fileStream.minRememberDuration`. */
const REMEMBER_FILES_MS = 60_000;

/** How much of a socket is kept. */
export interface SocketLimits {
  /** A longer line is cut off there and counted; default 16 MiB. */
  maxLineBytes?: number;
  /** With so much waiting for a batch nothing more is read; default 256 MiB. */
  maxBufferBytes?: number;
}

/** What goes with a request. */
export interface HttpOptions {
  headers?: Record<string, string>;
}

export interface PollOptions extends HttpOptions {
  /** Between an answer and the next request; default 1 second. */
  interval?: DurationLike;
}

export interface WebSocketOptions extends HttpOptions {
  protocols?: string[];
  /** Sent each time it is connected: what subscribes to something. */
  greeting?: string;
}

function checkUrl(url: string, scheme: "http" | "ws"): string {
  if (URL.canParse(url) && new URL(url).protocol.startsWith(scheme)) return url;
  throw new StreamError(
    "RT_URL",
    `a URL that begins with ${scheme}:// or ${scheme}s:// is needed here, not ${inspect(url)}`,
  );
}

function checkLimits({ maxLineBytes, maxBufferBytes }: SocketLimits): SocketLimits {
  return {
    ...(maxLineBytes !== undefined && { maxLineBytes: checkLimit("maxLineBytes", maxLineBytes) }),
    ...(maxBufferBytes !== undefined && { maxBufferBytes: checkLimit("maxBufferBytes", maxBufferBytes) }),
  };
}

function checkLimit(name: keyof SocketLimits, bytes: number): number {
  if (Number.isSafeInteger(bytes) && bytes >= 1) return bytes;
  throw new StreamError(
    "RT_SOCKET_LIMIT",
    `${name} is a whole number of bytes, at least 1, not ${inspect(bytes)}`,
  );
}

function checkPort(port: number): number {
  if (Number.isInteger(port) && port >= 1 && port <= 65535) return port;
  throw new StreamError("RT_PORT", `a port is a whole number from 1 to 65535, not ${inspect(port)}`);
}
