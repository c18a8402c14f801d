import { threadId } from "node:worker_threads";
import type { PortableFunction } from "../closure/portable-function.js";
import type { Storage } from "../rows/storage-level.js";

/**
 * An RDD as data: an operator, its parents, its functions and its plain parameters. Nothing runs until an action.
 * A node is known by its id, and goes to the engine thread once. Nothing of it changes but its name and its storage, and
 * once what it is made from: see {@link cutLineage}.
 */
export interface RddNode<P = unknown> {
  id: string;
  /** Name of the operator, as the table of operators has it. */
  op: string;
  parents: RddNode[];
  /** In the order in which the operator takes them. */
  functions: PortableFunction[];
  params: P;
  partitions: number;
  /** Whether and where its rows are kept by the workers that computed them, to be read from there the next time. */
  storage: Storage | "NONE";
  /** What the program calls it; empty for nothing. */
  name: string;
  /** Its rows are those of its only parent, whatever its operator says: see {@link cutLineage}. */
  isCheckpointed: boolean;
}

let made = 0;

/** An id no other node of this process has: threads count for themselves. */
export function newNodeId(): string {
  made += 1;
  return `${threadId}.${made}`;
}

/** What an RDD is before anyone says otherwise. */
const AS_DECLARED = { storage: "NONE", name: "", isCheckpointed: false } as const;

export function rddNode<P>(
  op: string,
  parents: RddNode[],
  functions: PortableFunction[],
  params: P,
  partitions: number,
): RddNode<P> {
  return { ...AS_DECLARED, id: newNodeId(), op, parents, functions, params, partitions };
}

/** Stands on the program's side for the RDD of a batch, which was made in the engine thread and is never sent there. */
export function lentRdd(id: string, partitions: number): RddNode {
  return { ...AS_DECLARED, id, op: LENT, parents: [], functions: [], params: null, partitions };
}

/** True for what {@link lentRdd} makes. */
export function isLent(node: { op: string }): boolean {
  return node.op === LENT;
}

const LENT = "batch";

/** Ids of an RDD and all it is made from. */
export function lineage(node: RddNode): string[] {
  return lineageNodes(node).map(({ id }) => id);
}

/** An RDD and all it is made from, each once. */
export function lineageNodes(node: RddNode): RddNode[] {
  const seen = new Set<RddNode>();
  const stack = [node];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    if (seen.has(next)) continue;
    seen.add(next);
    stack.push(...next.parents);
  }
  return [...seen];
}

/**
 * Has an RDD read what was kept of it, and forgets what it was made from: from here on it has one parent, of as many
 * partitions, whose rows are its own. For the program's node and the engine's; the latter while no job reads from it.
 */
export function cutLineage(node: RddNode, checkpoint: RddNode): void {
  node.isCheckpointed = true;
  node.parents = [checkpoint];
  node.functions = [];
}
