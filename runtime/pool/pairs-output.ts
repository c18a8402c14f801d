import { type Column, splitColumn, splitIntegers } from "../rows/column-batch.js";
import { bytesPerRow } from "../rows/heap-bytes.js";
import { KeyTable } from "../rows/key-table.js";
import type { PartitionOfKey } from "../rows/partitioning.js";
import { INDEX_BYTES, SizeGauge } from "../rows/size-gauge.js";
import type { Bucket, StoredBucket } from "./bucket.js";
import type { Sent, ShuffleExchange } from "./shuffle-exchange.js";
import { rowsPerChunk, SubPartitionWriter } from "./stored-pairs.js";

/** Where a task's pairs go: each to the partition of its key, by its hash or a function, or all of them to the same ones. */
export type Places = "hash" | PartitionOfKey | readonly number[];

interface Columns {
  keys: Column;
  values: Column;
  hashes?: Int32Array | undefined;
}

/**
 * What a map task makes: a table, combined by key or not, which goes to the workers that own its partitions when the task
 * is done. When it outgrows the worker's share before, it is written to disk, parted by partition and sub-partition, and
 * begins anew. Nothing is sent before the end: of a task that fails nobody has got anything.
 */
export class PairsOutput {
  readonly table: KeyTable;
  readonly #gauge: SizeGauge;
  readonly #subs: number;
  readonly #stored: { partition: number; bucket: StoredBucket }[] = [];

  /**
   * @param keyed whether the pairs of a key are wanted together; else a partition's are, in their order
   * @param rows about how many keys will be found again: as many as there were the last time
   */
  constructor(
    private readonly exchange: ShuffleExchange,
    private readonly sent: Sent,
    private readonly places: Places,
    private readonly keyed: boolean,
    rows = 0,
  ) {
    this.table = new KeyTable(rows);
    this.#gauge = new SizeGauge(exchange.shareBytes, INDEX_BYTES);
    this.#subs = keyed ? Math.max(1, Math.min(MAX_SUBS, Math.floor(SUBS_IN_ALL / sent.partitions))) : 1;
  }

  /** Makes room if the table takes too much. @returns pairs after which to call it again. @throws StreamError RT_DISK */
  full(): number {
    if (this.#gauge.look(this.table)) {
      for (const { to, columns } of this.#parts()) {
        const bucket = this.#store(columns, false);
        for (const partition of to) this.#stored.push({ partition, bucket });
      }
      this.table.clear();
      this.#gauge.reset();
    }
    return this.#gauge.room;
  }

  /** Sends everything to the workers that own the partitions. @throws StreamError RT_DISK */
  finish(): void {
    const ready: { partition: number; bucket: Bucket }[] = [...this.#stored];
    try {
      for (const { to, columns } of this.#parts()) {
        let stored: StoredBucket | undefined;
        for (const partition of to) {
          const bytes = this.#bytes(columns);
          if (this.exchange.take(partition, bytes)) {
            const bucket = { side: this.sent.side, ...columns, length: columns.keys.length, bytes };
            ready.push({ partition, bucket });
          } else {
            stored ??= this.#store(columns, this.keyed);
            ready.push({ partition, bucket: stored });
          }
        }
      }
    } catch (error) {
      for (const { partition, bucket } of ready) this.exchange.give(partition, bucket);
      throw error;
    }
    for (const { partition, bucket } of ready) this.exchange.deliver(this.sent, partition, bucket);
  }

  #parts(): { to: readonly number[]; columns: Columns }[] {
    const { table, places } = this;
    if (table.size === 0) return [];
    const { keys: allKeys, values: allValues } = table;
    const whole = { keys: allKeys, values: allValues };
    if (typeof places === "object") return [{ to: places, columns: whole }];
    const { partitions } = this.sent;
    if (partitions === 1) return [{ to: [0], columns: whole }];
    const placed = new Int32Array(table.size);
    let hashes: Int32Array[] = [];
    if (places === "hash") {
      const all = table.hashes();
      for (let row = 0; row < placed.length; row++) placed[row] = ((all[row] as number) >>> 0) % partitions;
      hashes = splitIntegers(all, placed, partitions);
    } else for (let row = 0; row < placed.length; row++) placed[row] = places(allKeys[row]);
    const keys = splitColumn(allKeys, placed, partitions);
    const values = splitColumn(allValues, placed, partitions);
    return keys.flatMap((column, to) => {
      const columns = { keys: column, values: values[to] ?? [], hashes: hashes[to] };
      return column.length > 0 ? [{ to: [to], columns }] : [];
    });
  }

  #bytes({ keys, values }: Columns): number {
    return Math.ceil(bytesPerRow(keys, values, keys.length) * keys.length);
  }

  #store(columns: Columns, ranked: boolean): StoredBucket {
    const { keys, values } = columns;
    const bytes = this.#bytes(columns);
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
