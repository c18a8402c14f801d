import { describe, expect, test } from "vitest";
import type { FromEngine } from "../../kernel/port/live.js";
import { ManualClock } from "../../runtime/time/clock.js";
import { LiveChart } from "./live-chart.js";
import type { PlotPlan } from "./plot-plan.js";

function chart(plan: Partial<PlotPlan> = {}) {
  const clock = new ManualClock(0);
  const sent: FromEngine[] = [];
  const defaults: PlotPlan = {
    display: "d",
    stream: "words",
    title: "words",
    mark: "bar",
    isWhole: false,
    mode: undefined,
    spec: undefined,
    fields: {},
    window: { rows: 1000, ms: undefined },
    top: 20,
    ratePerSecond: 2,
  };
  const live = new LiveChart({ ...defaults, ...plan }, clock, (m) => sent.push(m));
  const batch = (timeMs: number, records: unknown[], count = records.length) => {
    clock.advanceTo(timeMs);
    live.rows(timeMs, records, count);
    live.batchCompleted({ text: `batch ${timeMs}` });
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
    const { clock, sent, batch } = chart({ mark: "line" });
    for (const timeMs of [100, 200, 300, 400, 500]) batch(timeMs, [timeMs]);
    clock.advanceTo(5000);
    const rows = sent.flatMap((message) => (message.type === "liveChange" ? message.rows : []));
    expect(rows.map((row) => row.value)).toEqual([100, 200, 300, 400, 500]);
    expect(rows[0]).toEqual({ time: 100, value: 100 });
  });

  test.each([
    ["breaks where batches had none", {}, (n: number) => n, [null, 9]],
    [
      "is joined where records have times of their own",
      { x: "at" },
      (n: number) => ({ at: 2e12 + n, n }),
      [9],
    ],
  ])("a line of values %s", (_what, fields, record, values) => {
    const { clock, sent, batch } = chart({ mark: "line", fields });
    for (const timeMs of [100, 200, 300]) batch(timeMs, [record(1)]);
    batch(900, [record(9)]);
    clock.advanceTo(5000);
    const rows = sent.flatMap((message) => (message.type === "liveChange" ? message.rows : []));
    expect(rows.slice(3).map(({ value }) => value)).toEqual(values);
  });

  test("a batch without rows for this chart changes the status and leaves the rows", () => {
    const { clock, sent, batch, live } = chart();
    batch(1000, [["a", 1]]);
    clock.advanceTo(2000);
    live.batchCompleted({ text: "batch 2000" });
    expect(sent.at(-1)).toMatchObject({ mode: "append", rows: [], status: { text: "batch 2000" } });
  });
});

describe("a chart that was made before there were rows", () => {
  test.each([
    ["pairs", ["a", 1], { mark: "bar" }, "replace", { key: "a", value: 1 }],
    ["numbers", 7, { layer: expect.arrayContaining([{ mark: "line" }]) }, "append", { time: 200, value: 7 }],
  ])("is drawn as its first rows, %s, tell it", (_what, record, drawn, mode, row) => {
    const { sent, batch } = chart({ mark: undefined, ratePerSecond: 100 });
    for (const timeMs of [100, 200, 300]) batch(timeMs, timeMs === 100 ? [] : [record]);
    const specs = sent.map((message) => (message.type === "liveChange" ? message.spec : message));
    expect(specs).toEqual([undefined, expect.objectContaining(drawn), undefined]);
    expect(sent[1]).toMatchObject({ mode, rows: [row] });
  });

  test.each([undefined, "bar"] as const)(
    "says what cannot be drawn, and draws once it can be (mark %s)",
    (mark) => {
      const { sent, batch } = chart({ mark, ratePerSecond: 100 });
      batch(100, ["to be"]);
      batch(200, [["a", 1]]);
      const reason = expect.stringContaining("but words has records such as 'to be'; map them first");
      expect(sent[0]).toMatchObject({ rows: [], status: { state: "waiting", reason, text: "batch 100" } });
      expect(sent[1]).toMatchObject({
        rows: [{ key: "a", value: 1 }],
        status: { state: "streaming", reason: "" },
      });
    },
  );
});

test("a chart that stopped before anything could be drawn goes on saying why", () => {
  const { sent, batch, live } = chart({ mark: undefined, ratePerSecond: 100 });
  batch(100, ["to be"]);
  live.stopped("");
  expect(sent.at(-1)).toMatchObject({
    status: { state: "stopped", reason: expect.stringContaining("words has records such as 'to be'") },
  });
});

