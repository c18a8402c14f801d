import { readChunk } from "../disk/chunk-file.js";
import { type Bucket, bytesOf, pairsOf } from "../pool/bucket.js";
import type { ReadRoom } from "../pool/read-room.js";
import { type Chunk, eachTime, type PairChunk, type ReadCall, type Reader } from "../pool/reader.js";
import { PairWriter, rowsPerChunk } from "../pool/stored-pairs.js";
import type { PairColumns } from "../rows/column-batch.js";
import type { Compare } from "../rows/smallest.js";
import { joinPairs, sortedPairs } from "./sorted-pairs.js";

/** A sorted part of a partition, on disk: its chunks one after the other. */
type Run = Iterable<PairColumns>;

/**
 * Reads the pairs of a partition in the order of their keys; those of equal keys in the order in which they came. What
 * does not fit in memory is sorted in runs on disk, which are merged each time the result is gone through.
 */
export function sorting(
  compareOf: (call: ReadCall) => Compare<unknown>,
  chunkOf: (pairs: PairChunk) => Chunk = (pairs) => pairs,
): Reader {
  return {
    keyed: false,
    read(buckets, call) {
      const { room } = call;
      const compare = compareOf(call);
      const bytes = bytesOf(buckets);
      if (bytes > room.shareBytes) {
        const runs = sortedRuns(buckets, compare, room);
        const rows = rowsPerChunk(bytes / rowsOf(buckets), room.shareBytes);
        room.bucketsDone();
        return eachTime(function* () {
          for (const pairs of mergeRuns(runs, compare, rows)) {
            room.checkCancelled();
            yield chunkOf(pairs);
          }
        });
      }
      const sort = () =>
        chunkOf(sortedPairs(joinPairs(buckets.flatMap((one) => [...pairsOf(one)])), compare));
      if (!room.keep(bytes)) {
        return eachTime(function* () {
          yield sort();
        });
      }
      const chunk = sort();
      room.bucketsDone();
      return [chunk];
    },
  };
}

/** Sorts as many pairs at a time as fit in memory, and writes them. */
function sortedRuns(buckets: readonly Bucket[], compare: Compare<unknown>, room: ReadRoom): Run[] {
  const { file } = room;
  const runs: Run[] = [];
  let pending: PairColumns[] = [];
  let bytes = 0;
  const write = () => {
    if (pending.length === 0) return;
    const { keys, values, length } = sortedPairs(joinPairs(pending), compare);
    const rows = rowsPerChunk(bytes / length, room.shareBytes);
    const writer = new PairWriter({ file, rows, ranked: false });
    for (let i = 0; i < length; i++) writer.add(keys[i], values[i], 0);
    const { chunks } = writer.finish();
    runs.push({
      *[Symbol.iterator]() {
        for (const place of chunks) {
          const [inKeys = [], inValues = []] = readChunk(place);
          yield { keys: inKeys, values: inValues, length: place.length };
        }
      },
    });
    pending = [];
    bytes = 0;
  };
  for (const bucket of buckets) {
    for (const pairs of pairsOf(bucket)) {
      room.checkCancelled();
      pending.push(pairs);
      bytes += (bucket.bytes * pairs.length) / bucket.length;
      if (bytes >= room.shareBytes) write();
    }
  }
  write();
  return runs;
}

/**
 * Merges sorted runs, in chunks of so many rows. Of equal keys those of the earlier run come first.
 */
export function* mergeRuns(
  runs: readonly Run[],
  compare: Compare<unknown>,
  rows: number,
): Generator<PairChunk, void> {
  // A binary heap: the cursor with the least key is the first, each comes before those at 2i + 1 and 2i + 2.
  const heap = runs.flatMap((run, order) => Cursor.open(run, order));
  const before = (a: Cursor, b: Cursor) => compare(a.key, b.key) || a.order - b.order;
  for (let at = (heap.length >> 1) - 1; at >= 0; at--) sink(heap, at, before);
  let keys: unknown[] = [];
  let values: unknown[] = [];
  for (let first = heap[0]; first !== undefined; first = heap[0]) {
    keys.push(first.key);
    values.push(first.value);
    if (!first.advance()) {
      const last = heap.pop();
      if (heap.length > 0 && last !== undefined) heap[0] = last;
    }
    sink(heap, 0, before);
    if (keys.length < rows && heap.length > 0) continue;
    yield { keys, values, length: keys.length };
    keys = [];
    values = [];
  }
}

function sink(heap: Cursor[], from: number, before: (a: Cursor, b: Cursor) => number): void {
  let at = from;
  const moving = heap[at];
  if (moving === undefined) return;
  for (;;) {
    let child = 2 * at + 1;
    const left = heap[child];
    if (left === undefined) break;
    const right = heap[child + 1];
    if (right !== undefined && before(right, left) < 0) child += 1;
    const least = heap[child] as Cursor;
    if (before(moving, least) <= 0) break;
    heap[at] = least;
    at = child;
  }
  heap[at] = moving;
}

/** Where a merge is in one run. */
class Cursor {
  #at = 0;

  private constructor(
    private readonly chunks: Iterator<PairColumns>,
    private chunk: PairColumns,
    /** Place of its run. */
    readonly order: number,
  ) {}

  /** None for an empty run. */
  static open(run: Run, order: number): Cursor[] {
    const chunks = run[Symbol.iterator]();
    const first = chunks.next();
    return first.done ? [] : [new Cursor(chunks, first.value, order)];
  }

  get key(): unknown {
    return this.chunk.keys[this.#at];
  }

  get value(): unknown {
    return this.chunk.values[this.#at];
  }

  /** @returns false at the end */
  advance(): boolean {
    this.#at += 1;
    if (this.#at < this.chunk.length) return true;
    const next = this.chunks.next();
    if (next.done) return false;
    this.chunk = next.value;
    this.#at = 0;
    return true;
  }
}

function rowsOf(buckets: readonly Bucket[]): number {
  return buckets.reduce((sum, { length }) => sum + length, 0);
}
