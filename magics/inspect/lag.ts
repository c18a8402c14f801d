import { defineMagic } from "../../kernel/magic/define-magic.js";
import { type BatchInfo, schedulingDelayMs, totalDelayMs } from "../../runtime/engine/batch-info.js";
import type { RunStatus } from "../../runtime/engine/run-status.js";
import type { StreamSession } from "../session/stream-session.js";
import { numbered } from "../view/numbered.js";
import { shownAs } from "../view/shown-as.js";
import { table } from "../view/table.js";
import { notStarted } from "./not-started.js";

/** How far the streams are behind, as data. */
export interface Lag {
  /** Batches that wait for an earlier one, and those that wait for what the program is to do for them. */
  queuedBatches: number;
  waitForProgram: number;
  /** Of the last batch: how late it began, and from when it was due until it was done. */
  schedulingDelayMs: number | undefined;
  totalDelayMs: number | undefined;
  inputs: {
    input: string;
    reads: string;
    /** Records received and not yet in a batch. */
    pending: number;
    received: number;
    /** Records a second in the last batch, and as many as it may bring; infinite without a limit. */
    rate: number;
    limit: number;
  }[];
}

/** `%lag`: how far behind the streams are, and where it comes from. */
export const lag = defineMagic({
  name: "lag",
  kinds: ["line"],
  summary:
    "Says how far the streams are behind, and what it comes from: inputs, batches that wait, or a busy program.",
  params: [],
  examples: ["%lag", "const { inputs } = %lag"],
  async run(_call, _host, session: StreamSession): Promise<Lag> {
    const { context } = session;
    const status = await context.status();
    if (status === undefined) throw notStarted("nothing is behind");
    const [last] = await context.batches(1);
    const value = lagOf(status, last);
    return shownAs(value, verdict(value, status), [inputTable(value), batchTable(value)]);
  },
});

function lagOf(status: RunStatus, last: BatchInfo | undefined): Lag {
  const countOf = (streamId: string) => last?.records.find((one) => one.streamId === streamId)?.count ?? 0;
  return {
    queuedBatches: status.waiting,
    waitForProgram: status.lag,
    schedulingDelayMs: last && schedulingDelayMs(last),
    totalDelayMs: last && totalDelayMs(last),
    inputs: status.inputs.map(({ streamId, name, what, pending, records }, i) => ({
      input: name,
      reads: what,
      pending,
      received: records,
      rate: (countOf(streamId) * 1000) / status.batchMs,
      limit: status.rates[i] ?? Number.POSITIVE_INFINITY,
    })),
  };
}

/** In one sentence, with what helps. */
function verdict(
  { queuedBatches, waitForProgram, totalDelayMs }: Lag,
  { state, batchMs, failure }: RunStatus,
): string {
  if (state === "STOPPED")
    return failure === "" ? "the streams are stopped" : `the streams stopped: ${failure}`;
  if (queuedBatches > 0) {
    return `late: ${numbered(queuedBatches, "batch waits", "batches wait")} for those before; they take longer than their interval of ${batchMs} ms: a longer interval, more workers, or backpressure`;
  }
  if (waitForProgram > 1)
    return `the program is busy: ${numbered(waitForProgram, "batch waits", "batches wait")} for the bodies of foreachRDD`;
  return totalDelayMs === undefined
    ? "on time: no batch is done yet"
    : `on time: the last batch was done ${Math.round(totalDelayMs)} ms after it was due`;
}

function inputTable({ inputs }: Lag) {
  return table(
    "inputs",
    [
      "input",
      "reads",
      { title: "not yet in a batch", kind: "number" },
      { title: "received", kind: "number" },
      { title: "rate", kind: "rate" },
      { title: "limit", kind: "rate" },
    ],
    inputs.map(({ input, reads, pending, received, rate, limit }) => [
      input,
      reads,
      pending,
      received,
      rate,
      Number.isFinite(limit) ? limit : undefined,
    ]),
  );
}

function batchTable(lag: Lag) {
  return table(
    "batches",
    [
      { title: "in the queue", kind: "number" },
      { title: "wait for the program", kind: "number" },
      { title: "the last began late by", kind: "duration" },
      { title: "from due to done", kind: "duration" },
    ],
    [[lag.queuedBatches, lag.waitForProgram, lag.schedulingDelayMs, lag.totalDelayMs]],
  );
}
