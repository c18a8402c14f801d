import { unionRdd } from "../operators/union.js";
import { rddNode } from "../plan/rdd-node.js";
import { checkRdds } from "./operands.js";
import { samePartitioner, spreadOver } from "./partitioner.js";
import type { RDD } from "./rdd.js";
import type { SparkContext } from "./spark-context.js";

/**
 * The rows of several RDDs as one. Where one partitioner placed all of them, as Spark's PartitionerAwareUnionRDD: the
 * pairs stay where they are, and the union has that partitioner; else one list of partitions after the other.
 */
export function unionOf<T>(context: SparkContext, rdds: readonly RDD<T>[]): RDD<T> {
  checkRdds("union", rdds);
  const nodes = rdds.map((rdd) => rdd.node);
  const partitioner = rdds[0]?.partitioner;
  if (partitioner === undefined || !rdds.every((rdd) => samePartitioner(rdd.partitioner, partitioner)))
    return context.rdd(unionRdd(nodes));
  const [only] = rdds;
  if (only !== undefined && rdds.length === 1) return only;
  const { spread, partitioner: functions } = spreadOver(partitioner, (f) => context.capture(f));
  const params = { ...spread, aligned: nodes.map((_, side) => side) };
  return context.rdd(rddNode("unionAligned", nodes, functions, params, spread.partitions), partitioner);
}
