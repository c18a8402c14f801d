/** For tests of the language of cells: tables of cells in, what the last one showed out. */

import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { TestNotebook } from "./test-notebook.js";

/** Exactly what is listed must be shown by the last cell: a result, text or an error that is not listed is a failure. */
export interface Sequence {
  title: string;
  cells: string[];
  /** text/plain of the last cell's result. */
  result?: string;
  stdout?: string;
  stderr?: string;
  /** `ename: evalue` of the last cell. `FOLDER` stands for the notebook's folder. */
  error?: string;
  /** Must stand in the traceback of the last cell, colours and `FOLDER` aside. */
  traceback?: string[];
}

/** Files of the notebook's folder: path → text. */
export type Files = Readonly<Record<string, string>>;

/** One test for each sequence, each in a notebook and a folder of its own. */
export function sequences(subject: string, table: readonly Sequence[], files: Files = {}): void {
  describe(subject, () => {
    let folder: string;
    let notebook: TestNotebook;
    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), "cells-"));
      writeFiles(folder, files);
      notebook = new TestNotebook({ cwd: folder });
    });
    afterEach(() => {
      notebook.dispose();
      rmSync(folder, { recursive: true, force: true });
    });

    test.each(table)("$title", async ({ cells, result, stdout = "", stderr = "", error, traceback = [] }) => {
      for (const cell of cells.slice(0, -1)) await notebook.run(cell);
      const shown = await notebook.run(cells.at(-1) ?? "");
      expect({
        result: shown.result?.["text/plain"],
        stdout: shown.stdout,
        stderr: shown.stderr,
        error: shown.error && `${shown.error.ename}: ${shown.error.evalue}`,
      }).toEqual({ result, stdout, stderr, error: error?.replaceAll("FOLDER", folder) });
      const lines = stripVTControlCharacters(shown.error?.traceback.join("\n") ?? "");
      for (const part of traceback) expect(lines).toContain(part.replaceAll("FOLDER", folder));
    });
  });
}

/** Files from long ago: the clock by which a system says when a file was changed stands still for some milliseconds. */
function writeFiles(folder: string, files: Files): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
    utimesSync(join(folder, path), LONG_AGO, LONG_AGO);
  }
}

const LONG_AGO = new Date("2020-01-01");
