import { changeset, parse, View } from "vega";
import { compile, type TopLevelSpec } from "vega-lite";
import { describe, expect, test } from "vitest";
import { keptRows } from "../../kernel/port/live-rows.js";
import { changeRows, type DrawnRow, rowChanges } from "./row-changes.js";

type Row = Record<string, number | string>;

const base = { width: 200, height: 100, data: { name: "rows" } };
const SPECS: Record<string, Record<string, unknown>> = {
  bars: {
    ...base,
    mark: "bar",
    encoding: {
      y: { field: "key", type: "nominal", sort: "-x" },
      x: { field: "value", type: "quantitative" },
    },
  },
  lines: {
    ...base,
    encoding: {
      x: { field: "time", type: "temporal" },
      y: { field: "value", type: "quantitative" },
      color: { field: "key", type: "nominal" },
    },
    layer: [
      { mark: "line" },
      { transform: [{ filter: "length(data('rows')) <= 4" }], mark: { type: "point", filled: true } },
    ],
  },
  histogram: {
    ...base,
    mark: "bar",
    encoding: {
      x: { field: "value", type: "quantitative", bin: true },
      y: { aggregate: "count", type: "quantitative" },
      color: { field: "key", type: "nominal" },
    },
  },
  ranked: {
    ...base,
    transform: [
      { calculate: "datum.value * 2", as: "twice" },
      { window: [{ op: "rank", as: "rank" }], sort: [{ field: "twice", order: "descending" }] },
    ],
    mark: "point",
    encoding: { x: { field: "rank", type: "ordinal" }, y: { field: "twice", type: "quantitative" } },
  },
};

/** The same numbers in each run. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * below);
  };
}

async function emptyView(name: string): Promise<View> {
  const { spec } = compile(SPECS[name] as unknown as TopLevelSpec);
  const view = new View(parse(spec), { renderer: "none" });
  await view.runAsync();
  return view;
}

async function drawnAnew(name: string, rows: readonly Row[]): Promise<string[]> {
  const view = await emptyView(name);
  await view.change("rows", changeset().insert(rows.map((row) => ({ ...row })))).runAsync();
  return partsOf(view);
}

/** What is drawn, in no order: that of items differs. Vega numbers what it clips with through the life of the process. */
async function partsOf(view: View): Promise<string[]> {
  const svg = await view.toSVG();
  view.finalize();
  return svg
    .replace(/clip\d+/g, "clip")
    .split("<")
    .sort();
}

describe.each(Object.keys(SPECS))("rows of a chart (%s) that others follow", (name) => {
  test.each([1, 2, 3, 4])("leave the picture that these make by themselves (%i)", async (seed) => {
    const below = numbers(seed);
    const view = await emptyView(name);
    let drawn: readonly DrawnRow[] = [];
    let rows: Row[] = [];
    for (let step = 0; step < 12; step++) {
      const came = Array.from({ length: below(7) }, (_, i) => ({
        time: step * 1000 + i,
        value: below(50),
        key: `key ${below(3)}`,
      }));
      const next = (below(2) === 0 ? came : keptRows([...rows, ...came], { keepRows: 9 })) as Row[];
      const changes = changeset();
      drawn = changeRows(changes, drawn, rowChanges(rows, next));
      rows = next;
      await view.change("rows", changes).runAsync();
      expect(view.data("rows")).toMatchObject(rows);
    }
    // One key at the end: a scale of keys keeps the order in which it met them.
    const last = [...rows.map((row) => ({ ...row, key: "key 0" })), { time: 1, value: 7, key: "key 0" }];
    const changes = changeset();
    changeRows(changes, drawn, rowChanges(rows, last));
    await view.change("rows", changes).runAsync();
    expect(await partsOf(view)).toEqual(await drawnAnew(name, last));
  });
});

describe("rows of a chart", () => {
  const [a, b, c] = [{ n: 1 }, { n: 2 }, { n: 3 }];

  test.each([
    ["some that leave and some that come", [a, b], [b, c], { left: [0], came: [c] }],
    ["others in place of all", [a, b], [c], { left: [0, 1], came: [c] }],
    ["the first", [], [a, b], { left: [], came: [a, b] }],
    ["equal ones that are other objects", [a], [{ n: 1 }], { left: [0], came: [a] }],
    ["none", [a, b], [], { left: [0, 1], came: [] }],
    ["the same", [a, b], [a, b], { left: [], came: [] }],
  ])("are followed by %s", (_what, shown, rows, changes) => {
    expect(rowChanges(shown, rows)).toEqual(changes);
  });

  test("that stay keep the object that stands for them", () => {
    const first = changeRows(changeset(), [], { left: [], came: [a, b] });
    const second = changeRows(changeset(), first, { left: [0], came: [c] });
    expect(second[0]?.drawn).toBe(first[1]?.drawn);
    expect(second.map(({ row }) => row)).toEqual([b, c]);
  });

  test("that are all others are written over those that are drawn", () => {
    const first = changeRows(changeset(), [], { left: [], came: [a, b] });
    const second = changeRows(changeset(), first, { left: [0, 1], came: [c] });
    expect(second.map(({ drawn }) => drawn)).toEqual([first[0]?.drawn]);
  });
});
