import { isReplayable, type Source } from "../connect/source.js";
import type { SourceSpec } from "../operators/input.js";
import type { RddNode } from "../plan/rdd-node.js";
import type { StreamNode } from "../plan/stream-node.js";
import { StreamError } from "../stream-error.js";
import type { BatchInfo } from "./batch-info.js";
import type { ReceiverProblem } from "./port.js";
import { RateControl, type RateOptions } from "./rate-control.js";
import type { PastRun, PlannedInput } from "./recovery/batch-log.js";
import { PastInputs } from "./recovery/past-inputs.js";
import type { RunLog } from "./recovery/run-log.js";
import { lookOf, type StreamLook } from "./recovery/stream-look.js";
import type { InputStatus } from "./run-status.js";
import type { ReceiverEvent, StreamEvent } from "./stream-event.js";

export interface RunInputsOptions {
  batchMs: number;
  rates: RateOptions;
  log: RunLog;
  /** What the log has of the run before, which this one goes on with. */
  past: PastRun | undefined;
  /** Tells people something. */
  warn(text: string): void;
  /** @param told takes each problem of the source's connection */
  openSource(node: StreamNode<SourceSpec>, told: (problem: string) => void): Source;
  /** What happens, for who listens. */
  onEvent(event: StreamEvent): void;
}

/** What an input gave to a batch, as it is told and as it is written. */
interface Taken {
  timeMs: number;
  /** About what is in memory of it until the batch is done. */
  bytes: number;
  record: BatchInfo["records"][number];
  planned: PlannedInput;
}

interface Input {
  stream: StreamNode<SourceSpec>;
  source: Source;
  rate: RateControl;
  look: StreamLook;
}

/** Inputs that receive by themselves, as Spark's receivers do. Listeners are told of these. */
const RECEIVERS: ReadonlySet<SourceSpec["kind"]> = new Set([
  "receiver",
  "socketText",
  "rawSocket",
  "sse",
  "webSocket",
  "httpPoll",
]);

/**
 * With so much of an input in batches that are not done, the next ones take nothing of it: its buffer fills, and it reads no further.
 * Batches that fall due faster than they run would else take into memory all that a sender has.
 */
const MOST_BYTES = 128 << 20;

/** The sources of a run: open while a stream reads from them, and asked once per batch what came in. */
export class RunInputs {
  readonly #inputs = new Map<string, Input>();
  readonly #past: PastInputs;
  #taken: Taken[] = [];
  /** Where sources were when they were closed, by their names. */
  readonly #left = new Map<string, unknown>();
  /** What each source gave to the batches that are not done, by their times. */
  readonly #given = new Map<number, Taken[]>();
  #isClosed = false;

  constructor(private readonly options: RunInputsOptions) {
    this.#past = new PastInputs(options.past, options.warn);
  }

