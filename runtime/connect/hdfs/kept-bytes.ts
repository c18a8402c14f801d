import { randomBytes } from "node:crypto";
import { type FileHandle, open, rm } from "node:fs/promises";
import { tmpdir, totalmem } from "node:os";
import { join } from "node:path";

/**
 * Held in memory, outside V8's heap: a block of HDFS, on a small machine less. What comes beyond goes to a temporary file, which takes
 * about as long as to write it to the cluster.
 */
const MEMORY_BYTES = Math.min(128 << 20, totalmem() / 64);

const READ_BYTES = 1 << 20;

/** Bytes that were sent, for the case that they have to be sent once more. */
export class KeptBytes {
  readonly #chunks: Uint8Array[] = [];
  #held = 0;
  #file: { handle: FileHandle; path: string; length: number } | undefined;

  constructor(private readonly memoryBytes = MEMORY_BYTES) {}

  /** @param bytes are not changed before they are dropped @returns whether these are held, not a copy on the disk */
  async add(bytes: Uint8Array): Promise<boolean> {
    if (this.#file === undefined && this.#held + bytes.length <= this.memoryBytes) {
      this.#chunks.push(bytes);
      this.#held += bytes.length;
      return true;
    }
    this.#file ??= await temporaryFile();
    const file = this.#file;
    for (let done = 0; done < bytes.length; ) {
      const { bytesWritten } = await file.handle.write(bytes, done, bytes.length - done, file.length);
      done += bytesWritten;
      file.length += bytesWritten;
    }
    return false;
  }

  /** All of them, in order. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void> {
    yield* this.#chunks;
    if (this.#file === undefined) return;
    const { handle, length } = this.#file;
    for (let at = 0; at < length; ) {
      const { bytesRead, buffer } = await handle.read(Buffer.alloc(READ_BYTES), 0, READ_BYTES, at);
      yield buffer.subarray(0, bytesRead);
      at += bytesRead;
    }
  }

  /** They are not needed any more. */
  async drop(): Promise<void> {
    const file = this.#file;
    this.#chunks.length = 0;
    this.#held = 0;
    this.#file = undefined;
    if (file === undefined) return;
    await file.handle.close();
    await rm(file.path, { force: true });
  }
}

async function temporaryFile() {
  const path = join(tmpdir(), `millrace-hdfs-${randomBytes(9).toString("hex")}`);
  const handle = await open(path, "wx+", 0o600);
  // Nothing is left of it, however the process ends; where an open file cannot be removed, it goes when it is closed.
  if (process.platform !== "win32") await rm(path);
  return { handle, path, length: 0 };
}
