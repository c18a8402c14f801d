import { defineMagic } from "../../kernel/magic/define-magic.js";
import type { Table } from "../../kernel/port/table.js";
import {
  type BatchInfo,
  numRecords,
  processingDelayMs,
  schedulingDelayMs,
  totalDelayMs,
} from "../../runtime/engine/batch-info.js";
import type { StreamSession } from "../session/stream-session.js";
import { numbered } from "../view/numbered.js";
import { shownAs } from "../view/shown-as.js";
import { table } from "../view/table.js";
import { notStarted } from "./not-started.js";

/** A batch, as data: one of `const last = %batches 5`. */
export interface BatchRow {
  timeMs: number;
  records: number;
  /** How late it began, how long it took, and from when it was due until it was done; undefined where it did not get so far. */
  waitedMs: number | undefined;
  processedMs: number | undefined;
  totalMs: number | undefined;
  outputs: BatchInfo["outputs"];
  /** Why it failed; empty when it did not. */
  failure: string;
}

/** `%batches 10`: the last batches, with what failed. */
export const batches = defineMagic({
  name: "batches",
  kinds: ["line"],
  summary:
    "Shows the last batches: their records, how late they began and how long they took, and what failed on which record.",
  params: [
    {
      kind: "positional",
      name: "n",
      type: "integer",
      min: 1,
      help: "how many of them, the newest first; default 10",
    },
  ],
  examples: ["%batches", "%batches 100", "const last = %batches 1"],
  async run({ args }, _host, session: StreamSession): Promise<BatchRow[]> {
    const { context } = session;
    const status = await context.status();
    if (status === undefined) throw notStarted("there are no batches yet");
    const rows = (await context.batches(args.n ?? 10)).reverse().map(rowOf);
    const failed = rows.filter(({ failure }) => failure !== "").length;
    const which = numbered(rows.length, "batch", "batches");
    const title = `the last ${which} of ${status.completed.toLocaleString("en-US")}${failed === 0 ? "" : `, ${failed} failed`}`;
    return shownAs(rows, title, [batchTable(rows, status.batchMs), ...failureTables(rows)]);
  },
});

function rowOf(batch: BatchInfo): BatchRow {
  return {
    timeMs: batch.batchTimeMs,
    records: numRecords(batch),
    waitedMs: schedulingDelayMs(batch),
    processedMs: processingDelayMs(batch),
    totalMs: totalDelayMs(batch),
    outputs: batch.outputs,
    failure: batch.outputs.find(({ failure }) => failure !== undefined)?.failure ?? "",
  };
}

function batchTable(rows: readonly BatchRow[], batchMs: number): Table {
  return table(
    "",
    [
      { title: "batch", kind: "time" },
      { title: "state", kind: "status" },
      { title: "records", kind: "number" },
      { title: "began late by", kind: "duration" },
      { title: "processed in", kind: "load" },
      { title: "from due to done", kind: "duration" },
      "outputs",
    ],
    rows.map(({ timeMs, failure, records, waitedMs, processedMs, totalMs, outputs }) => [
      timeMs,
      failure === "" ? "done" : "failed",
      records,
      waitedMs,
      processedMs === undefined ? undefined : [processedMs, batchMs],
      totalMs,
      outputs.map(({ name, elapsedMs }) => `${name} ${Math.round(elapsedMs)} ms`).join(", "),
    ]),
  );
}

/** What failed, and the record that it failed on: data, and so never more than text. */
function failureTables(rows: readonly BatchRow[]): Table[] {
  const failures = rows.flatMap(({ timeMs, outputs }) =>
    outputs
      .filter(({ failure }) => failure !== undefined)
      .map(({ name, failure, fault }) => [
        timeMs,
        name,
        fault?.operator ?? "",
        fault?.record ?? "",
        fault?.error ?? failure,
      ]),
  );
  if (failures.length === 0) return [];
  const columns = [{ title: "batch", kind: "time" }, "output", "function of", "record", "error"] as const;
  return [table("what failed", columns, failures)];
}
