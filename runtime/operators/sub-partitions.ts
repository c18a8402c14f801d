import { type Bucket, bytesOf, pairsOf, type StoredBucket } from "../pool/bucket.js";
import type { ReadRoom } from "../pool/read-room.js";
import { rowsPerChunk, SubPartitionWriter } from "../pool/stored-pairs.js";

/**
 * Takes the buckets of a partition apart by key, on disk: what comes back are parts of the partition, each to be read by
 * itself, with all pairs of its keys in their order. A bucket that was written in sub-partitions is not written again.
 * @param level how often its keys were taken apart before
 */
export function takeApart(buckets: readonly Bucket[], level: number, room: ReadRoom): Bucket[][] {
  const written = level === 0 ? Math.max(0, ...buckets.map(subsOf)) : 0;
  const count = written > 1 ? written : SUBS;
  const parts: Bucket[][] = Array.from({ length: count }, () => []);
  const { file } = room;
  for (const bucket of buckets) {
    const { side, subs } = subsOf(bucket) === count && "subs" in bucket ? bucket : rewrite(bucket);
    subs.forEach(({ chunks, length }, sub) => {
      if (length === 0) return;
      const bytes = (bucket.bytes * length) / bucket.length;
      // Pairs of one sub-partition are in their order among each other.
      parts[sub]?.push({ side, length, bytes, ranked: false, subs: [{ chunks, length }] });
    });
  }
  return parts.filter((part) => part.length > 0);

  function rewrite(bucket: Bucket): StoredBucket {
    const rows = rowsPerChunk(bucket.bytes / bucket.length, room.shareBytes);
    const writer = new SubPartitionWriter({ file, rows, ranked: false }, level, count);
    for (const { keys, values, length } of pairsOf(bucket)) {
      room.checkCancelled();
      for (let i = 0; i < length; i++) writer.add(keys[i], values[i], 0);
    }
    return {
      side: bucket.side,
      length: bucket.length,
      bytes: bucket.bytes,
      ranked: false,
      subs: writer.finish(),
    };
  }
}

/** Parts of a partition that each fit in memory, as far as taking apart helps: a single key stays whole. */
export function fittingParts(buckets: readonly Bucket[], room: ReadRoom, level = 0): (readonly Bucket[])[] {
  if (bytesOf(buckets) <= room.shareBytes || level === MAX_LEVEL) return [buckets];
  return together(takeApart(buckets, level, room), room.shareBytes).flatMap((part) =>
    fittingParts(part, room, level + 1),
  );
}

/** Neighbours made one while they fit: a chunk for the loop is then not smaller than it has to be. */
function together(parts: readonly Bucket[][], limitBytes: number): Bucket[][] {
  const joined: Bucket[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const part of parts) {
    const more = bytesOf(part);
    if (bytes + more <= limitBytes) joined.at(-1)?.push(...part);
    else joined.push([...part]);
    bytes = bytes + more <= limitBytes ? bytes + more : more;
  }
  return joined;
}

function subsOf(bucket: Bucket): number {
  return "subs" in bucket ? bucket.subs.length : 0;
}

const SUBS = 64;

/** Keys are taken apart 64 × 64 × 64 ways at most: what is together after that has one key, or memory for it is of no size. */
export const MAX_LEVEL = 3;
