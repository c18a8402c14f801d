import { partitionCount } from "../plan/counts.js";
import { type RddNode, rddNode } from "../plan/rdd-node.js";
import { StreamError } from "../stream-error.js";
import type { Operator } from "./operator.js";

interface RangeParams {
  start: number;
  step: number;
  length: number;
}

/** `range(start, end, step)`: numbers that are made in the tasks, cut into contiguous slices. */
export const range: Operator = {
  name: "range",
  rdd: {
    kind: "source",
    head: "range",
    input(node, partition) {
      const { start, step, length } = (node as RddNode<RangeParams>).params;
      const from = Math.floor((partition * length) / node.partitions);
      const to = Math.floor(((partition + 1) * length) / node.partitions);
      return { kind: "range", start: start + from * step, step, length: to - from };
    },
  },
};

/** From `start` up or down to, not with, `end`. @throws StreamError RT_RANGE, RT_PARTITIONS */
export function rangeNode(start: number, end: number, step: number, slices: number): RddNode<RangeParams> {
  if (![start, end, step].every(Number.isSafeInteger) || step === 0) {
    throw new StreamError(
      "RT_RANGE",
      `a range goes from one whole number to another in steps that are whole and not 0, not from ${start} to ${end} by ${step}`,
    );
  }
  const length = Math.max(0, Math.ceil((end - start) / step));
  return rddNode("range", [], [], { start, step, length }, partitionCount(slices));
}
