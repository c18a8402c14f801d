import { hasState } from "../operators/table.js";
import type { OutputNode, StreamNode } from "../plan/stream-node.js";
import type { DStream } from "./dstream.js";

/**
 * Names of the streams that a checkpoint knows: that of its own, or its place among the others of its kind without one.
 * @param streamOf the program's stream of a node
 */
export function checkpointNames(
  outputs: readonly OutputNode[],
  streamOf: (node: StreamNode) => DStream<unknown>,
): [stream: string, name: string][] {
  const counts = new Map<string, number>();
  return namedStreams(outputs.map((output) => output.stream)).map((node) => {
    const stream = streamOf(node);
    if (stream.isNamed) return [node.id, stream.name];
    const kind = node.op === "input" ? (node.params as { kind: string }).kind : node.op;
    const count = (counts.get(kind) ?? 0) + 1;
    counts.set(kind, count);
    return [node.id, `${kind} ${count}`];
  });
}

/** The streams with a state and the inputs among these and those they are made from, in the order in which they were declared. */
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
