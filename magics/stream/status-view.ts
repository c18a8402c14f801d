import type { StreamingContext } from "../../runtime/context/streaming-context.js";
import {
  type BatchInfo,
  numRecords,
  processingDelayMs,
  schedulingDelayMs,
} from "../../runtime/engine/batch-info.js";
import type { RunStatus } from "../../runtime/engine/stream-run.js";
import { clockTime } from "../../runtime/time/time.js";
import { type TableSection, TableView } from "../view/table-view.js";

/** Batches listed, newest first. */
const SHOWN_BATCHES = 5;

/** What runs, what it receives, and how late it is. The value is the engine's own {@link RunStatus}. */
export async function statusView(context: StreamingContext): Promise<TableView<RunStatus | undefined>> {
  const status = await context.status();
  if (status === undefined) {
    return new TableView(undefined, "The streams were not started yet: %stream start", [declared(context)]);
  }
  const batches = (await context.batches(SHOWN_BATCHES)).reverse();
  return new TableView(status, title(status), [
    inputs(status),
    outputs(status),
    recent(batches, status.batchMs),
  ]);
}

function title(status: RunStatus): string {
  const { state, batchMs, completed, waiting, lag, failure } = status;
  const life = state === "ACTIVE" ? "● streaming" : `◼ stopped${failure === "" ? "" : `: ${failure}`}`;
  const queue = waiting === 0 ? "" : `, ${waiting} waiting`;
  const behind = lag > 1 ? `, ${lag} wait for a busy program (foreachRDD)` : "";
  return `${life} · a batch every ${batchMs} ms · ${completed.toLocaleString("en-US")} completed${queue}${behind}`;
}

function inputs(status: RunStatus): TableSection {
  return {
    heading: "inputs",
    columns: ["input", "state", "records", "not yet in a batch"],
    rows: status.inputs.map(({ what, state, reason, records, pending }) => {
      return [what, reason === "" ? state : `${state}: ${reason}`, records, pending];
    }),
  };
}

function outputs(status: RunStatus): TableSection {
  return {
    heading: "outputs",
    columns: ["output", "every"],
    rows: status.outputs.map(({ name, slideMs }) => [name, `${slideMs} ms`]),
  };
}

function declared(context: StreamingContext): TableSection {
  return {
    heading: "declared outputs",
    columns: ["output"],
    rows: context.outputs().map(({ name }) => [name]),
  };
}

function recent(batches: readonly BatchInfo[], batchMs: number): TableSection {
  return {
    heading: "last batches",
    columns: ["batch", "records", "waited ms", `processed in ms (of ${batchMs})`],
    rows: batches.map((batch) => [
      clockTime(batch.batchTimeMs),
      numRecords(batch),
      schedulingDelayMs(batch) ?? 0,
      processingDelayMs(batch) ?? 0,
    ]),
  };
}
