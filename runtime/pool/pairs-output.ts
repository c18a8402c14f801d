import { type Column, gather, gatherIntegers, rowsOfParts } from "../rows/column-batch.js";
import { bytesPerRow, SAMPLED_ROWS } from "../rows/heap-bytes.js";
import type { KeyTable } from "../rows/key-table.js";
import { type PartitionOfKey, partitionsOf } from "../rows/partitioning.js";
import { type KeyIds, keysOf, RecurringKeyTable } from "../rows/recurring-key-table.js";
import { INDEX_BYTES, SizeGauge } from "../rows/size-gauge.js";
import type { Bucket, StoredBucket } from "./bucket.js";
import type { Sent, ShuffleExchange } from "./shuffle-exchange.js";
import { rowsPerChunk, SubPartitionWriter } from "./stored-pairs.js";

/** Where a task's pairs go: each to the partition of its key, by its hash or a function, or all of them to the same ones. */
export type Places = "hash" | PartitionOfKey | readonly number[];

/** Pairs that go to the same partitions. */
interface Part {
  to: readonly number[];
  length: number;
  /** Keys are not copied that are sent by what is known of them. */
  columns(isSent: boolean): Columns;
}

interface Columns {
  /** With {@link isSent}, only those that are in no dictionary. */
  keys: Column;
  values: Column;
  hashes?: Int32Array | undefined;
  known?: KeyIds | undefined;
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
    if (this.#gauge.look(sampleOf(table), table.size)) {
      for (const part of this.#parts()) {
        const bucket = this.#store(part.columns(false), false);
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
    const { keys: someKeys, values: someValues } = sampleOf(this.table);
    const rowBytes = bytesPerRow(someKeys, someValues, someKeys.length);
    let delivered = 0;
    try {
      for (const { to, length, columns } of this.#parts()) {
        const bytes = Math.ceil(rowBytes * length);
        let stored: StoredBucket | undefined;
        for (const partition of to) {
          if (this.exchange.take(partition, bytes)) {
            const taken = columns(!this.exchange.owns(partition));
            ready.push({ partition, bucket: { side: this.sent.side, ...taken, length, bytes } });
          } else {
            stored ??= this.#store(columns(false), this.keyed);
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
      return [{ to: isWhole ? places : [0], length, columns: () => ({ keys, values }) }];
    }
    const hashes = places === "hash" ? table.hashes() : undefined;
    const placed = hashes === undefined ? placedBy(places, table.keys) : partitionsOf(hashes, partitions);
    const all = table instanceof RecurringKeyTable ? table.ids() : undefined;
    return rowsOfParts(placed, partitions).flatMap((rows, to) => {
      if (rows.length === 0) return [];
      const columns = (isSent: boolean): Columns => {
        const values = gather(table.values, rows);
        const of = { values, hashes: hashes && gatherIntegers(hashes, rows) };
        if (all === undefined || !(table instanceof RecurringKeyTable))
          return { keys: gather(table.keys, rows), ...of };
        const known = { of: table.dictionary, ids: gatherIntegers(all, rows) };
        const others = table.othersOf(known.ids);
        return { keys: isSent ? others : keysOf(known, others), ...of, known };
      };
      return [{ to: [to], length: rows.length, columns }];
    });
  }

  #store(columns: Columns, ranked: boolean): StoredBucket {
    const { keys, values } = columns;
    const bytes = Math.ceil(bytesPerRow(keys, values, keys.length) * keys.length);
    const rows = rowsPerChunk(bytes / keys.length, this.exchange.shareBytes);
    const file = this.exchange.file(this.sent.shuffle);
    const writer = new SubPartitionWriter({ file, rows, ranked }, 0, this.#subs);
    for (let row = 0; row < keys.length; row++) writer.add(keys[row], values[row], row);
    return { side: this.sent.side, length: keys.length, bytes, ranked, subs: writer.finish() };
  }
}

/** So many sub-partitions are written at a time, of all partitions together: more would make the chunks too small. */
const SUBS_IN_ALL = 128;
const MAX_SUBS = 64;

/** What tells how much a table takes. */
function sampleOf(table: KeyTable | RecurringKeyTable): { keys: unknown[]; values: unknown[] } {
  return table instanceof RecurringKeyTable ? table.sample(SAMPLED_ROWS) : table;
}

function placedBy(places: Places, keys: readonly unknown[]): Int32Array {
  const placed = new Int32Array(keys.length);
  if (typeof places === "function")
    for (let row = 0; row < placed.length; row++) placed[row] = places(keys[row]);
  return placed;
}
