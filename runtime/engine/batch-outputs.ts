import type { RddNode } from "../plan/rdd-node.js";
import type { OutputNode } from "../plan/stream-node.js";
import type { Batch, BatchFailure } from "./batch.js";
import type { LookAhead } from "./look-ahead.js";
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
  lookAhead: LookAhead;
  /** Lets go of the RDDs of past batches. */
  forget(rdds: readonly string[]): void;
  /** Whether the run goes on and has the output. */
  isWanted(output: OutputNode): boolean;
  isOver(): boolean;
  /** Whether a batch that fails is left out: then the first failure is the end of it, else its other outputs are run too. */
  leavesOut: boolean;
  /** Ends the run: a batch cannot be made. */
  fail(error: unknown): void;
}

/** Runs the outputs of a batch, again and again where a worker is lost. */
export class BatchOutputs {
  constructor(private readonly options: BatchOutputsOptions) {}

  /**
   * Runs the outputs that are not done.
   * @param doneMs time of the last batch that is done
   * @returns the failures of those that failed
   */
  async run(batch: Batch, doneMs: number): Promise<BatchFailure[]> {
    const { graph, states, lookAhead, forget, isOver } = this.options;
    for (let attempt = 1; ; attempt++) {
      const failures = await this.#try(batch, doneMs);
      if (isOver() || attempt === MAX_ATTEMPTS || !failures.some(isOfLoss)) return failures;
      // A part of the states is lost: they are as they were committed, and what was made of them since is made again.
      states.restore(doneMs);
      lookAhead.drop();
      forget(graph.remake(doneMs));
    }
  }

  async #try(batch: Batch, doneMs: number): Promise<BatchFailure[]> {
    try {
      await this.options.states.catchUp(doneMs);
      const failures = await this.#tryOutputs(batch);
      if (failures.length > 0 || this.options.isOver()) return failures;
      await this.options.states.moveOthers(batch.info.batchTimeMs);
      // Also of a batch without outputs: it must not be written that it is done before what it consists of is.
      await batch.planned;
      return failures;
    } catch (error) {
      return [{ output: undefined, error }];
    }
  }

  async #tryOutputs(batch: Batch): Promise<BatchFailure[]> {
    const { operations, lookAhead, isWanted, isOver, leavesOut } = this.options;
    const { info, outputs } = batch;
    const failures: BatchFailure[] = [];
    const rdds = await this.#rdds(outputs, info.batchTimeMs);
    lookAhead.follow(batch);
    for (const { output, rdd } of rdds) {
      if (isOver()) return [];
      const failure = isWanted(output) ? await operations.run(output, rdd, batch) : undefined;
      if (failure === undefined) {
        outputs.splice(outputs.indexOf(output), 1);
        continue;
      }
      failures.push(failure);
      if (leavesOut || isOfLoss(failure)) break;
    }
    return failures;
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

/** Of a worker that is gone, or of what went with it. */
function isOfLoss({ error }: BatchFailure): boolean {
  return isLost(error) || isStateLost(error);
}
