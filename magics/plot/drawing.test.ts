import { compile } from "vega-lite";
import { describe, expect, test } from "vitest";
import { ChartView } from "../../kernel/display/chart-view.js";
import type { PlotPlan } from "../live/plot-plan.js";
import { MARKS } from "./chart-kinds.js";
import { drawingOf, emptySpec } from "./drawing.js";
import { undrawn, undrawnText } from "./drawn-records.js";

const PLAN: PlotPlan = {
  display: "d",
  stream: "trades",
  title: "t",
  mark: undefined,
  isWhole: false,
  mode: undefined,
  spec: undefined,
  fields: {},
  window: { rows: 1000, ms: undefined },
  top: 20,
  ratePerSecond: 4,
};
const plan = (own: Partial<PlotPlan>): PlotPlan => ({ ...PLAN, ...own });

/** Mark, mode and rows of the batch at 5 ms. */
function drawn(own: Partial<PlotPlan>, records: unknown[]) {
  const { mark, mode, draw, summarise } = drawingOf(plan(own), records);
  const all = draw(5, records).rows;
  return [mark, mode, summarise === undefined ? all : summarise(all)];
}

const AT = Date.UTC(2026, 0, 2);
const MIXED = { id: "a", at: AT, price: 3, size: 7 };

describe("the records tell the chart", () => {
  test.each<[string, unknown[], string, string, unknown[]]>([
    [
      "pairs",
      [
        ["a", 1],
        ["b", 3n],
      ],
      "bar",
      "update",
      [
        { key: "b", value: 3 },
        { key: "a", value: 1 },
      ],
    ],
    ["pairs whose key is a record", [[{ id: 7 }, 1]], "bar", "update", [{ key: "{ id: 7 }", value: 1 }]],
    ["records with a text and a number", [{ word: "a", n: 1 }], "bar", "update", [{ key: "a", value: 1 }]],
    ["one number a batch", [7], "line", "append", [{ time: 5, value: 7 }]],
    ["records with one number", [{ n: 7 }], "line", "append", [{ time: 5, value: 7 }]],
    [
      "time, value and series",
      [{ time: AT, value: 1, series: "s" }],
      "line",
      "append",
      [{ time: AT, value: 1, key: "s" }],
    ],
    ["a date anywhere", [{ n: 1, seen: new Date(AT) }], "line", "append", [{ time: AT, value: 1 }]],
    ["pairs of a date and a number", [[new Date(AT), 2]], "line", "append", [{ time: AT, value: 2 }]],
    ["a time as text", [{ when: "2026-01-02T00:00:00Z", n: 1 }], "line", "append", [{ time: AT, value: 1 }]],
    ["a small number called time", [{ time: 12, value: 1 }], "point", "append", [{ x: 12, y: 1, time: 5 }]],
    ["x and y", [{ label: "a", y: 2, x: 1 }], "point", "append", [{ x: 1, y: 2, color: "a", time: 5 }]],
    ["two numbers", [{ width: 2, height: 1 }], "point", "append", [{ x: 2, y: 1, time: 5 }]],
    ["lat and lon", [{ lat: 1, lon: 2, mag: 3 }], "map", "append", [{ lat: 1, lon: 2, size: 3, time: 5 }]],
    [
      "Latitude and Longitude",
      [{ Latitude: 1, Longitude: 2 }],
      "map",
      "append",
      [{ lat: 1, lon: 2, time: 5 }],
    ],
    ["pairs of keys", [[["r", "c"], 4]], "heat", "update", [{ x: "c", y: "r", value: 4 }]],
    [
      "many numbers",
      [0, 1, 1],
      "histogram",
      "update",
      [
        { from: 0, until: 0.05, count: 1 },
        ...Array.from({ length: 19 }, () => expect.objectContaining({ count: 0 })),
        { from: 1, until: 1.05, count: 2 },
      ],
    ],
  ])("%s", (_what, records, mark, mode, rows) => {
    expect(drawn({}, records)).toEqual([mark, mode, rows]);
  });
});

