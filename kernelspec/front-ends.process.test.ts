/** The installed kernel behind Jupyter's own front ends for files and terminals. */

import { readFileSync } from "node:fs";
import { afterEach, describe, expect, test } from "vitest";
import { type NotebookCell, readNotebook } from "./run/notebook-file.js";
import { jupyterPrograms } from "./testing/jupyter-programs.js";
import type { Terminal } from "./testing/terminal.js";

const { console: openConsole, file: fileOf, jupyter, python, write } = jupyterPrograms();

const CELLS = [
  'console.log("to stdout"); console.error("to stderr")',
  "const wheels: number = 6; wheels * 7",
  'display.html("<b>mill</b>"); undefined',
  "await Promise.resolve([{ word: 'mill', count: 2 }])",
];

/** Cells that loop get five seconds: `jupyter execute` does not hand these options of nbclient on. */
const WITH_TIMEOUT = `
import sys, nbformat, nbclient
notebook = nbformat.read(sys.argv[1], 4)
limit = lambda cell: 5 if "while" in cell.source else None
nbclient.NotebookClient(notebook, timeout_func=limit, interrupt_on_timeout=True, allow_errors=True).execute()
nbformat.write(notebook, sys.argv[1])
`;

/** The kinds of a cell's outputs, in order. */
const kinds = ({ outputs = [] }: NotebookCell): unknown[] =>
  outputs.map(({ output_type, name }) => name ?? output_type);

describe("jupyter execute (nbclient)", () => {
  test("runs a notebook and stores what each cell showed", async () => {
    const file = write(...CELLS);
    const { status, stderr } = await jupyter("execute", "--inplace", file);
    expect(status, stderr).toBe(0);
    const { cells } = readNotebook(file);
    expect(cells.map(kinds)).toEqual([
      ["stdout", "stderr"],
      ["execute_result"],
      ["display_data"],
      ["execute_result"],
    ]);
    expect(cells.map((cell) => cell.execution_count)).toEqual([1, 2, 3, 4]);
    expect(cells[1]?.outputs).toMatchObject([{ data: { "text/plain": ["42"] } }]);
  });

  test("stops at a cell that fails and shows its error", async () => {
    const file = write("1", 'throw new Error("no water in the race")', "2");
    const { status, stderr } = await jupyter("execute", "--inplace", file);
    expect(status).not.toBe(0);
    expect(stderr).toContain("no water in the race");
  });

  test("goes on after an error where errors are allowed", async () => {
    const file = write('throw new Error("no water in the race")', "2");
    const { status, stderr } = await jupyter("execute", "--inplace", "--allow-errors", file);
    expect(status, stderr).toBe(0);
    expect(readNotebook(file).cells.map(kinds)).toEqual([["error"], ["execute_result"]]);
  });

  test("runs on after a cell that took too long: the interrupt keeps the notebook's variables", async () => {
    const file = write("const kept = 42", "while (true) {}", "kept");
    const { status, stderr } = await python("-c", WITH_TIMEOUT, file);
    expect(status, stderr).toBe(0);
    const { cells } = readNotebook(file);
    expect(cells.map(kinds)).toEqual([[], ["error"], ["execute_result"]]);
    expect(cells[2]?.outputs).toMatchObject([{ data: { "text/plain": ["42"] } }]);
  });
});

/** A state with a hostile key after one batch, in virtual time. */
const STREAM_CELLS = [
  "%clock manual",
  'const counts = ssc.queueStream([[["a", 1], ["<img src=x onerror=alert(1)>", 1]]]).updateStateByKey(values => values.length);',
  "counts.foreachRDD(() => undefined);",
  "%stream start",
  "%clock advance 1s",
];

