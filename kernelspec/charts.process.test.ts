/** Charts where no plugin draws them: in files that were run and saved, in web pages made of them, in a terminal. */

import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { readNotebook } from "./run/notebook-file.js";
import { jupyterPrograms } from "./testing/jupyter-programs.js";

const { console: openConsole, file: fileOf, jupyter, write } = jupyterPrograms();

const CELLS = [
  "const ssc = new StreamingContext(sc, 100);",
  "const ticks = ssc.queueStream(Array.from({ length: 1000 }, (_, i) => [i + 1]));",
  'const pairs = ticks.map((i) => [i % 2 ? "odd" : "even", i]);',
];
const RUN = [
  "%plot pairs --mode append",
  "%dashboard pairs",
  "%stream start",
  "await ssc.awaitBatches(5)",
  "%stream stop",
];

describe("a notebook that was run without a page", () => {
  test("is stored with the pictures its charts ended as, and is a web page that shows them", async () => {
    const file = write(...CELLS, ...RUN);
    const { status, stderr } = await jupyter("execute", "--inplace", file);
    expect(status, stderr).toBe(0);
    const { cells } = readNotebook(file);
    const [chart, dashboard] = [cells[3], cells[4]].map(
      (cell) => cell?.outputs?.[0]?.data as Record<string, unknown>,
    );
    expect(Object.keys(chart ?? {}).sort()).toEqual([
      "application/vnd.millrace.stream.v1+json",
      "application/vnd.vegalite.v5+json",
      "image/png",
      "image/svg+xml",
      "text/plain",
    ]);
    expect(chart?.["application/vnd.millrace.stream.v1+json"]).toMatchObject({
      status: { state: "stopped" },
    });
    expect(String(chart?.["image/svg+xml"])).toContain(">odd<");
    expect(text(dashboard?.["text/html"]).match(/<img src="data:image\/png;base64,/g)).toHaveLength(3);
    await jupyter("nbconvert", "--to", "html", file);
    const html = readFileSync(fileOf("n.html"), "utf8");
    // The chart as it is stored, and the dashboard's images.
    expect(/<svg|data:image\/svg\+xml;base64,/.test(html)).toBe(true);
    expect(html.split("data:image/png;base64,").length).toBeGreaterThan(3);
  });
});

describe("jupyter console", () => {
  const shows = async (): Promise<void> => {
    const terminal = openConsole("--simple-prompt");
    try {
      const cells = [
        ...CELLS,
        "pairs.foreachRDD(() => {}); await ssc.start(); (await ssc.awaitBatches(3)).outputs.length",
      ];
      for (const [i, code] of cells.entries()) {
        await terminal.shows(new RegExp(`In \\[${i + 1}\\]: `));
        terminal.type(`${code}\r`);
      }
      await terminal.shows(/Out\[4\]: 1/);
      terminal.type("%plot pairs\r");
      await terminal.shows(/key +value\s+(odd|even) +\d+\s+waiting: no batch yet/);
      terminal.type("%plot --metrics\r");
      await terminal.shows(/waiting: no batch yet/);
    } finally {
      terminal.kill();
    }
  };
  test("shows a chart as a table and says how its stream is", shows, 120_000);
});

function text(value: unknown): string {
  return Array.isArray(value) ? value.join("") : String(value);
}
