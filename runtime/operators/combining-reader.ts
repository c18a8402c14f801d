import { type Bucket, type MemoryBucket, pairsOf } from "../pool/bucket.js";
import type { ReadRoom } from "../pool/read-room.js";
import type { Chunk, ReadCall, Reader } from "../pool/reader.js";
import { SAMPLED_ROWS } from "../rows/heap-bytes.js";
import type { KeyTable } from "../rows/key-table.js";
import { RecurringKeyTable } from "../rows/recurring-key-table.js";
import { INDEX_BYTES, SizeGauge } from "../rows/size-gauge.js";
import { tableFor } from "../rows/table-for.js";
import { storedResult } from "./stored-result.js";
import { MAX_LEVEL, takeApart } from "./sub-partitions.js";

export type Merge = (a: unknown, b: unknown) => unknown;

/** Merged pairs in columns: of each key one. */
export interface MergedTable {
  readonly keys: unknown[];
  readonly values: unknown[];
  readonly size: number;
}

/**
 * Reads one pair per key, its values merged in the order of the buckets. As long as the table of all keys fits in memory
 * it does not matter how much went into it. When it does not fit, it is taken apart by key with the buckets that were
 * not merged yet, and each part is merged by itself.
 */
export function combining(
  mergeOf: (call: ReadCall) => Merge,
  chunkOf: (table: MergedTable) => Chunk = pairsChunk,
): Reader {
  return {
    keyed: true,
    read(buckets, call) {
      const { room } = call;
      const tables = merged(buckets, mergeOf(call), room, 0);
      const first = tables.next().value;
      const second = tables.next().value;
      const result =
        first === undefined
          ? []
          : second === undefined && room.keep(first.bytes)
            ? [chunkOf(first.table)]
            : storedResult(inTurn(first, second, tables, chunkOf), call);
      room.bucketsDone();
      return result;
    },
  };
}

/** A table's columns in place. Its keys may be made when they are asked for. */
export function pairsChunk(table: MergedTable): Chunk {
  if (!(table instanceof RecurringKeyTable)) return columnsOf(table);
  return {
    get keys() {
      return table.keys;
    },
    values: table.values,
    length: table.size,
  };
}

/** Without the table's index. */
function columnsOf({ keys, values, size }: MergedTable): Chunk {
  return { keys, values, length: size };
}

interface Merged {
  table: KeyTable | RecurringKeyTable;
  bytes: number;
}

/** The merged pairs in tables that each fit in memory: one, if it does. */
function* merged(
  buckets: readonly Bucket[],
  merge: Merge,
  room: ReadRoom,
  level: number,
): Generator<Merged, void> {
  const table = tableFor(buckets);
  const gauge = new SizeGauge(room.shareBytes, INDEX_BYTES);
  for (const [at, bucket] of buckets.entries()) {
    for (const pairs of pairsOf(bucket)) {
      room.checkCancelled();
      table.mergeAll(pairs, merge);
    }
    if (gauge.look(table.sample(SAMPLED_ROWS), table.size) && level < MAX_LEVEL && at < buckets.length - 1) {
      const parts = takeApart([asBucket(table, gauge.bytes), ...buckets.slice(at + 1)], level, room);
      table.clear();
      for (const part of parts) yield* merged(part, merge, room, level + 1);
      return;
    }
  }
  yield { table, bytes: gauge.bytes };
}

function asBucket({ keys, values, size }: MergedTable, bytes: number): MemoryBucket {
  return { side: 0, keys, values, length: size, bytes };
}

function* inTurn(
  first: Merged,
  second: Merged | void,
  rest: Generator<Merged, void>,
  chunkOf: (table: MergedTable) => Chunk,
): Generator<Chunk, void> {
  yield chunkOf(first.table);
  if (second !== undefined) yield chunkOf(second.table);
  for (const { table } of rest) yield chunkOf(table);
}
