import { compressor } from "./compression.js";
import type { KafkaConnection, Tell } from "./connection.js";
import type { Broker, Transaction } from "./kafkajs.js";
import type { Subject } from "./problem.js";
import { type PartitionBatch, produceRequest } from "./produce-request.js";
import type { BatchWriter, WritingCodec } from "./record-batch-writer.js";
import { stableOffsetRequest } from "./requests.js";
import {
  AnnouncedTransactions,
  type Ask,
  type Marker,
  NumberedTransactions,
  placeOf,
  type Transactions,
} from "./transactions.js";

/** Of a task: what ends its waits, and who is told of what it waits for. */
export interface Call {
  signal: AbortSignal;
  tell: Tell;
}

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
  /** With a transactional id. */
  #transactions: Transactions | undefined;
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
    this.#known({ producerId, producerEpoch });
    if (transactionalId === null) return;
    const areNumbered = await this.#patiently(call, {}, () => this.connection.numbersTransactions());
    this.#transactions = areNumbered
      ? new NumberedTransactions(this.connection)
      : new AnnouncedTransactions();
  }

  /** Sequences are of an id and its epoch. */
  #known({ producerId, producerEpoch }: Pick<Transaction, "producerId" | "producerEpoch">): void {
    if (this.#id === Number(producerId) && this.#epoch === producerEpoch) return;
    this.#id = Number(producerId);
    this.#epoch = producerEpoch;
    this.#sequences.clear();
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
   * Begins a transaction, with its marker. Resolves when records can be sent.
   * @throws StreamError RT_KAFKA, with Kafka's word for it when another producer has this id now
   */
  begin(topic: string, marker: Marker, call: Call): Promise<void> {
    return this.#inTransaction().begin(this.#transaction(), topic, marker, this.#ask(call));
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
    await this.flush();
    await this.#end(true, call);
  }

  /** Ends the transaction: nothing of it is there for those who read what is committed. */
  async abort(call: Call): Promise<void> {
    await Promise.allSettled(this.#onTheWay);
    await this.#end(false, call);
  }

  async #end(commits: boolean, call: Call): Promise<void> {
    this.#known(await this.#inTransaction().end(this.#transaction(), commits, this.#ask(call)));
  }

  async #sendBatches(topic: string, batches: readonly PartitionBatch[], call: Call): Promise<void> {
    if (this.#failure !== undefined) return;
    if (this.#transactions !== undefined) {
      const partitions = batches.map(({ partition }) => partition);
      await this.#transactions.add(this.#transaction(), topic, partitions, this.#ask(call));
    }
    await this.#patiently(call, { topic }, () => this.#produce(topic, batches));
  }

  /** To each leader what is its own; those that had it before say so. */
  async #produce(topic: string, batches: readonly PartitionBatch[]): Promise<void> {
    const { transactionalId = null } = this;
    const request = this.#transactions?.produce ?? produceRequest;
    const leaders = new Map<Broker, PartitionBatch[]>();
    for (const one of batches) {
      const leader = await this.connection.leader(topic, one.partition);
      leaders.set(leader, [...(leaders.get(leader) ?? []), one]);
    }
    await Promise.all(
      [...leaders].map(([leader, led]) =>
        this.connection.send(leader, request({ transactionalId, topic, batches: led })),
      ),
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

  #ask(call: Call): Ask {
    const id = this.#transactionalId();
    return (kind, topic, work) =>
      this.#patiently(call, { group: id, ...(topic !== "" && { topic }) }, async () =>
        work(await this.connection.coordinator(id, kind)),
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

  #inTransaction(): Transactions {
    if (this.#transactions === undefined) throw new Error("this producer has no transactions");
    return this.#transactions;
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
