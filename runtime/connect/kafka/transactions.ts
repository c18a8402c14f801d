/** How a producer begins and ends its transactions: as brokers since Kafka 4.0 have it, and as those before. */

import type { CoordinatorKind, KafkaConnection } from "./connection.js";
import type { Broker, Request, Transaction } from "./kafkajs.js";
import { addingProduceRequest, type ProduceOf, produceRequest } from "./produce-request.js";
import type { CommittedOffset } from "./requests.js";
import type { TopicPartition } from "./subscription.js";
import { endTxnRequest, txnOffsetCommitRequest } from "./transaction-requests.js";

/** What a transaction says of itself, in the offsets of the group of its id. */
export type Marker = CommittedOffset;

/** Asks the coordinator of a producer's id, as long as it takes. */
export type Ask = <T>(
  kind: CoordinatorKind,
  topic: string,
  work: (broker: Broker) => Promise<T>,
) => Promise<T>;

/** The transactions of one producer, one after the other. */
export interface Transactions {
  /** Begins one with its marker. Resolves when records can be sent. */
  begin(of: Transaction, topic: string, marker: Marker, ask: Ask): Promise<void>;
  /** Makes partitions parts of it, before records are sent to them. */
  add(of: Transaction, topic: string, partitions: readonly number[], ask: Ask): Promise<void>;
  produce(of: ProduceOf): Request<void>;
  /** All that was asked is over. @returns by what the producer is known in the next one */
  end(of: Transaction, commits: boolean, ask: Ask): Promise<Transaction>;
}

/** Since Kafka 4.0: what is written in a transaction is a part of it, and each has a number of its own (KIP-890). */
export class NumberedTransactions implements Transactions {
  readonly produce = addingProduceRequest;

  constructor(private readonly connection: KafkaConnection) {}

  /**
   * Records wait for the marker's answer, though they could travel by another connection: a broker (4.3) that is to add both to one
   * transaction at a time fails one of them, as one that lacks replicas or loads a group, which took longer than the answer does.
   */
  begin(of: Transaction, topic: string, marker: Marker, ask: Ask): Promise<void> {
    const group = of.transactionalId;
    return ask("group", topic, (broker) =>
      this.connection.send(broker, txnOffsetCommitRequest(of, group, topic, marker)),
    );
  }

  async add(): Promise<void> {
    // The brokers do, when they are sent records.
  }

  end(of: Transaction, commits: boolean, ask: Ask): Promise<Transaction> {
    return ask("transaction", "", (broker) => this.connection.send(broker, endTxnRequest(of, commits)));
  }
}

/** Before: each partition is added before it is written to. */
export class AnnouncedTransactions implements Transactions {
  readonly produce = produceRequest;
  /** Of the transaction, by place. */
  readonly #added = new Set<string>();
  /** Those that the transaction was sent records for. */
  readonly #written = new Map<string, TopicPartition>();
  /** The marker is on its way, or there. */
  #marked: Promise<unknown> = Promise.resolve();

  /**
   * With the partitions that the last one wrote to: most often it writes to the same, and both are asked for at once. Its marker
   * leaves too: brokers gather offsets for some milliseconds before they write them, which the records take anyway. What goes wrong
   * with it is thrown by {@link end}.
   */
  async begin(of: Transaction, topic: string, marker: Marker, ask: Ask): Promise<void> {
    const group = of.transactionalId;
    const usual = [...this.#written];
    this.#added.clear();
    this.#written.clear();
    await ask("transaction", topic, (broker) => {
      const begun = [broker.addOffsetsToTxn({ ...of, groupId: group })];
      if (usual.length > 0)
        begun.push(broker.addPartitionsToTxn({ ...of, topics: byTopic(usual.map(([, one]) => one)) }));
      return Promise.all(begun);
    });
    for (const [place] of usual) this.#added.add(place);
    const topics = [{ topic, partitions: [{ partition: 0, ...marker, offset: String(marker.offset) }] }];
    this.#marked = ask("group", topic, (broker) => broker.txnOffsetCommit({ ...of, groupId: group, topics }));
    this.#marked.catch(() => undefined);
  }

  async add(of: Transaction, topic: string, partitions: readonly number[], ask: Ask): Promise<void> {
    for (const partition of partitions) this.#written.set(placeOf(topic, partition), { topic, partition });
    const added = partitions.filter((partition) => !this.#added.has(placeOf(topic, partition)));
    if (added.length === 0) return;
    await ask("transaction", topic, (broker) =>
      broker.addPartitionsToTxn({ ...of, topics: [{ topic, partitions: added }] }),
    );
    for (const partition of added) this.#added.add(placeOf(topic, partition));
  }

  async end(of: Transaction, commits: boolean, ask: Ask): Promise<Transaction> {
    // A marker that came after the end would be one of the next transaction.
    const [marked] = await Promise.allSettled([this.#marked]);
    if (commits && marked.status === "rejected") throw marked.reason;
    await ask("transaction", "", (broker) => broker.endTxn({ ...of, transactionResult: commits }));
    return of;
  }
}

/** What tells partitions of several topics apart. */
export function placeOf(topic: string, partition: number): string {
  return `${topic} ${partition}`;
}

function byTopic(places: readonly TopicPartition[]): { topic: string; partitions: number[] }[] {
  const topics = [...new Set(places.map(({ topic }) => topic))];
  return topics.map((topic) => ({
    topic,
    partitions: places.filter((one) => one.topic === topic).map(({ partition }) => partition),
  }));
}
