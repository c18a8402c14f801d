import { STAYS_HERE } from "../closure/closure-host.js";
import { StorageLevel } from "../rows/storage-level.js";
import { StreamError } from "../stream-error.js";

/** What a receiver is attached to while its stream runs. */
export interface ReceiverSupervisor {
  readonly streamId: string;
  store(record: unknown): Promise<void>;
  /** Resolves when all that was stored so far was taken in. */
  stored(): Promise<void>;
  reportError(message: string, error: unknown): void;
  restart(message: string, error: unknown, delayMs: number): void;
  stopFor(message: string, error: unknown): void;
  isStarted(): boolean;
  isStopped(): boolean;
}

/** Of `spark.streaming.receiverRestartDelay`. */
const RESTART_DELAY_MS = 2000;

/**
 * A source of one's own, after Apache Spark's class of the same name: `onStart` begins to receive and returns, whatever it
 * began calls `store`, `onStop` ends it. It runs in the program's own thread; what it stored waits in the engine, so that
 * batches go on while the program is busy.
 */
export abstract class Receiver<T> {
  readonly [STAYS_HERE] = "a Receiver";
  #supervisor: ReceiverSupervisor | undefined;

  /** @param storageLevel as in Spark, where it says how copies are kept; it changes nothing here */
  constructor(readonly storageLevel: StorageLevel = StorageLevel.MEMORY_AND_DISK_2) {}

  /** Begins to receive: opens what is to be opened, sets up what calls `store`, and returns. */
  abstract onStart(): void | Promise<void>;

  /** Ends what `onStart` began. */
  abstract onStop(): void | Promise<void>;

  /**
   * Hands on one record. It is sent with others a little later; {@link storeAll} tells when it is received.
   * @returns when there is room for more: a receiver that awaits it reads no faster than batches are made
   */
  store(record: T): Promise<void> {
    return this.#attached().store(record);
  }

  /**
   * Hands on each of these, as fast as batches are made. When it resolves, all of them are received: with a checkpoint they are on
   * the disk, and what sent them may be told that it need not send them again.
   * @throws StreamError RT_CHECKPOINT_DISK when they could not be written
   */
  async storeAll(records: Iterable<T> | AsyncIterable<T>): Promise<void> {
    for await (const record of records) {
      if (this.isStopped()) return;
      await this.store(record);
    }
    await this.#attached().stored();
  }

  /** Tells listeners and status of a problem; the receiver goes on. */
  reportError(message: string, error?: unknown): void {
    this.#attached().reportError(message, error);
  }

  /** Calls `onStop`, and after a while `onStart`. Returns at once. */
  restart(message: string, error?: unknown, delayMs = RESTART_DELAY_MS): void {
    this.#attached().restart(message, error, delayMs);
  }

  /** Calls `onStop`, for good. The stream goes on without it. */
  stop(message: string, error?: unknown): void {
    this.#attached().stopFor(message, error);
  }

  isStarted(): boolean {
    return this.#supervisor?.isStarted() ?? false;
  }

  isStopped(): boolean {
    return this.#supervisor?.isStopped() ?? false;
  }

  /** Of the stream that it is the source of. @throws StreamError RT_RECEIVER before it has one */
  get streamId(): string {
    return this.#attached().streamId;
  }

  /** @internal */
  attach(supervisor: ReceiverSupervisor): void {
    if (this.#supervisor !== undefined) {
      throw new StreamError(
        "RT_RECEIVER",
        "a receiver is the source of one stream only; make another one for the other",
      );
    }
    this.#supervisor = supervisor;
  }

  #attached(): ReceiverSupervisor {
    if (this.#supervisor !== undefined) return this.#supervisor;
    throw new StreamError(
      "RT_RECEIVER",
      "a receiver can be used when it is the source of a stream: give it to ssc.receiverStream() first",
    );
  }
}
