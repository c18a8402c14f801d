import { locate } from "../../connect/files/file-system.js";
import { inFolder } from "../../connect/files/path.js";
import type { Patience } from "../../connect/patience.js";
import { QueueLog } from "../../connect/queue-log.js";
import { stateForm } from "../../operators/table.js";
import { type StreamNode, stateKey } from "../../plan/stream-node.js";
import type { StateStore, States } from "../states.js";
import { BatchLog, LOG_FOLDER, type PastRun, type PlannedInput, type StateInfo } from "./batch-log.js";
import { ReceiverLog } from "./receiver-log.js";
import { lookOf } from "./stream-look.js";
import type { StreamName } from "./stream-names.js";

/** The times of a run, and what it is known by. */
export interface RunTimes {
  zeroMs: number;
  batchMs: number;
  /** What its batches have in common, and those of no other run. */
  run: string;
  /** Tasks that run at a time: how many partitions what is made by key has. */
  workers: number;
}

/**
 * What a run writes of its batches: before each what it consists of, after it what it made of the states. States and inputs are
 * written by their names, which a later process gives to the same streams.
 */
export class RunLog {
  readonly #names = new Map<string, string>();
  readonly #store: StateStore = {
    parts: (key, partition, version) => this.log.parts(this.name(key), partition, version),
    wantsWhole: (key, version) => {
      if ((this.#remade.get(key) ?? Number.POSITIVE_INFINITY) < version) return true;
      const wholeMs = this.#wholeMs.get(key);
      if (wholeMs === undefined) return this.log.wantsWhole(this.name(key));
      return (version - this.#zeroMs) % wholeMs === 0;
    },
  };

  /**
   * States that were made again by batches whose changes are in the log, up to the last of these: they hold the same, but perhaps
   * not in the same rows, by which changes are written. Their next move is written as a whole.
   */
  readonly #remade = new Map<string, number>();

  /** How often states are written as a whole, where that was said, and from when on it is counted. */
  readonly #wholeMs = new Map<string, number>();
  #zeroMs = 0;

  readonly log: BatchLog;
  #writing: Promise<unknown> = Promise.resolve();
  /** What the inputs gave to the batches that may be run again. */
  readonly #planned = new Map<number, PlannedInput[]>();

  /**
   * @param isCheckpoint whether a later process may begin where this one ended; else only lost workers are made good for
   * @param patience with a folder on another machine
   */
  constructor(
    readonly folder: string,
    readonly isCheckpoint: boolean,
    private readonly states: States,
    patience: Patience,
  ) {
    this.log = new BatchLog(inFolder(folder, LOG_FOLDER), isCheckpoint, patience);
  }

  /** What is there of a run before; undefined when there is none. @throws StreamError RT_CHECKPOINT_READ */
  async read(): Promise<PastRun | undefined> {
    const past = await this.log.read();
    for (const [timeMs, { inputs }] of past?.planned ?? []) this.#planned.set(timeMs, inputs);
    return past;
  }

  /** Removes all that is there of a run before, but what was received before its first batch when the run is to go on. */
  async clear(goesOn: boolean): Promise<void> {
    await this.log.clear();
    const { later, path, isRemote } = locate(this.folder);
    if (isRemote) return; // what is there of receivers and queues is on this machine
    if (!goesOn) await later.remove(inFolder(path, RECEIVERS));
    await later.remove(inFolder(path, QUEUES));
  }

  /**
   * Where the items of a queue are kept; undefined when no later process will want them, or where they cannot be kept.
   * @param warn is told of the latter
   */
  queueLog(stream: string, warn: Warn): QueueLog | undefined {
    const folder = this.#inputFolder(QUEUES, stream, warn);
    return folder === undefined ? undefined : new QueueLog(folder);
  }

  /** Where the records of a receiver are kept; undefined likewise. @throws StreamError RT_CHECKPOINT_READ */
  receiverLog(stream: string, warn: Warn): ReceiverLog | undefined {
    const folder = this.#inputFolder(RECEIVERS, stream, warn);
    return folder === undefined ? undefined : new ReceiverLog(folder);
  }

  /** What comes from the program or the network itself is written as it comes, each time with a wait: on this machine only. */
  #inputFolder(kind: string, stream: string, warn: Warn): string | undefined {
    if (!this.isCheckpoint) return undefined;
    const { isRemote, path } = locate(this.folder);
    if (!isRemote) return inFolder(inFolder(path, kind), encodeURIComponent(this.name(stream)));
    warn(
      `${this.name(stream)} is not kept in ${this.folder}: a process that goes on from there lacks what came in for batches that were not done; read it from a source that keeps it (files, Kafka), or give \`checkpoint\` a folder of this machine`,
    );
    return undefined;
  }

  /** Streams go by these names, by their ids. */
  named(names: Iterable<StreamName>): void {
    for (const [id, name] of names) this.#names.set(id, name);
  }

  /** States of streams that were given an interval are written as a whole at its multiples. */
  intervals(zeroMs: number, streams: readonly StreamNode[]): void {
    this.#zeroMs = zeroMs;
    for (const stream of streams)
      if (stream.checkpointMs > 0) this.#wholeMs.set(stateKey(stream), stream.checkpointMs);
  }

  name(stream: string): string {
    return this.#names.get(stream) ?? stream;
  }

  /** A state begins empty; its moves are kept from now on. */
  begin(key: string): void {
    this.log.drop(this.name(key));
    this.states.keepIn(key, this.#store);
  }

  /** A state is as it was after a batch. @returns its version then; undefined when it had not moved */
  restore(key: string, timeMs: number): number | undefined {
    const version = this.log.versionAt(this.name(key), timeMs);
    const last = this.log.versionAt(this.name(key), Number.POSITIVE_INFINITY);
    if (last !== undefined && last !== version) this.#remade.set(key, last);
    this.states.keepIn(key, this.#store, version);
    return version;
  }

  /** Nothing is done for people to see before this is over. */
  async plan(
    timeMs: number,
    { zeroMs, batchMs, run, workers }: RunTimes,
    inputs: PlannedInput[],
  ): Promise<void> {
    if (!this.isCheckpoint) return;
    this.#planned.set(timeMs, inputs);
    const written = this.log.plan({ timeMs, zeroMs, batchMs, run, workers, inputs });
    this.#writing = Promise.allSettled([this.#writing, written]);
    await written;
  }

  /** Resolves when nothing more is written of the batches that were planned: another run may then begin in the folder. */
  async written(): Promise<void> {
    await this.#writing;
  }

  /**
   * A batch is done, and its states are what they are from now on.
   * @param fromMs the states must be there as they were after this batch
   * @param lookBackMs how far batches reach back to what the inputs gave
   * @returns what the inputs gave to the oldest batch that may be run again
   */
  async commit(
    timeMs: number,
    streams: readonly StreamNode[],
    fromMs: number,
    lookBackMs: number,
  ): Promise<PlannedInput[]> {
    const kept = this.states.commit(streams.map(stateKey));
    for (const { state, whole } of kept) if (whole) this.#remade.delete(state);
    const moves = kept.map(({ state, ...move }) => ({ ...move, state: this.name(state) }));
    if (!this.isCheckpoint && moves.length === 0) return [];
    await this.log.commit(
      timeMs,
      [...new Map(streams.map((stream) => [stateKey(stream), this.#info(stream)])).values()],
      moves,
      this.#planned.get(timeMs) ?? [],
    );
    const oldestMs = await this.log.forget(fromMs, lookBackMs);
    for (const planned of this.#planned.keys()) if (planned < oldestMs) this.#planned.delete(planned);
    const [oldest = []] = this.#planned.values();
    return oldest;
  }

  #info(stream: StreamNode): StateInfo {
    return stateInfo(stream, this.name(stream.id));
  }
}

/** What is written of a stream with a state. */
export function stateInfo(stream: StreamNode, name: string): StateInfo {
  const { partitions } = stream.params as { partitions: number };
  return { name, op: stream.op, partitions, form: stateForm(stream), ...lookOf(stream) };
}

type Warn = (text: string) => void;

const QUEUES = "queues";
const RECEIVERS = "receivers";
