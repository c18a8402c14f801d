import { randomUUID } from "node:crypto";
import type { MagicHost } from "../../kernel/magic/magic.js";
import { LIVE_MIME, type LiveBundle } from "../../kernel/port/live.js";
import type { StreamingContext } from "../../runtime/context/streaming-context.js";
import { METRIC_BATCHES, type MetricTag } from "../live/metric-charts.js";
import type { StreamSession } from "../session/stream-session.js";
import { METRIC_NAMES, METRICS, type MetricName } from "./metrics.js";

/** A batch has a row for each of its inputs. */
const KEPT_ROWS = METRIC_BATCHES * 4;

/** Shows a chart for each metric of how the context's batches go. */
export async function showMetrics(host: MagicHost, session: StreamSession): Promise<void> {
  const { context } = session;
  for (const metric of METRIC_NAMES) {
    const bundle = metricBundle(metric, session);
    host.show({ [LIVE_MIME]: bundle }, bundle.display);
    await followMetric(metric, bundle.display, context, session);
  }
}

/** The display of a metric before its first batch. */
export function metricBundle(metric: MetricName, { context, host }: StreamSession): LiveBundle {
  const reason = context.getState() === "ACTIVE" ? "no batch yet" : "not started; run %stream start";
  const status: LiveBundle["status"] = { state: "waiting", reason, text: "" };
  return {
    display: randomUUID(),
    notebookCell: host.current().key,
    spec: METRICS[metric].spec,
    rows: [],
    status,
    keepRows: KEPT_ROWS,
  };
}

/** Has the engine feed it. */
export async function followMetric(
  metric: MetricName,
  display: string,
  context: StreamingContext,
  session: StreamSession,
): Promise<void> {
  const tag: MetricTag = { metric, display, key: session.host.current().key };
  await context.follow(tag);
}
