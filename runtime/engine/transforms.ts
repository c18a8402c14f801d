import type { RddNode } from "../plan/rdd-node.js";
import type { StreamNode } from "../plan/stream-node.js";
import { StreamError } from "../stream-error.js";
import { explain } from "./failure.js";
import type { ProgramCalls } from "./program-calls.js";
import type { StreamGraph } from "./stream-graph.js";

interface TransformsOptions {
  graph: StreamGraph;
  program: ProgramCalls;
  /** Has the program make the RDD of a transform of those of its parents. */
  callTransform(stream: StreamNode, rdds: readonly RddNode[], timeMs: number): Promise<RddNode>;
  isOver(): boolean;
}

/** The streams whose RDDs the program makes. */
export class Transforms {
  /** Those of which there is a batch: they have missed none since. */
  readonly #begun = new Set<string>();

  constructor(private readonly options: TransformsOptions) {}

  /** Has the program make those of a batch. @throws what a function of it threw */
  async makeAt(timeMs: number): Promise<void> {
    const { graph, isOver } = this.options;
    for (const stream of graph.transformsAt(timeMs)) {
      if (!this.#begun.has(stream.id)) await this.#makePast(stream, timeMs);
      if (isOver()) return;
      await this.#make(stream, timeMs, this.#parents(stream, timeMs));
      if (isOver()) return;
    }
  }

  /** Of the run before this one, as far as windows look back: of what its inputs give again. */
  async #makePast(stream: StreamNode, beforeMs: number): Promise<void> {
    const { graph, isOver } = this.options;
    this.#begun.add(stream.id);
    for (const timeMs of graph.missedBefore(stream, beforeMs)) {
      const parents = stream.parents.flatMap((parent) => graph.rddAt(parent, timeMs) ?? []);
      if (parents.length === stream.parents.length) await this.#make(stream, timeMs, parents);
      if (isOver()) return;
    }
  }

  #parents(stream: StreamNode, timeMs: number): RddNode[] {
    return stream.parents.map((parent) => {
      const rdd = this.options.graph.rddAt(parent, timeMs);
      if (rdd !== undefined) return rdd;
      throw new StreamError("RT_NO_RDD", `Couldn't generate RDD from parent at time ${timeMs} ms`);
    });
  }

  async #make(stream: StreamNode, timeMs: number, parents: readonly RddNode[]): Promise<void> {
    const { graph, program, callTransform } = this.options;
    const rdd = await program.unlessEnded(callTransform(stream, parents, timeMs).catch(failedAt(timeMs)));
    if (rdd !== undefined) graph.transformed(stream, timeMs, rdd);
  }
}

/** What the function itself threw says nothing of where; what an action in it ended with does. */
function failedAt(timeMs: number): (error: unknown) => never {
  return (error) => {
    if (error instanceof StreamError) throw error;
    const message = `the function of a transform failed for the batch at ${timeMs} ms: ${explain(error).message}`;
    throw new StreamError("RT_TRANSFORM_FAILED", message, { cause: error });
  };
}
