import { randomUUID } from "node:crypto";
import { defineMagic } from "../../kernel/magic/define-magic.js";
import type { MagicHost } from "../../kernel/magic/magic.js";
import { LIVE_MIME, LIVE_PANEL_MIME, type LiveBundle } from "../../kernel/port/live.js";
import type { DStream } from "../../runtime/context/dstream.js";
import { streamsBundle } from "../inspect/streams.js";
import type { StreamSession } from "../session/stream-session.js";
import { followMetric, metricBundle } from "./metric-display.js";
import type { MetricName } from "./metrics.js";
import { lastRecords, type PlotOptions, plotDisplay } from "./plot-display.js";
import { plotWindow } from "./plot-window.js";

/** Metrics that stand beside the charts. */
const METRICS: readonly MetricName[] = ["rate", "processing"];

/** `%dashboard counts alerts`: charts, how the batches go, and the table of all streams, side by side. */
export const dashboard = defineMagic({
  name: "dashboard",
  kinds: ["line"],
  summary:
    "Shows charts of streams, of how their batches go, and the table of all streams in one grid that can be resized.",
  params: [
    {
      kind: "positional",
      name: "streams",
      rest: true,
      variableTypes: ["DStream"],
      help: "variables that hold the streams to draw; without any, all streams that have an output",
    },
    {
      kind: "flag",
      name: "panel",
      help: "open the panel beside the notebook instead, with all that the notebook draws",
    },
  ],
  examples: ["%dashboard", "%dashboard counts alerts", "%dashboard --panel"],
  async run({ args }, host, session: StreamSession) {
    if (args.panel) return openPanel(host);
    const { context } = session;
    const charts = [];
    for (const [name, stream] of streamsOf(args.streams, session)) {
      const options = { ...USUAL, title: name };
      const last = await lastRecords(stream, options);
      charts.push(plotDisplay(stream, name, { host, session }, options, last));
    }
    const metrics = METRICS.map((metric) => ({ metric, bundle: metricBundle(metric, session) }));
    const table = await streamsBundle(session);
    const tiles = [...charts, ...metrics].map(({ bundle }) => bundle);
    const bundle = dashboardBundle([...tiles, table]);
    host.show({ [LIVE_MIME]: bundle }, bundle.display);
    for (const { feed } of charts) feed();
    for (const { metric, bundle } of metrics) await followMetric(metric, bundle.display, context, session);
    await context.follow(table.display);
  },
});

const USUAL: Omit<PlotOptions, "title"> = {
  mark: undefined,
  mode: undefined,
  spec: undefined,
  fields: {},
  window: plotWindow(undefined),
  top: 12,
  ratePerSecond: 4,
};

/** By the names that are shown. @throws StreamError RT_NO_STREAM */
function streamsOf(names: readonly string[], session: StreamSession): Map<string, DStream<unknown>> {
  if (names.length > 0) return new Map(names.map((name) => [name, session.stream(name)]));
  const streams = new Set(session.context.outputs().map(({ stream }) => stream));
  return new Map([...streams].map((stream) => [session.nameOf(stream) ?? stream.name, stream]));
}

function dashboardBundle(tiles: LiveBundle[]): LiveBundle {
  const status: LiveBundle["status"] = { state: "streaming", reason: "", text: "" };
  return { display: randomUUID(), spec: null, tiles, rows: [], status, keepRows: 1 };
}

function openPanel(host: MagicHost): void {
  const text =
    "The panel Millrace Streams shows what this notebook draws. In front ends without it, run %dashboard.";
  host.show({ [LIVE_PANEL_MIME]: {}, "text/plain": text });
}
