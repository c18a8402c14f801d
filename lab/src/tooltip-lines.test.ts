import { describe, expect, test } from "vitest";
import { linesOf, tooltipLines, withoutTooltip } from "./tooltip-lines.js";

const LINES = [
  { field: "key", type: "nominal", title: "word" },
  { field: "value", type: "quantitative", title: "a\\u005cb", format: "," },
  { field: "time", type: "temporal", title: "at", format: "%Y" },
];
const LOCALE = {
  format: (specifier: string) => (value: number) => `${value} by ${specifier}`,
  timeFormat: (specifier: string) => (value: number) => `${value} by ${specifier}`,
};

describe("the tooltip of a chart", () => {
  test("is told of a row by its lines: texts as they are, numbers and times by their formats, and what a time is in UTC", () => {
    const row = { key: "<b>", value: 1200, time: 5, other: 1 };
    expect(linesOf(row, LINES, LOCALE)).toEqual({
      word: "<b>",
      "a\\b": "1200 by ,",
      at: "5 by %Y (00:00:00Z)",
    });
  });

  test("says nothing of a value that is missing", () => {
    expect(linesOf({ value: null }, LINES, LOCALE)).toEqual({ word: "", "a\\b": "", at: "" });
  });

  test("is taken from the marks, which hand over their row", () => {
    const encoding = { x: { field: "time" }, tooltip: LINES };
    const row = { tooltip: { content: "data" } };
    expect(tooltipLines({ encoding })).toEqual(LINES);
    expect(withoutTooltip({ mark: "bar", encoding })).toEqual({
      mark: { type: "bar", ...row },
      encoding: { x: { field: "time" } },
    });
    expect(
      withoutTooltip({ layer: [{ mark: "line" }, { mark: { type: "point", size: 1 } }], encoding }),
    ).toEqual({
      layer: [{ mark: { type: "line", ...row } }, { mark: { type: "point", size: 1, ...row } }],
      encoding: { x: { field: "time" } },
    });
  });

  test.each([
    ["one that Vega-Lite aggregates", [{ field: "x", type: "quantitative", title: "x", aggregate: "mean" }]],
    ["one without titles", [{ field: "x", type: "quantitative" }]],
    ["fields within fields", [{ field: "a.b", type: "nominal", title: "b" }]],
    ["a single field", { field: "x", type: "nominal", title: "x" }],
  ])("is left to Vega: %s", (_what, tooltip) => {
    expect(tooltipLines({ encoding: { tooltip } })).toBeUndefined();
  });

  test("is left to Vega where there is none for all marks", () => {
    expect(tooltipLines({ mark: "bar" })).toBeUndefined();
  });
});