describe("what the records tell is overridden", () => {
  test.each<[string, Partial<PlotPlan>, unknown[], string, string, unknown[]]>([
    [
      "--mark line, of pairs",
      { mark: "line" },
      [["a", 1]],
      "line",
      "append",
      [{ time: 5, value: 1, key: "a" }],
    ],
    [
      "--mark heat, of pairs",
      { mark: "heat" },
      [["a", 1]],
      "heat",
      "append",
      [{ x: 5, y: "a", value: 1, time: 5 }],
    ],
    [
      "--mark figure",
      { mark: "figure" },
      [
        ["a", 1],
        ["b", 2],
      ],
      "figure",
      "update",
      [{ value: 2, key: "b" }],
    ],
    ["--mode update, of points", { mode: "update" }, [{ x: 1, y: 2 }], "point", "update", [{ x: 1, y: 2 }]],
    ["--mode append, of pairs", { mode: "append" }, [["a", 1]], "bar", "append", [{ key: "a", value: 1 }]],
    [
      "--x and --y",
      { mark: "point", fields: { x: "size", y: "price" } },
      [MIXED],
      "point",
      "append",
      [{ x: 7, y: 3, color: "a", time: 5 }],
    ],
    [
      "--y of a line",
      { fields: { y: "size" } },
      [MIXED],
      "line",
      "append",
      [{ time: AT, value: 7, key: "a" }],
    ],
    [
      "--x that is a number",
      { mark: "line", fields: { x: "size" } },
      [MIXED],
      "line",
      "append",
      [{ time: 7, value: 3, key: "a" }],
    ],
    [
      "--color of bars",
      { mark: "bar", fields: { color: "id" } },
      [{ ...MIXED, id2: "b" }],
      "bar",
      "update",
      [{ key: "b", value: 3, color: "a" }],
    ],
    [
      "a field in a field",
      { mark: "line", fields: { y: "a.b" } },
      [{ a: { b: 2 } }],
      "line",
      "append",
      [{ time: 5, value: 2 }],
    ],
    [
      "a field whose name has a dot",
      { mark: "line", fields: { y: "a.b" } },
      [{ "a.b": 1, a: { b: 2 } }],
      "line",
      "append",
      [{ time: 5, value: 1 }],
    ],
  ])("%s", (_what, own, records, mark, mode, rows) => {
    expect(drawn(own, records)).toEqual([mark, mode, rows]);
  });

  test("a batch of a window or a state is all there is of points", () => {
    expect(drawn({ isWhole: true }, [{ x: 1, y: 2 }])).toEqual(["point", "update", [{ x: 1, y: 2 }]]);
  });

  test("a specification of one's own reads the records' own fields, and the batch's time", () => {
    const spec = { mark: "bar" };
    const record = { at: new Date(AT), n: 3n, deep: { list: [1, { x: "y" }] } };
    expect(drawn({ spec }, [record, ["k", 1], "text"])).toEqual([
      "",
      "update",
      [
        { time: 5, at: AT, n: 3, deep: { list: [1, { x: "y" }] } },
        { time: 5, key: "k", value: 1 },
        { time: 5, value: "text" },
      ],
    ]);
  });
});

describe("bars", () => {
  const rows = (own: Partial<PlotPlan>, batches: unknown[][]) => {
    const drawing = drawingOf(plan(own), batches[0] ?? []);
    return drawing.summarise?.(batches.flatMap((batch, i) => drawing.draw(i, batch).rows));
  };
  test("are the largest, largest first, however the records come", () => {
    const records = Array.from({ length: 30 }, (_, n) => ({ word: `w${n}`, n }));
    expect(rows({ top: 2 }, [records])).toEqual([
      { key: "w29", value: 29 },
      { key: "w28", value: 28 },
    ]);
  });
  test("of a window have each key once, as it was last", () => {
    expect(
      rows({}, [
        [
          ["a", 1],
          ["b", 9],
        ],
        [["a", 2]],
      ]),
    ).toEqual([
      { key: "b", value: 9 },
      { key: "a", value: 2 },
    ]);
  });
});

