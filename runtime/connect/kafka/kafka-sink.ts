import { inspect } from "node:util";
import { OutsideError } from "../../pool/connector.js";
import { StreamError } from "../../stream-error.js";
import { SystemClock } from "../../time/clock.js";
import type { SinkBatch, SinkPartition, SinkWriter } from "../sink.js";
import type { KafkaClientSpec } from "./client.js";
import { connectionKey, connectionOf, type KafkaConnection } from "./connection.js";
import { partitionOf } from "./murmur2.js";
import { type Call, KafkaProducer } from "./producer.js";
import {
  BatchWriter,
  type HeaderPair,
  type OutgoingRecord,
  type WritingCodec,
} from "./record-batch-writer.js";
import type { Marker } from "./transactions.js";

/** Where and how the records of a stream are written. Plain data. */
export interface KafkaWriting {
  client: KafkaClientSpec;
  topic: string;
  /** Without one, a record may come twice when a batch is run again. */
  transactionalId: string | undefined;
  /** The process that writes: what tells it from another one that does so under the same id. */
  program: string;
  compression: WritingCodec;
}

/** What makes the parts of a record of a row, in the task. */
export interface RecordMakers {
  key(row: unknown): unknown;
  value(row: unknown): unknown;
  headers?(row: unknown): Readonly<Record<string, string | Uint8Array>>;
  partition?(row: unknown): number;
  timestamp?(row: unknown): number;
}

/** Throws what a function of the program threw, as told of a row. */
type Blame = (error: unknown, row: unknown) => never;

/** Of records without a time of their own: real time, however virtual the batches are, since brokers delete by it. */
const clock = new SystemClock();

/** Records of a batch that is sent at most, and about how many bytes of several: brokers take 1 MB if nothing else is said. */
const BATCH_RECORDS = 2000;
const BATCH_BYTES = 800_000;

/** Producers of this thread, by cluster and transactional id: one that is used again need not ask for an id. */
const PRODUCERS = new Map<string, KeptProducer>();

interface KeptProducer {
  producer: KafkaProducer;
  /** The last transaction that it is known to have committed. */
  marker: Marker | undefined;
  /** Whether it has committed one itself. */
  isProven: boolean;
  /** Whether there were records for the last transaction. */
  hadRecords: boolean;
}

/**
 * Writes one partition of a batch in its task. With a transactional id its records are one transaction of the id `id-<partition>`,
 * which also says which batch it is of, in the offsets of a group of this name: a batch that is run again, by a thread that took
 * over, or by a later process, finds there whether its records are written. A process that died before it committed has left an
 * open transaction; to begin the next one of the same id ends that.
 */
export class KafkaSinkWriter implements SinkWriter<unknown> {
  readonly #connection: KafkaConnection;
  readonly #batches = new Map<number, BatchWriter>();
  #partitions = 0;
  #keyless: number;
  /** What sends the records; undefined before that is known, and where they are there already. */
  #kept: KeptProducer | undefined;
  /** Over when it is known how many partitions there are. */
  #counted: Promise<void> | undefined;
  /** Over when records can be sent, or need not be. */
  #begun: Promise<void> | undefined;
  #hasRecords = false;

  constructor(
    private readonly writing: KafkaWriting,
    private readonly batch: SinkBatch,
    private readonly partition: SinkPartition,
    private readonly makers: RecordMakers,
    private readonly blame: Blame,
    private readonly signal: AbortSignal,
  ) {
    this.#connection = connectionOf(writing.client);
    this.#keyless = partition.index;
  }

