import { type ChunkPlace, readChunk } from "../disk/chunk-file.js";
import type { PairColumns, SidedPairs } from "../rows/column-batch.js";

/** Pairs on their way to a partition of a wide RDD: what one map task made for it, or a part of that. */
export type Bucket = MemoryBucket | StoredBucket;

export interface MemoryBucket extends SidedPairs {
  /** About what it takes in memory. */
  bytes: number;
}

/** Pairs that wait on disk. Plain data. */
export interface StoredBucket {
  side: number;
  length: number;
  /** About what its pairs take in memory, once they are read. */
  bytes: number;
  /** Where keys are to be found together: by the sub-partition of the key. Else all pairs are in one, in their order. */
  subs: StoredPairs[];
  /** Whether the pairs have an order of their own, beside that of the sub-partitions: chunks then tell it in a third column. */
  ranked: boolean;
}

/** Chunks of keys, values and perhaps ranks. */
export interface StoredPairs {
  chunks: ChunkPlace[];
  length: number;
}

export function bytesOf(buckets: readonly Bucket[]): number {
  return buckets.reduce((sum, { bytes }) => sum + bytes, 0);
}

/** The pairs of a bucket in their order, a chunk at a time where that can be. */
export function* pairsOf(bucket: Bucket): Generator<SidedPairs, void> {
  if (!("subs" in bucket)) {
    yield bucket;
    return;
  }
  const places = bucket.subs.flatMap(({ chunks }) => chunks);
  if (bucket.ranked) yield byRank(bucket, places);
  else for (const place of places) yield { ...columnsOf(place), side: bucket.side };
}

function columnsOf(place: ChunkPlace): PairColumns {
  const [keys = [], values = []] = readChunk(place);
  return { keys, values, length: place.length };
}

/** A bucket that would have been in memory if there had been room: its pairs are put in the order they would have had. */
function byRank({ side, length }: StoredBucket, places: readonly ChunkPlace[]): SidedPairs {
  const keys = new Array<unknown>(length);
  const values = new Array<unknown>(length);
  for (const place of places) {
    const [inKeys = [], inValues = [], ranks = []] = readChunk(place);
    for (let i = 0; i < place.length; i++) {
      keys[ranks[i] as number] = inKeys[i];
      values[ranks[i] as number] = inValues[i];
    }
  }
  return { keys, values, length, side };
}
