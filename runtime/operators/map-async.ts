import type { RddNode } from "../plan/rdd-node.js";
import type { Loop } from "./loop.js";
import { onlyFunction, partitionOperator } from "./narrow.js";

/**
 * `mapAsync(f, concurrency)`: what the promise of `f` for each record gives, in the order of the records. The calls for a few
 * records of a partition are under way at a time.
 */
export const mapAsync = partitionOperator("mapAsync", emitMapAsync, {
  argument: (node) => (node.params as { concurrency: number }).concurrency,
  awaits: true,
});

/** The loop goes on with what the promises of the operator's function give. */
function emitMapAsync(loop: Loop, node: RddNode): void {
  const f = onlyFunction(loop, node);
  const concurrency = loop.argument();
  loop.iterateAwaiting(
    (rows, blame) => `library.mapAsync(${rows}, ${f}, ${concurrency}, cancellation, ${blame})`,
    true,
  );
}