  /** Closes the sources that none of these streams reads from, and opens those that are not open. */
  set(streams: readonly StreamNode<SourceSpec>[]): void {
    const wanted = new Set(streams.map(({ id }) => id));
    for (const [id, input] of this.#inputs) {
      const { source } = input;
      if (wanted.has(id)) continue;
      if (isReplayable(source)) this.#left.set(this.options.log.name(id), source.position());
      source.close();
      this.#tell("receiverStopped", input, null);
      this.#inputs.delete(id);
    }
    for (const stream of streams) if (!this.#inputs.has(stream.id)) this.#open(stream);
  }

  /** What came in for a batch. */
  take(stream: StreamNode<SourceSpec>, timeMs: number): RddNode | undefined {
    const input = this.#inputs.get(stream.id);
    if (input === undefined) return undefined;
    const { source } = input;
    const name = this.options.log.name(stream.id);
    const received = this.#past.take(source, name, timeMs) ?? source.take(timeMs, this.#limit(input));
    const { rdd, records, bytes = 0, range } = received;
    const position = isReplayable(source) ? source.position() : undefined;
    this.#taken.push({
      timeMs,
      bytes,
      record: { input: source.status().what, count: records, streamId: stream.id },
      planned: { name, range, position, records, look: input.look },
    });
    return rdd;
  }

  /** What was taken for a batch; asked once, when all of it was. */
  taken(timeMs: number): Taken[] {
    const taken = this.#taken.splice(0).filter((one) => one.timeMs === timeMs);
    this.#given.set(timeMs, taken);
    return taken;
  }

  /** Whether a batch was planned by the run before: what it consists of is written. */
  isPlanned(timeMs: number): boolean {
    return this.#past.has(timeMs);
  }

  /** A batch is done, and nobody will ask for it again. */
  completed(info: BatchInfo): void {
    for (const { streamId, count } of info.records) this.#inputs.get(streamId)?.rate.completed(info, count);
    for (const { record, planned } of this.#given.get(info.batchTimeMs) ?? [])
      if (planned.range !== undefined) this.#inputs.get(record.streamId)?.source.committed?.(planned.range);
    this.#given.delete(info.batchTimeMs);
  }

  /** Sources keep what they gave to batches that may be run again. @param oldest what they gave to the first of those */
  release(oldest: readonly PlannedInput[]): void {
    for (const [id, { source }] of this.#inputs) {
      const range = oldest.find(({ name }) => name === this.options.log.name(id))?.range;
      if (range !== undefined && isReplayable(source)) source.released?.(range);
    }
  }

  /** A receiver of the program has said how it is. @param problem what it says of that, where it says anything */
  receiverEvent(streamId: string, kind: ReceiverEvent, problem: ReceiverProblem | null): void {
    const input = this.#inputs.get(streamId);
    if (input !== undefined) this.#tell(kind, input, problem);
  }

  /**
   * Has the other side of an input told how far the program is, which says so itself. Resolves when it is.
   * @throws StreamError RT_COMMIT when no output reads it
   */
  async commitOffsets(streamId: string, ranges: unknown): Promise<void> {
    const source = this.#inputs.get(streamId)?.source;
    if (source?.commitOffsets === undefined)
      throw new StreamError(
        "RT_COMMIT",
        "offsets are committed while an output reads their stream, and none does: give it one, such as foreachRDD",
      );
    await source.commitOffsets(ranges);
  }

  /** Nothing more is received; what was can still be taken. */
  close(): void {
    this.#isClosed = true;
    for (const input of this.#inputs.values()) {
      if (input.source.status().state === "stopped") continue;
      input.source.close();
      this.#tell("receiverStopped", input, null);
    }
  }

  status(): { inputs: InputStatus[]; rates: number[] } {
    const inputs = [...this.#inputs];
    return {
      inputs: inputs.map(([streamId, { source }]) => ({
        streamId,
        name: this.options.log.name(streamId),
        ...source.status(),
      })),
      rates: inputs.map(([, { rate }]) => rate.rate),
    };
  }

  /**
   * How much a batch may take of an input. When nothing more is received, the last one takes all that a receiver has: a rate says how
   * fast it receives, and what it has is nowhere else. What waits at a source of its own (Kafka, files) stays there, as in Spark.
   */
  #limit({ stream, rate }: Input): number {
    if (this.#isClosed) return RECEIVERS.has(stream.params.kind) ? Number.POSITIVE_INFINITY : rate.limit;
    return this.#hasRoom(stream.id) ? rate.limit : 0;
  }

  /** Whether a batch may take more of an input. */
  #hasRoom(streamId: string): boolean {
    const given = [...this.#given.values()].flat().filter(({ record }) => record.streamId === streamId);
    return given.reduce((sum, { bytes }) => sum + bytes, 0) < MOST_BYTES;
  }

  #open(stream: StreamNode<SourceSpec>): void {
    const { batchMs, rates, log, openSource } = this.options;
    const source = openSource(stream, (message) =>
      this.#tell("receiverError", input, { message, error: "" }),
    );
    const input = { stream, source, rate: new RateControl(batchMs, rates), look: lookOf(stream) };
    this.#inputs.set(stream.id, input);
    this.#resume(source, log.name(stream.id));
    source.open();
    this.#tell("receiverStarted", input, null);
  }

  /** A source that was there before goes on where that one was; the first of its name where the run before was. */
  #resume(source: Source, name: string): void {
    if (!this.options.log.isCheckpoint) return;
    if (!this.#left.has(name)) this.#past.resume(source, name);
    else if (isReplayable(source) && this.#left.get(name) !== undefined) source.resume(this.#left.get(name));
  }

  #tell(kind: ReceiverEvent, { stream, source }: Input, problem: ReceiverProblem | null): void {
    if (!RECEIVERS.has(stream.params.kind)) return;
    this.options.onEvent({
      kind,
      receiverInfo: {
        streamId: stream.id,
        name: source.status().what,
        active: kind !== "receiverStopped",
        lastErrorMessage: problem?.message ?? "",
        lastError: problem?.error ?? "",
      },
    });
  }
}
