import { defineMagic } from "../../kernel/magic/define-magic.js";
import { localAndUtc } from "../../kernel/port/table-cell.js";
import type { DStream } from "../../runtime/context/dstream.js";
import { type BatchInfo, numRecords } from "../../runtime/engine/batch-info.js";
import { largest } from "../../runtime/rows/largest.js";
import { rowType } from "../../runtime/rows/row-type.js";
import { StreamError } from "../../runtime/stream-error.js";
import { isDrawable } from "../live/rows.js";
import { streamParam } from "../session/stream-param.js";
import type { StreamSession } from "../session/stream-session.js";
import { numbered } from "../view/numbered.js";
import { shownAs } from "../view/shown-as.js";
import { recordTable, table } from "../view/table.js";
import { timeOf } from "./time-of-day.js";

/** What is in a stream's window, as data: the value of `const w = %window counts`. */
export interface WindowContents {
  stream: string;
  /** The interval it covers, up to the time of the last batch in it; ms since the epoch. */
  fromMs: number;
  untilMs: number;
  /** Batches in the interval, with the records they received, and the keys of their pane where the window keeps those. */
  batches: { timeMs: number; records: number; keys: number | undefined }[];
  /** Rows of the stream in the window in all, and the largest of them; what was received may be more or fewer. */
  count: number;
  rows: unknown[];
  /** The streams have stopped since: it is as the stop left it. */
  isStopped?: true;
}

/** `%window counts --rows 20`: what is in the stream's window now. */
export const window = defineMagic({
  name: "window",
  kinds: ["line"],
  summary: "Shows what is in a stream's window, now or a while ago: its interval, its batches, its rows.",
  params: [
    streamParam,
    {
      kind: "option",
      name: "at",
      help: "the window as it was then: 14:03:21, or -10s for ten seconds ago; as far back as ssc.remember(…) keeps it",
    },
    {
      kind: "option",
      name: "rows",
      type: "integer",
      default: 20,
      min: 0,
      max: 10_000,
      help: "rows shown, the largest first where they are numbers or pairs [key, number]",
    },
  ],
  examples: ["%window counts", "%window counts --at -10s", "const w = %window counts --rows 100"],
  async run({ args }, host, session: StreamSession) {
    const stream = session.stream(args.stream);
    if (args.at !== undefined) return view(await past(stream, args.stream, args.at, args.rows));
    await firstSlide(stream, host.signal);
    const { context } = stream;
    if (context.getState() === "STOPPED") return view(await last(stream, args.stream, args.rows));
    return view(await contents(stream, args.stream, args.rows));
  },
});

/** Right after the start there is no window yet: the first one is waited for, which takes a slide and a batch at most. */
async function firstSlide(stream: DStream<unknown>, signal: AbortSignal): Promise<void> {
  const { context } = stream;
  if (context.hasManualClock) return;
  const batches = Math.ceil(stream.slideDuration.ms / context.batchDuration.ms) + 1;
  for (let i = 0; i < batches && context.getState() === "ACTIVE"; i++) {
    if ((await context.latest(stream, { kind: "count" })) !== undefined) return;
    await context.awaitBatches(1, signal);
  }
}

async function contents(stream: DStream<unknown>, name: string, limit: number): Promise<WindowContents> {
  const latest = await stream.context.latest(stream, { kind: "top", limit });
  if (latest === undefined || !("rows" in latest && "count" in latest)) throw nothingYet(stream, name);
  const { timeMs, count, rows } = latest;
  return { stream: name, ...(await interval(stream, timeMs)), count, rows };
}

/** Of a context that is stopped: as it was at the stop. @throws StreamError RT_NOTHING_YET */
async function last(stream: DStream<unknown>, name: string, limit: number): Promise<WindowContents> {
  const look = await stream.context.lastLook(stream);
  if (look === undefined) throw await nothingKept(stream, name);
  const { timeMs, count, rows } = look;
  const kept = { stream: name, ...(await interval(stream, timeMs)), count, rows: rows.slice(0, limit) };
  return { ...kept, isStopped: true };
}

/** @throws StreamError RT_NOT_REMEMBERED */
async function past(
  stream: DStream<unknown>,
  name: string,
  at: string,
  limit: number,
): Promise<WindowContents> {
  const { context } = stream;
  const status = await context.status();
  if (status === undefined) throw nothingYet(stream, name);
  if (status.state === "STOPPED") throw onlyTheLast(name);
  const { zeroMs } = status;
  const slideMs = stream.slideDuration.ms;
  const atMs = timeOf(at, status.nowMs);
  const timeMs = Math.floor((atMs - zeroMs) / slideMs) * slideMs + zeroMs;
  const rdd = await stream.compute(timeMs);
  if (rdd === undefined) {
    const last = localAndUtc(status.last?.batchTimeMs ?? zeroMs);
    throw new StreamError(
      "RT_NOT_REMEMBERED",
      `the window of \`${name}\` at ${localAndUtc(timeMs)} is not remembered (the last batch is of ${last}); call ssc.remember(Minutes(5)) before the start to keep five minutes`,
    );
  }
  const all = await rdd.collect();
  return { stream: name, ...(await interval(stream, timeMs)), count: all.length, rows: largest(all, limit) };
}

