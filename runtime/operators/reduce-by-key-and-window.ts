import type { PortableFunction } from "../closure/portable-function.js";
import { type RddNode, rddNode } from "../plan/rdd-node.js";
import { type StreamNode, stateKey, streamNode } from "../plan/stream-node.js";
import type { ReadCall } from "../pool/reader.js";
import type { SidedPairs } from "../rows/column-batch.js";
import { Duration } from "../time/duration.js";
import { emitCombine } from "./combine.js";
import type { Merge } from "./combining-reader.js";
import { InverseWindow } from "./inverse-window.js";
import { onlyFunction } from "./narrow.js";
import type { BatchOfRdds, Operator } from "./operator.js";
import { TwoStackWindow } from "./two-stack-window.js";
import { unionRdd } from "./union.js";
import { whole } from "./whole-reader.js";
import { type Spread, wideLowering } from "./wide.js";
import { checkWindow, parentRdds } from "./window.js";
import type { WindowState } from "./window-state.js";

interface StreamParams extends Spread {
  windowMs: number;
  /** Functions are reduce, then inverse, then filter, as far as they are given, and what the keys are spread by. */
  inverse: boolean;
  filter: boolean;
}

interface PaneParams extends StreamParams {
  stream: string;
  endMs: number;
  /** False for a pane inside a slide, whose window nobody sees. */
  emits: boolean;
}

const NAME = "reduceByKeyAndWindow";

/**
 * `reduceByKeyAndWindow(f[, inverse], w, s[, filter])`: every `s`, one pair per key of the last `w`. The window's state
 * lives in the workers that own the keys; each batch brings only the pane of its slide.
 */
export const reduceByKeyAndWindow: Operator = {
  name: NAME,
  rdd: {
    ...wideLowering({
      head: "pairs",
      emitMapSide: (loop, node) => {
        const reduce = onlyFunction(loop, node);
        emitCombine(loop, NAME, { merge: (a, b) => `${reduce}(${a}, ${b})` });
      },
      reader: whole((pairs, call) => movePane(pairs, call)),
    }),
    state: (node) => {
      const { stream, endMs, inverse, filter } = node.params as PaneParams;
      const madeFor = [inverse, filter, ...node.functions.map(({ id }) => id)].join(" ");
      return { key: stream, version: endMs, sides: 1, madeFor };
    },
    inMemory: () => "a window has all of its keys in memory: take a shorter one, or fewer keys into it",
  },
  stream: {
    rddAt: (node, batch) => paneRdds(node as StreamNode<StreamParams>, batch),
    stateForm: ({ params, slideMs }) => {
      const pane = new Duration(greatestCommonDivisor((params as StreamParams).windowMs, slideMs));
      return `a window of panes of ${pane.brief}`;
    },
  },
};

/**
 * @param functions reduce, then inverse and filter when given, and the partitioner's when it has one
 * @throws StreamError RT_WINDOW_NOT_MULTIPLE, RT_SLIDE_NOT_MULTIPLE, RT_PARTITIONS
 */
export function reduceByKeyAndWindowStream(
  parent: StreamNode,
  functions: {
    reduce: PortableFunction;
    inverse?: PortableFunction;
    filter?: PortableFunction;
    partitioner?: PortableFunction;
  },
  times: { windowMs: number; slideMs: number },
  spread: Spread,
): StreamNode<StreamParams> {
  checkWindow(parent, times.windowMs, times.slideMs);
  const { reduce, inverse, filter, partitioner } = functions;
  return streamNode(
    NAME,
    [parent],
    [reduce, inverse, filter, partitioner].filter((fn) => fn !== undefined),
    {
      ...spread,
      windowMs: times.windowMs,
      inverse: inverse !== undefined,
      filter: filter !== undefined,
    },
    { slideMs: times.slideMs, looksBackMs: times.slideMs },
  );
}

/**
 * The panes of one slide, each waiting for the one before. There is one, unless the window is no multiple of the slide:
 * then panes are as long as both can be cut into.
 */
function paneRdds(node: StreamNode<StreamParams>, batch: BatchOfRdds): RddNode | undefined {
  const { windowMs } = node.params;
  const paneMs = greatestCommonDivisor(windowMs, node.slideMs);
  let previous: RddNode | undefined;
  for (let endMs = batch.timeMs - node.slideMs + paneMs; endMs <= batch.timeMs; endMs += paneMs) {
    const rdds = parentRdds(node, batch, endMs - paneMs, endMs);
    const emits = endMs === batch.timeMs;
    const params: PaneParams = { ...node.params, stream: stateKey(node), endMs, emits };
    const parents = [unionRdd(rdds), ...(previous ? [previous] : [])];
    previous = rddNode(NAME, parents, node.functions, params, node.params.partitions);
  }
  return previous;
}

function movePane(parts: readonly SidedPairs[], call: ReadCall) {
  const { endMs, windowMs, emits } = call.params as PaneParams;
  const window = call.state.move(() => newWindow(call));
  window.move(parts, endMs, endMs - windowMs);
  return emits ? [window.pairs()] : [];
}

function newWindow({ functions: [reduce, inverse, filter], params }: ReadCall): WindowState {
  const given = params as PaneParams;
  return given.inverse
    ? new InverseWindow(reduce as Merge, inverse as Merge, given.filter ? filter : undefined)
    : new TwoStackWindow(reduce as Merge);
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
