import { allStatesOf, statesOf } from "../operators/table.js";
import { isWrite, type WriteParams } from "../operators/write.js";
import { type OutputNode, type StreamNode, stateKey } from "../plan/stream-node.js";
import type { JobRunner } from "./job-runner.js";
import { OutputTallies } from "./output-tallies.js";
import type { Presenter } from "./presenter.js";
import type { RunLog } from "./recovery/run-log.js";
import type { RunInputs } from "./run-inputs.js";
import type { RunStates } from "./run-states.js";
import type { OutputStatus } from "./run-status.js";
import type { StreamGraph } from "./stream-graph.js";

type StateSize = Pick<OutputStatus, "stateRows" | "stateDiskBytes">;

interface RunOutputsOptions {
  graph: StreamGraph;
  inputs: RunInputs;
  states: RunStates;
  log: RunLog;
  runner: JobRunner;
  presenter: Presenter;
  isOver(): boolean;
  /** Whether a batch is being run. */
  isRunning(): boolean;
  /** Resolves when the batches have run that are made already, or the run is over. */
  untilMadeRan(): Promise<void>;
  /** Streams that run without an output. */
  peeked(): StreamNode[];
}

/**
 * The outputs of a run: they join and leave while it goes on, take others' places, read other streams, or are held by name.
 * What streams, inputs and states there are follows from them.
 */
export class RunOutputs {
  #outputs: OutputNode[] = [];
  /** Those that are stopped by name. */
  #held: OutputNode[] = [];
  /** Those whose place was taken by others: they have a part in batches that were made before. */
  #ending: OutputNode[] = [];
  /** States whose outputs were removed: the batch being run may still move them. */
  #leaving: string[] = [];
  readonly #tallies = new OutputTallies();
  /** By output, of the states that its stream holds, when the run has ended. */
  readonly #lastSizes = new Map<string, StateSize>();

  constructor(private readonly options: RunOutputsOptions) {}

