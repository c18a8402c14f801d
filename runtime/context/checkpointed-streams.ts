import type { OutputNode, StreamNode } from "../plan/stream-node.js";
import { StreamError } from "../stream-error.js";

/**
 * Spark's rule that a stream that is to be checkpointed needs a folder for it: one with a state, a window with inverse, and one
 * that was given an interval. @throws StreamError RT_CHECKPOINT_DIR
 */
export function checkFolderNotNeeded(outputs: readonly OutputNode[]): void {
  const seen = new Set<StreamNode>();
  const stack = outputs.map(({ stream }) => stream);
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    if (seen.has(next)) continue;
    seen.add(next);
    stack.push(...next.parents);
    if (mustCheckpoint(next) || next.checkpointMs > 0) {
      throw new StreamError(
        "RT_CHECKPOINT_DIR",
        "The checkpoint directory has not been set. Please set it by StreamingContext.checkpoint().",
      );
    }
  }
}

/** DStreams whose `mustCheckpoint` is true in Spark. */
function mustCheckpoint({ op, params }: StreamNode): boolean {
  if (op === "reduceByKeyAndWindow") return (params as { inverse: boolean }).inverse;
  return op === "updateStateByKey" || op === "mapWithState";
}
