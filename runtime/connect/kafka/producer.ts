import { compressor } from "./compression.js";
import type { KafkaConnection, Tell } from "./connection.js";
import type { Broker, Transaction } from "./kafkajs.js";
import type { Subject } from "./problem.js";
import type { BatchWriter, WritingCodec } from "./record-batch-writer.js";
import {
  type CommittedOffset,
  type PartitionBatch,
  produceRequest,
  stableOffsetRequest,
} from "./requests.js";
import type { TopicPartition } from "./subscription.js";

/** Of a task: what ends its waits, and who is told of what it waits for. */
export interface Call {
  signal: AbortSignal;
  tell: Tell;
}

/** What a transaction says of itself, in the offsets of the group of its id. */
export type Marker = CommittedOffset;

/** Requests on their way at a time, of all partitions; of each partition one. */
const MOST_ON_THE_WAY = 4;

/** Of a request with several batches: as much as a client of Kafka's own sends at a time. */
const REQUEST_BYTES = 1 << 20;

/** Sequences of a partition begin anew after this. */
const SEQUENCES = 2 ** 31;

/** How much longer than our patience a transaction may take: it must not end while a broker is waited for. */
const MORE_MS = 60_000;
const MOST_TRANSACTION_MS = 15 * 60_000;

/**
 * Sends batches of records so that each is written once, however often it has to be sent (an "idempotent" producer); with a
 * transactional id, all batches of a transaction or none.
 *
 * kafkajs's own producer makes a dozen objects a message: 106,000 messages a second. Here a message is written into the batch
 * that is sent.
 */
export class KafkaProducer {
  #id = -1;
  #epoch = -1;
  readonly #sequences = new Map<string, number>();
  /** The last batch on its way, by partition. */
  readonly #last = new Map<string, Promise<void>>();
  readonly #onTheWay = new Set<Promise<void>>();
  /** Of the transaction, by place. */
  readonly #enlisted = new Set<string>();
  /** Those that the transaction was sent records for. */
  readonly #written = new Map<string, TopicPartition>();
  /** Of the transaction: its marker is on its way, or there. */
  #marked: Promise<unknown> = Promise.resolve();
  #failure: unknown;

  constructor(
    private readonly connection: KafkaConnection,
    private readonly transactionalId: string | undefined,
  ) {}

