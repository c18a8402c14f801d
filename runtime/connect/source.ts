import type { RddNode } from "../plan/rdd-node.js";

/** What a source gives to one batch. */
export interface Received {
  /** The records as an RDD; undefined for a batch without one. */
  rdd: RddNode | undefined;
  records: number;
  /** About what the records take in memory until the batch is done. Left out by sources whose tasks read them. */
  bytes?: number;
  /**
   * What the batch consists of, as plain data that serialises: from it {@link ReplayableSource.replay} gives the same rows
   * again, in a later process too. Small: it is written before every batch. Left out by sources that cannot.
   */
  range?: unknown;
}

/** How a source is, for people. */
export interface SourceStatus {
  /** "socket localhost:9999", "queue". */
  what: string;
  state: "waiting" | "connected" | "retrying" | "ended" | "stopped";
  /** Why it is not connected, and what of the data was lost; empty when all is well. */
  reason: string;
  /** Records received since the start, taken or not. */
  records: number;
  /** Records since the start that were cut off or left out; {@link reason} says why. */
  refused: number;
  /** Records received, or there to be read, and not yet taken by a batch. */
  pending: number;
  /** Of a source with partitions: how far each is read. */
  partitions?: SourcePartition[];
}

/** How far a partition of a source is read. */
export interface SourcePartition {
  /** "words 0". */
  name: string;
  /** Where the next batch goes on. */
  position: number;
  /** Where what is there ends. */
  end: number;
}

/**
 * Something a stream reads from. It lives in the engine thread, so nothing it does may block.
 * The context calls open once, take once per batch in order of time, and close once.
 */
export interface Source {
  /** Begins to receive; returns at once. What goes wrong later is told by {@link status}, and tried again. */
  open(): void;
  /**
   * What arrived since the last call. Never waits; nothing is a normal answer.
   * @param limit a source that receives leaves what is beyond so many records for later batches
   */
  take(timeMs: number, limit: number): Received;
  status(): SourceStatus;
  /**
   * The batch is done, with all that outputs do for it. Called in order of time, with the `range` that take gave for it, where it
   * gave one.
   */
  committed?(range: unknown): void;
  /** The program says itself what is done with, as a `range` or a part of one. Resolves when the other side is told. */
  commitOffsets?(range: unknown): Promise<void>;
  /** Receives nothing more; what was received can still be taken. */
  close(): void;
}

/**
 * A source whose batches can be read again, so that a batch that did not come to its end before the process did is run
 * again on the same rows. In a later process the context calls resume once, before open; and replay for what it still
 * needs of the batches before, in any order.
 */
export interface ReplayableSource extends Source {
  /** The rows of a batch again, from the `range` that take gave for it. */
  replay(range: unknown): Received;
  /** Where the next take goes on, as plain data that serialises. Asked after each take. */
  position(): unknown;
  /** Goes on from a position, as if what was taken up to there had been taken by this very object. */
  resume(position: unknown): void;
  /** No batch before the one of this range will be asked for again: what was kept for them may go. */
  released?(oldest: unknown): void;
}

/** Whether the batches of a source can be read again. */
export function isReplayable(source: Source): source is ReplayableSource {
  return "replay" in source && "position" in source && "resume" in source;
}
