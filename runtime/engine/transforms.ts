import type { RddNode } from "../plan/rdd-node.js";
import type { StreamNode } from "../plan/stream-node.js";
import { StreamError } from "../stream-error.js";
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
  constructor(private readonly options: TransformsOptions) {}

  /** Has the program make those of a batch. @throws what a function of it threw */
  async makeAt(timeMs: number): Promise<void> {
    const { graph, isOver } = this.options;
    for (const stream of graph.transformsAt(timeMs)) {
      await this.#make(stream, timeMs);
      if (isOver()) return;
    }
  }

  async #make(stream: StreamNode, timeMs: number): Promise<void> {
    const { graph, program, callTransform } = this.options;
    const parents = stream.parents.map((parent) => {
      const rdd = graph.rddAt(parent, timeMs);
      if (rdd !== undefined) return rdd;
      throw new StreamError("RT_NO_RDD", `Couldn't generate RDD from parent at time ${timeMs} ms`);
    });
    const rdd = await program.unlessEnded(callTransform(stream, parents, timeMs));
    if (rdd !== undefined) graph.transformed(stream, timeMs, rdd);
  }
}
