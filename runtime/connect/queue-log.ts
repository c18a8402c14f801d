import { createHash } from "node:crypto";
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { deserialize, serialize } from "node:v8";
import { type RddNode, rddNode } from "../plan/rdd-node.js";
import type { Column } from "../rows/column-batch.js";
import { StreamError } from "../stream-error.js";

/** Rows that were queued cannot be read again. */
export class ItemLost extends StreamError {
  constructor(path: string, why: string) {
    super(
      "RT_CHECKPOINT_READ",
      `${path} ${why}: the rows of this item of a queue are lost; give the context { onFailure: "skip" } to go on without them`,
    );
  }
}

const ITEM = ".item";
const SUM_BYTES = 32;

/**
 * The items of a queue in a folder, a file each, so that a later process has those that no batch has taken, and can read those
 * again that a batch has. Synchronous: an item is on the disk before a batch takes it.
 */
export class QueueLog {
  #next: number;

  /** @throws StreamError RT_CHECKPOINT_READ when the folder cannot be listed: items would take the places of those in it */
  constructor(private readonly folder: string) {
    this.#next = Math.max(-1, ...this.#indices()) + 1;
  }

  /** Number of the item that is added next. */
  get next(): number {
    return this.#next;
  }

  /** Items before this one were added by an earlier process, though no file may be there: not all can be written, and past ones go. */
  goOnAt(index: number): void {
    this.#next = Math.max(this.#next, index);
  }

  /**
   * Adds an item. @returns whether it can be read again: its rows are there, and need not be computed
   * @throws StreamError RT_CHECKPOINT_DISK
   */
  add(item: RddNode | null): boolean {
    const index = this.#next;
    this.#next += 1;
    const columns = item === null ? null : columnsOf(item);
    if (columns === undefined) return false;
    const bytes = serialize(columns);
    const path = this.#path(index);
    try {
      mkdirSync(this.folder, { recursive: true });
      const file = openSync(`${path}.tmp`, "w");
      try {
        for (const part of [createHash("sha256").update(bytes).digest(), bytes]) writeAll(file, part);
        fsyncSync(file);
      } finally {
        closeSync(file);
      }
      renameSync(`${path}.tmp`, path);
    } catch (error) {
      throw new StreamError(
        "RT_CHECKPOINT_DISK",
        `cannot write ${path}, without which what was queued could not be read again: ${(error as Error).message}`,
        { cause: error },
      );
    }
    return true;
  }

  /**
   * An item of this number; undefined when it is not there: it could not be written, or is not needed any more.
   * @throws StreamError RT_CHECKPOINT_READ when it is there and cannot be read
   * @throws ItemLost when it is not as it was written
   */
  read(index: number): RddNode | null | undefined {
    const path = this.#path(index);
    const bytes = unlessMissing(path, () => readFileSync(path));
    if (bytes === undefined) return undefined;
    const body = bytes.subarray(SUM_BYTES);
    if (!createHash("sha256").update(body).digest().equals(bytes.subarray(0, SUM_BYTES)))
      throw new ItemLost(path, "is not as it was written");
    const columns = deserialize(body) as Column[] | null;
    return columns === null ? null : rddNode("parallelize", [], [], columns, columns.length);
  }

  /** The same of an item that was written, and is needed. @throws StreamError RT_CHECKPOINT_READ, ItemLost */
  written(index: number): RddNode | null {
    const item = this.read(index);
    if (item === undefined) throw new ItemLost(this.#path(index), "is not there any more");
    return item;
  }

  /** Removes the items before this one. */
  forget(before: number): void {
    for (const index of this.#indices()) if (index < before) rmSync(this.#path(index), { force: true });
  }

  #indices(): number[] {
    const names = unlessMissing(this.folder, () => readdirSync(this.folder)) ?? [];
    return names.filter((name) => name.endsWith(ITEM)).map((name) => Number.parseInt(name, 10));
  }

  #path(index: number): string {
    return join(this.folder, `${index}${ITEM}`);
  }
}

/** The rows of an RDD that holds them, by partition; undefined for what is yet to be computed. */
function columnsOf(item: RddNode): Column[] | undefined {
  if (item.op === "parallelize") return item.params as Column[];
  if (item.op !== "union") return undefined;
  const parts = item.parents.map(columnsOf);
  return parts.includes(undefined) ? undefined : (parts as Column[][]).flat();
}

/** Undefined where nothing is there. @throws StreamError RT_CHECKPOINT_READ for any other reason */
function unlessMissing<T>(path: string, read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return undefined;
    throw new StreamError(
      "RT_CHECKPOINT_READ",
      `cannot read ${path}, where the items of a queue are kept: ${message}; give \`checkpoint\` a folder that can be read and written`,
      { cause: error },
    );
  }
}

function writeAll(file: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done);
}
