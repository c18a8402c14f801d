import type { Clock } from "../time/clock.js";
import type { Batch } from "./batch.js";
import { type BatchInfo, snapshot } from "./batch-info.js";
import type { PlannedInput } from "./recovery/batch-log.js";
import type { RunLog } from "./recovery/run-log.js";
import type { RunInputs } from "./run-inputs.js";
import type { RunOutputs } from "./run-outputs.js";
import { SharedRows } from "./shared-rows.js";
import type { StreamEvent } from "./stream-event.js";
import type { StreamGraph } from "./stream-graph.js";

interface DueBatchesOptions {
  batchMs: number;
  workers: number;
  clock: Clock;
  graph: StreamGraph;
  inputs: RunInputs;
  outputs: RunOutputs;
  log: RunLog;
  onEvent(event: StreamEvent): void;
}

/**
 * The batches of a run that are due, in order. Each takes its records when it falls due, if those before have theirs; else in its
 * turn: their records come first. Batches are never merged and never skipped.
 */
export class DueBatches {
  readonly #made: Batch[] = [];
  /** Time of the last batch that is due, and of the last whose records were taken. */
  #dueMs: number;
  #madeMs: number;
  /** When batches fell due whose records are yet to be taken: those up to a time, in order. */
  #since: { timeMs: number; nowMs: number }[] = [];

  /** @param doneMs the time of the last batch that is done */
  constructor(
    private readonly options: DueBatchesOptions,
    doneMs: number,
  ) {
    this.#dueMs = doneMs;
    this.#madeMs = doneMs;
  }

  /** Time of the last batch whose records were taken. */
  get madeMs(): number {
    return this.#madeMs;
  }

  /** How many wait to be run. */
  get waiting(): number {
    return this.#made.length + Math.max(0, this.#dueMs - this.#madeMs) / this.options.batchMs;
  }

  /** A batch is due. @throws when its records cannot be taken */
  due(timeMs: number): void {
    this.#dueMs = timeMs;
    this.#since.push({ timeMs, nowMs: this.options.clock.now() });
    if (this.#madeMs + this.options.batchMs === timeMs) this.#make(timeMs);
  }

  /** The next one to be run; undefined when none waits. @throws when its records cannot be taken */
  next(): Batch | undefined {
    if (this.#made.length === 0 && this.#madeMs < this.#dueMs)
      this.#make(this.#madeMs + this.options.batchMs);
    return this.#made.shift();
  }

  /** The one that {@link next} gives, if its records are there. */
  get first(): Batch | undefined {
    return this.#made[0];
  }

  /** Those that wait are not run. */
  drop(): void {
    this.#made.length = 0;
    this.#dueMs = this.#madeMs;
    this.#since = [];
  }

  /** Fixes what the batch consists of; from here on it does not depend on when it is run. */
  #make(timeMs: number): void {
    this.#madeMs = timeMs;
    const { clock, graph, inputs, onEvent } = this.options;
    this.#since = this.#since.filter((due) => due.timeMs >= timeMs);
    const outputs = this.options.outputs.all.filter((output) => graph.slidesAt(output.stream, timeMs));
    graph.receive(timeMs);
    const taken = inputs.taken(timeMs);
    const info: BatchInfo = {
      batchTimeMs: timeMs,
      records: taken.map(({ record }) => record),
      submissionTimeMs: this.#since[0]?.nowMs ?? clock.now(),
      outputs: [],
    };
    const planned = this.#plan(
      timeMs,
      taken.map(({ planned }) => planned),
    );
    this.#made.push({ info, outputs, planned, shared: new SharedRows(), bodies: [] });
    onEvent({ kind: "batchSubmitted", batchInfo: snapshot(info) });
  }

  #plan(timeMs: number, taken: PlannedInput[]): Promise<void> {
    const { batchMs, workers, graph, inputs, log } = this.options;
    const { zeroMs, run } = graph;
    const planned = inputs.isPlanned(timeMs)
      ? Promise.resolve()
      : log.plan(timeMs, { zeroMs, batchMs, run, workers }, taken);
    planned.catch(() => undefined); // told where it is waited for
    return planned;
  }
}