  /** Gets an id. With a transactional one: what another producer of this id has begun is ended, and it can go on no more. */
  async init(call: Call): Promise<void> {
    const { transactionalId = null } = this;
    const transactionTimeout = Math.min(this.connection.spec.patienceMs + MORE_MS, MOST_TRANSACTION_MS);
    const { producerId, producerEpoch } = await this.#patiently(call, {}, async () => {
      const broker = await this.#initBroker();
      return broker.initProducerId({ transactionalId, transactionTimeout });
    });
    this.#id = Number(producerId);
    this.#epoch = producerEpoch;
    this.#sequences.clear();
    this.#enlisted.clear();
    this.#written.clear();
  }

  /** What the last transaction of this id that was committed has said; undefined when there was none, or long ago. */
  marker(topic: string, call: Call): Promise<Marker | undefined> {
    const group = this.#transactionalId();
    return this.#patiently(call, { topic, group }, async () => {
      const broker = await this.connection.coordinator(group, "group");
      return this.connection.send(broker, stableOffsetRequest(group, topic, 0));
    });
  }

  /**
   * Begins a transaction, with the partitions that the last one wrote to: most often it writes to the same, and both are asked for
   * at once. Its marker leaves too: brokers gather offsets for some milliseconds before they write them, which the records take
   * anyway. What goes wrong with it is thrown by {@link commit}.
   * @throws StreamError RT_KAFKA, with Kafka's word for it when another producer has this id now
   */
  async begin(topic: string, marker: Marker, call: Call): Promise<void> {
    const group = this.#transactionalId();
    const usual = [...this.#written];
    this.#enlisted.clear();
    this.#written.clear();
    const subject = { group, topic };
    await this.#coordinate(call, subject, (broker, transaction) => {
      const begun = [broker.addOffsetsToTxn({ ...transaction, groupId: group })];
      if (usual.length > 0)
        begun.push(
          broker.addPartitionsToTxn({ ...transaction, topics: byTopic(usual.map(([, one]) => one)) }),
        );
      return Promise.all(begun);
    });
    for (const [place] of usual) this.#enlisted.add(place);
    this.#marked = this.#mark(topic, marker, call);
    this.#marked.catch(() => undefined);
  }

  /**
   * Sends batches of records, by partition: those of one leader together, as far as a request takes. Resolves when there is room for
   * more: what goes wrong is thrown by a later call.
   */
  async send(
    topic: string,
    batches: ReadonlyMap<number, BatchWriter>,
    codec: WritingCodec,
    call: Call,
  ): Promise<void> {
    for (const some of inRequests(batches)) {
      if (this.#failure !== undefined) throw this.#failure;
      const finished = some.map(([partition, records]) => ({
        partition,
        batch: this.#finish(placeOf(topic, partition), records, codec),
      }));
      const places = finished.map(({ partition }) => placeOf(topic, partition));
      const before = Promise.all(places.map((place) => this.#last.get(place)));
      const sent = before.then(() => this.#sendBatches(topic, finished, call));
      for (const place of places) this.#last.set(place, sent);
      this.#follow(sent);
      while (this.#onTheWay.size >= MOST_ON_THE_WAY) await Promise.race(this.#onTheWay);
    }
  }

  #finish(place: string, records: BatchWriter, codec: WritingCodec): Buffer {
    const sequence = this.#sequences.get(place) ?? 0;
    this.#sequences.set(place, (sequence + records.count) % SEQUENCES);
    const isTransactional = this.transactionalId !== undefined;
    const producer = { id: this.#id, epoch: this.#epoch, sequence, isTransactional };
    return records.finish(producer, codec, compressor(codec));
  }

  /** Resolves when all that was sent is written. @throws what went wrong */
  async flush(): Promise<void> {
    await Promise.all(this.#onTheWay);
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** Ends the transaction: what was sent since it began is there for all, with the marker. */
  async commit(call: Call): Promise<void> {
    // Both are over before anything else is asked: a marker that came after the end would be one of the next transaction.
    const outcomes = await Promise.allSettled([this.#marked, this.flush()]);
    for (const outcome of outcomes) if (outcome.status === "rejected") throw outcome.reason;
    await this.#end(true, call);
  }

  #mark(topic: string, { offset, metadata }: Marker, call: Call): Promise<unknown> {
    const group = this.#transactionalId();
    const topics = [{ topic, partitions: [{ partition: 0, offset: String(offset), metadata }] }];
    return this.#patiently(call, { topic, group }, async () => {
      const broker = await this.connection.coordinator(group, "group");
      return broker.txnOffsetCommit({ ...this.#transaction(), groupId: group, topics });
    });
  }

  /** Ends the transaction: nothing of it is there for those who read what is committed. */
  async abort(call: Call): Promise<void> {
    await Promise.allSettled([this.#marked, ...this.#onTheWay]);
    await this.#end(false, call);
  }

  async #sendBatches(topic: string, batches: readonly PartitionBatch[], call: Call): Promise<void> {
    if (this.#failure !== undefined) return;
    await this.#enlist(
      topic,
      batches.map(({ partition }) => partition),
      call,
    );
    await this.#patiently(call, { topic }, () => this.#produce(topic, batches));
  }

  /** To each leader what is its own; those that had it before say so. */
  async #produce(topic: string, batches: readonly PartitionBatch[]): Promise<void> {
    const { transactionalId = null } = this;
    const leaders = new Map<Broker, PartitionBatch[]>();
    for (const one of batches) {
      const leader = await this.connection.leader(topic, one.partition);
      leaders.set(leader, [...(leaders.get(leader) ?? []), one]);
    }
    await Promise.all(
      [...leaders].map(([leader, led]) =>
        this.connection.send(leader, produceRequest({ transactionalId, topic, batches: led })),
      ),
    );
  }

  /** Makes partitions parts of the transaction. */
  async #enlist(topic: string, partitions: readonly number[], call: Call): Promise<void> {
    if (this.transactionalId === undefined) return;
    for (const partition of partitions) this.#written.set(placeOf(topic, partition), { topic, partition });
    const added = partitions.filter((partition) => !this.#enlisted.has(placeOf(topic, partition)));
    if (added.length === 0) return;
    await this.#coordinate(call, { topic }, (broker, transaction) =>
      broker.addPartitionsToTxn({ ...transaction, topics: [{ topic, partitions: added }] }),
    );
    for (const partition of added) this.#enlisted.add(placeOf(topic, partition));
  }

  #end(transactionResult: boolean, call: Call): Promise<unknown> {
    return this.#coordinate(call, {}, (broker, transaction) =>
      broker.endTxn({ ...transaction, transactionResult }),
    );
  }

  /** Keeps what goes wrong for who waits for it. */
  #follow(sent: Promise<void>): void {
    const over = sent
      .catch((error: unknown) => {
        this.#failure ??= error;
      })
      .finally(() => this.#onTheWay.delete(over));
    this.#onTheWay.add(over);
  }

  #coordinate<T>(
    call: Call,
    subject: Partial<Subject>,
    work: (broker: Broker, transaction: Transaction) => Promise<T>,
  ): Promise<T> {
    return this.#patiently(call, subject, async () =>
      work(await this.connection.coordinator(this.#transactionalId(), "transaction"), this.#transaction()),
    );
  }

  #patiently<T>({ signal, tell }: Call, subject: Partial<Subject>, work: () => Promise<T>): Promise<T> {
    const { transactionalId } = this;
    const whole = { ...this.connection.subject, ...(transactionalId && { transactionalId }), ...subject };
    return this.connection.patiently(whole, signal, tell, work);
  }

  #initBroker(): Promise<Broker> {
    const { transactionalId } = this;
    return transactionalId === undefined
      ? this.connection.anyBroker()
      : this.connection.coordinator(transactionalId, "transaction");
  }

  #transaction(): Transaction {
    return {
      transactionalId: this.#transactionalId(),
      producerId: String(this.#id),
      producerEpoch: this.#epoch,
    };
  }

  #transactionalId(): string {
    if (this.transactionalId === undefined) throw new Error("this producer has no transactions");
    return this.transactionalId;
  }
}

function placeOf(topic: string, partition: number): string {
  return `${topic} ${partition}`;
}

/** Batches that travel together. */
function inRequests(batches: ReadonlyMap<number, BatchWriter>): [partition: number, BatchWriter][][] {
  const requests: [number, BatchWriter][][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const one of batches) {
    bytes += one[1].bytes;
    if (bytes > REQUEST_BYTES) {
      requests.push([]);
      bytes = one[1].bytes;
    }
    requests.at(-1)?.push(one);
  }
  return requests;
}

function byTopic(places: readonly TopicPartition[]): { topic: string; partitions: number[] }[] {
  const topics = [...new Set(places.map(({ topic }) => topic))];
  return topics.map((topic) => ({
    topic,
    partitions: places.filter((one) => one.topic === topic).map(({ partition }) => partition),
  }));
}
