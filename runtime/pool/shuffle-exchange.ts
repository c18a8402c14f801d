import { type MessagePort, receiveMessageOnPort } from "node:worker_threads";
import type { ChunkFile } from "../disk/chunk-file.js";
import type { ScratchFiles } from "../disk/scratch-folder.js";
import { packColumn, transferable } from "../rows/column-batch.js";
import type { Bucket, MemoryBucket } from "./bucket.js";
import type { BucketMemory } from "./bucket-memory.js";
import type { KnownKeys, SentKeys } from "./known-keys.js";
import { NumberedBucket } from "./numbered-bucket.js";

/** A bucket as it goes to the worker that owns its partition. */
interface Delivery {
  shuffle: number;
  partition: number;
  /** Task that made it: buckets of a partition are merged in this order, so that results do not depend on timing. */
  task: number;
  bucket: Bucket;
}

/** A {@link Delivery} whose keys the other worker knows, most of them. */
interface KnownDelivery extends Delivery {
  bucket: MemoryBucket;
  /** Keys of the bucket, which comes without. */
  keys: SentKeys;
}

type PeerMessage = Delivery | KnownDelivery | { dropped: number };

/** Where the pairs of a map task belong. */
export interface Sent {
  /** Program of the task: tasks of one program make keys alike. */
  program: string;
  shuffle: number;
  task: number;
  side: number;
  partitions: number;
}

export interface ExchangeOptions {
  worker: number;
  workers: number;
  memory: BucketMemory;
  knownKeys: KnownKeys;
  files: ScratchFiles;
  /** So much may wait in memory for each worker. */
  shareBytes: number;
}

/**
 * One worker's end of all shuffles. Buckets go straight from worker to worker; the engine thread never sees them. Those
 * for which there is no room in memory lie in a file of the worker that made them, and only their places go. Ports
 * have no listeners: a reduce task starts after all map tasks are done, when every bucket is already in its port's
 * queue, and reads them synchronously.
 */
export class ShuffleExchange {
  readonly #peers = new Map<number, MessagePort>();
  readonly #arrived = new Map<string, Delivery[]>();
  readonly #files = new Map<number, ChunkFile>();

  constructor(private readonly options: ExchangeOptions) {}

  get shareBytes(): number {
    return this.options.shareBytes;
  }

  connect(worker: number, port: MessagePort): void {
    this.#drain(worker);
    this.#peers.get(worker)?.close();
    this.#peers.set(worker, port);
    this.options.knownKeys.forgetPeer(worker);
  }

