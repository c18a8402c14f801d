import { defineMagic } from "../kernel/magic/define-magic.js";
import type { DStream } from "../runtime/context/dstream.js";
import { type BatchInfo, numRecords } from "../runtime/engine/batch-info.js";
import { StreamError } from "../runtime/stream-error.js";
import { clockTime } from "../runtime/time/time.js";
import { isDrawable } from "./live/rows.js";
import { streamParam } from "./session/stream-param.js";
import type { StreamSession } from "./session/stream-session.js";
import { numbered } from "./view/numbered.js";
import { shownAs } from "./view/shown-as.js";
import { recordTable, table } from "./view/table.js";

/** What is in a stream's window, as data: the value of `const w = %window counts`. */
export interface WindowContents {
  stream: string;
  /** The interval it covers, up to the time of the last batch in it; ms since the epoch. */
  fromMs: number;
  untilMs: number;
  /** Batches in the interval, with the records they received. */
  batches: { timeMs: number; records: number }[];
  /** Rows of the stream in the window in all, and the largest of them; what was received may be more or fewer. */
  count: number;
  rows: unknown[];
}

/** `%window counts --rows 20`: what is in the stream's window now. */
export const window = defineMagic({
  name: "window",
  kinds: ["line"],
  summary: "Shows what is in a stream's window now: its interval, its batches, its rows.",
  params: [
    streamParam,
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
  examples: ["%window counts", "const w = %window counts --rows 100"],
  async run({ args }, host, session: StreamSession) {
    const stream = session.stream(args.stream);
    await firstSlide(stream, host.signal);
    return view(await contents(stream, args.stream, args.rows));
  },
});

/** Right after the start there is no window yet: the first one is waited for, which takes a slide and a batch at most. */
async function firstSlide(stream: DStream<unknown>, signal: AbortSignal): Promise<void> {
  const { context } = stream;
  const batches = Math.ceil(stream.slideDuration.ms / context.batchDuration.ms) + 1;
  for (let i = 0; i < batches && context.getState() === "ACTIVE"; i++) {
    if ((await context.latest(stream, { kind: "count" })) !== undefined) return;
    await context.awaitBatches(1, signal);
  }
}

async function contents(stream: DStream<unknown>, name: string, limit: number): Promise<WindowContents> {
  const { context } = stream;
  const latest = await context.latest(stream, { kind: "summary", limit });
  if (latest === undefined || !("rows" in latest && "count" in latest)) throw nothingYet(stream, name);
  const { timeMs: untilMs, count, rows } = latest;
  const fromMs = untilMs - (stream.windowDuration ?? stream.slideDuration).ms;
  return {
    stream: name,
    fromMs,
    untilMs,
    batches: batchesIn(await context.batches(), fromMs, untilMs),
    count,
    rows,
  };
}

function batchesIn(
  batches: readonly BatchInfo[],
  fromMs: number,
  untilMs: number,
): WindowContents["batches"] {
  return batches
    .filter(({ batchTimeMs }) => batchTimeMs > fromMs && batchTimeMs <= untilMs)
    .map((batch) => ({ timeMs: batch.batchTimeMs, records: numRecords(batch) }));
}

/** Why there is nothing to show, and what to do. */
function nothingYet(stream: DStream<unknown>, name: string): StreamError {
  const { context } = stream;
  const former = context.outputs().find((output) => output.stream !== stream && names(output.name, name));
  if (former !== undefined) {
    const message = `\`${name}\` was declared again: the output ${former.name} is of the stream that it was before; run the cell of that output again`;
    return new StreamError("RT_NOTHING_YET", message);
  }
  const why = {
    INITIALIZED: "its context was not started; run %stream start",
    STOPPED: "its context is stopped; run %stream start",
    ACTIVE: `no batch of it is done: it needs an output (%plot ${name} or ${name}.print()), and a slide of ${stream.slideDuration} after the start`,
  }[context.getState()];
  return new StreamError("RT_NOTHING_YET", `there is nothing in \`${name}\` to show yet: ${why}`);
}

/** Whether an output's name, such as "counts.print()" or "%plot counts", is of a stream of this name. */
function names(output: string, stream: string): boolean {
  return output.split(/[ .]/).includes(stream);
}

function view(contents: WindowContents): WindowContents {
  const { stream, fromMs, untilMs, batches, count, rows } = contents;
  const seconds = (untilMs - fromMs) / 1000;
  const title = `${stream}: ${clockTime(fromMs)} to ${clockTime(untilMs)} (${seconds} s), ${numbered(count, "row", "rows")}`;
  const received = batches.reduce((sum, batch) => sum + batch.records, 0);
  const panes = table(
    `received: ${numbered(received, "record", "records")} in ${numbered(batches.length, "batch", "batches")}`,
    [{ title: "batch", kind: "time" }, "records received"],
    batches.map(({ timeMs, records }) => [timeMs, records]),
  );
  return shownAs(contents, title, [panes, recordTable(shownRows(rows, count), rows)]);
}

function shownRows(rows: readonly unknown[], count: number): string {
  if (rows.length === count) return "all rows";
  const shown = rows.length.toLocaleString("en-US");
  return rows.every(isDrawable) ? `the ${shown} largest rows` : `${shown} of the rows`;
}
