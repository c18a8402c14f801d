import type { PortableFunction } from "../closure/portable-function.js";
import { type StreamNode, streamNode } from "../plan/stream-node.js";
import type { Operator } from "./operator.js";

/** Where a stream's records come from; the engine opens a source of this kind. Plain data. */
export type SourceSpec =
  | { kind: "socketText"; host: string; port: number; maxLineBytes?: number; maxBufferBytes?: number }
  | { kind: "rawSocket"; host: string; port: number }
  | {
      kind: "files";
      path: string;
      format: "text" | "jsonLines" | "wholeText" | "binary" | "records" | "objects";
      recordLength: number;
      newFilesOnly: boolean;
      rememberMs: number;
    }
  /** Records come from a receiver in the program. */
  | { kind: "receiver"; what: string }
  | { kind: "rate"; rowsPerSecond: number }
  | { kind: "replay"; rows: readonly unknown[]; atMs: Float64Array }
  | { kind: "sse"; url: string; headers: Record<string, string> }
  | {
      kind: "webSocket";
      url: string;
      headers: Record<string, string>;
      protocols: string[];
      greeting: string | undefined;
    }
  | { kind: "httpPoll"; url: string; headers: Record<string, string>; intervalMs: number }
  /** Made of functions of the program: what opens it, and what reads a range. */
  | { kind: "own"; what: string }
  | { kind: "kafka"; reading: unknown; from: unknown }
  /** Items are sent to the engine by id as the program queues them. */
  | {
      kind: "queue";
      oneAtATime: boolean;
      /** What a batch is when the queue is empty: an empty RDD, none, or the RDD of this id. */
      otherwise: "empty" | "none" | (string & {});
    };

/** A stream's RDD of a batch is what its source received since the batch before. */
export const input: Operator = {
  name: "input",
  stream: { rddAt: (_node, batch) => batch.received() },
};

/** @param functions that the source calls: the filter of files */
export function inputStream(
  source: SourceSpec,
  batchMs: number,
  functions: PortableFunction[] = [],
): StreamNode<SourceSpec> {
  return streamNode("input", [], functions, source, { slideMs: batchMs });
}
