/**
 * How much of the buckets that wait for each worker is in memory, whether in its own or in the queue of a port, where no
 * limit of a heap counts it. Shared by all workers: who sends takes, who has read gives back.
 */
export class BucketMemory {
  readonly #taken: Int32Array;

  /** @param memory of {@link BucketMemory.of}, the same in all threads */
  constructor(memory: SharedArrayBuffer) {
    this.#taken = new Int32Array(memory);
  }

  static of(workers: number): SharedArrayBuffer {
    return new SharedArrayBuffer(workers * Int32Array.BYTES_PER_ELEMENT);
  }

  /** @returns whether so much more may wait in memory for a worker; if so, it is taken */
  take(worker: number, bytes: number, limitBytes: number): boolean {
    const before = Atomics.add(this.#taken, worker, units(bytes));
    if (before + units(bytes) <= limitBytes / UNIT) return true;
    this.give(worker, bytes);
    return false;
  }

  give(worker: number, bytes: number): void {
    Atomics.sub(this.#taken, worker, units(bytes));
  }

  /** Bytes that wait for a worker. */
  taken(worker: number): number {
    return Atomics.load(this.#taken, worker) * UNIT;
  }

  /** The worker is gone, and with it what waited for it. */
  forget(worker: number): void {
    Atomics.store(this.#taken, worker, 0);
  }
}

/** So that 32 bits count more than any memory. */
const UNIT = 64;

function units(bytes: number): number {
  return Math.ceil(bytes / UNIT);
}
