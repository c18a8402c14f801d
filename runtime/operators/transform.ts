import { type StreamNode, streamNode } from "../plan/stream-node.js";
import { StreamError } from "../stream-error.js";
import type { Operator } from "./operator.js";
import { commonSlide } from "./slide.js";

/** `transform(f)`: the RDD that a function of the program makes of those of its parents; the run asks for it. */
export const transform: Operator = {
  name: "transform",
  stream: { rddAt: (_node, batch) => batch.transformed() },
};

/** @throws StreamError RT_SLIDES, RT_TRANSFORM_EMPTY */
export function transformStream(parents: StreamNode[]): StreamNode {
  if (parents.length === 0)
    throw new StreamError("RT_TRANSFORM_EMPTY", "List of DStreams to transform is empty");
  return streamNode("transform", parents, [], null, { slideMs: commonSlide("transform", parents) });
}
