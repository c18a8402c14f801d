import { type StreamNode, streamNode } from "../plan/stream-node.js";
import type { Operator } from "./operator.js";

/** Where a stream's records come from; the engine opens a source of this kind. Plain data. */
export type SourceSpec =
  | { kind: "socketText"; host: string; port: number }
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

export function inputStream(source: SourceSpec, batchMs: number): StreamNode<SourceSpec> {
  return streamNode("input", [], [], source, { slideMs: batchMs });
}
