import { compile } from "vega-lite";
import { describe, expect, test } from "vitest";
import type { FromEngine } from "../../kernel/port/live.js";
import type { BatchInfo } from "../../runtime/engine/batch-info.js";
import type { Standing } from "../../runtime/engine/contexts.js";
import { ManualClock } from "../../runtime/time/clock.js";
import { METRIC_NAMES, METRICS, type MetricName } from "../plot/metrics.js";
import { MetricCharts } from "./metric-charts.js";

const batch = (timeMs: number): BatchInfo => ({
  batchTimeMs: timeMs,
  records: [{ input: "socket", count: 500, streamId: "1" }],
  submissionTimeMs: timeMs,
  processingStartTimeMs: timeMs + 5,
  processingEndTimeMs: timeMs + 45,
  outputs: [],
});

function charts() {
  const clock = new ManualClock(0);
  const sent: FromEngine[] = [];
  const batches: BatchInfo[] = [];
  const status = {
    state: "ACTIVE",
    failure: "",
    batchMs: 1000,
    waiting: 0,
    inputs: [{ streamId: "1", name: "lines" }],
  };
  let state = "ACTIVE";
  const live = new MetricCharts(
    clock,
    () => ({ status: { ...status, state }, batches }) as unknown as Standing,
    (message) => sent.push(message),
  );
  const done = (timeMs: number) => {
    clock.advanceTo(timeMs + 45);
    batches.push(batch(timeMs));
    live.changed("ctx", false);
  };
  const follow = (metric: MetricName, display: string = metric, key = "cell") =>
    live.follow("ctx", { metric, display, key });
  const stop = () => {
    state = "STOPPED";
    live.changed("ctx", true);
  };
  const rows = () => sent.flatMap((message) => (message.type === "liveChange" ? [message.rows] : []));
  return { live, sent, done, follow, stop, rows, clock };
}

describe("a chart of how batches go", () => {
  test.each<[MetricName, object[]]>([
    ["rate", [{ time: 1000, key: "lines", value: 500 }]],
    [
      "processing",
      [
        { time: 1000, key: "processing time", value: 40 },
        { time: 1000, key: "batch interval", value: 1000 },
      ],
    ],
    ["delay", [{ time: 1000, key: "scheduling delay", value: 5 }]],
  ])("%s: rows of a batch", (metric, expected) => {
    const { follow, done, rows } = charts();
    follow(metric);
    done(1000);
    expect(rows().at(-1)).toEqual(expected);
  });

  test("begins with the batches there are, and goes on with those that follow, each once", () => {
    const { follow, done, rows } = charts();
    done(1000);
    follow("delay");
    done(2000);
    done(3000);

    expect(
      rows()
        .flat()
        .map(({ time }) => time),
    ).toEqual([1000, 2000, 3000]);
  });

  test("says how the streams are, and that they stopped", () => {
    const { follow, done, sent, stop } = charts();
    follow("delay");
    expect(sent.at(-1)).toMatchObject({
      status: { state: "waiting", reason: "waiting for the first batch" },
    });
    done(1000);
    expect(sent.at(-1)).toMatchObject({ status: { state: "streaming", load: 0.04 } });
    stop();
    expect(sent.at(-1)).toMatchObject({ rows: [], status: { state: "stopped" } });
  });

  test("breaks where the streams stood still", () => {
    const { follow, done, rows } = charts();
    follow("delay");
    for (const timeMs of [1000, 2000, 3000, 60_000]) done(timeMs);
    expect(rows().flat().slice(-2)).toEqual([
      { time: 59_999, key: "scheduling delay", value: null },
      { time: 60_000, key: "scheduling delay", value: 5 },
    ]);
  });

  test("takes the place of the one that its cell showed before", () => {
    const { follow, sent, live } = charts();
    follow("delay", "first");
    follow("delay", "second");
    expect(sent).toContainEqual(expect.objectContaining({ type: "liveClose", display: "first" }));
    expect(live.contextOf("first")).toBeUndefined();
    expect(live.contextOf("second")).toBe("ctx");
  });
});

test.each(METRIC_NAMES)("the specification of %s compiles without a warning", (name) => {
  const warnings: unknown[] = [];
  const note = (...args: unknown[]) => {
    warnings.push(args);
    return logger;
  };
  const logger = { level: () => logger, error: note, warn: note, info: () => logger, debug: () => logger };
  compile({ ...METRICS[name].spec, width: 300 } as never, { logger: logger as never });
  expect(warnings).toEqual([]);
});
