import { describe, expect, test } from "vitest";
import type { FromEngine } from "../../kernel/port/live.js";
import { ManualClock } from "../../runtime/time/clock.js";
import { LiveChart } from "./live-chart.js";
import type { PlotPlan } from "./plot-plan.js";

function chart(plan: Partial<PlotPlan> = {}) {
  const clock = new ManualClock(0);
  const sent: FromEngine[] = [];
  const live = new LiveChart({ display: "d", mode: "replace", ratePerSecond: 2, ...plan }, clock, (m) =>
    sent.push(m),
  );
  const batch = (timeMs: number, records: unknown[]) => {
    clock.advanceTo(timeMs);
    live.rows(timeMs, records);
    live.batchCompleted(`batch ${timeMs}`);
  };
  const texts = () =>
    sent.map((message) => (message.type === "liveChange" ? message.status.text : message.type));
  return { clock, sent, live, batch, texts };
}

describe("a chart changes at most at its rate", () => {
  test("between changes the latest batch wins", () => {
    const { clock, sent, batch, texts } = chart();
    for (const [i, timeMs] of [100, 200, 300, 400].entries()) batch(timeMs, [["a", i]]);
    clock.advanceTo(2000);
    expect(texts()).toEqual(["batch 100", "batch 400"]);
    expect(sent.at(-1)).toMatchObject({ mode: "replace", rows: [{ key: "a", value: 3 }] });
  });

  test("rows that are appended gather, and none is lost", () => {
    const { clock, sent, batch } = chart({ mode: "append" });
    for (const timeMs of [100, 200, 300, 900, 1000]) batch(timeMs, [timeMs]);
    clock.advanceTo(5000);
    const rows = sent.flatMap((message) => (message.type === "liveChange" ? message.rows : []));
    expect(rows.map((row) => row.value)).toEqual([100, 200, 300, 900, 1000]);
    expect(rows[0]).toEqual({ time: 100, key: "", value: 100 });
  });

  test("a batch without rows for this chart changes the status and leaves the rows", () => {
    const { clock, sent, batch, live } = chart();
    batch(1000, [["a", 1]]);
    clock.advanceTo(2000);
    live.batchCompleted("batch 2000");
    expect(sent.at(-1)).toMatchObject({ mode: "append", rows: [], status: { text: "batch 2000" } });
  });
});

describe("the end of a stream is told at once", () => {
  test.each([
    ["", "stopped"],
    ["the batch at 5 ms failed", "failed"],
  ])("reason %j is state %s", (reason, state) => {
    const { sent, batch, live } = chart();
    batch(100, [["a", 1]]);
    batch(200, [["a", 2]]);
    live.stopped(reason);
    expect(sent).toHaveLength(2);
    expect(sent.at(-1)).toMatchObject({
      rows: [{ key: "a", value: 2 }],
      status: { state, reason, text: "batch 200" },
    });
  });

  test("a removed output closes its display, and sends nothing after", () => {
    const { clock, sent, batch, live } = chart();
    batch(100, [["a", 1]]);
    batch(200, [["a", 2]]);
    live.closed();
    clock.advanceTo(10_000);
    expect(sent.map((message) => message.type)).toEqual(["liveChange", "liveClose"]);
  });
});
