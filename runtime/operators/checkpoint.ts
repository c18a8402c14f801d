import { type RddNode, rddNode } from "../plan/rdd-node.js";
import type { Operator } from "./operator.js";

/** What takes the place of a lineage that was cut. */
export interface Checkpoint {
  /** What the connector of the operator's name reads of each partition. Plain data. */
  splits: readonly unknown[];
  /** Where the ranges of the sorts end that were cut off, by their ids: partitioners go on to mean them. */
  ranges: ReadonlyMap<string, unknown>;
}

type CheckpointName = "checkpoint" | "localCheckpoint";

/** The rows of an RDD as they were kept of it. */
function checkpointOperator(name: CheckpointName): Operator {
  return {
    name,
    rdd: {
      kind: "source",
      head: "rows",
      input: (node, partition) => ({
        kind: "split",
        connector: name,
        split: (node as RddNode<Checkpoint>).params.splits[partition],
      }),
    },
  };
}

/** `checkpoint`, from files, and `localCheckpoint`, which says that what a worker kept is gone. */
export const checkpoints: readonly Operator[] = [
  checkpointOperator("checkpoint"),
  checkpointOperator("localCheckpoint"),
];

/** The RDD that one reads whose lineage was cut. */
export function checkpointNode(op: CheckpointName, checkpoint: Checkpoint): RddNode<Checkpoint> {
  return rddNode(op, [], [], checkpoint, checkpoint.splits.length);
}

/** The ranges of sorts that were cut off here; undefined for what is no checkpoint. */
export function checkpointedRanges(node: RddNode): ReadonlyMap<string, unknown> | undefined {
  return checkpoints.some(({ name }) => name === node.op)
    ? (node as RddNode<Checkpoint>).params.ranges
    : undefined;
}
