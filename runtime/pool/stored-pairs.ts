import type { ChunkFile, ChunkPlace } from "../disk/chunk-file.js";
import { subPartitionOf } from "../rows/stable-hash.js";
import type { StoredPairs } from "./bucket.js";

/** How pairs are written to a file. */
export interface Storing {
  file: ChunkFile;
  /** Rows of a chunk; see {@link rowsPerChunk}. */
  rows: number;
  /** Whether the rank of each pair is written too. */
  ranked: boolean;
}

/** Pairs on their way to a file, gathered until they make a chunk. */
export class PairWriter {
  readonly #chunks: ChunkPlace[] = [];
  #length = 0;
  #keys: unknown[] = [];
  #values: unknown[] = [];
  #ranks: number[] = [];

  constructor(private readonly storing: Storing) {}

  add(key: unknown, value: unknown, rank: number): void {
    this.#keys.push(key);
    this.#values.push(value);
    if (this.storing.ranked) this.#ranks.push(rank);
    if (this.#keys.length >= this.storing.rows) this.#write();
  }

  /** Writes what is left. @returns where all of it lies */
  finish(): StoredPairs {
    if (this.#keys.length > 0) this.#write();
    return { chunks: this.#chunks, length: this.#length };
  }

  #write(): void {
    const { file, ranked } = this.storing;
    const columns: unknown[][] = [this.#keys, this.#values];
    this.#chunks.push(file.append(ranked ? [...columns, this.#ranks] : columns, this.#keys.length));
    this.#length += this.#keys.length;
    this.#keys = [];
    this.#values = [];
    this.#ranks = [];
  }
}

/** Pairs on their way to a file, those of one sub-partition together. */
export class SubPartitionWriter {
  readonly #subs: PairWriter[];

  /** @param level which of the sub-partitions of a key; see subPartitionOf */
  constructor(
    storing: Storing,
    private readonly level: number,
    private readonly count: number,
  ) {
    this.#subs = Array.from({ length: count }, () => new PairWriter(storing));
  }

  add(key: unknown, value: unknown, rank: number): void {
    const sub = this.count === 1 ? 0 : subPartitionOf(key, this.level, this.count);
    this.#subs[sub]?.add(key, value, rank);
  }

  /** @returns by sub-partition */
  finish(): StoredPairs[] {
    return this.#subs.map((sub) => sub.finish());
  }
}

/** Rows that make a chunk: few beside a worker's share, since one of each sorted run or sub-partition is in memory at a time. */
export function rowsPerChunk(bytesPerRow: number, shareBytes: number): number {
  const bytes = Math.min(CHUNK_BYTES, shareBytes / CHUNKS_PER_SHARE);
  return Math.max(1, Math.floor(bytes / Math.max(bytesPerRow, 1)));
}

const CHUNK_BYTES = 256 * 1024;
const CHUNKS_PER_SHARE = 128;
