import { compile } from "vega-lite";
import { expect, test } from "vitest";
import { chartSpec } from "./chart-spec.js";

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
