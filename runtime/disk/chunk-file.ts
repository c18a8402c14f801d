import { closeSync, openSync, readSync } from "node:fs";
import type { Column } from "../rows/column-batch.js";
import { decodeColumns, encodeColumn } from "../rows/column-codec.js";
import { diskError } from "./disk-error.js";
import { ScratchFile } from "./scratch-file.js";

/** Where a chunk of rows lies. Plain data: every thread of the process can read it, by {@link readChunk}, until the file is removed. */
export interface ChunkPlace {
  path: string;
  /** First byte. */
  at: number;
  bytes: number;
  /** Columns, and values in each of them. */
  columns: number;
  length: number;
}

/**
 * Rows that do not fit in memory: chunks of columns, appended to a temporary file, which is made by the first of them.
 * Synchronous, as tasks are. Values come back as structured clone would give them. One thread writes.
 */
export class ChunkFile {
  readonly #file: ScratchFile;
  #end = 0;

  constructor(readonly path: string) {
    this.#file = new ScratchFile(path);
  }

  /** Bytes written so far. */
  get size(): number {
    return this.#end;
  }

  /**
   * Appends columns of `length` values each.
   * @throws StreamError RT_DISK when the disk is full or cannot be written; what was written before stays whole.
   * A value that cannot be cloned throws what structured clone throws.
   */
  append(columns: readonly ArrayLike<unknown>[], length: number): ChunkPlace {
    const bytes = Buffer.concat(columns.flatMap((column) => encodeColumn(column)));
    this.#file.write(bytes, this.#end);
    const place = { path: this.path, at: this.#end, bytes: bytes.length, columns: columns.length, length };
    this.#end += bytes.length;
    return place;
  }

  /** Deletes the file with all of its chunks. It can be written again. */
  remove(): void {
    this.#file.remove();
    this.#end = 0;
  }
}

/** The columns of a chunk. @throws StreamError RT_DISK when its file is gone or cannot be read */
export function readChunk(place: ChunkPlace): Column[] {
  return decodeColumns(readBytes(place), place.columns, place.length);
}

/** Opened anew for each chunk: 10 µs of the milliseconds that one takes, and no file stays open that was removed. */
function readBytes({ path, at, bytes }: ChunkPlace): Buffer {
  try {
    const file = openSync(path, "r");
    try {
      const buffer = Buffer.allocUnsafe(bytes);
      for (let done = 0; done < bytes; ) {
        const read = readSync(file, buffer, done, bytes - done, at + done);
        if (read === 0) throw new Error(`it ends after ${at + done} bytes`);
        done += read;
      }
      return buffer;
    } finally {
      closeSync(file);
    }
  } catch (error) {
    throw diskError("read", path, error);
  }
}
