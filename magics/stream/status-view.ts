import type { Table } from "../../kernel/port/table.js";
import type { StreamingContext } from "../../runtime/context/streaming-context.js";
import {
  type BatchInfo,
  numRecords,
  processingDelayMs,
  schedulingDelayMs,
} from "../../runtime/engine/batch-info.js";
import type { RunStatus } from "../../runtime/engine/run-status.js";
import { Duration } from "../../runtime/time/duration.js";
import { numbered } from "../view/numbered.js";
import { shownAs } from "../view/shown-as.js";
import { table } from "../view/table.js";

/** Batches listed, newest first. */
const SHOWN_BATCHES = 5;

/** What runs, what it receives, and how late it is. The value is the engine's own {@link RunStatus}. */
export async function statusView(context: StreamingContext): Promise<RunStatus | { state: "INITIALIZED" }> {
  const status = await context.status();
  if (status === undefined) {
    const nothing = { state: "INITIALIZED" } as const;
    return context.outputs().length === 0
      ? shownAs(
          nothing,
          "No stream has an output yet: draw one with %plot, or call print() on one; then %stream start",
          [],
        )
      : shownAs(nothing, "The streams were not started yet: %stream start", [declared(context)]);
  }
  const batches = (await context.batches(SHOWN_BATCHES)).reverse();
  return shownAs(status, title(status), [inputs(status), outputs(status), recent(batches, status.batchMs)]);
}

function title(status: RunStatus): string {
  const { state, batchMs, completed, waiting, lag, failure } = status;
  const life = state === "ACTIVE" ? "● streaming" : `◼ stopped${failure === "" ? "" : `: ${failure}`}`;
  const queue = waiting === 0 ? "" : `, ${waiting} waiting`;
  const behind = lag > 1 ? `, ${lag} wait for a busy program (foreachRDD)` : "";
  return `${life} · a batch every ${new Duration(batchMs).brief} · ${completed.toLocaleString("en-US")} completed${queue}${behind}`;
}

function inputs(status: RunStatus): Table {
  const columns = [
    "input",
    "reads",
    { title: "state", kind: "status" },
    "records",
    "not yet in a batch",
  ] as const;
  const rows = status.inputs.map(({ name, what, state, reason, records, pending }) => {
    return [name, what, reason === "" ? state : `${state}: ${reason}`, records, pending];
  });
  return table("inputs", columns, rows);
}

function outputs(status: RunStatus): Table {
  // Most states are in memory: a column of nothing would tell nobody anything.
  const isOnDisk = status.outputs.some(({ stateDiskBytes }) => stateDiskBytes > 0);
  const columns = [
    "output",
    { title: "every", kind: "duration" },
    { title: "state", kind: "status" },
    { title: "batches", kind: "number" },
    { title: "state keys", kind: "number" },
    ...(isOnDisk ? [{ title: "on disk", kind: "bytes" } as const] : []),
    { title: "failures", kind: "number" },
  ] as const;
  const rows = status.outputs.map((output) => {
    const { name, slideMs, held, batches, stateRows, stateDiskBytes, failures } = output;
    const standing = held || status.state === "STOPPED" ? "stopped" : "streaming";
    return [name, slideMs, standing, batches, stateRows, ...(isOnDisk ? [stateDiskBytes] : []), failures];
  });
  return table("outputs", columns, rows);
}

/** What an output is for its reader, where that is not what it is called. */
const KINDS: Partial<Record<string, string>> = { observe: "chart" };

/** All outputs with their streams, as data: the value of `%stream list`. */
export function list(context: StreamingContext) {
  const runs = { INITIALIZED: "waiting", ACTIVE: "streaming", STOPPED: "stopped" }[context.getState()];
  const outputs = context.outputs().map(({ name, kind, stream, held }) => ({
    output: name,
    kind: KINDS[kind] ?? kind,
    stream: stream.name,
    state: held ? "stopped" : runs,
    everyMs: stream.slideDuration.ms,
  }));
  const columns = [
    "output",
    "kind",
    "stream",
    { title: "state", kind: "status" },
    { title: "every", kind: "duration" },
  ] as const;
  const rows = outputs.map(({ output, kind, stream, state, everyMs }) => [
    output,
    kind,
    stream,
    state,
    everyMs,
  ]);
  return shownAs(outputs, numbered(outputs.length, "output", "outputs"), [table("", columns, rows)]);
}

function declared(context: StreamingContext): Table {
  return table(
    "declared outputs",
    ["output"],
    context.outputs().map(({ name }) => [name]),
  );
}

function recent(batches: readonly BatchInfo[], batchMs: number): Table {
  const columns = [
    { title: "batch", kind: "time" },
    "records",
    { title: "waited", kind: "duration" },
    { title: "processed in", kind: "load" },
  ] as const;
  const rows = batches.map((batch) => [
    batch.batchTimeMs,
    numRecords(batch),
    schedulingDelayMs(batch) ?? 0,
    [processingDelayMs(batch) ?? 0, batchMs],
  ]);
  return table("last batches", columns, rows);
}