describe("records that lack what is shown are counted", () => {
  test.each<[string, Partial<PlotPlan>, unknown[], unknown[], [string, number][]]>([
    [
      "a bar without a length is left out",
      {},
      [["a", 1], ["b", Number.NaN], ["c", null], ["d"]],
      [{ key: "a", value: 1 }],
      [
        ["value", 2],
        ["key", 1],
      ],
    ],
    [
      "a line breaks, if it is known which; a series may be missing",
      {},
      [
        { time: AT, value: 1, series: "a" },
        { time: AT + 1 },
        { time: AT + 2, value: Number.NaN, series: "a" },
        { time: AT + 3, value: 2 },
        { value: 3, series: "a" },
      ],
      [
        { time: AT, value: 1, key: "a" },
        { time: AT + 2, value: null, key: "a" },
        { time: AT + 3, value: 2, key: null },
      ],
      [
        ["value", 2],
        ["time", 1],
      ],
    ],
    [
      "numbers that are none break their line",
      { mark: "line" },
      [1, Number.POSITIVE_INFINITY, null],
      [
        { time: 5, value: 1 },
        { time: 5, value: null },
        { time: 5, value: null },
      ],
      [["value", 2]],
    ],
    [
      "a point without its place, or its colour, is not drawn; one without a text is",
      { fields: { color: "heat" }, mode: "update" },
      [
        { x: 1, y: 2, heat: 3 },
        { x: 1, y: null, heat: 3 },
        { x: 1, y: 2 },
      ],
      [{ x: 1, y: 2, color: 3 }],
      [
        ["y", 1],
        ["heat", 1],
      ],
    ],
    [
      "a place on the map without a magnitude has no size",
      { mode: "update" },
      [
        { lat: 1, lon: 2, mag: 3 },
        { lat: 1, lon: 2, mag: null },
        { lon: 2, mag: 3 },
      ],
      [{ lat: 1, lon: 2, size: 3 }],
      [
        ["mag", 1],
        ["lat", 1],
      ],
    ],
    [
      "empty texts and truth values where numbers are: none of them is 0",
      { mark: "bar" },
      [
        { k: "a", n: 1 },
        { k: "b", n: "" },
        { k: "c", n: " " },
        { k: "d", n: false },
        { k: "e", n: [] },
        { k: "f", n: "2" },
      ],
      [
        { key: "f", value: 2 },
        { key: "a", value: 1 },
      ],
      [["n", 4]],
    ],
    [
      "numbers of a histogram",
      { mark: "histogram" },
      [1, 1, Number.NaN],
      [{ from: 1, until: 2, count: 2 }],
      [["value", 1]],
    ],
  ])("%s", (_what, own, records, rows, lacking) => {
    expect(drawn(own, records)[2]).toEqual(rows);
    expect([...drawingOf(plan(own), records).draw(5, records).lacking]).toEqual(lacking);
  });

  test.each(["point", "map"])("as many marks of --mark %s are drawn as there are rows", async (mark) => {
    const sizes = [1, null, Number.NaN, 4];
    const records = sizes.map((size, i) => ({ x: i, y: i, lat: i, lon: i, magnitude: size }));
    const drawing = drawingOf(
      plan({ mark, fields: mark === "point" ? { color: "magnitude" } : {} }),
      records,
    );
    const { rows } = drawing.draw(5, records);
    const { svg } = await (await ChartView.compile(drawing.spec)).draw(rows);
    expect(rows).toHaveLength(2);
    expect(svg.match(/aria-roledescription="(point|circle)"/g)).toHaveLength(2);
  });

  test("a line is drawn in two pieces", async () => {
    const records = [1, 2, null, 4, 5].map((value, i) => ({ time: AT + i * 1000, value }));
    const drawing = drawingOf(plan({}), records);
    const { svg } = await (await ChartView.compile(drawing.spec)).draw(drawing.draw(5, records).rows);
    const [, path = ""] = /aria-roledescription="line mark"[^>]* d="([^"]*)"/.exec(svg) ?? [];
    expect(path.match(/M/g)).toHaveLength(2);
  });

  test.each<[string, unknown[], boolean]>([
    ["none", [], false],
    ["one that can be drawn", ["text", ["a", 1]], false],
    [
      "only such as lack a value",
      [
        ["a", null],
        ["b", Number.NaN],
      ],
      false,
    ],
    ["only such as have none of its fields", ["text", { lat: 1, lon: 2 }], true],
  ])("a batch of others than the chart was made for is told from those: %s", (_what, records, isForeign) => {
    expect(drawingOf(plan({}), [["a", 1]]).draw(5, records).isForeign).toBe(isForeign);
  });

  test.each<[[string, number][], boolean, string]>([
    [[], true, ""],
    [[["price", 1]], false, "not drawn: 1 record without price"],
    [
      [
        ["price", 1200],
        ["at", 1],
      ],
      true,
      "not drawn so far: 1,200 records without price, 1 without at",
    ],
    [[["<b>".repeat(40), 2]], false, `not drawn: 2 records without ${"<b>".repeat(26)}<…`],
  ])("and said in a few words (%#)", (lacking, soFar, text) => {
    expect(undrawnText(undrawn(new Map(lacking), [], 0, false), soFar)).toBe(text);
  });

  test.each<[string, unknown[], boolean, string]>([
    ["numbers", [1, 2], false, "not drawn: 1 record without n, 1,498 beyond the first 2 (--window)"],
    ["pairs", [["a", 1]], false, "not drawn: 1 record without n, 1,499 beyond the largest 1 (--top)"],
    ["pairs that are ranked", [["a", 1]], true, "not drawn: 1 record without n"],
    [
      "records, though their kind ranks pairs",
      [{ n: 1 }],
      true,
      "not drawn: 1 record without n, 1,499 beyond the first 1 (--window)",
    ],
  ])("and those that the chart was not given: %s", (_what, records, ranks, text) => {
    expect(undrawnText(undrawn(new Map([["n", 1]]), records, 1500, ranks), false)).toBe(text);
  });
});

