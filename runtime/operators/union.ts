import { type RddNode, rddNode } from "../plan/rdd-node.js";
import { type StreamNode, streamNode } from "../plan/stream-node.js";
import { StreamError } from "../stream-error.js";
import type { Operator } from "./operator.js";
import { commonSlide } from "./slide.js";

/** `union`: the records of all parents, those of the first one first. */
export const union: Operator = {
  name: "union",
  rdd: { kind: "union" },
  stream: {
    rddAt(node, batch) {
      const parents = node.parents.map((_, i) => batch.parent(i) ?? noRdd(batch.timeMs));
      return unionRdd(parents);
    },
  },
};

/** The records of all parents as one RDD; an only parent is itself its union. */
export function unionRdd(parents: RddNode[]): RddNode {
  const [only] = parents;
  return only !== undefined && parents.length === 1 ? only : newUnionRdd(parents);
}

/** The same, but always a node of its own, which can be forgotten without its parents. */
export function newUnionRdd(parents: RddNode[]): RddNode {
  const partitions = parents.reduce((sum, parent) => sum + parent.partitions, 0);
  return rddNode("union", parents, [], null, partitions);
}

/** @throws StreamError RT_UNION_SLIDE when the streams do not slide together, RT_UNION_EMPTY */
export function unionStream(parents: StreamNode[]): StreamNode {
  if (parents.length === 0) throw new StreamError("RT_UNION_EMPTY", "List of DStreams to union is empty");
  return streamNode("union", parents, [], null, { slideMs: commonSlide("union", parents, "RT_UNION_SLIDE") });
}

function noRdd(timeMs: number): never {
  throw new StreamError(
    "RT_UNION_NO_RDD",
    `Could not generate RDD from a parent for unifying at time ${timeMs} ms`,
  );
}
