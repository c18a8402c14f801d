/**
 * A test kit for programs on streams: input batches in, output batches out, in one call, on a manual clock. Deterministic;
 * no threads, sockets or waiting unless asked for.
 *
 * ```ts
 * const out = await runBatches([["a", "a"], ["b"]], (words) => words.map((w) => [w, 1]).reduceByKey((a, b) => a + b));
 * // [[["a", 2]], [["b", 1]]]
 * ```
 */

import type { DStream } from "../context/dstream.js";
import { ANY, COUNT, DURATION, optional, optionsOf } from "../context/operands.js";
import type { Row } from "../context/row.js";
import { checkArgument } from "../context/signatures.js";
import { type SparkConf, SparkContext } from "../context/spark-context.js";
import { StreamingContext } from "../context/streaming-context.js";
import { type DurationLike, toDuration } from "../time/duration.js";

const OPTIONS = optionsOf<RunOptions>({
  batch: optional(DURATION),
  batches: optional(COUNT),
  partitions: optional(COUNT),
  conf: ANY,
});

export { KeyState } from "../state/key-state.js";

export interface RunOptions {
  /** Batch interval; default 1 second. */
  batch?: DurationLike;
  /** How many batches to run; default: as many as there are input batches. The further ones are empty. */
  batches?: number;
  /** Partitions of each input batch; default 2. */
  partitions?: number;
  /** Workers, and whether they are threads; default 2 in this thread. */
  conf?: SparkConf;
}

/** One input batch; null is a batch without an RDD. */
export type InputBatch<T> = readonly T[] | null;

/**
 * Runs a stream over given batches.
 * @returns one list of records per slide of the output, in order; batches without an RDD give none
 */
export function runBatches<I extends Row, O>(
  input: readonly InputBatch<I>[],
  operate: (stream: DStream<I>, context: StreamingContext) => DStream<O>,
  options: RunOptions = {},
): Promise<O[][]> {
  return runInputs(
    [input],
    ([stream], context) => operate(stream as unknown as DStream<I>, context),
    options,
  );
}

/** {@link runBatches} for two inputs. */
export function runTwoInputs<A extends Row, B extends Row, O>(
  a: readonly InputBatch<A>[],
  b: readonly InputBatch<B>[],
  operate: (a: DStream<A>, b: DStream<B>, context: StreamingContext) => DStream<O>,
  options: RunOptions = {},
): Promise<O[][]> {
  return runInputs(
    [a, b] as readonly (readonly InputBatch<Row>[])[],
    ([first, second], context) =>
      operate(first as unknown as DStream<A>, second as unknown as DStream<B>, context),
    options,
  );
}

/** {@link runBatches} for any number of inputs. */
export async function runInputs<I extends Row, O>(
  inputs: readonly (readonly InputBatch<I>[])[],
  operate: (streams: DStream<I>[], context: StreamingContext) => DStream<O>,
  options: RunOptions = {},
): Promise<O[][]> {
  checkArgument("the test kit", { options: OPTIONS }, options);
  const sc = new SparkContext({ workers: 2, threads: false, ...options.conf });
  const batch = toDuration(options.batch ?? 1000);
  const context = new StreamingContext(sc, batch, { clock: "manual" });
  const toRdd = (records: InputBatch<I>) => records && sc.parallelize(records, options.partitions ?? 2);
  const streams = inputs.map((batches) => context.queueStream<I>(batches.map(toRdd)));
  const out: O[][] = [];
  operate(streams, context).foreachRDD(async (rdd) => {
    out.push(await rdd.collect());
  });
  const ended = context.awaitTermination();
  await context.start();
  try {
    const batches = options.batches ?? Math.max(...inputs.map((input) => input.length));
    // A batch that fails ends the context: its error is the result.
    await Promise.race([context.advance(batch.times(batches)), ended]);
  } finally {
    await context.stop(true);
  }
  await ended;
  return out;
}
