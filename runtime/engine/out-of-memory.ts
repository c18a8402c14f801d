import { type PortableFunction, scriptName } from "../closure/portable-function.js";
import { inMemory } from "../operators/table.js";
import type { RddNode } from "../plan/rdd-node.js";
import type { WorkerLost } from "../pool/worker-loss.js";
import { StreamError } from "../stream-error.js";
import { type LastStep, type PartitionPlan, stageName, stageNodes } from "./stage.js";

/**
 * What a job fails with when one of its tasks needed more memory than its worker may use. Names the stage by its
 * operators, and its functions by how they begin; the stack has a line for each, where it was written.
 */
export function outOfMemory(lost: WorkerLost, plan: PartitionPlan, last: LastStep): StreamError {
  const nodes = stageNodes(plan, last);
  const functions = nodes.flatMap((node) => node.functions.map((fn) => ({ op: node.op, fn })));
  const error = new StreamError(
    "RT_OUT_OF_MEMORY",
    `${lost.message}, in the stage ${stageName(plan, last)}${labels(functions.map(({ fn }) => fn))}; ${wayOut(nodes)}, or give each worker more: new SparkContext({ workerMemoryMb })`,
    { cause: lost },
  );
  error.stack = [`StreamError: ${error.message}`, ...functions.flatMap(({ op, fn }) => place(op, fn))].join(
    "\n",
  );
  return error;
}

function wayOut(nodes: readonly RddNode[]): string {
  const held = nodes.map(inMemory).find((text) => text !== undefined);
  return held ?? "use more partitions, hold less in a function";
}

function labels(functions: readonly PortableFunction[]): string {
  return functions.length === 0 ? "" : ` (with ${functions.map(({ label }) => `\`${label}\``).join(", ")})`;
}

/** A line of a stack, as V8 would write it in a worker. */
function place(op: string, { parts: [own] }: PortableFunction): string[] {
  const origin = own?.origin;
  if (origin === undefined) return [];
  return [`    at ${op} (${scriptName(origin.script)}:${origin.line + 1}:${origin.column + 1})`];
}
