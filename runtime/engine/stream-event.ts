import type { BatchInfo } from "./batch-info.js";

/** An input that receives, as listeners are told of it: a receiver of the program, a socket, a server's events; not a queue, files or Kafka. */
export interface ReceiverInfo {
  streamId: string;
  /** "socket localhost:9999". */
  name: string;
  active: boolean;
  /** What the last problem was; empty for none. */
  lastErrorMessage: string;
  /** What was thrown, with its stack; empty where nothing was. */
  lastError: string;
}

/** One output of one batch. Times are ms on the context's clock; undefined until then. */
export interface OutputOperationInfo {
  batchTimeMs: number;
  /** Of the output, the same in each batch. */
  id: string;
  name: string;
  startTimeMs: number | undefined;
  endTimeMs: number | undefined;
  /** Undefined when it did not fail. */
  failureReason: string | undefined;
}

/** What happens to a running context, by Spark's names of it. Plain data. */
export type StreamEvent =
  | { kind: "streamingStarted"; timeMs: number }
  | { kind: ReceiverEvent; receiverInfo: ReceiverInfo }
  | { kind: "batchSubmitted" | "batchStarted" | "batchCompleted"; batchInfo: BatchInfo }
  | {
      kind: "outputOperationStarted" | "outputOperationCompleted";
      outputOperationInfo: OutputOperationInfo;
    };

export type ReceiverEvent = "receiverStarted" | "receiverError" | "receiverStopped";
