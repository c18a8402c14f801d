import { compile } from "vega-lite";
import { describe, expect, test } from "vitest";
import { ChartView } from "../../kernel/display/chart-view.js";
import type { ChartRow } from "../live/rows.js";
import { chartSpec } from "./chart-spec.js";

describe.each(["bar", "line"] as const)("the axes of a %s chart", (mark) => {
  const texts = async (rows: ChartRow[]) => {
    const view = await ChartView.compile(chartSpec({ mark, title: "t", x: "", y: "" }));
    const { svg } = await view.draw(rows);
    return [...svg.matchAll(/<text[^>]*>([^<]+)</g)].map(([, text]) => text);
  };
  test("are bare without rows", async () => expect(await texts([])).toEqual(["t"]));
  test("have numbers, also where all are 0", async () => {
    expect(await texts([{ key: "a", value: 0, time: 0 }])).toContain("0");
    expect(await texts([{ key: "a", value: 20_000, time: 0 }])).toContain("20k");
  });
});

test.each(["bar", "line"] as const)(
  "a %s chart compiles without a warning, and reads the data named rows",
  (mark) => {
    const warnings: string[] = [];
    const note = (...args: readonly unknown[]) => {
      warnings.push(args.join(" "));
      return logger;
    };
    const logger = {
      level: () => logger,
      error: note,
      warn: note,
      info: () => logger,
      debug: () => logger,
    } as never;
    const { spec } = compile({ ...chartSpec({ mark, title: "t", x: "", y: "" }), width: 300 } as never, {
      logger,
    });
    expect(warnings).toEqual([]);
    expect(spec.data?.some((data) => data.name === "rows")).toBe(true);
  },
);
