import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { packageRoot } from "./package-root.js";
import { readNotebook } from "./run/notebook-file.js";

/** What a cell shows in a window of 1,100 px. JupyterLab wraps no lines of code. */
const CHARACTERS = 110;

const folder = join(packageRoot, "notebooks");

test.each(readdirSync(folder).filter((file) => file.endsWith(".ipynb")))(
  "no line of code of %s is cut off in a small window",
  (file) => {
    const { cells } = readNotebook(join(folder, file));
    const code = cells.filter(({ cell_type }) => cell_type === "code");
    const lines = code.flatMap(({ source }) =>
      (Array.isArray(source) ? source.join("") : source).split("\n"),
    );
    expect(lines.filter((line) => line.length > CHARACTERS)).toEqual([]);
  },
);
