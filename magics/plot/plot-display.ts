import { randomUUID } from "node:crypto";
import type { MagicHost } from "../../kernel/magic/magic.js";
import type { LiveBundle, LiveStatus } from "../../kernel/port/live.js";
import type { DStream } from "../../runtime/context/dstream.js";
import type { PlotPlan } from "../live/plot-plan.js";
import type { CellTag } from "../live/tag.js";
import type { StreamSession } from "../session/stream-session.js";
import { type Drawing, drawingOf, emptySpec } from "./drawing.js";
import { undrawn, undrawnText } from "./drawn-records.js";

/** Streams whose batches each have all there is. */
const WHOLE_OPS: ReadonlySet<string> = new Set(["updateStateByKey", "stateSnapshots"]);

/** What the cell says of a chart. */
export type PlotOptions = Omit<PlotPlan, "display" | "stream" | "isWhole">;

/** What a stream gave last. */
export interface LastRecords {
  timeMs: number;
  /** Empty before the first batch. */
  records: readonly unknown[];
  /** How many there were in all. */
  count: number;
}

/** The records of the last batch, as many as the chart would take of it; after a stop, what a window or a state held then. */
export async function lastRecords(
  stream: DStream<unknown>,
  options: Pick<PlotOptions, "window" | "top">,
): Promise<LastRecords> {
  const { context } = stream;
  const latest = await context.latest(stream, { kind: "top", ...taken(options) });
  const seen = latest && "rows" in latest && "count" in latest ? latest : await context.lastLook(stream);
  if (seen === undefined) return { timeMs: 0, records: [], count: 0 };
  return { timeMs: seen.timeMs, records: seen.rows, count: seen.count };
}

function taken({ window, top }: Pick<PlotOptions, "window" | "top">): { limit: number; pairs: number } {
  return { limit: window.rows, pairs: top };
}

/** A chart that is shown, and what feeds it when it is. */
export interface PlotDisplay {
  bundle: LiveBundle;
  /** Adds the output to the stream. */
  feed(): void;
}

/**
 * A chart of a stream, drawn with the last batch if there is one.
 * @param name what the cell calls the stream
 * @throws StreamError RT_PLOT_TYPE, RT_PLOT_FIELD, RT_PLOT_WINDOW where records are known already and cannot be drawn so
 */
export function plotDisplay(
  stream: DStream<unknown>,
  name: string,
  { host, session }: { host: MagicHost; session: StreamSession },
  options: PlotOptions,
  last: LastRecords,
): PlotDisplay {
  const { context } = stream;
  const isWhole = stream.windowDuration !== undefined || WHOLE_OPS.has(stream.node.op);
  const wanted = { ...options, mark: options.mark ?? knownMark(stream), isWhole };
  const { key } = session.host.current();
  const plan: PlotPlan = { display: randomUUID(), stream: stream.name, ...wanted };
  const drawing = last.records.length > 0 ? drawingOf(plan, last.records) : undefined;
  const bundle: LiveBundle = {
    display: plan.display,
    notebookCell: key,
    spec: drawing?.spec ?? emptySpec(plan),
    ...drawnBy(drawing, last, waiting(context.getState())),
    keepRows: plan.window.rows,
    ...(plan.window.ms !== undefined && { keepMs: plan.window.ms }),
  };
  const tag: CellTag = {
    cell: host.cell,
    key,
    // What the first records told is kept: a chart does not change its kind between two batches.
    plot: { ...plan, mark: drawing?.mark || plan.mark },
  };
  const take = { ...taken(options), largest: true };
  const feed = (): void => {
    context.addOutput("observe", stream, take, { name: `%plot ${name}`, tag });
  };
  return { bundle, feed };
}

function drawnBy(
  drawing: Drawing | undefined,
  { timeMs, records, count }: LastRecords,
  status: LiveStatus,
): Pick<LiveBundle, "rows" | "status"> {
  if (drawing === undefined) return { rows: [], status };
  const { rows, lacking } = drawing.draw(timeMs, records);
  const { summarise, ranks } = drawing;
  return {
    rows: summarise === undefined ? rows : summarise(rows),
    status: { ...status, text: undrawnText(undrawn(lacking, records, count, ranks), false) },
  };
}

/** Before the first records: what the operator is known to give. */
function knownMark({ node }: DStream<unknown>): string | undefined {
  return node.op === "count" ? "line" : undefined;
}

function waiting(state: string): LiveStatus {
  if (state === "STOPPED")
    return { state: "stopped", reason: "%stream start starts the streams again", text: "" };
  const reason = state === "ACTIVE" ? "no batch yet" : "not started; run %stream start";
  return { state: "waiting", reason, text: "" };
}
