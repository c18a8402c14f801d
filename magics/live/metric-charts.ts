import type { FromEngine, LiveRow, LiveStatus } from "../../kernel/port/live.js";
import type { Standing } from "../../runtime/engine/contexts.js";
import type { Clock } from "../../runtime/time/clock.js";
import { METRICS, type MetricName } from "../plot/metrics.js";
import { batchFigures } from "./batch-figures.js";
import { Following } from "./following.js";
import { LineGaps } from "./line-gaps.js";

/** Has the engine's presenter draw a metric of a context: what {@link MetricCharts.follow} is told of it. */
export interface MetricTag {
  metric: MetricName;
  display: string;
  /** The notebook cell: running it again replaces its charts. */
  key: string;
}

export function isMetricTag(tag: unknown): tag is MetricTag {
  return typeof tag === "object" && tag !== null && "metric" in tag;
}

/** Batches that a chart begins with, and keeps. */
export const METRIC_BATCHES = 300;
/** Between two changes: as often as charts of streams change by themselves. */
const REFRESH_MS = 250;

interface Chart extends MetricTag {
  /** Time of the last batch whose rows it was sent. */
  sentMs: number;
  gaps: LineGaps;
}

interface ContextCharts {
  charts: Chart[];
  /** State that was sent last. */
  state: string;
}

/** Feeds the charts of `%plot --metrics`, in the engine thread: from the batches that a context remembers. */
export class MetricCharts {
  readonly #following: Following<ContextCharts>;

  /** @param clock real time, whatever that of the contexts is */
  constructor(
    clock: Clock,
    private readonly standing: (context: string) => Standing | undefined,
    private readonly send: (message: FromEngine) => void,
  ) {
    const create = (): ContextCharts => ({ charts: [], state: "" });
    this.#following = new Following(clock, REFRESH_MS, create, (context, followed) => {
      this.#show(context, followed);
      return false;
    });
  }

  follow(context: string, tag: MetricTag): void {
    const followed = this.#following.of(context);
    const old = followed.charts.filter(({ key, metric }) => key === tag.key && metric === tag.metric);
    for (const chart of old) this.#close(chart);
    const chart: Chart = { ...tag, sentMs: Number.NEGATIVE_INFINITY, gaps: new LineGaps() };
    followed.charts = [...followed.charts.filter((one) => !old.includes(one)), chart];
    const standing = this.standing(context);
    if (standing !== undefined) this.#send(chart, standing);
  }

  /** A batch of a context is done, or it began or ended: that is shown now, or when its time has come; at once when it ended. */
  changed(context: string, isOver: boolean): void {
    this.#following.changed(context, isOver);
  }

  /** The context that a display draws a metric of. */
  contextOf(display: string): string | undefined {
    return this.#following.contextWith(({ charts }) => charts.some((chart) => chart.display === display));
  }

  #show(context: string, followed: ContextCharts): void {
    const standing = this.standing(context);
    if (standing === undefined) return;
    const { state } = standing.status;
    const lastMs = standing.batches.at(-1)?.batchTimeMs ?? Number.NEGATIVE_INFINITY;
    const behind = followed.charts.filter(({ sentMs }) => sentMs < lastMs || state !== followed.state);
    followed.state = state;
    for (const chart of behind) this.#send(chart, standing);
  }

  /** The batches that the chart does not have yet. */
  #send(chart: Chart, standing: Standing): void {
    const { metric, display, sentMs, gaps } = chart;
    const { batchMs, inputs } = standing.status;
    const inputNames = new Map(inputs.map(({ streamId, name }) => [streamId, name]));
    const batches = standing.batches.filter(({ batchTimeMs }) => batchTimeMs > sentMs);
    const values: LiveRow[] = batches.flatMap((batch) =>
      METRICS[metric].rows({ batch, batchMs, inputNames }),
    );
    chart.sentMs = batches.at(-1)?.batchTimeMs ?? sentMs;
    const rows = gaps.broken(values);
    this.send({ type: "liveChange", display, mode: "append", rows, status: statusOf(standing) });
  }

  #close({ display }: MetricTag): void {
    const status: LiveStatus = { state: "stopped", reason: "its cell was run again", text: "" };
    this.send({ type: "liveClose", display, status });
  }
}

function statusOf({ status: { state, failure, batchMs, waiting }, batches }: Standing): LiveStatus {
  const last = batches.at(-1);
  const figures = last === undefined ? { text: "" } : batchFigures(last, batchMs, waiting);
  if (state !== "ACTIVE")
    return { state: failure === "" ? "stopped" : "failed", reason: failure, ...figures };
  if (last === undefined) return { state: "waiting", reason: "waiting for the first batch", ...figures };
  return { state: "streaming", reason: "", ...figures };
}
