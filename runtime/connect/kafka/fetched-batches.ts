import { randomBytes } from "node:crypto";
import { closeSync, openSync, readSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { atTaskEnd } from "../../pool/task-end.js";
import { batchesIn, type RecordBatch } from "./record-batch.js";

/** What a task holds of its range in memory; the rest waits on disk, so that a range may be of any size. */
const HELD_BYTES = 64 << 20;

/** Where a batch is in the file. */
interface Place {
  at: number;
  length: number;
}

/** The batches of a range, in order, as they were fetched: they are read once, when all of them are there. */
export class FetchedBatches {
  readonly #held: RecordBatch[] = [];
  readonly #written: Place[] = [];
  #heldBytes = 0;
  #fileBytes = 0;
  #file: number | undefined;

  /** @param heldBytes so many are held in memory */
  constructor(private readonly heldBytes = HELD_BYTES) {}

  add(batch: RecordBatch): void {
    if (this.#written.length > 0 || this.#heldBytes + batch.bytes.length > this.heldBytes) {
      this.#write(batch.bytes);
      return;
    }
    this.#held.push(batch);
    this.#heldBytes += batch.bytes.length;
  }

  *[Symbol.iterator](): Generator<RecordBatch, void> {
    yield* this.#held;
    for (const { at, length } of this.#written) {
      const bytes = Buffer.allocUnsafe(length);
      for (let done = 0; done < length; )
        done += readSync(this.#open(), bytes, done, length - done, at + done);
      yield* batchesIn(bytes);
    }
  }

  #write(bytes: Buffer): void {
    for (let done = 0; done < bytes.length; )
      done += writeSync(this.#open(), bytes, done, bytes.length - done, this.#fileBytes + done);
    this.#written.push({ at: this.#fileBytes, length: bytes.length });
    this.#fileBytes += bytes.length;
  }

  /** Without a name in its folder from the start, where the system allows that: nothing of it is left behind. */
  #open(): number {
    if (this.#file !== undefined) return this.#file;
    const path = join(tmpdir(), `millrace-kafka-range-${randomBytes(9).toString("hex")}`);
    const file = openSync(path, "wx+");
    this.#file = file;
    if (process.platform !== "win32") rmSync(path);
    atTaskEnd(() => {
      closeSync(file);
      rmSync(path, { force: true });
    });
    return file;
  }
}
