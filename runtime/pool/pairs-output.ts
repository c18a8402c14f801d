import { gather, gatherIntegers, rowsOfParts } from "../rows/column-batch.js";
import { bytesPerRow, SAMPLED_ROWS } from "../rows/heap-bytes.js";
import type { KeyTable } from "../rows/key-table.js";
import { type PartitionOfKey, partitionsOf } from "../rows/partitioning.js";
import { RecurringKeyTable } from "../rows/recurring-key-table.js";
import { INDEX_BYTES, SizeGauge } from "../rows/size-gauge.js";
import type { Bucket, MemoryBucket, StoredBucket } from "./bucket.js";
import { NumberedBucket } from "./numbered-bucket.js";
import type { Sent, ShuffleExchange } from "./shuffle-exchange.js";
import { rowsPerChunk, SubPartitionWriter } from "./stored-pairs.js";

/** Where a task's pairs go: each to the partition of its key, by its hash or a function, or all of them to the same ones. */
export type Places = "hash" | PartitionOfKey | readonly number[];

/** Pairs that go to the same partitions. */
interface Part {
  to: readonly number[];
  length: number;
  /** A bucket of them in memory, which is to be delivered. */
  bucket(side: number, bytes: number): MemoryBucket;
}

/**
 * What a map task makes: a table, combined by key or not, which goes to the workers that own its partitions when the task
 * is done. When it outgrows the worker's share before, it is written to disk, parted by partition and sub-partition, and
 * begins anew. Nothing is sent before the end: of a task that fails nobody has got anything.
 */
export class PairsOutput {
  readonly #gauge: SizeGauge;
  readonly #subs: number;
  readonly #stored: { partition: number; bucket: StoredBucket }[] = [];

  /** @param keyed whether the pairs of a key are wanted together; else a partition's are, in their order */
  constructor(
    private readonly exchange: ShuffleExchange,
    private readonly sent: Sent,
    private readonly places: Places,
    private readonly keyed: boolean,
    readonly table: KeyTable | RecurringKeyTable,
  ) {
    this.#gauge = new SizeGauge(exchange.shareBytes, INDEX_BYTES);
    this.#subs = keyed ? Math.max(1, Math.min(MAX_SUBS, Math.floor(SUBS_IN_ALL / sent.partitions))) : 1;
  }

  /** Makes room if the table takes too much. @returns pairs after which to call it again. @throws StreamError RT_DISK */
  full(): number {
    const { table } = this;
    if (this.#gauge.look(table.sample(SAMPLED_ROWS), table.size)) {
      for (const part of this.#parts()) {
        const bucket = this.#store(part, false);
        for (const partition of part.to) this.#stored.push({ partition, bucket });
      }
      table.clear();
      this.#gauge.reset();
    }
    return this.#gauge.room;
  }

  /** Sends everything to the workers that own the partitions. @throws StreamError RT_DISK */
  finish(): void {
    const ready: { partition: number; bucket: Bucket }[] = [...this.#stored];
    const { keys: someKeys, values: someValues } = this.table.sample(SAMPLED_ROWS);
    const rowBytes = bytesPerRow(someKeys, someValues, someKeys.length);
    let delivered = 0;
    try {
      for (const part of this.#parts()) {
        const bytes = Math.ceil(rowBytes * part.length);
        let stored: StoredBucket | undefined;
        for (const partition of part.to) {
          if (this.exchange.take(partition, bytes)) {
            ready.push({ partition, bucket: part.bucket(this.sent.side, bytes) });
          } else {
            stored ??= this.#store(part, this.keyed);
            ready.push({ partition, bucket: stored });
          }
        }
      }
      for (const { partition, bucket } of ready) {
        this.exchange.deliver(this.sent, partition, bucket);
        delivered += 1;
      }
    } catch (error) {
      // What was delivered is let go of with its shuffle. A value that cannot be cloned shows only when it is sent.
      for (const { partition, bucket } of ready.slice(delivered)) this.exchange.give(partition, bucket);
      throw error;
    }
  }

  #parts(): Part[] {
    const { table, places } = this;
    if (table.size === 0) return [];
    const { partitions } = this.sent;
    const isWhole = typeof places === "object";
    if (isWhole || (partitions === 1 && !(table instanceof RecurringKeyTable))) {
      const { keys, values, size: length } = table;
      const to = isWhole ? places : [0];
      return [{ to, length, bucket: (side, bytes) => ({ side, keys, values, length, bytes }) }];
    }
    const hashes = places === "hash" ? table.hashes() : undefined;
    const placed = hashes === undefined ? placedBy(places, table.keys) : partitionsOf(hashes, partitions);
    return rowsOfParts(placed, partitions).flatMap((rows, to): Part | readonly [] => {
      const { length } = rows;
      if (length === 0) return [];
      const bucket = (side: number, bytes: number): MemoryBucket => {
        const values = gather(table.values, rows);
        if (table instanceof RecurringKeyTable)
          return new NumberedBucket(table.numbered(rows), values, side, bytes);
        const keys = gather(table.keys, rows);
        return { side, keys, values, length, bytes, hashes: hashes && gatherIntegers(hashes, rows) };
      };
      return { to: [to], length, bucket };
    });
  }

  #store({ length, bucket }: Part, ranked: boolean): StoredBucket {
    const { side } = this.sent;
    const { keys, values } = bucket(side, 0);
    const bytes = Math.ceil(bytesPerRow(keys, values, length) * length);
    const rows = rowsPerChunk(bytes / length, this.exchange.shareBytes);
    const file = this.exchange.file(this.sent.shuffle);
    const writer = new SubPartitionWriter({ file, rows, ranked }, 0, this.#subs);
    for (let row = 0; row < length; row++) writer.add(keys[row], values[row], row);
    return { side, length, bytes, ranked, subs: writer.finish() };
  }
}

/** So many sub-partitions are written at a time, of all partitions together: more would make the chunks too small. */
const SUBS_IN_ALL = 128;
const MAX_SUBS = 64;

function placedBy(places: Places, keys: readonly unknown[]): Int32Array {
  const placed = new Int32Array(keys.length);
  if (typeof places === "function")
    for (let row = 0; row < placed.length; row++) placed[row] = places(keys[row]);
  return placed;
}
