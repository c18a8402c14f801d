/** What the cells of a notebook show when `millrace run` runs it. */

import { join } from "node:path";
import { expect } from "vitest";
import { withoutJobBars } from "../../magics/testing/job-bar-text.js";
import { packageRoot } from "../package-root.js";
import type { MillraceCommand } from "./millrace-command.js";

/**
 * Runs a notebook as it is shipped, of which every cell must end well.
 * @returns by the number of the cell, for those that show something: the text on one line
 */
export async function shownBy(millrace: MillraceCommand, notebook: string): Promise<Record<string, string>> {
  const { status, stdout, stderr } = await millrace.run("run", join(packageRoot, "notebooks", notebook));
  expect(stderr).toMatch(/^\n\d+ cells ran\n$/);
  expect(status).toBe(0);
  const cells = [...withoutJobBars(stdout).matchAll(/^\[(\d+)\] .*\n((?:(?: {4}.*)?\n)*)/gm)];
  return Object.fromEntries(
    cells.flatMap(([, number = "", shown = ""]) =>
      shown.trim() === "" ? [] : [[number, shown.replace(/\s+/g, " ").trim()]],
    ),
  );
}
