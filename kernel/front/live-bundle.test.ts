import { describe, expect, it } from "vitest";
import { LIVE_MIME, type LiveBundle, type LiveStatus } from "../port/live.js";
import type { TableColumn } from "../port/table.js";
import { liveBundleOf, withFallbacks, withTiles } from "./live-bundle.js";
import { rowsAsText } from "./live-text.js";

const live: LiveBundle = {
  display: "d",
  spec: { $schema: "v6", mark: "bar", data: { name: "rows" } },
  rows: [{ word: "the", count: 3 }],
  status: { state: "streaming", reason: "", text: "batch 1" },
  keepRows: 10,
};
const shown = { data: { [LIVE_MIME]: live }, metadata: {}, displayId: undefined };
const pictures = { png: "aGk=", width: 20, height: 10 };

describe("fallbacks of a live display", () => {
  it("are Vega-Lite v5 with its rows, png and text, under the display's id", () => {
    expect(withFallbacks(shown, live, pictures)).toEqual({
      data: {
        "application/vnd.vegalite.v5+json": {
          $schema: "https://vega.github.io/schema/vega-lite/v5.json",
          mark: "bar",
          data: { name: "rows" },
          datasets: { rows: [{ word: "the", count: 3 }] },
        },
        "image/png": "aGk=",
        "text/plain": "word  count\nthe   3\nbatch 1",
        [LIVE_MIME]: live,
      },
      metadata: { "image/png": { width: 20, height: 10, alt: "chart: the 3; streaming" } },
      displayId: "d",
    });
  });

  it("have an svg that says what it shows where no png can be lettered", () => {
    const svg = '<svg width="20"></svg>';
    expect(withFallbacks(shown, live, { ...pictures, svg }).data).toMatchObject({
      "image/svg+xml": '<svg width="20" role="img"><title>chart: the 3; streaming</title></svg>',
      "image/png": "aGk=",
    });
  });

  it.each<[Partial<LiveBundle>, string, string]>([
    [{ rows: [] }, "words: no rows yet; streaming", "words\n(no rows yet)\nbatch 1"],
    [
      { rows: Array.from({ length: 7 }, (_, i) => ({ word: `<w${i}>`, count: i })) },
      "words: <w0> 0, <w1> 1, <w2> 2, <w3> 3, <w4> 4 and 2 more; streaming",
      "words\nword  count\n<w0>  0\n",
    ],
    [
      {
        rows: [1, 2].flatMap((time) => [
          { time, key: "a", value: time },
          { time, key: "b", value: 10 * time },
        ]),
      },
      "words: a 2, b 20; streaming",
      "words\na  ▅█ 2\nb  ▅█ 20\n",
    ],
  ])(
    "say what the picture shows to those who do not see it, and in their text the title: %j",
    (part, alt, text) => {
      const spec = { ...live.spec, title: { text: "words" } };
      const { data, metadata } = withFallbacks({ ...shown, data: {} }, { ...live, spec, ...part }, pictures);
      expect(metadata["image/png"]).toMatchObject({ alt });
      expect(data["text/plain"]).toContain(text);
    },
  );

  it("have a size of their own where the plugin would give one", () => {
    const spec = { ...live.spec, width: "container", height: 90 };
    const { data } = withFallbacks(shown, { ...live, spec }, undefined);
    expect(data["application/vnd.vegalite.v5+json"]).toMatchObject({ width: 600, height: 90 });
  });

  it("have no images without pictures", () => {
    const types = Object.keys(withFallbacks(shown, live, undefined).data);
    expect(types).toEqual(["application/vnd.vegalite.v5+json", "text/plain", LIVE_MIME]);
  });

  it.each<[LiveStatus, string]>([
    [{ state: "failed", reason: "no such word", text: "batch 1" }, "failed: no such word · batch 1"],
    [{ state: "stopped", reason: "", text: "batch 1" }, "stopped · batch 1"],
    [{ state: "waiting", reason: "not started", text: "" }, "waiting: not started"],
  ])("say in their text why the display stands still: %j", (status, line) => {
    const { data } = withFallbacks(shown, { ...live, status }, undefined);
    expect(data["text/plain"]).toBe(`word  count\nthe   3\n${line}`);
  });

  it("of a display without a chart are its strip, as HTML with a bar and as text; what it says is no markup", () => {
    const status: LiveStatus = { state: "running", reason: "", text: "1 of 4 <tasks>", progress: 0.25 };
    const bar = { ...live, spec: null, rows: [], status };
    expect(withFallbacks({ ...shown, data: {} }, bar, undefined).data).toEqual({
      "text/html": '<progress max="1" value="0.25"></progress> running · 1 of 4 &lt;tasks&gt;',
      "text/plain": "running · 1 of 4 <tasks>",
      [LIVE_MIME]: bar,
    });
  });

  it("of a dashboard are its pictures and tables below each other; what they say is no markup", () => {
    const columns: TableColumn[] = [{ name: "key", title: "key", kind: "text" }];
    const table = {
      ...live,
      spec: null,
      tables: [{ name: "t", title: "", columns }],
      rows: [{ table: "t", key: "<b>" }],
    };
    const board = { ...live, spec: null, rows: [], tiles: [live, table] };
    const { data } = withTiles({ ...shown, data: {} }, board, [
      { bundle: live, pictures },
      { bundle: table, pictures: undefined },
    ]);
    expect(data["text/html"]).toContain(
      '<img src="data:image/png;base64,aGk=" width="20" height="10" alt="chart: the 3; streaming">',
    );
    expect(data["text/html"]).toContain("&lt;b&gt;");
    expect(data["text/plain"]).toBe("word  count\nthe   3\nbatch 1\n\nkey\n<b>\n\nbatch 1");
    expect(data[LIVE_MIME]).toBe(board);
  });

  it("of a chart that could not be drawn in a dashboard are its rows", () => {
    const board = { ...live, spec: null, rows: [], tiles: [live] };
    const { data } = withTiles({ ...shown, data: {} }, board, [{ bundle: live, pictures: undefined }]);
    expect(data["text/html"]).toBe("<div><pre>word  count\nthe   3\nbatch 1</pre></div>");
  });

  it("leave what the cell gave itself", () => {
    const own = { ...shown, data: { ...shown.data, "text/plain": "mine" }, displayId: "own" };
    expect(withFallbacks(own, live, pictures)).toMatchObject({
      data: { "text/plain": "mine" },
      displayId: "own",
    });
  });

  it("of tables are HTML and text, each with the rows that name it, in which data is text", () => {
    const columns: TableColumn[] = [
      { name: "key", title: "key", kind: "text" },
      { name: "n", title: "count", kind: "number" },
      { name: "stop", title: "", kind: "button" },
    ];
    const tables = [
      { name: "a", title: "first", columns },
      { name: "b", title: "", columns },
    ];
    const rows = [
      {
        table: "a",
        key: "<img src=x onerror=alert(1)>",
        n: 1200,
        stop: { label: "Stop", command: "stop a" },
      },
      { table: "b", key: "\u001b[31mred", n: 3 },
    ];
    const { data } = withFallbacks(shown, { ...live, spec: null, tables, rows }, undefined);
    expect(data["text/plain"]).toBe(
      "first\nkey                           count\n<img src=x onerror=alert(1)>  1,200\n\nkey       count\n [31mred      3\n\nbatch 1",
    );
    expect(data["text/html"]).toContain("&lt;img src=x onerror=alert(1)&gt;");
    expect(data["text/html"]).not.toMatch(/<img|<button|Stop/);
  });

  it.each([
    ["no rows", [], "", "(no rows yet)"],
    ["columns that come later", [{ a: 1 }, { b: "x" }], "", "a  b\n1\n   x"],
    [
      "many rows",
      Array.from({ length: 22 }, (_, n) => ({ n })),
      "s",
      `n\n${[...Array(20).keys()].join("\n")}\n… 2 more rows\ns`,
    ],
    ["long and broken values", [{ v: `a\n${"b".repeat(50)}` }], "", `v\na ${"b".repeat(37)}…`],
    [
      "values over time, as a sparkline a series",
      [
        { time: 1, value: 0, key: "a" },
        { time: 1, value: 5, key: "long" },
        { time: 2, value: 4, key: "a" },
      ],
      "s",
      "a     ▁█ 4\nlong  █ 5\ns",
    ],
    [
      "a line that breaks",
      [
        { time: 1, value: 1 },
        { time: 8, value: null },
        { time: 9, value: 2 },
      ],
      "",
      "▅█ 2",
    ],
    [
      "one line over time",
      [
        { time: 1, value: 1 },
        { time: 2, value: 2 },
      ],
      "",
      "▅█ 2",
    ],
    [
      "a heat map, as a sparkline for each key",
      [
        { time: 1, x: 1, y: "mill", value: 1 },
        { time: 1, x: 1, y: "race", value: 4 },
        { time: 2, x: 2, y: "mill", value: 2 },
      ],
      "",
      "mill  ▅█ 2\nrace  █ 4",
    ],
    ["nested values", [{ v: { x: [1] } }, { v: null }], "", 'v\n{"x":[1]}\nnull'],
  ])("write a table of %s", (_, rows, status, text) => {
    expect(rowsAsText({ spec: null, rows }, status)).toBe(text);
  });

  it.each([
    undefined,
    null,
    "x",
    {},
    { ...live, rows: undefined },
    { ...live, keepRows: "1" },
    { ...live, spec: [] },
  ])("are not made for a bundle that is not well formed: %j", (value) => {
    expect(liveBundleOf({ [LIVE_MIME]: value })).toBeUndefined();
  });
});