describe("jupyter nbconvert", () => {
  test("to html shows the code highlighted, and what the cells showed", async () => {
    const { status, stderr } = await jupyter("nbconvert", "--to", "html", "--execute", write(...CELLS));
    expect(status, stderr).toBe(0);
    const html = readFileSync(fileOf("n.html"), "utf8").replace(/<style[\s\S]*?<\/style>/g, "");
    expect(html).toContain("<b>mill</b>");
    expect(html).toMatch(/<td[^>]*>mill<\/td>/);
  });

  test("shows tables of streams, live ones too, in which data is text", async () => {
    const file = write(...STREAM_CELLS, "%streams", "%state counts");
    const { status, stderr } = await jupyter("nbconvert", "--to", "html", "--execute", file);
    expect(status, stderr).toBe(0);
    const html = readFileSync(fileOf("n.html"), "utf8");
    expect(html).toContain("<p>outputs</p><table");
    expect(html).toMatch(/<td[^>]*>counts\.foreachRDD\(\)<\/td>/);
    expect(html).toMatch(/<td[^>]*>&lt;img src=x onerror=alert\(1\)&gt;<\/td><td[^>]*>1<\/td>/);
    expect(html).not.toContain("<img src=x");
  });

  test("to script writes a .ts file, for a notebook that was saved by a front end", async () => {
    const file = write(...CELLS);
    await jupyter("execute", "--inplace", file);
    const { status, stderr } = await jupyter("nbconvert", "--to", "script", file);
    expect(status, stderr).toBe(0);
    expect(readFileSync(fileOf("n.ts"), "utf8").trim().split("\n\n")).toEqual(CELLS);
  });
});

/** Ctrl and a letter, as a terminal sends them. */
const ctrl = (letter: string): string => String.fromCharCode(letter.charCodeAt(0) & 0x1f);

describe("jupyter console", () => {
  let terminal: Terminal;
  const open = (...args: string[]): void => {
    terminal = openConsole(...args);
  };
  afterEach(() => terminal.kill());

  const runCells = async (): Promise<void> => {
    open("--simple-prompt");
    await terminal.shows(/In \[1\]: /);
    terminal.type("const wheels = 6\r");
    await terminal.shows(/In \[2\]: /);
    terminal.type('console.log("turning"); while (true) {}\r');
    await terminal.shows(/\nturning/);
    terminal.type(ctrl("C"));
    await terminal.shows(/KeyboardInterrupt/);
    await terminal.shows(/In \[3\]: /);
    terminal.type("wheels * 7\r");
    await terminal.shows(/Out\[3\]: 42/);
    terminal.type('const name = await input("name? "); name.length\r');
    await terminal.shows(/name\? $/);
    terminal.type("mill\r");
    await terminal.shows(/Out\[4\]: 4/);
    await terminal.shows(/In \[5\]: /);
    terminal.type(ctrl("D"));
    await terminal.ended;
  };
  const title =
    "runs cells, is interrupted by Ctrl-C without losing variables, asks for input, ends by Ctrl-D";
  test(title, runCells);

  const inspect = async (): Promise<void> => {
    open("--simple-prompt");
    for (const [i, cell] of [...STREAM_CELLS, "%state counts"].entries()) {
      await terminal.shows(new RegExp(`In \\[${i + 1}\\]: `));
      terminal.type(`${cell}\r`);
    }
    await terminal.shows(/counts: 2 keys[\s\S]*key +value[\s\S]*a +1/);
    terminal.type("%streams\r");
    await terminal.shows(/outputs\s+output +state +batches[\s\S]*counts\.foreachRDD\(\) +● streaming +1/);
    await terminal.shows(/In \[8\]: /);
    terminal.type(ctrl("D"));
    await terminal.ended;
  };
  test("shows tables of streams as aligned text", inspect);

  const complete = async (): Promise<void> => {
    // A machine may be slower than it waits for by itself.
    open("--ZMQTerminalInteractiveShell.kernel_is_complete_timeout=60", "--ZMQCompleter.timeout=60");
    await terminal.shows(/In \[1\]: /);
    terminal.type("const wheels = {\r");
    await terminal.shows(/\.\.\.: /);
    terminal.type("spokes: 8 };\r");
    await terminal.shows(/In \[2\]: /);
    terminal.type("wheels.sp\t");
    await terminal.shows(/wheels\.spokes/);
    terminal.type(" + 34\r");
    await terminal.shows(/Out\[2\]: .*42/);
    await terminal.shows(/In \[3\]: /);
    terminal.type(ctrl("D"));
    await terminal.ended;
  };
  test("asks for more lines of an incomplete cell, and completes by Tab", complete);
});
