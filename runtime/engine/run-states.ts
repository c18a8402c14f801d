import { type StreamNode, stateKey } from "../plan/stream-node.js";
import type { JobRunner } from "./job-runner.js";
import type { PastRun } from "./recovery/batch-log.js";
import { fitState, fitStates, type OnChange, refused } from "./recovery/fit-states.js";
import { type RunLog, stateInfo } from "./recovery/run-log.js";
import type { StreamGraph } from "./stream-graph.js";

interface RunStatesOptions {
  batchMs: number;
  graph: StreamGraph;
  log: RunLog;
  runner: JobRunner;
  onChange: OnChange;
  /** Tells people something. */
  warn(text: string): void;
  newJob(): number;
  /** Makes the RDDs of a batch that the program makes. */
  transforms(timeMs: number): Promise<void>;
}

/** The states of a run: where they begin, and how they come back to what was committed when a part of them is lost. */
export class RunStates {
  /** The batch after which the states are as they are; earlier than the last that is done while they are made again. */
  #atMs = Number.POSITIVE_INFINITY;

  /** Those of the run before, until a key has come. */
  readonly #recovered = new Set<string>();

  constructor(private readonly options: RunStatesOptions) {}

  /** All begin empty, but for those that the run before had too. @throws StreamError RT_CHECKPOINT_CHANGED */
  begin(past: PastRun | undefined): void {
    const { graph, log, onChange, warn } = this.options;
    const streams = new Map(graph.stateStreams().map((stream) => [log.name(stream.id), stream]));
    const fitting = past === undefined ? [] : fitStates(past, streams, onChange, warn);
    for (const [name, stream] of streams) {
      delete stream.goesOnWith;
      if (fitting.some((state) => state.name === name)) this.#recovered.add(stream.id);
      else log.begin(stream.id);
    }
  }

  /**
   * Streams come in place of others while the run goes on: one goes on with the state of the one of its name, where that fits.
   * @param came streams with a state that were not there before
   * @param leaving those whose place can be taken
   */
  takePlaces(came: readonly StreamNode[], leaving: readonly StreamNode[]): void {
    const { graph, log, warn } = this.options;
    for (const stream of came) {
      const name = log.name(stream.id);
      const before = leaving.find((one) => log.name(stateKey(one)) === name);
      const difference = before && fitState(stateInfo(before, name), stream);
      if (before === undefined) continue;
      if (difference === undefined) {
        graph.takePlace(stream, before);
        this.#watchKeys(stream);
      } else warn(`the state of \`${name}\` begins anew: ${difference}`);
    }
  }

  /** They are as they were after the last batch that is done; where batches reach back to their RDDs, after an earlier one. */
  restore(committedMs: number): void {
    const { graph, log } = this.options;
    const lookBacks = graph.stateLookBacksMs();
    for (const stream of graph.stateStreams()) {
      const timeMs = Math.max(graph.zeroMs, committedMs - (lookBacks.get(stream.id) ?? 0));
      const version = log.restore(stateKey(stream), timeMs);
      if (version !== undefined) graph.resumeState(stream.id, version);
      if (this.#recovered.has(stateKey(stream))) this.#watchKeys(stream);
      this.#atMs = Math.min(this.#atMs, timeMs);
    }
  }

  /**
   * Moves the states that a batch was to move and that nothing has asked for: where a window slides over several of their batches,
   * or a function of the program does not use what it is given. A state sees each batch all the same, as in Spark, where it is
   * made of the one before.
   */
  async moveOthers(timeMs: number): Promise<void> {
    const { graph, runner } = this.options;
    const behind = graph
      .stateStreams()
      .filter((stream) => runner.states.version(stateKey(stream)) !== timeMs);
    await this.#settle(behind, timeMs);
  }

  /** Moves the states that are behind, by the batches that are done. */
  async catchUp(committedMs: number): Promise<void> {
    const { batchMs } = this.options;
    for (let timeMs = this.#atMs + batchMs; timeMs <= committedMs; timeMs += batchMs)
      await this.#move(timeMs);
    this.#atMs = Number.POSITIVE_INFINITY;
  }

  /** Keys of another type than those that are there would be beside them for ever: the first that come are looked at. */
  #watchKeys(stream: StreamNode): void {
    const { log, runner, onChange, warn } = this.options;
    const key = stateKey(stream);
    runner.states.watchKeys(key, ({ held, came }) => {
      const isRecovered = this.#recovered.delete(key);
      if (held === came) return;
      const what = `the keys that the state of \`${log.name(key)}\` holds are of the kind ${held}, and those that come now are ${came}`;
      if (isRecovered && onChange === "refuse") throw refused(what);
      warn(`${what}: the state goes on with both; set another name, or begin anew, if that is not meant`);
    });
  }

  /** By a batch that is done, once more; its outputs are not. */
  async #move(timeMs: number): Promise<void> {
    const { graph, runner, transforms } = this.options;
    await transforms(timeMs);
    await this.#settle(graph.stateStreams(), timeMs);
    runner.states.commit(graph.states());
  }

  async #settle(streams: readonly StreamNode[], timeMs: number): Promise<void> {
    const { graph, runner, newJob } = this.options;
    for (const stream of streams) {
      const rdd = graph.rddAt(stream, timeMs);
      if (rdd !== undefined) await runner.settle(rdd, newJob());
    }
  }
}
