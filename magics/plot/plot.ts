import { defineMagic } from "../../kernel/magic/define-magic.js";
import { MagicUsageError } from "../../kernel/magic/parse.js";
import { LIVE_MIME } from "../../kernel/port/live.js";
import { streamParam } from "../session/stream-param.js";
import type { StreamSession } from "../session/stream-session.js";
import { bodySpec } from "./body-spec.js";
import { MARKS, MARKS_HELP } from "./chart-kinds.js";
import { showMetrics } from "./metric-display.js";
import { ownRow } from "./own-row.js";
import { ownSpec } from "./own-spec.js";
import { lastRecords, type PlotOptions, plotDisplay } from "./plot-display.js";
import { plotWindow } from "./plot-window.js";
import { stateOf } from "./state-of.js";

/** `%plot counts --top 20`: a chart under the cell that changes with each batch; `%%plot` with a specification of one's own. */
export const plot = defineMagic({
  name: "plot",
  kinds: ["line", "cell"],
  body: "code",
  summary:
    "Draws a stream live, as its records tell: ranked bars for pairs, lines over time, points, a map, a histogram. %%plot has a Vega-Lite specification below it, as JSON or TypeScript.",
  params: [
    { ...streamParam, required: false, help: `${streamParam.help}; with --metrics none` },
    {
      kind: "flag",
      name: "metrics",
      help: "draw how the batches go instead: input rate, processing time with the interval as a dashed line, scheduling delay",
    },
    {
      kind: "flag",
      name: "state",
      help: "draw the keyed state that the stream holds, not what a batch gives",
    },
    {
      kind: "option",
      name: "mode",
      choices: ["update", "append", "single"],
      help: "update: a batch replaces the one before; append: rows follow, as far as --window reaches; single: the newest number alone",
    },
    { kind: "option", name: "mark", choices: MARKS, help: MARKS_HELP },
    { kind: "option", name: "x", fieldsOf: "stream", help: "field of the records that goes across" },
    { kind: "option", name: "y", fieldsOf: "stream", help: "field of the records that goes up" },
    {
      kind: "option",
      name: "color",
      fieldsOf: "stream",
      help: "field of the records that gives the colour, or the series",
    },
    { kind: "option", name: "window", help: "how far back rows are kept: 5m, or 500rows" },
    {
      kind: "option",
      name: "top",
      type: "integer",
      default: 20,
      min: 1,
      max: 1000,
      help: "pairs of each batch that are shown, the largest",
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
    { kind: "option", name: "title", help: "title of the chart; default is the stream's name" },
  ],
  examples: [
    "%plot counts --top 20",
    '%plot perBatch --mark line --window 10m --title "lines per batch"',
    "%plot trades --x time --y price --color symbol",
    "%plot --metrics",
  ],
  async run({ args, body }, host, session: StreamSession) {
    if (args.metrics) return showMetrics(host, session);
    if (args.stream === undefined)
      throw new MagicUsageError(
        "%plot: <stream> is missing: the variable that holds the stream, or --metrics",
      );
    const declared = session.stream(args.stream);
    const stream = args.state ? stateOf(declared) : declared;
    const title = args.title ?? stream.name;
    const { x, y, color } = args;
    const window = plotWindow(args.window);
    const last = await lastRecords(stream, { window, top: args.top });
    const evaluate = (code: string) => host.notebook.evaluate(code);
    const rows = () => last.records.map((record) => ownRow(last.timeMs, record));
    const spec =
      body === undefined
        ? undefined
        : await ownSpec(await bodySpec(body, { stream: stream.name, rows: rows() }, evaluate), title);
    if (spec !== undefined && (args.mark ?? x ?? y ?? color) !== undefined)
      throw new MagicUsageError("%%plot: --mark, --x, --y and --color are said by the specification itself");
    const options: PlotOptions = {
      title,
      spec,
      mark: args.mark ?? (args.mode === "single" ? "figure" : undefined),
      mode: args.mode === "single" ? "update" : args.mode,
      fields: { ...(x && { x }), ...(y && { y }), ...(color && { color }) },
      window,
      top: args.top,
      ratePerSecond: args.rate,
    };
    const { bundle, feed } = plotDisplay(stream, args.stream, { host, session }, options, last);
    host.show({ [LIVE_MIME]: bundle }, bundle.display);
    feed();
  },
});
