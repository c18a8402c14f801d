import { type ChunkFile, type ChunkPlace, readChunk } from "../disk/chunk-file.js";
import type { ScratchFiles } from "../disk/scratch-folder.js";
import { estimateBytes } from "../rows/size-estimate.js";
import type { Storage } from "../rows/storage-level.js";
import type { KeptPartition } from "./task.js";

/** A partition that is kept. */
interface Block {
  node: string;
  partition: number;
  storage: Storage;
  /** In memory; undefined when they are on disk only. */
  rows: ArrayLike<unknown> | undefined;
  memoryBytes: number;
  file: { chunks: ChunkFile; place: ChunkPlace } | undefined;
}

/**
 * The rows that one worker keeps of RDDs. Those of persisted RDDs share a part of its memory: when it is full, partitions
 * that were not read for the longest time make room, but never for one of the same RDD, which would end in all of them
 * making room for each other. They go to disk where their level says so, and otherwise are computed again when they are
 * asked for. What windows of streams read is always kept in memory.
 */
export class KeptRows {
  /** Those that were read last come last. */
  readonly #blocks = new Map<string, Block>();
  #memoryBytes = 0;

  /** @param limitBytes of memory for rows of persisted RDDs and of windows together; windows may take more */
  constructor(
    private readonly limitBytes: number,
    private readonly files: ScratchFiles,
  ) {}

  /** How many RDDs there are rows of. */
  get rdds(): number {
    return new Set([...this.#blocks.values()].map(({ node }) => node)).size;
  }

  /**
   * Keeps rows as far as their storage allows.
   * @returns what is kept of them, nothing when there is no place; and whose rows had to go for it
   */
  put(node: string, partition: number, storage: Storage, rows: unknown[]): KeptPartition[] {
    this.#drop(blockId(node, partition));
    const block: Block = {
      node,
      partition,
      storage,
      rows,
      memoryBytes: estimateBytes(rows),
      file: undefined,
    };
    const changed: KeptPartition[] = [];
    if (storage === "DISK_ONLY" || !this.#makeRoom(block, changed)) {
      if (storage === "MEMORY_ONLY") return changed;
      this.#toDisk(block);
    }
    this.#memoryBytes += block.memoryBytes;
    this.#blocks.set(blockId(node, partition), block);
    return [...changed, keptOf(block)];
  }

  /** The rows of a partition; undefined when they are not kept, or no more. @throws StreamError RT_DISK */
  get(node: string, partition: number): ArrayLike<unknown> | undefined {
    const id = blockId(node, partition);
    const block = this.#blocks.get(id);
    if (block === undefined) return undefined;
    this.#blocks.delete(id);
    this.#blocks.set(id, block);
    return block.rows ?? (block.file && readChunk(block.file.place)[0]);
  }

  release(node: string): void {
    for (const [id, block] of this.#blocks) if (block.node === node) this.#drop(id);
  }

  /** False when there is not enough that may go. */
  #makeRoom({ node, storage, memoryBytes }: Block, changed: KeptPartition[]): boolean {
    if (storage === "ALWAYS") return true;
    const going: Block[] = [];
    let missing = this.#memoryBytes + memoryBytes - this.limitBytes;
    for (const block of this.#blocks.values()) {
      if (missing <= 0) break;
      if (block.node === node || block.storage === "ALWAYS" || block.rows === undefined) continue;
      going.push(block);
      missing -= block.memoryBytes;
    }
    if (missing > 0) return false;
    for (const block of going) {
      if (block.storage === "MEMORY_ONLY") this.#drop(blockId(block.node, block.partition));
      else {
        const { memoryBytes } = block;
        this.#toDisk(block);
        this.#memoryBytes -= memoryBytes;
      }
      changed.push(keptOf(block));
    }
    return true;
  }

  #toDisk(block: Block): void {
    const rows = block.rows ?? [];
    const chunks = this.files.create();
    try {
      block.file = { chunks, place: chunks.append([rows], rows.length) };
    } catch (error) {
      chunks.remove();
      throw error;
    }
    block.rows = undefined;
    block.memoryBytes = 0;
  }

  #drop(id: string): void {
    const block = this.#blocks.get(id);
    if (block === undefined) return;
    this.#blocks.delete(id);
    this.#memoryBytes -= block.memoryBytes;
    block.memoryBytes = 0;
    block.rows = undefined;
    block.file?.chunks.remove();
    block.file = undefined;
  }
}

function keptOf({ node, partition, memoryBytes, rows, file }: Block): KeptPartition {
  const isKept = rows !== undefined || file !== undefined;
  return { node, partition, isKept, memoryBytes, diskBytes: file?.place.bytes ?? 0 };
}

function blockId(node: string, partition: number): string {
  return `${node}/${partition}`;
}