  /**
   * Begins where this thread had records for the partition in the batch before: most often it has again, and brokers are asked while
   * they are made. Otherwise it begins with the first rows, so that a partition without any costs nothing.
   */
  async opened(): Promise<this> {
    if (this.writing.transactionalId === undefined || PRODUCERS.get(this.#key())?.hadRecords !== true)
      return this;
    this.#start();
    // What is asked leaves before the thread is busy with the rows.
    await new Promise(setImmediate);
    return this;
  }

  async write(rows: readonly unknown[]): Promise<void> {
    await this.#start();
    this.#hasRecords ||= rows.length > 0;
    for (const row of rows) {
      const { record, partition } = this.#record(row);
      const begun = this.#batches.get(partition);
      // A record that does not fit goes into a batch of its own, which the broker may take though it would not take both.
      if (begun !== undefined && begun.bytes + sizeOf(record) > BATCH_BYTES)
        await this.#outside(() => this.#send(new Map([[partition, begun]])));
      const batch = this.#batches.get(partition) ?? new BatchWriter(clock.now());
      this.#batches.set(partition, batch);
      batch.add(record);
      if (batch.count >= BATCH_RECORDS) await this.#outside(() => this.#send(new Map([[partition, batch]])));
    }
  }

  async commit(): Promise<void> {
    await this.#begun;
    const kept = this.#kept;
    if (kept === undefined) return;
    kept.hadRecords = this.#hasRecords;
    await this.#outside(async () => {
      if (!this.#hasRecords) return kept.producer.abort(this.#call());
      await this.#send(this.#batches);
      if (this.writing.transactionalId === undefined) return kept.producer.flush();
      await kept.producer.commit(this.#call());
      kept.marker = this.#marker();
      kept.isProven = true;
    });
  }

  /** What is open is ended; whoever writes next begins with another producer. */
  async abort(): Promise<void> {
    // What went wrong with it is what led here.
    await this.#begun?.catch(() => undefined);
    const kept = this.#kept;
    PRODUCERS.delete(this.#key());
    if (kept === undefined || this.writing.transactionalId === undefined || this.signal.aborted) return;
    try {
      await kept.producer.abort(this.#call());
    } catch (error) {
      // The next producer of this id ends it, and the error that led here is told.
      if (!(error instanceof StreamError)) throw error;
    }
  }

  /** Resolves when rows can be taken: brokers are asked for a transaction while the first ones are made. */
  #start(): Promise<void> {
    this.#counted ??= this.#outside(() => this.#count());
    this.#begun ??= this.#counted.then(() => this.#outside(() => this.#begin()));
    // They are waited for when there are rows, and told then.
    this.#begun.catch(() => undefined);
    return this.#counted;
  }

  async #count(): Promise<void> {
    const { topic } = this.writing;
    const subject = { ...this.#connection.subject, topic };
    this.#partitions = await this.#connection.patiently(subject, this.signal, tell, () =>
      this.#connection.partitionCount(topic),
    );
  }

  async #begin(): Promise<void> {
    const { transactionalId } = this.writing;
    const kept = PRODUCERS.get(this.#key()) ?? (await this.#newProducer());
    if (transactionalId === undefined) {
      this.#kept = kept;
      return;
    }
    if (!this.#covers(kept.marker) && !(await this.#beginsTransaction(kept))) {
      // Another thread has written this partition since, and this one's producer is out.
      await this.#renew(kept);
      this.#checkOwner(kept);
      if (!this.#covers(kept.marker)) await this.#beginTransaction(kept);
    }
    if (!this.#covers(kept.marker)) this.#kept = kept;
  }

  /** @returns false when another producer has this id now */
  async #beginsTransaction(kept: KeptProducer): Promise<boolean> {
    try {
      await this.#beginTransaction(kept);
      return true;
    } catch (error) {
      if (error instanceof StreamError && FENCED.test(error.message)) return false;
      throw error;
    }
  }

  #beginTransaction({ producer }: KeptProducer): Promise<void> {
    return producer.begin(this.writing.topic, this.#marker(), this.#call());
  }

  async #newProducer(): Promise<KeptProducer> {
    const id = this.writing.transactionalId && this.#transactionalId();
    const kept = {
      producer: new KafkaProducer(this.#connection, id || undefined),
      marker: undefined,
      isProven: false,
      hadRecords: false,
    };
    await this.#renew(kept);
    PRODUCERS.set(this.#key(), kept);
    return kept;
  }

  async #renew(kept: KeptProducer): Promise<void> {
    await kept.producer.init(this.#call());
    if (this.writing.transactionalId !== undefined)
      kept.marker = await kept.producer.marker(this.writing.topic, this.#call());
  }

  /** A program that is not this one must not write under the same id: each would end the other's transactions. */
  #checkOwner({ marker, isProven }: KeptProducer): void {
    // What a group has committed is forgotten after a while; and this one may have taken over from one that ended.
    if (!isProven || marker === undefined || partsOf(marker).program === this.writing.program) return;
    throw new StreamError(
      "RT_KAFKA_SINK",
      `another program writes to ${this.writing.topic} under the transactionalId ${this.writing.transactionalId}: give each program its own`,
    );
  }

  /** Whether a transaction was that of this batch, or of a later one of the same run. @throws StreamError RT_KAFKA_SINK */
  #covers(marker: Marker | undefined): boolean {
    if (marker === undefined || marker.offset < this.batch.timeMs) return false;
    const { run, count } = partsOf(marker);
    if (run !== this.batch.run) return false;
    if (marker.offset > this.batch.timeMs || count === this.partition.count) return true;
    throw new StreamError(
      "RT_KAFKA_SINK",
      `of the batch at ${this.batch.timeMs} ms some records are in ${this.writing.topic}, from ${count} partitions, and it has ${this.partition.count} now: start the program with as many workers as before, so that it can be completed`,
    );
  }

  #marker(): Marker {
    const { run } = this.batch;
    const { count } = this.partition;
    const { program } = this.writing;
    return { offset: this.batch.timeMs, metadata: `${run} ${count} ${program}` };
  }

  async #send(batches: ReadonlyMap<number, BatchWriter>): Promise<void> {
    const { topic, compression } = this.writing;
    const sent = new Map(batches);
    for (const partition of sent.keys()) this.#batches.delete(partition);
    this.#keyless += sent.size;
    await this.#begun;
    await this.#kept?.producer.send(topic, sent, compression, this.#call());
  }

  #record(row: unknown): { record: OutgoingRecord; partition: number } {
    const { makers } = this;
    try {
      const key = bytesOf(makers.key(row));
      const record = {
        key,
        value: bytesOf(makers.value(row)),
        headers: makers.headers && pairsOf(makers.headers(row)),
        timestampMs: whole("timestamp", makers.timestamp?.(row)),
      };
      const partition = whole("partition", makers.partition?.(row), this.#partitions - 1);
      return { record, partition: partition ?? this.#partitionOf(key) };
    } catch (error) {
      return this.blame(error, row);
    }
  }

  /** Records without a key stay together, a batch in one partition, the next in another. */
  #partitionOf(key: Uint8Array | null): number {
    return key === null ? this.#keyless % this.#partitions : partitionOf(key, this.#partitions);
  }

  /** What Kafka refuses is no fault of the program's functions. */
  async #outside<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw error instanceof StreamError ? new OutsideError(error) : error;
    }
  }

  #call(): Call {
    return { signal: this.signal, tell };
  }

  #transactionalId(): string {
    return `${this.writing.transactionalId}-${this.partition.index}`;
  }

  #key(): string {
    const { topic, transactionalId } = this.writing;
    // Without transactions one producer of a thread serves all topics.
    const own = transactionalId === undefined ? "" : `${topic} ${this.#transactionalId()}`;
    return `${connectionKey(this.#connection.spec)} ${own}`;
  }
}

