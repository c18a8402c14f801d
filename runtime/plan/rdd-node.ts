import { threadId } from "node:worker_threads";
import type { PortableFunction } from "../closure/portable-function.js";
import type { Storage } from "../rows/storage-level.js";

/**
 * An RDD as data: an operator, its parents, its functions and its plain parameters. Nothing runs until an action.
 * A node is known by its id, and goes to the engine thread once. Nothing of it changes but its name and its storage.
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
}

let made = 0;

/** An id no other node of this process has: threads count for themselves. */
export function newNodeId(): string {
  made += 1;
  return `${threadId}.${made}`;
}

export function rddNode<P>(
  op: string,
  parents: RddNode[],
  functions: PortableFunction[],
  params: P,
  partitions: number,
): RddNode<P> {
  return { id: newNodeId(), op, parents, functions, params, partitions, storage: "NONE", name: "" };
}

/** Stands on the program's side for the RDD of a batch, which was made in the engine thread and is never sent there. */
export function lentRdd(id: string, partitions: number): RddNode {
  return { id, op: LENT, parents: [], functions: [], params: null, partitions, storage: "NONE", name: "" };
}

/** True for what {@link lentRdd} makes. */
export function isLent(node: { op: string }): boolean {
  return node.op === LENT;
}

const LENT = "batch";

/** Ids of an RDD and all it is made from. */
export function lineage(node: RddNode): string[] {
  const seen = new Set<string>();
  const stack = [node];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    if (seen.has(next.id)) continue;
    seen.add(next.id);
    stack.push(...next.parents);
  }
  return [...seen];
}
