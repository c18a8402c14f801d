/** Charts of how batches go, as Spark's page of a streaming job has them. To add one: an entry in {@link METRICS}. */

import type { LiveRow, LiveSpec } from "../../kernel/port/live.js";
import { type BatchInfo, processingDelayMs, schedulingDelayMs } from "../../runtime/engine/batch-info.js";
import { base, NUMBER_AXIS, PALETTE, TIME_AXIS } from "./spec-parts.js";

/** The batch, the interval of its context in ms, and what inputs are called, by the ids of their streams. */
export interface BatchContext {
  batch: BatchInfo;
  batchMs: number;
  inputNames: ReadonlyMap<string, string>;
}

export interface Metric {
  title: string;
  /** Rows of a batch: `time` (ms), `value`, and `key`, the line they belong to. */
  rows(context: BatchContext): LiveRow[];
  spec: LiveSpec;
}

const HEIGHT = 140;
const PROCESSING = "processing time";
const INTERVAL = "batch interval";

/** What `%plot --metrics` draws, in this order. */
export const METRICS = {
  rate: {
    title: "input rate (records/s)",
    rows: ({ batch, batchMs, inputNames }) =>
      batch.records.map(({ streamId, input, count }) =>
        row(batch, inputNames.get(streamId) ?? input, (count * 1000) / batchMs),
      ),
    spec: lines("input rate (records/s)"),
  },
  processing: {
    title: "processing time (ms)",
    rows: ({ batch, batchMs }) => [
      row(batch, PROCESSING, processingDelayMs(batch) ?? 0),
      row(batch, INTERVAL, batchMs),
    ],
    spec: lines("processing time (ms)", [PROCESSING, INTERVAL]),
  },
  delay: {
    title: "scheduling delay (ms)",
    rows: ({ batch }) => [row(batch, "scheduling delay", schedulingDelayMs(batch) ?? 0)],
    spec: lines("scheduling delay (ms)"),
  },
} satisfies Record<string, Metric>;

export type MetricName = keyof typeof METRICS;

export const METRIC_NAMES = Object.keys(METRICS) as MetricName[];

function row(batch: BatchInfo, key: string, value: number): LiveRow {
  return { time: batch.batchTimeMs, key, value };
}

/** @param pair a line and a limit: the limit is dashed */
function lines(title: string, pair?: [line: string, limit: string]): LiveSpec {
  const scale = pair && { domain: pair, range: [PALETTE[0], PALETTE[5]] };
  const dash = pair && {
    domain: pair,
    range: [
      [1, 0],
      [6, 4],
    ],
  };
  const key = { field: "key", type: "nominal", legend: { title: null, orient: "bottom" } };
  return {
    ...base(title),
    height: HEIGHT,
    mark: "line",
    encoding: {
      x: { field: "time", type: "temporal", axis: { title: null, ...TIME_AXIS } },
      y: { field: "value", type: "quantitative", axis: { title: null, tickCount: 4, ...NUMBER_AXIS } },
      color: { ...key, ...(scale && { scale }) },
      ...(dash && { strokeDash: { ...key, scale: dash } }),
      tooltip: [
        { field: "time", type: "temporal", title: "batch", format: "%Y-%m-%d %H:%M:%S" },
        { field: "key", type: "nominal", title: "line" },
        { field: "value", type: "quantitative", title: "value", format: ",.1~f" },
      ],
    },
  };
}
