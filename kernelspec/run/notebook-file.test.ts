import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { codeCells, type Notebook, readNotebook, sourceOf, writeNotebook } from "./notebook-file.js";

const code = (source: string | string[]) => ({ cell_type: "code", source, metadata: {} });
const notebook: Notebook = {
  cells: [
    code("1 + 1"),
    { cell_type: "markdown", source: "prose", metadata: {} },
    code(" \n"),
    code(["a\n", "b"]),
  ],
  metadata: {},
  nbformat: 4,
  nbformat_minor: 5,
};

describe("a notebook file", () => {
  let folder: string;
  let file: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "millrace-notebook-"));
    file = join(folder, "n.ipynb");
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test("is read as it was written", () => {
    writeNotebook(file, notebook);
    expect(readNotebook(file)).toEqual(notebook);
  });

  test.each<[string, string]>([
    ["text", "hello"],
    ["an older format", JSON.stringify({ ...notebook, nbformat: 3 })],
    ["no cells", JSON.stringify({ nbformat: 4 })],
  ])("with %s is refused by name", (_what, text) => {
    writeFileSync(file, text);
    expect(() => readNotebook(file)).toThrow(`${file} is not a notebook of format 4`);
  });

  test("that is not there is named", () => {
    expect(() => readNotebook(file)).toThrow(`there is no notebook ${file}`);
  });
});

test("the cells that run are those of code that are not empty, as text or as lines", () => {
  expect(codeCells(notebook).map(sourceOf)).toEqual(["1 + 1", "a\nb"]);
});