describe("a window", () => {
  test("of bars is summed up here: each key as it was last, for so long", () => {
    const { sent, batch } = chart({ mode: "append", window: { rows: 1000, ms: 250 }, ratePerSecond: 100 });
    batch(100, [["a", 1]]);
    batch(200, [["b", 2]]);
    batch(400, [["c", 3]]);
    expect(sent.map((message) => message.type === "liveChange" && [message.mode, message.rows])).toEqual([
      ["replace", [{ key: "a", value: 1 }]],
      [
        "replace",
        [
          { key: "b", value: 2 },
          { key: "a", value: 1 },
        ],
      ],
      [
        "replace",
        [
          { key: "c", value: 3 },
          { key: "b", value: 2 },
        ],
      ],
    ]);
  });

  test("of a number of rows cuts through the oldest batch", () => {
    const window = { rows: 3, ms: undefined };
    const { sent, batch } = chart({ mark: "histogram", mode: "append", window, ratePerSecond: 100 });
    batch(100, [1, 1]);
    batch(200, [1, 1]);
    expect(sent.at(-1)).toMatchObject({ mode: "replace", rows: [{ count: 3 }] });
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

test("a stream whose records have become others is drawn anew, without the rows from before", () => {
  const { sent, batch } = chart({ mark: undefined, mode: "append" });
  batch(1000, [
    { x: 1, y: 2 },
    { x: 2, y: 3 },
  ]);
  batch(2000, [{ lat: 50, lon: 8 }]);
  expect(sent.map((message) => (message.type === "liveChange" ? message.mode : message.type))).toEqual([
    "append",
    "replace",
  ]);
  expect(sent.at(-1)).toMatchObject({ rows: [{ lat: 50, lon: 8 }], spec: { projection: {} } });
});

test("records that can no longer be drawn are told of, and those that can again are drawn as before", () => {
  const { sent, batch } = chart({ mark: undefined });
  batch(1000, [["a", 1]]);
  batch(2000, ["text", "text"]);
  expect(sent.at(-1)).toMatchObject({
    status: { state: "waiting", reason: expect.stringContaining("text") },
  });
  batch(3000, [["a", 2]]);
  expect(sent.at(-1)).toMatchObject({
    rows: [{ key: "a", value: 2 }],
    status: { state: "streaming", reason: "" },
  });
});

describe("records without a value are said in the strip", () => {
  const TEXTS = [
    "not drawn: 1 record without value · batch 1000",
    "not drawn: 2 records without value · batch 2000",
    "batch 3000",
  ];
  test.each([
    ["of the last batch where each is shown by itself", "bar", TEXTS],
    [
      "of all where rows follow",
      "heat",
      [
        TEXTS[0],
        "not drawn so far: 3 records without value · batch 2000",
        "not drawn so far: 3 records without value · batch 3000",
      ].map((text) => text?.replace("drawn:", "drawn so far:")),
    ],
  ])("%s", (_what, mark, expected) => {
    const { batch, texts } = chart({ mark });
    batch(1000, [
      ["a", 1],
      ["b", null],
    ]);
    batch(2000, [
      ["a", Number.NaN],
      ["b", null],
    ]);
    batch(3000, [["a", 1]]);
    expect(texts()).toEqual(expected);
  });

  test.each<[string, Partial<PlotPlan>, string[]]>([
    [
      "each batch by itself",
      { mark: "histogram" },
      ["batch 1000", "not drawn: 30 records beyond the first 2 (--window) · batch 2000"],
    ],
    [
      "all together",
      { mark: "point" },
      ["batch 1000", "not drawn so far: 30 records beyond the first 2 (--window) · batch 2000"],
    ],
    [
      "a specification of one's own",
      { spec: { mark: "point", encoding: { x: { field: "y" } } } },
      [
        "not drawn: 1 record without y · batch 1000",
        "not drawn: 1 record without y, 30 beyond the first 2 (--window) · batch 2000",
      ],
    ],
  ])("so are those of a batch that is larger than the window: %s", (_what, plan, expected) => {
    const { batch, texts } = chart(plan);
    const records = [
      { x: 1, y: 1, time: 0 },
      { x: 2, y: plan.spec ? null : 2, time: 0 },
    ];
    batch(1000, records);
    batch(2000, records, 32);
    expect(texts()).toEqual(expected);
  });

  test("and do not make another chart of it", () => {
    const { sent, batch } = chart({ mark: undefined });
    batch(1000, [{ price: 3, size: 7, x: 1, y: 2 }]);
    batch(2000, [{ price: 3, size: 7, x: null, y: 2 }]);
    expect(sent.map((message) => message.type === "liveChange" && message.spec !== undefined)).toEqual([
      true,
      false,
    ]);
    expect(sent.at(-1)).toMatchObject({ status: { state: "streaming", reason: "" } });
  });
});
