import type { LiveRow, LiveStatus, LiveTable } from "../../kernel/port/live.js";
import {
  type BatchInfo,
  numRecords,
  processingDelayMs,
  schedulingDelayMs,
  totalDelayMs,
} from "../../runtime/engine/batch-info.js";
import type { Standing } from "../../runtime/engine/contexts.js";
import type { InputStatus, OutputStatus, RunStatus } from "../../runtime/engine/run-status.js";

/** Batches that the sparklines show. */
export const SHOWN_BATCHES = 30;

/** What a streams table shows: how it is drawn, what is in it, and the strip below. */
export interface StreamsPicture {
  rows: LiveRow[];
  status: LiveStatus;
}

/** The tables of `%streams`: of the batches, of each input, and of each output. */
export const STREAMS_TABLES: LiveTable[] = [
  {
    name: "batches",
    title: "batches",
    columns: [
      { name: "time", title: "last batch", kind: "time" },
      { name: "records", title: "records", kind: "number" },
      { name: "rate", title: "rate", kind: "rate" },
      { name: "load", title: "processed in", kind: "load" },
      { name: "waited", title: "began late by", kind: "duration" },
      { name: "total", title: "due to done", kind: "duration" },
      { name: "queue", title: "queued", kind: "number" },
      { name: "lag", title: "program lag", kind: "number" },
      { name: "recent", title: "processing time", kind: "sparkline" },
    ],
  },
  {
    name: "inputs",
    title: "inputs",
    columns: [
      { name: "input", title: "input", kind: "text" },
      { name: "what", title: "reads", kind: "text" },
      { name: "state", title: "state", kind: "status" },
      { name: "rate", title: "rate", kind: "rate" },
      { name: "recent", title: "records", kind: "sparkline" },
      { name: "received", title: "received", kind: "number" },
      { name: "pending", title: "not yet in a batch", kind: "number" },
      { name: "refused", title: "left out", kind: "number" },
    ],
  },
  {
    name: "outputs",
    title: "outputs",
    columns: [
      { name: "output", title: "output", kind: "text" },
      { name: "state", title: "state", kind: "status" },
      { name: "batches", title: "batches", kind: "number" },
      { name: "load", title: "took of its slide", kind: "load" },
      { name: "recent", title: "time", kind: "sparkline" },
      { name: "stateRows", title: "state keys", kind: "number" },
      { name: "failures", title: "failures", kind: "number" },
      { name: "failure", title: "failed last", kind: "text" },
      { name: "button", title: "", kind: "button" },
    ],
  },
];

/** Commands of the buttons of single outputs: the word, a blank, and the output's id. */
export const HOLD = "hold";
export const RELEASE = "release";

/** How a context stands, as rows. Undefined: it was not started yet, and has these outputs. */
export function streamsPicture(
  standing: Standing | undefined,
  declared: readonly { id: string; name: string; held: boolean }[] = [],
): StreamsPicture {
  if (standing === undefined) {
    const rows = declared.map(({ id, name, held }) => ({
      table: "outputs",
      output: name,
      state: held ? "stopped" : "waiting",
      button: buttonOf(id, held),
    }));
    return { rows, status: { state: "waiting", reason: "not started; run %stream start", text: "" } };
  }
  const { status, batches } = standing;
  const rows = [
    ...batchRows(status, batches),
    ...status.inputs.map((input) => inputRow(input, status, batches)),
    ...status.outputs.map((output) => outputRow(output, status, batches)),
  ];
  return { rows, status: { ...lifeOf(status), text: textOf(status) } };
}

function lifeOf({ state, failure }: RunStatus): Pick<LiveStatus, "state" | "reason"> {
  if (state === "ACTIVE") return { state: "streaming", reason: "" };
  return { state: failure === "" ? "stopped" : "failed", reason: failure };
}

const number = new Intl.NumberFormat("en-US");

function textOf({ batchMs, completed, clock, waiting }: RunStatus): string {
  const parts = [
    `a batch every ${number.format(batchMs)} ms`,
    `${number.format(completed)} done`,
    ...(waiting > 0 ? [`late: ${number.format(waiting)} in the queue`] : []),
    ...(clock === "manual" ? ["time moves by %clock advance"] : []),
  ];
  return parts.join(" · ");
}

/** In virtual time nothing takes any: what was measured by it says nothing. */
function timesOf(batch: BatchInfo, { clock, batchMs }: RunStatus) {
  if (clock === "manual") return {};
  return {
    load: [processingDelayMs(batch) ?? 0, batchMs],
    waited: schedulingDelayMs(batch),
    total: totalDelayMs(batch),
  };
}

function batchRows(status: RunStatus, batches: readonly BatchInfo[]): LiveRow[] {
  const { batchMs, waiting, lag, clock } = status;
  const last = batches.at(-1);
  if (last === undefined) return [];
  return [
    {
      table: "batches",
      time: last.batchTimeMs,
      records: numRecords(last),
      rate: perSecond(numRecords(last), batchMs),
      ...timesOf(last, status),
      queue: waiting,
      lag,
      ...(clock === "system" && { recent: batches.map((batch) => processingDelayMs(batch) ?? 0) }),
    },
  ];
}

function inputRow(input: InputStatus, { batchMs }: RunStatus, batches: readonly BatchInfo[]): LiveRow {
  const { streamId, name, what, state, reason, records, pending, refused } = input;
  const counts = batches.map((batch) => batch.records.find((one) => one.streamId === streamId)?.count ?? 0);
  return {
    table: "inputs",
    input: name,
    what,
    state: reason === "" ? state : `${state}: ${reason}`,
    rate: perSecond(counts.at(-1) ?? 0, batchMs),
    recent: counts,
    received: records,
    pending,
    refused,
  };
}

function outputRow(output: OutputStatus, status: RunStatus, batches: readonly BatchInfo[]): LiveRow {
  const { id, name, slideMs, held, failures, lastFailure, stateRows } = output;
  const times = batches
    .flatMap((batch) => batch.outputs.filter((one) => one.id === id))
    .map((one) => one.elapsedMs);
  const elapsedMs = times.at(-1);
  return {
    table: "outputs",
    output: name,
    state: held || status.state === "STOPPED" ? "stopped" : "streaming",
    batches: output.batches,
    ...(elapsedMs !== undefined &&
      status.clock === "system" && { load: [elapsedMs, slideMs], recent: times }),
    stateRows,
    failures,
    failure: lastFailure,
    button: buttonOf(id, held),
  };
}

function buttonOf(id: string, held: boolean) {
  return held ? { label: "Start", command: `${RELEASE} ${id}` } : { label: "Stop", command: `${HOLD} ${id}` };
}

function perSecond(records: number, batchMs: number): number {
  return (records * 1000) / batchMs;
}
