/** Jupyter's own suite for kernels, against the built and installed kernel. Nothing of it is skipped. */

import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ensureJupyterTools } from "./testing/jupyter-tools.js";
import { MillraceCommand } from "./testing/millrace-command.js";

const SAMPLES = fileURLToPath(new URL("./testing/python/", import.meta.url));

/** All tests that jupyter_kernel_test 0.7 has. */
const TESTS = [
  "test_clear_output",
  "test_completion",
  "test_display_data",
  "test_error",
  "test_execute_result",
  "test_execute_stderr",
  "test_execute_stdout",
  "test_history",
  "test_inspect",
  "test_is_complete",
  "test_kernel_info",
  "test_pager",
  "test_recv_iopub_welcome_msg",
];

describe("jupyter_kernel_test", () => {
  let millrace: MillraceCommand;
  let report = "";

  beforeAll(async () => {
    millrace = new MillraceCommand();
    const tools = await ensureJupyterTools(console.log);
    await millrace.run("install", "--prefix", millrace.prefix);
    const suite = ["-m", "unittest", "discover", "--verbose", "-s", SAMPLES, "-p", "kernel_samples.py"];
    report = (await millrace.runProgram(tools.script("python"), ["-B", ...suite])).stderr;
  });
  afterAll(() => millrace.remove());

  test("passes as a whole: its tests are these and no other", () => {
    expect(report).toMatch(/^OK$/m);
    const names = [...report.matchAll(/^(test_\w+) \(/gm)].map(([, name]) => name);
    expect(names.sort()).toEqual(TESTS);
  });

  test.each(TESTS)("%s", (name) => {
    // With the whole report in the message: it says which sample failed.
    expect(outcomeOf(name, report), report).toBe("ok");
  });
});

/** `ok`, `FAIL`, `skipped '…'`: what unittest prints behind the dots. The kernel's log may stand between. */
function outcomeOf(test: string, report: string): string | undefined {
  return new RegExp(`^${test} \\(.*?\\) \\.\\.\\. (?:(?!test_).*\\n)*?(ok|FAIL|ERROR|skipped.*)$`, "m").exec(
    report,
  )?.[1];
}
