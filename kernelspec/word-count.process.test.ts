/** The first notebook as it is shipped, cell by cell through a real Jupyter server. */

import { afterEach, beforeEach, expect, test } from "vitest";
import { MillraceCommand } from "./testing/millrace-command.js";
import { writeWordCount } from "./testing/notebook.js";

let millrace: MillraceCommand;
beforeEach(() => {
  millrace = new MillraceCommand();
});
afterEach(() => millrace.remove());

test("the word count notebook runs headless: every cell, with counts that the stream wrote meanwhile", async () => {
  const { file } = await writeWordCount(millrace.folder);
  const { status, stdout, stderr } = await millrace.run("run", file);
  expect(stderr).toMatch(/^\n\d+ cells ran\n$/);
  expect(status).toBe(0);
  // Written by the stream, below the cell of its `print`, after that cell had ended.
  expect(stdout).toMatch(/\[4\] …\n {4}-+\n {4}Time: \d+ ms\n {4}-+\n {4}\[ '\w+', \d+ \]/);
  // The first picture of the chart that has rows: the most frequent word of English first.
  expect(stdout).toMatch(/\[6\] …\n(.*\n)* {4}the +[\d,]+\n/);
  expect(stdout).toMatch(/stopped after \d+ completed batch/);
});
