import { type MessagePort, receiveMessageOnPort } from "node:worker_threads";
import { packColumn, type SidedPairs, transferable } from "../rows/column-batch.js";
import type { KeyTable } from "../rows/key-table.js";
import type { PartitionOfKey } from "../rows/partitioning.js";

/** What a map task leaves for one partition of a shuffle. */
interface Bucket {
  shuffle: number;
  partition: number;
  /** Task that made it: buckets of a partition are merged in this order, so that results do not depend on timing. */
  task: number;
  pairs: SidedPairs;
}

/** Where the pairs of a map task belong. */
interface Sent {
  shuffle: number;
  task: number;
  side: number;
  partitions: number;
}

/**
 * One worker's end of all shuffles. Buckets go straight from worker to worker; the engine thread never sees them. Ports
 * have no listeners: a reduce task starts after all map tasks are done, when every bucket is already in its port's
 * queue, and reads them synchronously.
 */
export class ShuffleExchange {
  readonly #peers = new Map<number, MessagePort>();
  readonly #arrived = new Map<string, Bucket[]>();

  constructor(
    private readonly worker: number,
    private readonly workers: number,
  ) {}

  connect(worker: number, port: MessagePort): void {
    this.#drain(worker);
    this.#peers.get(worker)?.close();
    this.#peers.set(worker, port);
  }

  /** Splits pairs by the partition of their key and sends each part to its owner. */
  send(sent: Sent, table: KeyTable, place: PartitionOfKey): void {
    const { partitions } = sent;
    if (table.size === 0) return;
    if (partitions === 1) {
      this.#deliver(sent, 0, table.keys, table.values);
      return;
    }
    const keys: unknown[][] = Array.from({ length: partitions }, () => []);
    const values: unknown[][] = Array.from({ length: partitions }, () => []);
    for (let row = 0; row < table.size; row++) {
      const partition = place(table.keys[row]);
      keys[partition]?.push(table.keys[row]);
      values[partition]?.push(table.values[row]);
    }
    keys.forEach((part, partition) => {
      if (part.length > 0) this.#deliver(sent, partition, part, values[partition] ?? []);
    });
  }

  /** Sends all pairs to each of these partitions. */
  sendWhole(sent: Sent, table: KeyTable, to: readonly number[]): void {
    if (table.size === 0) return;
    for (const partition of to) this.#deliver(sent, partition, table.keys, table.values);
  }

  /** What was sent to a partition, in the order of the tasks that sent it. Empty when nothing was. */
  received(shuffle: number, partition: number): SidedPairs[] {
    for (const worker of this.#peers.keys()) this.#drain(worker);
    const buckets = this.#arrived.get(bucketId(shuffle, partition)) ?? [];
    return buckets.sort((a, b) => a.task - b.task).map((bucket) => bucket.pairs);
  }

  /** Lets go of a partition that was merged: until then a reader that failed can begin again. */
  merged(shuffle: number, partition: number): void {
    this.#arrived.delete(bucketId(shuffle, partition));
  }

  /** Forgets buckets of a shuffle that will not be read. */
  release(shuffle: number): void {
    for (const worker of this.#peers.keys()) this.#drain(worker);
    for (const [id, buckets] of this.#arrived) if (buckets[0]?.shuffle === shuffle) this.#arrived.delete(id);
  }

  /** Shuffles of which there are buckets here that were not merged. */
  shuffles(): number[] {
    for (const worker of this.#peers.keys()) this.#drain(worker);
    return [...this.#arrived.values()].flatMap(([bucket]) => bucket?.shuffle ?? []);
  }

  close(): void {
    for (const port of this.#peers.values()) port.close();
  }

  #deliver({ shuffle, task, side }: Sent, partition: number, keys: unknown[], values: unknown[]): void {
    const owner = partition % this.workers;
    if (owner === this.worker) {
      this.#arrive({ shuffle, partition, task, pairs: { keys, values, length: keys.length, side } });
      return;
    }
    const pairs = { keys: packColumn(keys), values: packColumn(values), length: keys.length, side };
    const bucket: Bucket = { shuffle, partition, task, pairs };
    this.#peers.get(owner)?.postMessage(bucket, transferable(pairs.keys, pairs.values));
  }

  #drain(worker: number): void {
    const port = this.#peers.get(worker);
    if (port === undefined) return;
    for (let got = receiveMessageOnPort(port); got !== undefined; got = receiveMessageOnPort(port)) {
      this.#arrive(got.message as Bucket);
    }
  }

  #arrive(bucket: Bucket): void {
    const id = bucketId(bucket.shuffle, bucket.partition);
    const before = this.#arrived.get(id);
    if (before === undefined) this.#arrived.set(id, [bucket]);
    else before.push(bucket);
  }
}

function bucketId(shuffle: number, partition: number): string {
  return `${shuffle}:${partition}`;
}
