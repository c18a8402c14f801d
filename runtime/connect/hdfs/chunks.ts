/** Of a file that is written. */
export const CHUNK_BYTES = 2 << 20;

/** How long chunks that nobody fills are held. */
const UNUSED_MS = 10_000;

/**
 * Memory for the bytes of files that are written, one after the other, of this thread. It is filled again for the next file: to get as
 * much of it anew from the system takes longer than to fill it.
 */
export class Chunks {
  readonly #free: Uint8Array[] = [];
  #unused: NodeJS.Timeout | undefined;

  /** Its bytes may be anything. Shared: memory that moves to another thread is this one's to account for, and it collects garbage for each piece of it. */
  take(): Uint8Array {
    return this.#free.pop() ?? new Uint8Array(new SharedArrayBuffer(CHUNK_BYTES));
  }

  /** Nobody reads what is in these any more. */
  giveBack(chunks: readonly Uint8Array[]): void {
    this.#free.push(...chunks);
    clearTimeout(this.#unused);
    this.#unused = setTimeout(() => {
      this.#free.length = 0;
    }, UNUSED_MS).unref();
  }
}

/** Of this thread. */
export const chunks = new Chunks();
