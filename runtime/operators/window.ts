import type { RddNode } from "../plan/rdd-node.js";
import { type StreamNode, streamNode } from "../plan/stream-node.js";
import { StreamError } from "../stream-error.js";
import type { BatchOfRdds, Operator } from "./operator.js";
import { unionRdd } from "./union.js";

/** `window(w, s)`: every `s`, the records of the parent's batches in the last `w`. Partial at the start; empty where the parent has no RDD. */
export const window: Operator = {
  name: "window",
  stream: {
    rddAt(node, batch) {
      return unionRdd(parentRdds(node, batch, batch.timeMs - node.looksBackMs));
    },
  },
};

/** The parent's RDDs in (`afterMs`, batch], oldest first; those before the start do not exist. */
export function parentRdds(
  node: StreamNode,
  batch: BatchOfRdds,
  afterMs: number,
  untilMs = batch.timeMs,
): RddNode[] {
  const stepMs = node.parents[0]?.slideMs ?? node.slideMs;
  const rdds: RddNode[] = [];
  for (let timeMs = Math.max(afterMs, batch.zeroMs) + stepMs; timeMs <= untilMs; timeMs += stepMs) {
    const rdd = batch.parent(0, timeMs);
    if (rdd !== undefined) rdds.push(rdd);
  }
  return rdds;
}

/** @throws StreamError RT_WINDOW_NOT_MULTIPLE, RT_SLIDE_NOT_MULTIPLE */
export function windowStream(parent: StreamNode, windowMs: number, slideMs: number): StreamNode {
  checkWindow(parent, windowMs, slideMs);
  return streamNode("window", [parent], [], null, { slideMs, looksBackMs: windowMs });
}

/** Length in ms of the window that a stream shows; undefined for a stream that is no window. */
export function windowOf(node: StreamNode): number | undefined {
  if (node.op === "window") return node.looksBackMs;
  const params = node.params as { windowMs?: number } | null;
  return params?.windowMs;
}

/** A window and its slide are whole numbers of the parent's batches, as in Spark, whose words these are. */
export function checkWindow(parent: StreamNode, windowMs: number, slideMs: number): void {
  const rows: [code: string, what: string, ms: number][] = [
    ["RT_WINDOW_NOT_MULTIPLE", "window", windowMs],
    ["RT_SLIDE_NOT_MULTIPLE", "slide", slideMs],
  ];
  for (const [code, what, ms] of rows) {
    if (ms % parent.slideMs === 0) continue;
    const below = Math.floor(ms / parent.slideMs) * parent.slideMs;
    const above = below + parent.slideMs;
    const use = below === 0 ? `${above}` : `${below} or ${above}`;
    throw new StreamError(
      code,
      `The ${what} duration of windowed DStream (${ms} ms) must be a multiple of the slide duration of parent DStream (${parent.slideMs} ms); use ${use}`,
    );
  }
}
