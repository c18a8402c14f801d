import type { Cancellation } from "../pool/cancellation.js";
import { type HttpBody, HttpSinkWriter, type HttpWriting } from "./http-sink.js";
import { KafkaSinkWriter, type KafkaWriting, type RecordMakers } from "./kafka/kafka-sink.js";
import type { SinkBatch, SinkPartition, SinkWriter } from "./sink.js";
import { SqliteSinkWriter, type SqliteWriting } from "./sqlite-sink.js";

/** What the operators that write are told of their partition. Plain data. */
export interface WriteCall {
  batch: SinkBatch;
  partition: SinkPartition;
}

type Open = (
  batch: SinkBatch,
  partition: SinkPartition,
  signal: AbortSignal,
) => SinkWriter<unknown> | Promise<SinkWriter<unknown>>;

type Blame = (error: unknown, row: unknown) => never;

/** Rows that a writer is given at a time. */
const ROWS = 1024;

/**
 * Writes the rows of a partition, in its task. Gives one record: what the writer's `commit` did.
 * @throws what the writer does; TaskCancelled
 */
export async function* writeRows(
  rows: Iterator<unknown> | AsyncIterator<unknown>,
  open: Open,
  { batch, partition }: WriteCall,
  { signal }: Cancellation,
): AsyncGenerator<unknown, void> {
  const writer = await open(batch, partition, signal);
  let isOver = false;
  try {
    for (let next = await some(rows); next.length > 0; next = await some(rows)) {
      signal.throwIfAborted();
      await writer.write(next);
    }
    const prepared = await writer.commit();
    isOver = true;
    yield prepared ?? null;
  } finally {
    if (!isOver) await writer.abort?.();
    await rows.return?.();
  }
}

/** The next rows; none at the end. */
async function some(rows: Iterator<unknown> | AsyncIterator<unknown>): Promise<unknown[]> {
  const taken: unknown[] = [];
  while (taken.length < ROWS) {
    const step = rows.next();
    const { done, value } = step instanceof Promise ? await step : step;
    if (done === true) break;
    taken.push(value);
  }
  return taken;
}

/** What opens a writer to Kafka. @param makers of the program, where it has any */
export function kafkaSink(writing: KafkaWriting, makers: Partial<RecordMakers>, blame: Blame): Open {
  const all = { ...BY_SHAPE, ...makers };
  return (batch, partition, signal) =>
    new KafkaSinkWriter(writing, batch, partition, all, blame, signal).opened();
}

/** What opens a writer that posts. @param makers what the text of a request is, where the program says it */
export function httpSink(writing: HttpWriting, makers: { body?: HttpBody }, blame: Blame): Open {
  const { body = (records) => JSON.stringify(records) } = makers;
  return (batch, partition, signal) => new HttpSinkWriter(writing, batch, partition, body, blame, signal);
}

/** What opens a writer into a table. */
export function sqliteSink(writing: SqliteWriting): Open {
  return (batch, partition) => new SqliteSinkWriter(writing, batch, partition);
}

/** A pair is key and value; anything else is a value. */
const BY_SHAPE: RecordMakers = {
  key: (row) => (isPair(row) ? row[0] : null),
  value: (row) => (isPair(row) ? row[1] : row),
};

function isPair(row: unknown): row is [unknown, unknown] {
  return Array.isArray(row) && row.length === 2;
}
