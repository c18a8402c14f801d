import {
  numRecords,
  type BatchInfo as PlainBatchInfo,
  processingDelayMs,
  totalDelayMs,
} from "../engine/batch-info.js";
import type { ReceiverInfo, StreamEvent } from "../engine/stream-event.js";
import { BatchInfo } from "./batch-info.js";
import { OutputOperationInfo } from "./output-operation-info.js";

/**
 * Is told what happens to a running context, in the program's thread, after Apache Spark's trait of the same name. A batch does not wait
 * for its listeners: a busy program is told later. Batches and their outputs are told of one after the other, as in Spark, though
 * they may overlap: their times say how they did.
 */
export interface StreamingListener {
  onStreamingStarted?(event: { timeMs: number; time: number }): void;
  onReceiverStarted?(event: { receiverInfo: ReceiverInfo }): void;
  onReceiverError?(event: { receiverInfo: ReceiverInfo }): void;
  onReceiverStopped?(event: { receiverInfo: ReceiverInfo }): void;
  onBatchSubmitted?(event: { batchInfo: BatchInfo }): void;
  onBatchStarted?(event: { batchInfo: BatchInfo }): void;
  onBatchCompleted?(event: { batchInfo: BatchInfo }): void;
  onOutputOperationStarted?(event: { outputOperationInfo: OutputOperationInfo }): void;
  onOutputOperationCompleted?(event: { outputOperationInfo: OutputOperationInfo }): void;
}

const METHODS = {
  streamingStarted: "onStreamingStarted",
  receiverStarted: "onReceiverStarted",
  receiverError: "onReceiverError",
  receiverStopped: "onReceiverStopped",
  batchSubmitted: "onBatchSubmitted",
  batchStarted: "onBatchStarted",
  batchCompleted: "onBatchCompleted",
  outputOperationStarted: "onOutputOperationStarted",
  outputOperationCompleted: "onOutputOperationCompleted",
} as const satisfies Record<StreamEvent["kind"], keyof StreamingListener>;

/** The names of its methods. */
export const LISTENER_METHODS: readonly string[] = Object.values(METHODS);

/** The listeners of a context. One that throws is told of, and keeps no other from being told. */
export class ListenerBus {
  readonly #listeners = new Set<StreamingListener>();
  #telling = false;

  /** @param failed takes what a listener threw */
  constructor(private readonly failed: (error: unknown, method: string) => void) {}

  get isEmpty(): boolean {
    return this.#listeners.size === 0;
  }

  /** True inside of a listener. */
  get isTelling(): boolean {
    return this.#telling;
  }

  add(listener: StreamingListener): void {
    this.#listeners.add(listener);
  }

  remove(listener: StreamingListener): void {
    this.#listeners.delete(listener);
  }

  tell(event: StreamEvent): void {
    const method = METHODS[event.kind];
    const told = toldOf(event);
    this.#telling = true;
    for (const listener of [...this.#listeners]) {
      try {
        const given: unknown = listener[method]?.(told as never);
        if (given instanceof Promise) given.catch((error: unknown) => this.failed(error, method));
      } catch (error) {
        this.failed(error, method);
      }
    }
    this.#telling = false;
  }
}

/** With Spark's names of what it says. */
function toldOf(event: StreamEvent): object {
  if ("batchInfo" in event) return { batchInfo: new BatchInfo(event.batchInfo) };
  if ("outputOperationInfo" in event)
    return { outputOperationInfo: new OutputOperationInfo(event.outputOperationInfo) };
  return "timeMs" in event ? { timeMs: event.timeMs, time: event.timeMs } : event;
}

const QUANTILES = [0, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 1];

/** Tells of the delays of the last `numBatchInfos` batches, after every so many, as Spark's listener of this name. */
export class StatsReportListener implements StreamingListener {
  #batches: PlainBatchInfo[] = [];

  /** @param print takes the report; default: the console */
  constructor(
    readonly numBatchInfos = 10,
    private readonly print: (text: string) => void = console.log,
  ) {}

  onBatchCompleted({ batchInfo }: { batchInfo: PlainBatchInfo }): void {
    this.#batches.push(batchInfo);
    if (this.#batches.length < this.numBatchInfos) return;
    const batches = this.#batches.splice(0);
    this.print(
      [
        `${batches.length} batches, ${batches.reduce((sum, batch) => sum + numRecords(batch), 0)} records`,
        `\t${QUANTILES.map((quantile) => `${quantile * 100}%`).join("\t")}`,
        `Total delay (ms)\t${quantiles(batches.map(totalDelayMs))}`,
        `Processing time (ms)\t${quantiles(batches.map(processingDelayMs))}`,
      ].join("\n"),
    );
  }
}

function quantiles(delays: readonly (number | undefined)[]): string {
  const sorted = delays.filter((delay) => delay !== undefined).sort((a, b) => a - b);
  return QUANTILES.map(
    (quantile) => sorted[Math.min(Math.floor(quantile * sorted.length), sorted.length - 1)] ?? "-",
  ).join("\t");
}
