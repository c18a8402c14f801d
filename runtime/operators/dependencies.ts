import type { RddNode } from "../plan/rdd-node.js";
import { rddLowering } from "./table.js";

/** How the partitions of an RDD need those of one it is made from: see `Dependency` of the facade. */
export type DependencyKind = "oneToOne" | "narrow" | "shuffle";

/** What an RDD is made from, in the order of its parents. */
export function dependenciesOf(node: RddNode): { parent: RddNode; kind: DependencyKind }[] {
  return node.parents.map((parent, side) => ({ parent, kind: kindOf(node, side) }));
}

function kindOf(node: RddNode, side: number): DependencyKind {
  if (node.isCheckpointed) return "oneToOne";
  const lowering = rddLowering(node.op);
  switch (lowering.kind) {
    case "wide": {
      // Whether rows go whole does not depend on what an operator is told first.
      const task = { node, prepared: [], side, place: 0 };
      if (lowering.partitioning?.(task).kind !== "whole") return "shuffle";
      return (node.params as { aligned?: number[] }).aligned?.includes(side) ? "oneToOne" : "narrow";
    }
    case "union":
      return "narrow";
    default:
      return "oneToOne";
  }
}
