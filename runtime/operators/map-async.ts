import type { RddNode } from "../plan/rdd-node.js";
import { StreamError } from "../stream-error.js";
import type { Loop } from "./loop.js";
import { onlyFunction, partitionOperator } from "./narrow.js";

/** How many promises of one task are waited for at a time, unless the program says otherwise. */
export const DEFAULT_CONCURRENCY = 16;

/**
 * `mapAsync(f, concurrency)`: what the promise of `f` for each record gives, in the order of the records. The calls for a few
 * records of a partition are under way at a time.
 */
export const mapAsync = partitionOperator("mapAsync", emitMapAsync, {
  argument: (node) => (node.params as { concurrency: number }).concurrency,
  awaits: true,
});

/** What is said of a `mapAsync`. */
export interface MapAsyncOptions {
  /** How many calls of each task are under way at a time; default 16. */
  concurrency?: number;
}

/** @throws StreamError RT_CONCURRENCY when it is not a whole number of at least 1 */
export function mapAsyncParams({ concurrency = DEFAULT_CONCURRENCY }: MapAsyncOptions): {
  concurrency: number;
} {
  if (Number.isInteger(concurrency) && concurrency >= 1) return { concurrency };
  throw new StreamError("RT_CONCURRENCY", `concurrency is a whole number of at least 1, not ${concurrency}`);
}

/** The loop goes on with what the promises of the operator's function give. */
function emitMapAsync(loop: Loop, node: RddNode): void {
  const f = onlyFunction(loop, node);
  const concurrency = loop.argument();
  loop.iterateAwaiting(
    (rows, blame) => `library.mapAsync(${rows}, ${f}, ${concurrency}, cancellation, ${blame})`,
    true,
  );
}