const FENCED = /INVALID_PRODUCER_EPOCH|PRODUCER_FENCED|INVALID_PRODUCER_ID_MAPPING/;

function tell(problem: string): void {
  process.stderr.write(`${problem}\n`);
}

/** What a marker says beside the time of its batch. */
function partsOf({ metadata }: Marker): { run: string; count: number; program: string } {
  const [run = "", count = "", program = ""] = metadata.split(" ");
  return { run, count: Number(count), program };
}

/** Bytes stay as they are, text becomes UTF-8, other values JSON. */
function bytesOf(value: unknown): Uint8Array | null {
  if (value === null || value === undefined) return null;
  if (value instanceof Uint8Array) return value;
  return Buffer.from(typeof value === "string" ? value : JSON.stringify(value));
}

function pairsOf(headers: Readonly<Record<string, unknown>>): HeaderPair[] {
  return Object.entries(headers).map(([name, value]) => [name, bytesOf(value)]);
}

/** What a function of the program gave. @throws RangeError */
function whole(name: string, given: number | undefined, most = Number.MAX_SAFE_INTEGER): number | undefined {
  if (given === undefined || (Number.isInteger(given) && given >= 0 && given <= most)) return given;
  throw new RangeError(`its ${name} is ${inspect(given)}, and no whole number from 0 to ${most}`);
}

/** About how many bytes a record takes in its batch. */
function sizeOf({ key, value }: OutgoingRecord): number {
  return (key?.length ?? 0) + (value?.length ?? 0) + RECORD_BYTES;
}

/** Of lengths, offset and timestamp. */
const RECORD_BYTES = 32;
