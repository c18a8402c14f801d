import { randomUUID } from "node:crypto";
import { defineMagic } from "../../kernel/magic/define-magic.js";
import { LIVE_MIME, type LiveBundle } from "../../kernel/port/live.js";
import type { DStream } from "../../runtime/context/dstream.js";
import { StreamError } from "../../runtime/stream-error.js";
import type { PlotPlan } from "../live/plot-plan.js";
import { chartRows, isDrawable, notDrawable, usualMark } from "../live/rows.js";
import type { CellTag } from "../live/tag.js";
import { streamParam } from "../session/stream-param.js";
import type { StreamSession } from "../session/stream-session.js";
import { chartSpec, type Mark } from "./chart-spec.js";

/** Rows that a chart over time keeps: ten minutes of one line at a batch a second. */
const LINE_ROWS = 600;

/** `%plot counts --top 20`: a chart under the cell that changes with each batch. */
export const plot = defineMagic({
  name: "plot",
  kinds: ["line"],
  summary: "Draws a stream live: ranked bars for pairs, a line over time for numbers.",
  params: [
    streamParam,
    {
      kind: "option",
      name: "mark",
      choices: ["bar", "line"],
      help: "how it is drawn; default by the records' type",
    },
    {
      kind: "option",
      name: "top",
      type: "integer",
      default: 20,
      min: 1,
      max: 1000,
      help: "the largest pairs of each batch",
    },
    {
      kind: "option",
      name: "rate",
      type: "number",
      default: 4,
      min: 0.1,
      max: 30,
      help: "most changes a second",
    },
    { kind: "option", name: "x", default: "", help: "title of the x axis" },
    { kind: "option", name: "y", default: "", help: "title of the y axis" },
    { kind: "option", name: "title", help: "title of the chart; default is the stream's name" },
  ],
  examples: ["%plot counts --top 20", '%plot perBatch --mark line --title "lines per batch"'],
  async run({ args }, host, session: StreamSession) {
    const stream = session.stream(args.stream);
    const { context } = stream;
    const seen = await context.latest(stream, { kind: "top", limit: args.top });
    const records = seen && "rows" in seen ? seen.rows : [];
    checkDrawable(stream, records);
    const plan: PlotPlan = {
      display: randomUUID(),
      stream: stream.name,
      mark: args.mark ?? knownMark(stream, records),
      titles: { title: args.title ?? stream.name, x: args.x, y: args.y },
      ratePerSecond: args.rate,
    };
    const mark = plan.mark ?? "bar";
    const bundle: LiveBundle = {
      display: plan.display,
      spec: chartSpec({ ...plan.titles, mark }),
      rows: seen === undefined ? [] : chartRows(mark, seen.timeMs, records),
      status: waiting(context.getState()),
      keepRows: plan.mark === "bar" ? args.top : Math.max(LINE_ROWS, args.top),
    };
    host.show({ [LIVE_MIME]: bundle }, plan.display);
    const tag: CellTag = { cell: host.cell, key: session.host.current().key, plot: plan };
    context.addOutput(
      "observe",
      stream,
      { limit: args.top, largest: true },
      { name: `%plot ${args.stream}`, tag },
    );
  },
});

/** By the records, or before the first by what the operator is known to give; undefined when neither tells. */
function knownMark(stream: DStream<unknown>, [first]: readonly unknown[]): Mark | undefined {
  if (first !== undefined) return usualMark(first);
  return stream.node.op === "count" ? "line" : undefined;
}

/** @throws StreamError RT_PLOT_TYPE */
function checkDrawable(stream: DStream<unknown>, [first]: readonly unknown[]): void {
  if (first === undefined || isDrawable(first)) return;
  throw new StreamError("RT_PLOT_TYPE", notDrawable(stream.name, first));
}

function waiting(state: string): LiveBundle["status"] {
  const reason = state === "ACTIVE" ? "waiting for the first batch" : "not started; run %stream start";
  return { state: "waiting", reason, text: "" };
}
