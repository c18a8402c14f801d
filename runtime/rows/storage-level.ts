import { inspect } from "node:util";
import { StreamError } from "../stream-error.js";
import { short } from "./short-text.js";

/** Where the rows of a persisted RDD are, after Apache Spark's class of the same name. */
export interface StorageLevel {
  readonly name: StorageName;
  /** In the heap of the worker that computed them, as far as its share for storage reaches. */
  readonly useMemory: boolean;
  /** In a temporary file: rows for which there is no memory, or all of them. */
  readonly useDisk: boolean;
}

export type StorageName = "NONE" | "MEMORY_ONLY" | "MEMORY_AND_DISK" | "DISK_ONLY";

class Level implements StorageLevel {
  constructor(
    readonly name: StorageName,
    readonly useMemory: boolean,
    readonly useDisk: boolean,
  ) {}

  /** "StorageLevel(disk, memory)", as in Spark. */
  toString(): string {
    const places = [this.useDisk && "disk", this.useMemory && "memory"].filter((place) => place !== false);
    return `StorageLevel(${places.join(", ")})`;
  }

  /** Shown as its text. */
  [inspect.custom](): string {
    return this.toString();
  }
}

const NONE: StorageLevel = new Level("NONE", false, false);
const MEMORY_ONLY: StorageLevel = new Level("MEMORY_ONLY", true, false);
const MEMORY_AND_DISK: StorageLevel = new Level("MEMORY_AND_DISK", true, true);
const DISK_ONLY: StorageLevel = new Level("DISK_ONLY", false, true);

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

/** @throws StreamError RT_STORAGE_LEVEL when it is none of them: its name, for one */
export function checkLevel(level: unknown): StorageLevel {
  if (level instanceof Level) return level;
  throw new StreamError(
    "RT_STORAGE_LEVEL",
    `a storage level is one of StorageLevel (StorageLevel.MEMORY_AND_DISK, …), not ${short(level)}`,
  );
}

/** How rows are kept: as the level of their RDD says, or, for windows of streams, in memory whatever comes. */
export type Storage = Exclude<StorageName, "NONE"> | "ALWAYS";
