import type { Patience } from "../connect/patience.js";
import type { RddNode } from "../plan/rdd-node.js";
import type { OutputNode } from "../plan/stream-node.js";
import type { Batch } from "./batch.js";
import type { JobRunner } from "./job-runner.js";
import type { StreamGraph } from "./stream-graph.js";

interface LookAheadOptions {
  graph: StreamGraph;
  runner: JobRunner;
  patience: Patience;
  /** The batch whose turn is next, if its records are there. */
  next(): Batch | undefined;
  /** Whether the run goes on and has the output. */
  isWanted(output: OutputNode): boolean;
}

/**
 * Computes of the next batch, while one is being run, what follows from its records alone: its shuffles, as far as no state, no
 * earlier batch and no call of the program's thread has a part in them. Workers that wait for others, or for a sink to commit, are
 * busy with it; tasks of the batch being run go first, but wait for one that has begun. Nothing of it is told before its turn: what
 * functions print and add up is then, and what fails is told by the output that asks for it, as if it had begun it then.
 */
export class LookAhead {
  /** The batch being run, once it has its RDDs: those of a later one are made after them. */
  #running: Batch | undefined;
  #ahead: Batch | undefined;
  /** Of the batch that is ahead. */
  #jobs: number[] = [];
  /** Those that are not over, of a batch whose turn has come as well. */
  readonly #unfinished = new Set<number>();

  constructor(private readonly options: LookAheadOptions) {}

  /** The turn of a batch has come. */
  turn(batch: Batch): void {
    this.#running = undefined;
    if (this.#ahead === batch) for (const job of this.#jobs.splice(0)) this.options.runner.turn(job);
    else this.drop();
    this.#ahead = undefined;
  }

  /** The batch being run has its RDDs. Its own first tasks are to find the workers idle: the next one begins when those are on their way. */
  follow(running: Batch): void {
    this.#running = running;
    setImmediate(() => this.begin());
  }

  /** Begins the next batch, if there is one and it can be begun. */
  begin(): void {
    const next = this.options.next();
    if (this.#running === undefined || this.#ahead !== undefined || next === undefined) return;
    this.#ahead = next;
    try {
      this.#begin(next, this.#running.info.batchTimeMs);
    } catch {
      this.drop(); // it fails likewise in its turn, and is told then
    }
  }

  /** What was begun is not wanted any more: its RDDs are made anew, or no other batch is run. */
  drop(): void {
    for (const job of this.#jobs.splice(0)) this.options.runner.drop(job);
    this.#running = undefined;
    this.#ahead = undefined;
  }

  /** The run is over. */
  end(): void {
    this.drop();
    for (const job of this.#unfinished) this.options.runner.cancel(job);
  }

  #begin({ info, outputs }: Batch, runningMs: number): void {
    const { graph, runner, patience, isWanted } = this.options;
    // A state's RDDs are made in the order of their times.
    for (const stream of graph.stateStreams()) graph.rddAt(stream, runningMs);
    const begun = new Set<RddNode>();
    for (const { stream, tag } of outputs.filter(isWanted)) {
      for (const rdd of graph.rddsAhead(stream, info.batchTimeMs)) {
        if (begun.has(rdd)) continue;
        begun.add(rdd);
        const job = runner.newJob(tag, patience, true);
        this.#jobs.push(job);
        this.#unfinished.add(job);
        void runner.begin(rdd, job).then(() => this.#unfinished.delete(job));
      }
    }
  }
}
