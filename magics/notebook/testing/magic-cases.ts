/** For tests of magics: tables of cells in, what the last one showed out. */

import { mkdirSync, mkdtempSync, realpathSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type CellShown, TestNotebook } from "../../../kernel/evaluator/testing/test-notebook.js";
import type { Magic } from "../../../kernel/magic/magic.js";
import type { MimeBundle } from "../../../kernel/port/evaluator.js";
import type { ConnectionFacts } from "../../../kernel/port/front-calls.js";
import { exportMagic } from "../../script/export.js";
import { NOTEBOOK_MAGICS, SHARED_MAGICS } from "../table.js";

/** Exactly what is listed must be shown by the last cell: anything else is a failure. `FOLDER` is the notebook's folder. */
export interface MagicCase {
  title: string;
  cells: readonly string[];
  /** text/plain of the last cell's result. */
  result?: string | RegExp;
  stdout?: string | RegExp;
  stderr?: string | RegExp;
  /** `ename: evalue` of the last cell. */
  error?: string | RegExp;
  /** Bundles that were displayed, in order. */
  displays?: readonly MimeBundle[];
  /** What the front end is to do. */
  payload?: readonly unknown[];
}

/** Magics of any notebook, without the context of streams. */
const MAGICS: readonly Magic<unknown>[] = [...Object.values(SHARED_MAGICS), ...NOTEBOOK_MAGICS, exportMagic];

/** When the files of a notebook were made: the clock by which a system says that stands still for some milliseconds. */
const LONG_AGO = new Date("2020-01-01");

export interface OpenNotebook {
  readonly notebook: TestNotebook;
  readonly folder: string;
  write(path: string, text: string): void;
}

/** A notebook in a folder of its own for each test, which is the working directory meanwhile. */
export function eachInNotebook(
  files: Readonly<Record<string, string>> = {},
  facts: Partial<ConnectionFacts> = {},
): OpenNotebook {
  const before = process.cwd();
  let folder = "";
  let notebook: TestNotebook | undefined;
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  beforeEach(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), "magics-")));
    for (const [path, text] of Object.entries(files)) {
      write(path, text);
      utimesSync(join(folder, path), LONG_AGO, LONG_AGO);
    }
    process.chdir(folder);
    const connection = { file: "/run/user/1000/jupyter/runtime/kernel-1.json", ...facts };
    notebook = new TestNotebook({ cwd: folder, connection, extension: () => ({ magics: MAGICS }) });
  });
  afterEach(() => {
    notebook?.dispose();
    process.chdir(before);
    rmSync(folder, { recursive: true, force: true });
  });
  return {
    get notebook() {
      if (notebook === undefined) throw new Error("the notebook is there in tests only");
      return notebook;
    },
    get folder() {
      return folder;
    },
    write,
  };
}

/** One test for each case, each in a notebook and a folder of its own. */
export function magicCases(
  subject: string,
  cases: readonly MagicCase[],
  files: Readonly<Record<string, string>> = {},
): void {
  describe(subject, () => {
    const open = eachInNotebook(files);
    test.each(cases)("$title", async ({ cells, displays = [], payload = [], ...expected }) => {
      let shown: CellShown | undefined;
      for (const cell of cells) shown = await open.notebook.run(cell);
      const text = {
        result: shown?.result?.["text/plain"] ?? "",
        stdout: shown?.stdout,
        stderr: shown?.stderr,
        error: shown?.error === undefined ? "" : `${shown.error.ename}: ${shown.error.evalue}`,
      };
      expect(text).toEqual({
        result: matching(expected.result, open.folder),
        stdout: matching(expected.stdout, open.folder),
        stderr: matching(expected.stderr, open.folder),
        error: matching(expected.error, open.folder),
      });
      expect(shown?.displays.map(({ data }) => data)).toEqual(displays);
      expect(shown?.payload).toEqual(payload);
    });
  });
}

function matching(expected: string | RegExp = "", folder: string): unknown {
  return typeof expected === "string"
    ? expected.replaceAll("FOLDER", folder)
    : expect.stringMatching(expected);
}
