import { randomUUID } from "node:crypto";
import { inspect } from "node:util";
import { defineMagic } from "../../kernel/magic/define-magic.js";
import { LIVE_MIME, type LiveBundle } from "../../kernel/port/live.js";
import type { DStream } from "../../runtime/context/dstream.js";
import { StreamError } from "../../runtime/stream-error.js";
import type { PlotPlan } from "../live/plot-plan.js";
import { chartRows, isDrawable } from "../live/rows.js";
import type { CellTag } from "../live/tag.js";
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
    {
      kind: "positional",
      name: "stream",
      required: true,
      variableTypes: ["DStream"],
      help: "variable that holds the stream",
    },
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
    const mark = args.mark ?? usualMark(stream, records);
    const plan: PlotPlan = {
      display: randomUUID(),
      mode: mark === "line" ? "append" : "replace",
      ratePerSecond: args.rate,
    };
    const bundle: LiveBundle = {
      display: plan.display,
      spec: chartSpec({ mark, title: args.title ?? stream.name, x: args.x, y: args.y }),
      rows: seen === undefined ? [] : chartRows(plan.mode, seen.timeMs, records),
      status: waiting(context.getState()),
      keepRows: mark === "line" ? LINE_ROWS : args.top,
    };
    host.show({ [LIVE_MIME]: bundle }, { displayId: plan.display });
    const tag: CellTag = { cell: host.cell, key: session.host.current().key, plot: plan };
    context.addOutput(
      "observe",
      stream,
      { limit: args.top, largest: true },
      { name: `%plot ${args.stream}`, tag },
    );
  },
});

/** Bars for pairs, a line for numbers; before the first batch, by what the operator is known to give. */
function usualMark(stream: DStream<unknown>, [first]: readonly unknown[]): Mark {
  return typeof first === "number" || (first === undefined && stream.node.op === "count") ? "line" : "bar";
}

/** @throws StreamError RT_PLOT_TYPE */
function checkDrawable(stream: DStream<unknown>, [first]: readonly unknown[]): void {
  if (first === undefined || isDrawable(first)) return;
  throw new StreamError(
    "RT_PLOT_TYPE",
    `%plot draws numbers and pairs [key, number], but ${stream.name} has records such as ${inspect(first, { breakLength: Number.POSITIVE_INFINITY })}; map them first`,
  );
}

function waiting(state: string): LiveBundle["status"] {
  const reason = state === "ACTIVE" ? "waiting for the first batch" : "not started; run %stream start";
  return { state: "waiting", reason, text: "" };
}
