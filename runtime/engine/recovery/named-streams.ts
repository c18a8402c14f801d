import type { SourceSpec } from "../../operators/input.js";
import { hasState } from "../../operators/table.js";
import type { OutputNode, StreamNode } from "../../plan/stream-node.js";

/** The streams that a checkpoint knows, those with a state and the inputs, among these and those they are made from, in the order in which they were declared. */
export function namedStreams(ends: readonly StreamNode[]): StreamNode[] {
  const seen = new Set<StreamNode>();
  const visit = (node: StreamNode): void => {
    if (seen.has(node)) return;
    for (const parent of node.parents) visit(parent);
    seen.add(node);
  };
  for (const end of ends) visit(end);
  return [...seen].filter(({ op }) => op === "input" || hasState(op));
}

/** Whether an output reads a queue of the program, which Spark cannot go on with. */
export function readsQueue(outputs: readonly OutputNode[]): boolean {
  return namedStreams(outputs.map(({ stream }) => stream)).some(
    ({ op, params }) => op === "input" && (params as SourceSpec).kind === "queue",
  );
}