  /** @param held ids of outputs that are stopped until they are started by name */
  begin(all: readonly OutputNode[], held: readonly string[]): void {
    this.#outputs = all.filter(({ id }) => !held.includes(id));
    this.#held = all.filter(({ id }) => held.includes(id));
    this.options.graph.setOutputs(this.#outputs.map((output) => output.stream));
  }

  /** The outputs there are now. */
  get all(): readonly OutputNode[] {
    return this.#outputs;
  }

  /** The outputs that are held. */
  get held(): readonly OutputNode[] {
    return this.#held;
  }

  /** Whether batches that were made already want an output run. */
  has(output: OutputNode): boolean {
    return this.#outputs.includes(output) || this.#ending.includes(output);
  }

  /**
   * Outputs join a running context, and take part from the next batch on; those whose place they take have a part in the batches
   * that are made already, and none after. What states of these fit go on with those.
   * @returns when the outputs whose place is taken are over
   */
  async add(added: readonly OutputNode[], inPlaceOf: readonly string[] = []): Promise<void> {
    if (this.options.isOver()) return;
    const ending = this.#outputs.filter(({ id }) => inPlaceOf.includes(id));
    this.#held = this.#held.filter(({ id }) => !inPlaceOf.includes(id));
    await this.#replace([...this.#outputs.filter((output) => !ending.includes(output)), ...added], ending);
    this.#gone(ending);
  }

  /**
   * Outputs, known by their ids, read other streams from the next batch on, and those they read before in the batches that are
   * made already. What states of these fit go on with those.
   */
  async move(moved: readonly OutputNode[]): Promise<void> {
    const now = (output: OutputNode) => moved.find(({ id }) => id === output.id) ?? output;
    const ending = this.#outputs.filter((output) => now(output) !== output);
    this.#held = this.#held.map(now);
    await this.#replace(this.#outputs.map(now), ending);
    this.#leave([]);
  }

  /** Ends outputs: they give nothing more, also of batches that wait. Inputs and state that only they needed are let go. */
  remove(ids: readonly string[]): void {
    const isGone = ({ id }: OutputNode) => ids.includes(id);
    const gone = [...this.#outputs.filter(isGone), ...this.#held.filter(isGone)];
    this.#held = this.#held.filter((output) => !isGone(output));
    this.#gone(gone);
  }

  /** Stops outputs until {@link release}; what only they needed is let go as if they were removed. */
  hold(ids: readonly string[]): void {
    const held = this.#outputs.filter((output) => ids.includes(output.id));
    this.#held.push(...held);
    this.#leave(ids);
    if (held.length > 0) this.options.presenter.stopped(held, "");
  }

  /** Outputs that were held take part from the next batch on. */
  release(ids: readonly string[]): void {
    const released = this.#held.filter((output) => ids.includes(output.id));
    this.#held = this.#held.filter((output) => !released.includes(output));
    this.#set([...this.#outputs, ...released]);
  }

  /** What runs is taken anew of the outputs there are, and of the streams that are looked at. */
  refresh(): void {
    this.#set(this.#outputs);
  }

  /** States whose outputs are gone are let go; also where the stream has an output again by now: that one missed batches, and begins anew. */
  releaseLeaving(): void {
    const { graph, log, runner } = this.options;
    const left = this.#leaving.splice(0);
    runner.releaseStates(left);
    for (const state of graph.states()) if (left.includes(state)) log.begin(state);
  }

  done(id: string): void {
    this.#tallies.done(id);
  }

  failed(id: string, reason: string): void {
    this.#tallies.failed(id, reason);
  }

  /** The run is about to let its states go: how large they were is told from now on. */
  keepSizes(): void {
    for (const { id, stream } of [...this.#outputs, ...this.#held])
      this.#lastSizes.set(id, this.#sizeOf(stream));
  }

  status(): OutputStatus[] {
    return [
      ...this.#outputs.map((output) => this.#statusOf(output, false)),
      ...this.#held.map((output) => this.#statusOf(output, true)),
    ];
  }

  /** @param ending outputs whose place others take */
  async #replace(outputs: OutputNode[], ending: readonly OutputNode[]): Promise<void> {
    this.#ending.push(...ending);
    this.#set(outputs);
    if (ending.length > 0) await this.options.untilMadeRan();
    this.#ending = this.#ending.filter((output) => !ending.includes(output));
  }

  #gone(outputs: OutputNode[]): void {
    if (outputs.length === 0) return;
    const ids = outputs.map(({ id }) => id);
    this.#leave(ids);
    this.#tallies.forget(ids);
    this.options.presenter.removed(outputs);
  }

  /** States that none of the outputs is made from any more are let go when no batch is being run. */
  #leave(ids: readonly string[]): void {
    const { graph, isRunning } = this.options;
    const statesBefore = graph.states();
    this.#set(this.#outputs.filter((output) => !ids.includes(output.id)));
    const states = new Set(graph.states());
    this.#leaving.push(...statesBefore.filter((state) => !states.has(state)));
    if (!isRunning()) this.releaseLeaving();
  }

  /** Streams with a state that come take the places of those that leave, where they fit. */
  #set(outputs: OutputNode[]): void {
    this.#outputs = outputs;
    const { graph, inputs, log, states, peeked } = this.options;
    const running = [...outputs.map((output) => output.stream), ...peeked()];
    const before = graph.stateStreams();
    const statesBefore = new Set(graph.states());
    graph.setOutputs([...running, ...this.#ending.map((output) => output.stream)]);
    const now = allStatesOf(running);
    states.takePlaces(
      now.filter((stream) => !before.includes(stream)),
      before.filter((stream) => !now.includes(stream)),
    );
    log.intervals(graph.zeroMs, graph.stateStreams());
    for (const state of graph.states()) if (!statesBefore.has(state)) log.begin(state);
    inputs.set(graph.inputs());
  }

  #statusOf({ id, name, kind, stream }: OutputNode, held: boolean): OutputStatus {
    const { slideMs } = stream;
    const delivery = isWrite(stream.op) ? (stream.params as WriteParams).delivery : undefined;
    const size = this.#lastSizes.get(id) ?? this.#sizeOf(stream);
    return { id, name, kind, slideMs, held, ...size, delivery, ...this.#tallies.of(id) };
  }

  #sizeOf(stream: StreamNode): StateSize {
    const { states } = this.options.runner;
    const keys = statesOf(stream).map(stateKey);
    const rows = keys.map((key) => states.rows(key));
    return {
      stateRows: rows.every((count) => count === undefined)
        ? undefined
        : rows.reduce<number>((sum, count) => sum + (count ?? 0), 0),
      stateDiskBytes: keys.reduce((sum, key) => sum + (states.diskBytes(key) ?? 0), 0),
    };
  }
}
