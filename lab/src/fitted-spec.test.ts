import { parse, View } from "vega";
import { compile } from "vega-lite";
import { describe, expect, test } from "vitest";
import { fitted } from "./fitted-spec.js";

const BARS = {
  mark: "bar",
  height: { step: 18 },
  encoding: { x: { field: "n", type: "quantitative" }, y: { field: "key", type: "nominal", sort: "-x" } },
};
const WIDE = { type: "fit-x", contains: "padding", resize: true };
const BOTH = { type: "fit", contains: "padding", resize: true };

describe("a chart's specification", () => {
  test.each([
    [
      "takes the width of its cell",
      { mark: "line", height: 260 },
      { mark: "line", height: 260, autosize: WIDE, width: "container" },
    ],
    ["keeps a width of its own", { mark: "line", width: 300 }, { mark: "line", width: 300 }],
    ["of several charts is as it is", { hconcat: [] }, { hconcat: [] }],
    [
      "has its own way to fit",
      { mark: "line", autosize: "pad" },
      { mark: "line", autosize: "pad", width: "container" },
    ],
  ])("%s", (_what, spec, expected) => {
    expect(fitted(spec, { width: 500 })).toEqual(expected);
  });

  test("takes the height of a tile too", () => {
    expect(fitted({ layer: [], height: 260 }, { width: 500, height: 300 })).toEqual({
      layer: [],
      autosize: BOTH,
      width: "container",
      height: "container",
    });
  });

  test.each([
    ["none", 0, { bars: [0, 290], axis: 290, grid: 0.6 }],
    ["two", 2, { bars: [0, 52], axis: 52, grid: 0 }],
    ["more than have room", 15, { bars: [0, 290], axis: 290, grid: 0.6 }],
  ])(
    "shares the height of a tile among its bars, of which none is thicker than usual, with the axis below them: %s",
    async (_what, count, expected) => {
      const rows = Array.from({ length: count }, (_, i) => ({ key: `key ${i}`, n: count - i }));
      const chart = fitted({ ...BARS, data: { name: "rows" } }, { width: 500, height: 300 });
      // Its sides are the chart's own, without axes.
      const { spec } = compile({ ...chart, autosize: "none" } as never);
      const view = await new View(parse(spec), { renderer: "none" })
        .signal("height", 300)
        .insert("rows", rows)
        .runAsync();
      expect({ bars: view.scale("y").range(), ...axesOf(view) }).toEqual(expected);
    },
  );
});

interface DrawnNode {
  role?: string;
  y?: number;
  orient?: string;
  opacity?: number;
  items?: DrawnNode[];
}

/** Where the axis across stands, and how its grid is drawn. */
function axesOf(view: View): { axis: number; grid: number | undefined } {
  const nodes = (node: DrawnNode): DrawnNode[] => [node, ...(node.items ?? []).flatMap(nodes)];
  const all = nodes((view as unknown as { scenegraph(): { root: DrawnNode } }).scenegraph().root);
  const axes = all.filter(({ role }) => role === "axis").flatMap(({ items = [] }) => items);
  const across = axes.filter(({ orient }) => orient === "bottom");
  const has = (axis: DrawnNode, part: string): boolean => nodes(axis).some(({ role }) => role === part);
  const grid = nodes(across.find((axis) => has(axis, "axis-grid")) ?? {}).find(
    ({ role }) => role === "axis-grid",
  );
  return {
    axis: Math.floor(across.find((axis) => has(axis, "axis-label"))?.y ?? Number.NaN),
    grid: grid?.items?.[0]?.opacity,
  };
}
