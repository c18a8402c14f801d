import type { FromEngine, LiveRow, LiveStatus } from "../../kernel/port/live.js";
import type { Standing } from "../../runtime/engine/contexts.js";
import type { Clock } from "../../runtime/time/clock.js";
import { METRICS, type MetricName } from "../plot/metrics.js";
import { batchFigures } from "./batch-figures.js";
import { Pace } from "./pace.js";

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

/** A chart, and the time of the last batch whose rows it was sent. */
type Chart = MetricTag & { sentMs: number };

interface Followed {
  charts: Chart[];
  /** State that was sent last. */
  state: string;
  pace: Pace;
}

/** Feeds the charts of `%plot --metrics`, in the engine thread: from the batches that a context remembers. */
export class MetricCharts {
  /** By context. */
  readonly #followed = new Map<string, Followed>();

  /** @param clock real time, whatever that of the contexts is */
  constructor(
    private readonly clock: Clock,
    private readonly standing: (context: string) => Standing | undefined,
    private readonly send: (message: FromEngine) => void,
  ) {}

  follow(context: string, tag: MetricTag): void {
    const followed = this.#followed.get(context) ?? this.#newFollowed(context);
    const old = followed.charts.filter(({ key, metric }) => key === tag.key && metric === tag.metric);
    for (const chart of old) this.#close(chart);
    const chart: Chart = { ...tag, sentMs: Number.NEGATIVE_INFINITY };
    followed.charts = [...followed.charts.filter((one) => !old.includes(one)), chart];
    const standing = this.standing(context);
    if (standing !== undefined) this.#send(chart, standing);
  }

  /** A batch of a context is done, or it began or ended: that is shown now, or when its time has come. */
  changed(context: string): void {
    this.#followed.get(context)?.pace.ask();
  }

  /** The context that a display draws a metric of. */
  contextOf(display: string): string | undefined {
    return [...this.#followed].find(([, { charts }]) =>
      charts.some((chart) => chart.display === display),
    )?.[0];
  }

  #newFollowed(context: string): Followed {
    const pace = new Pace(this.clock, REFRESH_MS, () => this.#show(context, followed));
    const followed: Followed = { charts: [], state: "", pace };
    this.#followed.set(context, followed);
    return followed;
  }

  #show(context: string, followed: Followed): void {
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
    const { metric, display, sentMs } = chart;
    const { batchMs, inputs } = standing.status;
    const inputNames = new Map(inputs.map(({ streamId, name }) => [streamId, name]));
    const batches = standing.batches.filter(({ batchTimeMs }) => batchTimeMs > sentMs);
    const rows: LiveRow[] = batches.flatMap((batch) => METRICS[metric].rows({ batch, batchMs, inputNames }));
    chart.sentMs = batches.at(-1)?.batchTimeMs ?? sentMs;
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
  if (state === "ACTIVE") return { state: "streaming", reason: "", ...figures };
  return { state: failure === "" ? "stopped" : "failed", reason: failure, ...figures };
}
