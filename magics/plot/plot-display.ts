import { randomUUID } from "node:crypto";
import type { MagicHost } from "../../kernel/magic/magic.js";
import type { LiveBundle, LiveRow } from "../../kernel/port/live.js";
import type { DStream } from "../../runtime/context/dstream.js";
import type { PlotPlan } from "../live/plot-plan.js";
import type { CellTag } from "../live/tag.js";
import type { StreamSession } from "../session/stream-session.js";
import { type Drawing, drawingOf, emptySpec } from "./drawing.js";

/** Streams whose batches each have all there is. */
const WHOLE_OPS: ReadonlySet<string> = new Set(["updateStateByKey", "stateSnapshots"]);

/** What the cell says of a chart. */
export type PlotOptions = Omit<PlotPlan, "display" | "stream" | "isWhole">;

/** What a stream gave last. */
export interface LastRecords {
  timeMs: number;
  /** Empty before the first batch. */
  records: readonly unknown[];
}

/** The records of the last batch, as many as the chart would take of it. */
export async function lastRecords(
  stream: DStream<unknown>,
  options: Pick<PlotOptions, "window" | "top">,
): Promise<LastRecords> {
  const seen = await stream.context.latest(stream, { kind: "top", ...taken(options) });
  return seen !== undefined && "rows" in seen
    ? { timeMs: seen.timeMs, records: seen.rows }
    : { timeMs: 0, records: [] };
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
  { timeMs, records }: LastRecords,
): PlotDisplay {
  const { context } = stream;
  const isWhole = stream.windowDuration !== undefined || WHOLE_OPS.has(stream.node.op);
  const wanted = { ...options, mark: options.mark ?? knownMark(stream), isWhole };
  const plan: PlotPlan = { display: randomUUID(), stream: stream.name, ...wanted };
  const drawing = records.length > 0 ? drawingOf(plan, records) : undefined;
  const bundle: LiveBundle = {
    display: plan.display,
    spec: drawing?.spec ?? emptySpec(plan),
    rows: drawing === undefined ? [] : rowsOf(drawing, timeMs, records),
    status: waiting(context.getState()),
    keepRows: plan.window.rows,
    ...(plan.window.ms !== undefined && { keepMs: plan.window.ms }),
  };
  const tag: CellTag = {
    cell: host.cell,
    key: session.host.current().key,
    // What the first records told is kept: a chart does not change its kind between two batches.
    plot: { ...plan, mark: drawing?.mark || plan.mark },
  };
  const take = { ...taken(options), largest: true };
  const feed = (): void => {
    context.addOutput("observe", stream, take, { name: `%plot ${name}`, tag });
  };
  return { bundle, feed };
}

function rowsOf({ rows, summarise }: Drawing, timeMs: number, records: readonly unknown[]): LiveRow[] {
  const all = rows(timeMs, records);
  return summarise === undefined ? all : summarise(all);
}

/** Before the first records: what the operator is known to give. */
function knownMark({ node }: DStream<unknown>): string | undefined {
  return node.op === "count" ? "line" : undefined;
}

function waiting(state: string): LiveBundle["status"] {
  const reason = state === "ACTIVE" ? "no batch yet" : "not started; run %stream start";
  return { state: "waiting", reason, text: "" };
}
