import type { RddNode } from "../plan/rdd-node.js";
import type { OutputNode } from "../plan/stream-node.js";
import type { Batch, BatchFailure } from "./batch.js";
import type { OutputOperations } from "./output-operations.js";
import { isLost, MAX_ATTEMPTS } from "./retries.js";
import type { RunStates } from "./run-states.js";
import { isStateLost } from "./state-lost.js";
import type { StreamGraph } from "./stream-graph.js";
import type { Transforms } from "./transforms.js";

interface BatchOutputsOptions {
  graph: StreamGraph;
  states: RunStates;
  transforms: Transforms;
  operations: OutputOperations;
  /** Lets go of the RDDs of past batches. */
  forget(rdds: readonly string[]): void;
  /** Whether the run goes on and has the output. */
  isWanted(output: OutputNode): boolean;
  isOver(): boolean;
  /** Ends the run: a batch cannot be made. */
  fail(error: unknown): void;
}

/** Runs the outputs of a batch, again and again where a worker is lost. */
export class BatchOutputs {
  constructor(private readonly options: BatchOutputsOptions) {}

  /**
   * Runs the outputs that are not done.
   * @param doneMs time of the last batch that is done
   * @returns the failure of the one that failed
   */
  async run(batch: Batch, doneMs: number): Promise<BatchFailure | undefined> {
    const { graph, states, forget, isOver } = this.options;
    for (let attempt = 1; ; attempt++) {
      const failure = await this.#try(batch, doneMs);
      if (failure === undefined || isOver() || attempt === MAX_ATTEMPTS) return failure;
      if (!isLost(failure.error) && !isStateLost(failure.error)) return failure;
      // A part of the states is lost: they are as they were committed, and what was made of them since is made again.
      states.restore(doneMs);
      forget(graph.remake(doneMs));
    }
  }

  async #try(batch: Batch, doneMs: number): Promise<BatchFailure | undefined> {
    try {
      await this.options.states.catchUp(doneMs);
      const failure = await this.#tryOutputs(batch);
      // Also of a batch without outputs: it must not be written that it is done before what it consists of is.
      if (failure === undefined) await batch.planned;
      return failure;
    } catch (error) {
      return { output: undefined, error };
    }
  }

  async #tryOutputs(batch: Batch): Promise<BatchFailure | undefined> {
    const { operations, isWanted, isOver } = this.options;
    const { info, outputs } = batch;
    for (const { output, rdd } of await this.#rdds(outputs, info.batchTimeMs)) {
      if (isOver()) return undefined;
      try {
        if (isWanted(output)) await operations.run(output, rdd, batch);
      } catch (error) {
        return { output, error };
      }
      outputs.splice(outputs.indexOf(output), 1);
    }
    return undefined;
  }

  /** Of a batch, from what its sources gave when it was due. None when that fails, which ends the run. */
  async #rdds(
    outputs: readonly OutputNode[],
    timeMs: number,
  ): Promise<{ output: OutputNode; rdd: RddNode }[]> {
    const { graph, transforms, isOver, fail } = this.options;
    try {
      await transforms.makeAt(timeMs);
      if (isOver()) return [];
      return outputs.flatMap((output) => {
        const rdd = graph.rddAt(output.stream, timeMs);
        return rdd === undefined ? [] : [{ output, rdd }];
      });
    } catch (error) {
      fail(error);
      return [];
    }
  }
}
