import type { ErrorText } from "./error-text.js";
import type { HdfsOptions } from "./hdfs-options.js";

/** What a thread that waits and the one that speaks to the cluster for it say to each other. */

/** What is asked and answered at once. */
export type HdfsCall = "status" | "list" | "createFolder" | "remove";

/** Blocks of shared memory that the bytes of a file come in. */
export interface Blocks {
  memory: SharedArrayBuffer;
  blockBytes: number;
}

/** Which file, and who asks. */
export interface HdfsPlace {
  url: string;
  options: HdfsOptions;
}

export type ToHdfs =
  | { type: "call"; op: HdfsCall; place: HdfsPlace }
  | { type: "read"; place: HdfsPlace; start: number; end: number; blocks: Blocks }
  /** A block was used: its place is free. */
  | { type: "taken" }
  | { type: "create"; place: HdfsPlace }
  /** In shared memory, and not changed before the file is closed. */
  | { type: "write"; bytes: Uint8Array }
  | { type: "close" }
  /** Nothing more is wanted of what was read or written. */
  | { type: "abort" };

export type FromHdfs =
  | { type: "answer"; value: unknown }
  | { type: "error"; error: ErrorText }
  /** The next block is filled so far. */
  | { type: "block"; length: number }
  /** Bytes have left: more may follow. Those that are kept are read until the file is closed, the others perhaps still now. */
  | { type: "written"; bytes: number; isKept: boolean }
  | { type: "closed" };

/** What the waiting thread looks at, in shared memory. */
export const SIGNAL = {
  /** Counts messages. */
  messages: 0,
  /** Not 0 when the other thread has ended. */
  ended: 1,
  words: 2,
} as const;