describe("what cannot be drawn is said", () => {
  test.each<[string, Partial<PlotPlan>, unknown[], RegExp]>([
    [
      "texts",
      {},
      ["to be"],
      /^%plot draws numbers, pairs \[key, number\] and records that have numbers, but trades has records such as 'to be'; map them first$/,
    ],
    [
      "records for a map",
      { mark: "map" },
      [["a", 1]],
      /^--mark map draws records with latitude and longitude \(lat, lon\), but trades has/,
    ],
    [
      "a field that is not there",
      { fields: { y: "prize" } },
      [MIXED],
      /^--y prize: the records have no such field that could be drawn; did you mean price\?$/,
    ],
    [
      "a field of another type",
      { mark: "line", fields: { y: "id" } },
      [MIXED],
      /^--y id is a text, and this chart takes a number there;/,
    ],
    [
      "a window of time over a number",
      { mark: "line", fields: { x: "size" }, window: { rows: 9, ms: 5 } },
      [MIXED],
      /^--x size is a number, and a window of time needs a time there; give a number of rows/,
    ],
  ])("%s", (_what, own, records, message) => {
    expect(() => drawingOf(plan(own), records)).toThrow(message);
  });
});

const SAMPLES: Record<string, unknown[]> = {
  map: [{ lat: 1, lon: 2, mag: 3, series: "s" }],
  heat: [["a", 1]],
  point: [{ x: 1, y: 2, color: "c" }],
  bar: [["a", 1]],
  line: [{ time: AT, value: 1, series: "s" }],
  histogram: [1, 2, 3],
  figure: [["a", 1]],
};

/** What Vega-Lite says of a specification. */
function warningsOf(spec: object): string[] {
  const warnings: string[] = [];
  const note = (...args: readonly unknown[]) => {
    warnings.push(args.join(" "));
    return logger;
  };
  const logger = { level: () => logger, error: note, warn: note, info: () => logger, debug: () => logger };
  const { spec: compiled } = compile({ ...spec, width: 300 } as never, { logger: logger as never });
  if (!compiled.data?.some((data) => data.name === "rows"))
    warnings.push("it does not read the data named rows");
  return warnings;
}

describe.each(MARKS)("the specification of --mark %s", (mark) => {
  const records = SAMPLES[mark] ?? [];
  test("compiles without a warning, also before there are records", () => {
    expect(warningsOf(drawingOf(plan({ mark }), records).spec)).toEqual([]);
    expect(warningsOf(emptySpec(plan({ mark })))).toEqual([]);
  });

  test("draws its rows, and nothing that is no number", async () => {
    const drawing = drawingOf(plan({ mark }), records);
    const rows = drawing.draw(5, records).rows;
    const view = await ChartView.compile(drawing.spec);
    const { svg } = await view.draw(drawing.summarise?.(rows) ?? rows);
    expect(svg).toMatch(/aria-roledescription="(bar|rect|line|point|text|circle|geoshape)/);
    expect(svg).not.toContain("NaN");
  });

  test("draws without rows, with an axis that is bare", async () => {
    const view = await ChartView.compile(emptySpec(plan({ mark })));
    const { svg } = await view.draw([]);
    const texts = [...svg.matchAll(/<text[^>]*>([^<]+)</g)].map(([, text]) => text);
    expect(texts).toEqual(["t"]);
  });
});

describe("texts of the data are never expressions", () => {
  const HOSTILE = [
    "datum['x']",
    "<img src=x onerror=alert(1)>",
    "a.b[0]",
    '"]);alert(1);(["',
    "__proto__",
    "{alert(1)}",
    "\\",
  ];
  test.each(HOSTILE)("%j as the name of a field", async (name) => {
    const records = [
      Object.fromEntries([
        ["k", "a"],
        [name, 3],
      ]),
    ];
    const drawing = drawingOf(plan({ mark: "bar", fields: { x: name } }), records);
    expect(warningsOf(drawing.spec)).toEqual([]);
    const { svg } = await (await ChartView.compile(drawing.spec)).draw(drawing.draw(5, records).rows);
    expect(svg).not.toMatch(/<img/);
    expect(drawing.draw(5, records).rows).toEqual([{ key: "a", value: 3 }]);
  });

  test.each(HOSTILE)("%j as a key, in each kind that shows keys", async (key) => {
    for (const mark of ["bar", "line", "heat", "figure"]) {
      const drawing = drawingOf(plan({ mark }), [[key, 3]]);
      const rows = drawing.draw(5, [[key, 3]]).rows;
      const view = await ChartView.compile(drawing.spec);
      const { svg } = await view.draw(drawing.summarise?.(rows) ?? rows);
      expect(svg).not.toMatch(/<img/);
      // What was drawn is found again, to be taken away.
      expect((await view.draw([])).svg).not.toContain(">3<");
    }
  });
});
