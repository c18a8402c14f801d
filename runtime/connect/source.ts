import type { RddNode } from "../plan/rdd-node.js";

/** What a source gives to one batch. */
export interface Received {
  /** The records as an RDD; undefined for a batch without one. */
  rdd: RddNode | undefined;
  records: number;
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
  /** Records received and not yet taken by a batch. */
  pending: number;
}

/**
 * Something a stream reads from. It lives in the engine thread, so nothing it does may block.
 * The context calls open once, take once per batch in order of time, and close once.
 */
export interface Source {
  /** Begins to receive; returns at once. What goes wrong later is told by {@link status}, and tried again. */
  open(): void;
  /** What arrived since the last call. Never waits; nothing is a normal answer. */
  take(timeMs: number): Received;
  status(): SourceStatus;
  /** Receives nothing more; what was received can still be taken. */
  close(): void;
}
