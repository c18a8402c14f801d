import { rddNode } from "../plan/rdd-node.js";
import { rowChunk } from "../pool/reader.js";
import type { Operator } from "./operator.js";
import { whole } from "./whole-reader.js";

/** `count()` of a stream: one record per batch, the number of its records; 0 for an empty batch. */
export const count: Operator = {
  name: "count",
  rdd: {
    kind: "wide",
    head: "rows",
    mapOutput: "tally",
    emitMapSide: (loop) => loop.line("out.count++;"),
    reader: whole((buckets) => [rowChunk([buckets.reduce((sum, { values }) => sum + Number(values[0]), 0)])]),
    readCall: () => ({ functions: [], params: null }),
  },
  stream: {
    rddAt(_node, batch) {
      const parent = batch.parent(0);
      return parent && rddNode("count", [parent], [], null, 1);
    },
  },
};