async function interval(stream: DStream<unknown>, untilMs: number) {
  const { context } = stream;
  const fromMs = untilMs - (stream.windowDuration ?? stream.slideDuration).ms;
  const panes = await panesOf(stream);
  const batches = (await context.batches())
    .filter(({ batchTimeMs }) => batchTimeMs > fromMs && batchTimeMs <= untilMs)
    .map((batch: BatchInfo) => ({
      timeMs: batch.batchTimeMs,
      records: numRecords(batch),
      keys: panes.get(batch.batchTimeMs),
    }));
  return { fromMs, untilMs, batches };
}

/** Keys by the end of their pane; of a stream that is itself a window by key. */
async function panesOf(stream: DStream<unknown>): Promise<ReadonlyMap<number, number>> {
  if (stream.node.op !== "reduceByKeyAndWindow") return new Map();
  const state = await stream.context.state(stream, { limit: 0 });
  return new Map(state?.panes?.map(({ endMs, keys }) => [endMs, keys]));
}

/** Why nothing is left of what a stream had, and what to do. */
async function nothingKept(stream: DStream<unknown>, name: string): Promise<StreamError> {
  const failure = (await stream.context.status())?.failure ?? "";
  const why =
    failure !== ""
      ? `the streams failed, and what they held went with them: ${failure}; %batches shows the batch`
      : "the streams are stopped, and only what windows and states held at the stop is kept";
  return new StreamError(
    "RT_NOTHING_YET",
    `nothing of \`${name}\` is left: ${why}; %stream start starts them again`,
  );
}

function onlyTheLast(name: string): StreamError {
  return new StreamError(
    "RT_NOT_REMEMBERED",
    `the streams are stopped, and earlier windows went with them; %window ${name} shows the last one`,
  );
}

/** Why there is nothing to show, and what to do. */
function nothingYet(stream: DStream<unknown>, name: string): StreamError {
  const { context } = stream;
  const former = context.outputs().find((output) => output.stream !== stream && names(output.name, name));
  if (former !== undefined) {
    const message = `\`${name}\` was declared again: the output ${former.name} is of the stream that it was before; run the cell of that output again, or %stream redeploy`;
    return new StreamError("RT_NOTHING_YET", message);
  }
  const moves = context.hasManualClock ? "; %clock advance moves its time" : "";
  const why =
    context.getState() === "INITIALIZED"
      ? "its context was not started; run %stream start"
      : `no batch of it is done: it needs an output (%plot ${name} or ${name}.print()), and a slide of ${stream.slideDuration.brief} after the start${moves}`;
  return new StreamError("RT_NOTHING_YET", `there is nothing in \`${name}\` to show yet: ${why}`);
}

/** Whether an output's name, such as "counts.print()" or "%plot counts", is of a stream of this name. */
function names(output: string, stream: string): boolean {
  return output.split(/[ .]/).includes(stream);
}

function view(contents: WindowContents): WindowContents {
  const { stream, fromMs, untilMs, batches, count, rows, isStopped } = contents;
  const seconds = (untilMs - fromMs) / 1000;
  const of = rows.length === 0 ? "" : ` of ${rowType(rows)}`;
  const title = `${stream}: ${localAndUtc(fromMs)} to ${localAndUtc(untilMs)} (${seconds} s), ${numbered(count, "row", "rows")}${of}`;
  const stopped = isStopped ? "; the streams have stopped since: this is the last window" : "";
  const received = batches.reduce((sum, batch) => sum + batch.records, 0);
  const paned = batches.some(({ keys }) => keys !== undefined);
  const panes = table(
    `received: ${numbered(received, "record", "records")} in ${numbered(batches.length, "batch", "batches")}`,
    [
      { title: "batch", kind: "time" },
      { title: "records received", kind: "number" },
      ...(paned ? [{ title: "keys in its pane", kind: "number" } as const] : []),
    ],
    batches.map(({ timeMs, records, keys }) => [timeMs, records, ...(paned ? [keys] : [])]),
  );
  const shown = rows.length === 0 ? [] : [recordTable(shownRows(rows, count), rows)];
  return shownAs(contents, title + stopped, [panes, ...shown]);
}

function shownRows(rows: readonly unknown[], count: number): string {
  if (rows.length === count) return "all rows";
  const shown = rows.length.toLocaleString("en-US");
  if (!rows.every(isDrawable)) return `${shown} of the rows`;
  return rows.length === 1 ? "the largest row" : `the ${shown} largest rows`;
}
