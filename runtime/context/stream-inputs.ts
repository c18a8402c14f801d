import { inspect } from "node:util";
import { STAYS_HERE } from "../closure/closure-host.js";
import { inputStream, type SourceSpec } from "../operators/input.js";
import { transformStream } from "../operators/transform.js";
import { unionStream } from "../operators/union.js";
import type { RddNode } from "../plan/rdd-node.js";
import type { StreamNode } from "../plan/stream-node.js";
import { StreamError } from "../stream-error.js";
import type { Duration } from "../time/duration.js";
import type { Time } from "../time/time.js";
import { DStream } from "./dstream.js";
import { MapWithStateDStream } from "./map-with-state-dstream.js";
import { QueueFeed } from "./queue-feed.js";
import type { RDD } from "./rdd.js";
import type { Row } from "./row.js";
import type { SparkContext } from "./spark-context.js";
import type { StreamingContext } from "./streaming-context.js";

/** A function of the program that makes the RDD of a batch of those of its streams. */
export type TransformBody = (rdds: RDD<unknown>[], time: Time) => RDD<unknown> | Promise<RDD<unknown>>;

/** The streams of a context: where they begin, and those that are made of several. */
export abstract class StreamInputs {
  readonly [STAYS_HERE] = "a StreamingContext";
  abstract readonly sparkContext: SparkContext;
  abstract readonly batchDuration: Duration;
  /** @internal What hands the program's queues over while the context runs. */
  protected readonly feeds: QueueFeed[] = [];
  readonly #held: RDD<unknown>[] = [];
  readonly #streams = new WeakMap<StreamNode, DStream<unknown>>();
  readonly #transforms = new WeakMap<StreamNode, TransformBody>();

  /** Lines of UTF-8 text from a TCP server. Connects at start, and again with growing waits when it is cut off. */
  socketTextStream(host: string, port: number): DStream<string> {
    return this.#input({ kind: "socketText", host, port: checkPort(port) });
  }

  /**
   * The RDDs (or arrays) of a queue, one per batch, or with `oneAtATime` false all that wait. What is pushed later counts
   * too: the queue is emptied as the stream takes it over.
   * @param defaultRDD for batches without any; null: such batches have no RDD. Left out: an empty one
   */
  queueStream<T extends Row>(
    queue: (RDD<T> | T[] | null)[],
    oneAtATime = true,
    defaultRDD?: RDD<T> | null,
  ): DStream<T> {
    const otherwise = defaultRDD == null ? (defaultRDD === null ? "none" : "empty") : defaultRDD.node.id;
    const stream = this.#input<T>({ kind: "queue", oneAtATime, otherwise });
    const refused = (error: unknown) => this.fail(error);
    const used = defaultRDD == null ? [] : [defaultRDD];
    this.feeds.push(new QueueFeed(this.sparkContext, stream.node.id, { queue, used }, refused));
    return stream;
  }

  /** The records of all streams. @throws StreamError RT_UNION_SLIDE, RT_UNION_EMPTY */
  union<T>(streams: readonly DStream<T>[]): DStream<T> {
    return this.derive(unionStream(streams.map((stream) => stream.node)));
  }

  /**
   * Per batch, the RDD that `f` makes of those of the streams, in their order; see {@link DStream.transform}.
   * @throws StreamError RT_SLIDES, RT_TRANSFORM_EMPTY
   */
  transform<T>(
    streams: readonly DStream<never>[] | readonly DStream<unknown>[],
    f: (rdds: RDD<unknown>[], time: Time) => RDD<T> | Promise<RDD<T>>,
  ): DStream<T> {
    return this.transformBy(
      streams.map((stream) => stream.node),
      f,
    );
  }

  /** @internal */
  transformBy<T>(parents: StreamNode[], body: TransformBody): DStream<T> {
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

  #input<T>(source: SourceSpec): DStream<T> {
    return this.derive(inputStream(source, this.batchDuration.ms));
  }
}

function checkPort(port: number): number {
  if (Number.isInteger(port) && port >= 1 && port <= 65535) return port;
  throw new StreamError("RT_PORT", `a port is a whole number from 1 to 65535, not ${inspect(port)}`);
}
