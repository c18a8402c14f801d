/** Charts where no plugin draws them: in files that were run and saved, in web pages made of them, in a terminal. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { PythonEnvironment } from "./jupyter/python-environment.js";
import { readNotebook, writeNotebook } from "./run/notebook-file.js";
import { ensureJupyterTools } from "./testing/jupyter-tools.js";
import { MillraceCommand } from "./testing/millrace-command.js";
import { notebookOf } from "./testing/notebook.js";
import { Terminal } from "./testing/terminal.js";

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
  // The pictures of what stopped are on their way.
  "await new Promise((done) => setTimeout(done, 3000))",
];

let millrace: MillraceCommand;
let tools: PythonEnvironment;
beforeEach(async () => {
  tools = await ensureJupyterTools(console.log);
  millrace = new MillraceCommand();
  await millrace.run("install", "--prefix", millrace.prefix);
});
afterEach(() => millrace.remove());

describe("a notebook that was run without a page", () => {
  test("is stored with the pictures its charts ended as, and is a web page that shows them", async () => {
    const file = join(millrace.folder, "n.ipynb");
    writeNotebook(file, notebookOf(...CELLS, ...RUN));
    const run = (...args: string[]) => millrace.runProgram(tools.script("jupyter"), args);
    const { status, stderr } = await run("execute", "--inplace", file);
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
    await run("nbconvert", "--to", "html", file);
    const html = readFileSync(join(millrace.folder, "n.html"), "utf8");
    // The chart as it is stored, and the dashboard's images.
    expect(/<svg|data:image\/svg\+xml;base64,/.test(html)).toBe(true);
    expect(html.split("data:image/png;base64,").length).toBeGreaterThan(3);
  });
});

describe("jupyter console", () => {
  const shows = async (): Promise<void> => {
    const program = [
      tools.script("jupyter"),
      "console",
      "--kernel",
      "millrace",
      "--no-confirm-exit",
      "--simple-prompt",
    ];
    const terminal = new Terminal(millrace, tools.script("python"), program);
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
      await terminal.shows(/key +value\s+(odd|even) +\d+\s+waiting: waiting for the first batch/);
      terminal.type("%plot --metrics\r");
      await terminal.shows(/waiting: waiting for a batch/);
    } finally {
      terminal.kill();
    }
  };
  test("shows a chart as a table and says how its stream is", shows, 120_000);
});

function text(value: unknown): string {
  return Array.isArray(value) ? value.join("") : String(value);
}
