/** Where the rows of a persisted RDD are, after Apache Spark's class of the same name. */
export interface StorageLevel {
  readonly name: StorageName;
  /** In the heap of the worker that computed them, as far as its share for storage reaches. */
  readonly useMemory: boolean;
  /** In a temporary file: rows for which there is no memory, or all of them. */
  readonly useDisk: boolean;
}

export type StorageName = "NONE" | "MEMORY_ONLY" | "MEMORY_AND_DISK" | "DISK_ONLY";

const NONE: StorageLevel = { name: "NONE", useMemory: false, useDisk: false };
const MEMORY_ONLY: StorageLevel = { name: "MEMORY_ONLY", useMemory: true, useDisk: false };
const MEMORY_AND_DISK: StorageLevel = { name: "MEMORY_AND_DISK", useMemory: true, useDisk: true };
const DISK_ONLY: StorageLevel = { name: "DISK_ONLY", useMemory: false, useDisk: true };

/**
 * The levels by Spark's names. Those that end in `_SER` keep rows as bytes in Spark, to spare its garbage collector:
 * here they are the same as without. Those that end in `_2` keep a copy on a second machine; the workers are threads of
 * one process, so that a copy would outlive nothing that the rows do not, and what is lost is computed again.
 */
export const StorageLevel = {
  NONE,
  MEMORY_ONLY,
  MEMORY_ONLY_2: MEMORY_ONLY,
  MEMORY_ONLY_SER: MEMORY_ONLY,
  MEMORY_ONLY_SER_2: MEMORY_ONLY,
  MEMORY_AND_DISK,
  MEMORY_AND_DISK_2: MEMORY_AND_DISK,
  MEMORY_AND_DISK_SER: MEMORY_AND_DISK,
  MEMORY_AND_DISK_SER_2: MEMORY_AND_DISK,
  DISK_ONLY,
  DISK_ONLY_2: DISK_ONLY,
  DISK_ONLY_3: DISK_ONLY,
  /** Memory outside of the heap holds no objects of JavaScript: on disk what the heap has no place for. */
  OFF_HEAP: MEMORY_AND_DISK,
} as const satisfies Record<string, StorageLevel>;

/** How rows are kept: as the level of their RDD says, or, for windows of streams, in memory whatever comes. */
export type Storage = Exclude<StorageName, "NONE"> | "ALWAYS";