  /** A dictionary of this worker is no more. */
  dropDictionary(dropped: number): void {
    for (const port of this.#peers.values()) port.postMessage({ dropped });
  }

  /** The file of what this worker made for a shuffle; it goes with {@link release}. */
  file(shuffle: number): ChunkFile {
    let file = this.#files.get(shuffle);
    if (file === undefined) {
      file = this.options.files.create();
      this.#files.set(shuffle, file);
    }
    return file;
  }

  /** @returns whether a bucket of so many bytes may wait in memory for the owner of a partition; if so, it must be delivered */
  take(partition: number, bytes: number): boolean {
    return this.options.memory.take(this.#owner(partition), bytes, this.options.shareBytes);
  }

  /** Gives back what was taken for a bucket. */
  give(partition: number, bucket: Bucket): void {
    if (!("subs" in bucket)) this.options.memory.give(this.#owner(partition), bucket.bytes);
  }

  /** Hands a bucket over: one in memory must not be changed any more. */
  deliver({ shuffle, task, program }: Sent, partition: number, bucket: Bucket): void {
    const owner = this.#owner(partition);
    const delivery = { shuffle, partition, task };
    if (owner === this.options.worker) this.#arrive({ ...delivery, bucket });
    else if ("subs" in bucket) this.#peers.get(owner)?.postMessage({ ...delivery, bucket });
    else this.#send(owner, program, delivery, bucket);
  }

  #send(owner: number, program: string, delivery: Omit<Delivery, "bucket">, bucket: MemoryBucket): void {
    const port = this.#peers.get(owner);
    if (port === undefined) return;
    const { side, length, bytes } = bucket;
    const values = packColumn(bucket.values);
    const encoded =
      bucket instanceof NumberedBucket
        ? this.options.knownKeys.encode(program, owner, bucket.numbered)
        : undefined;
    if (encoded === undefined) {
      const keys = packColumn(bucket.keys);
      const { hashes } = bucket;
      port.postMessage(
        { ...delivery, bucket: { side, length, bytes, keys, values, hashes } },
        transferable(keys, values, ...(hashes ? [hashes] : [])),
      );
      return;
    }
    const { sent, takeBack } = encoded;
    try {
      port.postMessage(
        { ...delivery, bucket: { side, length, bytes, keys: [], values }, keys: sent },
        transferable(values, sent.numbers, sent.newHashes),
      );
    } catch (error) {
      takeBack(); // a value cannot be cloned: nothing was sent
      throw error;
    }
  }

  /** What was sent to a partition, in the order of the tasks that sent it. Empty when nothing was. */
  received(shuffle: number, partition: number): Bucket[] {
    for (const worker of this.#peers.keys()) this.#drain(worker);
    const deliveries = this.#arrived.get(bucketId(shuffle, partition)) ?? [];
    return deliveries.sort((a, b) => a.task - b.task).map(({ bucket }) => bucket);
  }

  /** Lets go of a partition that was merged: until then a reader that failed can begin again. */
  merged(shuffle: number, partition: number): void {
    this.#letGo(bucketId(shuffle, partition));
  }

  /** Forgets buckets of a shuffle that will not be read any more, and what this worker wrote for it. */
  release(shuffle: number): void {
    for (const worker of this.#peers.keys()) this.#drain(worker);
    for (const [id, [delivery]] of this.#arrived) if (delivery?.shuffle === shuffle) this.#letGo(id);
    this.#files.get(shuffle)?.remove();
    this.#files.delete(shuffle);
  }

  /** Shuffles of which there are buckets here that were not merged, or files. */
  shuffles(): number[] {
    for (const worker of this.#peers.keys()) this.#drain(worker);
    const arrived = [...this.#arrived.values()].flatMap(([delivery]) => delivery?.shuffle ?? []);
    return [...arrived, ...this.#files.keys()];
  }

  close(): void {
    for (const port of this.#peers.values()) port.close();
    for (const file of this.#files.values()) file.remove();
  }

  #owner(partition: number): number {
    return partition % this.options.workers;
  }

  #drain(worker: number): void {
    const port = this.#peers.get(worker);
    if (port === undefined) return;
    for (let got = receiveMessageOnPort(port); got !== undefined; got = receiveMessageOnPort(port)) {
      this.#receive(worker, got.message as PeerMessage);
    }
  }

  #receive(worker: number, message: PeerMessage): void {
    if ("dropped" in message) this.options.knownKeys.forgetDictionary(worker, message.dropped);
    else if (!("keys" in message)) this.#arrive(message);
    else {
      const { keys, bucket, ...delivery } = message;
      const numbered = this.options.knownKeys.received(worker, keys);
      const { values, side, bytes } = bucket;
      this.#arrive({ ...delivery, bucket: new NumberedBucket(numbered, values, side, bytes) });
    }
  }

  #arrive(delivery: Delivery): void {
    const id = bucketId(delivery.shuffle, delivery.partition);
    const before = this.#arrived.get(id);
    if (before === undefined) this.#arrived.set(id, [delivery]);
    else before.push(delivery);
  }

  #letGo(id: string): void {
    for (const { partition, bucket } of this.#arrived.get(id) ?? []) this.give(partition, bucket);
    this.#arrived.delete(id);
  }
}

function bucketId(shuffle: number, partition: number): string {
  return `${shuffle}:${partition}`;
}
