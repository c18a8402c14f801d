/** The installed kernel behind papermill, and the way to its parameters that docs/parameters.md shows. */

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { PythonEnvironment } from "./jupyter/python-environment.js";
import { packageRoot } from "./package-root.js";
import { type NotebookCell, readNotebook, sourceOf, writeNotebook } from "./run/notebook-file.js";
import { ensurePapermill } from "./testing/jupyter-tools.js";
import { MillraceCommand, type Outcome } from "./testing/millrace-command.js";
import { notebookOf } from "./testing/notebook.js";

let millrace: MillraceCommand;
let environment: PythonEnvironment;
beforeAll(async () => {
  environment = await ensurePapermill(console.log);
  millrace = new MillraceCommand();
  await millrace.run("install", "--prefix", millrace.prefix);
});
afterAll(() => millrace?.remove());

const file = (name: string): string => join(millrace.folder, name);
const papermill = (...args: string[]): Promise<Outcome> =>
  millrace.runProgram(environment.script("papermill"), args);
const python = (...args: string[]): Promise<Outcome> =>
  millrace.runProgram(environment.script("python"), args);

/** A notebook whose first cell has the tag `parameters`. @returns its path */
function write(...sources: string[]): string {
  const notebook = notebookOf(...sources);
  for (const cell of notebook.cells.slice(0, 1)) cell.metadata.tags = ["parameters"];
  writeNotebook(file("n.ipynb"), notebook);
  return file("n.ipynb");
}

/** The Python file of the document, beside the notebook. */
function translator(): string {
  const document = readFileSync(join(packageRoot, "docs", "parameters.md"), "utf8");
  const [, code = ""] = /```py\n([\s\S]*?)```/.exec(document) ?? [];
  writeFileSync(file("papermill_ts.py"), code);
  return file("papermill_ts.py");
}

/** Files have a text as lines, or as one. */
const resultOf = ({ outputs = [] }: NotebookCell): string =>
  outputs
    .map(({ data }) => [(data as Record<string, string | string[]>)["text/plain"]].flat().join(""))
    .join();

const CELLS = [
  'const rate: number = 10;\nconst words: string[] = [];\nconst place = "here";',
  "%typecheck strict",
  "[rate === 10, rate + 1, words.length, place]",
];

describe("papermill", () => {
  test("runs a notebook as it is, with a chart and a stream in virtual time", async () => {
    const cells = [
      "%clock manual",
      'const counts = ssc.queueStream([[["a", 1], ["b", 2]]]);\n%plot counts',
      "%stream start",
      "%clock advance 1s",
      "%stream stop",
    ];
    const out = file("out.ipynb");
    const { status, stderr } = await papermill(write(...cells), out);
    expect(status, stderr).toBe(0);
    const [chart] = readNotebook(out).cells[1]?.outputs ?? [];
    expect(Object.keys(chart?.data as object)).toEqual(
      expect.arrayContaining(["application/vnd.vegalite.v5+json", "image/png", "text/plain"]),
    );
  });

  test("stops at a cell that fails, and says which", async () => {
    const { status, stderr } = await papermill(write("1", 'throw new Error("no water")'), file("out.ipynb"));
    expect(status).not.toBe(0);
    expect(stderr).toContain("no water");
  });

  test("sets parameters with the translator of the document: numbers, lists and texts of any kind", async () => {
    const text = 'a "b" \\ ☃ 😀';
    const args = ["-p", "rate", "100", "-y", "words: [or, not]", "-r", "place", text];
    const { status, stderr } = await python(translator(), write(...CELLS), file("out.ipynb"), ...args);
    expect(status, stderr).toBe(0);
    const { cells } = readNotebook(file("out.ipynb"));
    expect(cells[1]?.metadata.tags).toEqual(["injected-parameters"]);
    expect(sourceOf(cells[1] as NotebookCell)).toContain('let words = ["or", "not"];');
    expect(resultOf(cells[3] as NotebookCell)).toBe(`[ false, 101, 2, 'a "b" \\\\ ☃ 😀' ]`);
  });

  test("alone refuses parameters in the words that the document has", async () => {
    const { status, stderr } = await papermill(write(...CELLS), file("out.ipynb"), "-p", "rate", "1");
    expect(status).not.toBe(0);
    expect(stderr.replace(/\s+/g, " ")).toContain(
      "No parameter translator functions specified for kernel 'millrace' or language 'typescript'",
    );
  });
});

describe("millrace run", () => {
  test("sets them itself, and keeps in the file that it saves what was set", async () => {
    const args = ["-p", "rate=100", "-p", 'words=["or", "not"]', "-p", "place=there", "--save", "out.ipynb"];
    const { status, stderr } = await millrace.run("run", write(...CELLS), ...args);
    expect(status, stderr).toBe(0);
    const { cells } = readNotebook(file("out.ipynb"));
    expect(resultOf(cells[3] as NotebookCell)).toBe("[ false, 101, 2, 'there' ]");
    expect(cells[1]?.metadata.tags).toEqual(["injected-parameters"]);
  });

  test.each([
    ["raet=1", "the notebook has no parameter raet; did you mean rate?"],
    ["rate", 'a parameter is written name=value, such as rate=100, not "rate"'],
  ])("refuses -p %s", async (written, message) => {
    const { status, stderr } = await millrace.run("run", write(...CELLS), "-p", written);
    expect(status).toBe(1);
    expect(stderr).toContain(message);
  });
});
