import { describe, expect, test } from "vitest";
import type { LiveSpec } from "../port/live.js";
import { rowText } from "./row-text.js";

const SPEC: LiveSpec = {
  data: { name: "rows" },
  encoding: {
    x: { field: "when", type: "temporal" },
    y: { field: "price", type: "quantitative" },
    tooltip: [
      { field: "column", type: "temporal" },
      { field: "year", type: "nominal" },
    ],
  },
  // An axis whose times are names, as in a heat map.
  layer: [{ mark: "rect", encoding: { x: { field: "column", type: "ordinal" } } }],
  datasets: { rows: [{ field: "price", type: "temporal" }] },
};

/** In the zone of the machine. */
const at = (day: number, hours: number, ms = 0): number => new Date(2026, 0, day, hours, 3, 21, ms).getTime();

describe("values of a chart's rows as text", () => {
  test.each<[unknown, string]>([
    [184.09999999999997, "184.1"],
    [1 / 3, "0.3333"],
    [-1234567.891, "-1,234,567.891"],
    [0.000123456, "0.0001235"],
    [0, "0"],
    [null, "null"],
    ["184.09999999999997", "184.09999999999997"],
    [`a\n${"b".repeat(50)}`, `a ${"b".repeat(37)}…`],
  ])("%j is written %s", (value, text) => {
    expect(rowText({ spec: SPEC, rows: [] })("price", value)).toBe(text);
    expect(rowText({ spec: null, rows: [] })("price", value)).toBe(text);
  });

  test("a number that is a name is left as it is", () => {
    expect(rowText({ spec: SPEC, rows: [] })("year", 2026)).toBe("2026");
  });

  test.each(["when", "column", "time"])("times of one day have none, in %s", (field) => {
    const rows = [{ [field]: at(5, 9) }, { [field]: at(5, 14, 50) }];
    const text = rowText({ spec: SPEC, rows });
    expect(text(field, at(5, 9))).toMatch(/^09:03:21(Z| \(\d\d:\d\d:21Z\))$/);
    expect(text(field, at(5, 14, 50))).toMatch(/^14:03:21\.050(Z| \(\d\d:\d\d:21\.050Z\))$/);
  });

  test("times of several days have their date", () => {
    const rows = [{ when: at(5, 9) }, { when: at(6, 9) }, {}];
    expect(rowText({ spec: SPEC, rows })("when", at(5, 9))).toMatch(/^2026-01-05 09:03:21(Z| \(.*Z\))$/);
  });

  test("a field that is called time may have other numbers, if no specification calls it a time", () => {
    expect(rowText({ spec: null, rows: [] })("time", 12)).toBe("12");
  });
});
