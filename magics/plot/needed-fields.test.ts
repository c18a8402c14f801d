import { describe, expect, test } from "vitest";
import { ChartView } from "../../kernel/display/chart-view.js";
import type { LiveSpec } from "../../kernel/port/live.js";
import { NeededFields } from "./needed-fields.js";

const X = { field: "x", type: "quantitative" };
const Y = { field: "y", type: "quantitative" };
const POINTS = { mark: "point", encoding: { x: X, y: Y } };
const LINE = { mark: "line", encoding: { x: X, y: Y } };
const ROWS = [
  { x: 1, y: 1, c: "a", n: 1 },
  { x: 2, y: null, c: "b", n: 2 },
  { x: 3, c: null, n: null },
  { x: Number.NaN, y: 4, c: "d", n: 4 },
  { x: 5, y: 5, n: Number.POSITIVE_INFINITY },
];

const missed = (spec: LiveSpec) => {
  const fields = new NeededFields(spec);
  return ROWS.map((row) => fields.missing(row));
};

describe("a record is missed in a specification of one's own", () => {
  test.each<[string, LiveSpec, (string | undefined)[]]>([
    ["that has no place on an axis of numbers", POINTS, [undefined, "y", "y", "x", undefined]],
    [
      "that has no number for its colour",
      { mark: "point", encoding: { x: X, color: { field: "n", type: "quantitative" } } },
      [undefined, undefined, "n", "x", "n"],
    ],
    [
      "not for a text, which is drawn as missing",
      { mark: "bar", encoding: { x: X, y: { field: "c", type: "nominal" }, color: { field: "c" } } },
      [undefined, undefined, undefined, "x", undefined],
    ],
    [
      "whose types are the usual ones",
      { mark: "point", encoding: { x: { field: "n" }, y: { field: "c", sort: ["a"] } } },
      [undefined, undefined, "n", undefined, "n"],
    ],
    [
      "that a mean goes on without, but not a count",
      {
        mark: "bar",
        encoding: { x: { aggregate: "mean", field: "y" }, y: { aggregate: "distinct", field: "n" } },
      },
      [undefined, "y", "y", undefined, undefined],
    ],
    [
      "by no layer drawn",
      { encoding: { x: X }, layer: [{ mark: "point", encoding: { y: Y } }, { mark: "rule" }] },
      [undefined, undefined, undefined, "x", undefined],
    ],
    [
      "by one of two charts side by side",
      { hconcat: [POINTS, { mark: "tick", encoding: { x: X } }] },
      [undefined, "y", "y", "x", undefined],
    ],
    ["in small multiples", { facet: { field: "c" }, spec: LINE }, [undefined, "y", "y", "x", undefined]],
    [
      "not where it is of other data",
      {
        layer: [
          { ...POINTS, data: { values: [{ x: 1, y: 1 }] } },
          { mark: "tick", encoding: { x: X } },
        ],
      },
      [undefined, undefined, undefined, "x", undefined],
    ],
    [
      "not for a field that is calculated",
      { ...POINTS, transform: [{ calculate: "1", as: "y" }] },
      [undefined, undefined, undefined, "x", undefined],
    ],
    [
      "not where rows are made of others",
      { ...POINTS, transform: [{ fold: ["x", "y"] }] },
      ROWS.map(() => undefined),
    ],
    [
      "not where the specification says what becomes of it",
      { ...POINTS, config: { mark: { invalid: null } } },
      ROWS.map(() => undefined),
    ],
    [
      "not on a scale of places",
      { mark: "bar", encoding: { x: { ...Y, scale: { type: "band" } } } },
      ROWS.map(() => undefined),
    ],
  ])("%s", (_what, spec, expected) => {
    expect(missed(spec)).toEqual(expected);
  });

  test("a field in a field, and a time as text", () => {
    const fields = new NeededFields({
      mark: "point",
      encoding: { x: { field: "at", type: "temporal" }, y: { field: "a.b", type: "quantitative" } },
    });
    expect(
      [
        { at: "2026-01-02", a: { b: 1 } },
        { at: "soon", a: { b: 1 } },
        { at: 5, a: {} },
      ].map((row) => fields.missing(row)),
    ).toEqual([undefined, "at", "a.b"]);
  });

  test("as many marks are drawn as there are records that are not missed", async () => {
    const spec = { data: { name: "rows" }, ...POINTS };
    const { svg } = await (await ChartView.compile(spec)).draw(ROWS);
    const drawn = missed(POINTS).filter((field) => field === undefined);
    expect(svg.match(/aria-roledescription="point"/g)).toHaveLength(drawn.length);
  });
});
