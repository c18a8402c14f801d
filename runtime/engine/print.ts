import { inspect } from "node:util";
import type { Presenter } from "./presenter.js";
import { writeWhole } from "./write-whole.js";

const RULE = "-".repeat(43);

/** What `print` shows of a batch: Spark's banner, a row per line, and `...` when there are more than `limit`. */
export function printedBatch(timeMs: number, rows: readonly unknown[], limit: number): string {
  const shown = rows.slice(0, limit).map(printedRow);
  if (rows.length > limit) shown.push("...");
  return [RULE, `Time: ${timeMs} ms`, RULE, ...shown, "", ""].join("\n");
}

function printedRow(row: unknown): string {
  if (typeof row === "string") return row;
  return inspect(row, {
    depth: 4,
    breakLength: Number.POSITIVE_INFINITY,
    maxArrayLength: 50,
    maxStringLength: 1000,
  });
}

/** Prints to the process's stdout, past the main thread, so that output comes while the program is busy. */
export const consolePresenter: Presenter = {
  rows: (output, timeMs, rows) => {
    if (output.kind === "print") writeWhole(1, printedBatch(timeMs, rows, output.take.limit));
  },
  printed: (_tag, name, text) => {
    writeWhole(name === "stdout" ? 1 : 2, text);
  },
  jobProgress: () => undefined,
  batchCompleted: () => undefined,
  stopped: () => undefined,
  removed: () => undefined,
};
