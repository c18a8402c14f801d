/** What a person does at a notebook's cells in JupyterLab: completes, inspects, interrupts, restarts, answers. */

import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { writeNotebook } from "../kernelspec/run/notebook-file.js";
import { install } from "../kernelspec/spec/installation.js";
import { DEFAULT_DISPLAY_NAME, DEFAULT_NAME } from "../kernelspec/spec/kernel-folder.js";
import { notebookOf } from "../kernelspec/testing/notebook.js";
import { pictureFailure } from "./testing/failure-pictures.js";
import { startTestLab, type TestLab } from "./testing/jupyterlab.js";
import type { NotebookPage } from "./testing/notebook-page.js";

const CELLS = {
  declare: "const wheels = { spokes: 8, turning: true };",
  use: "wheels.spokes * 5",
  loop: 'console.log("turning"); while (true) {}',
  ask: 'const name = await input("Whose mill? "); name.length',
  question: "Math.max?",
  empty: "// type here",
};

describe("a notebook in JupyterLab", () => {
  let lab: TestLab;
  let notebook: NotebookPage;

  beforeAll(async () => {
    lab = await startTestLab({
      install: (data) => install(data, { name: DEFAULT_NAME, displayName: DEFAULT_DISPLAY_NAME }),
    });
    writeNotebook(join(lab.notebooks, "cells.ipynb"), notebookOf(...Object.values(CELLS)));
    notebook = await lab.newPage();
    await notebook.open("cells.ipynb");
    await notebook.run(CELLS.declare);
  });
  afterEach((context) => pictureFailure(context, lab));
  afterAll(() => lab?.stop());

  test("Tab completes a name by its type", async () => {
    await notebook.type(CELLS.empty, "wheels.");
    await notebook.complete();
    expect(await notebook.completions()).toEqual(["spokes", "turning"]);
    await notebook.takeCompletion();
    await expect.poll(() => notebook.textOf("wheels.")).toContain("wheels.spokes");
  });

  test("Shift+Tab shows the type of what the cursor is at", async () => {
    await notebook.page.keyboard.press("Shift+Tab");
    await notebook.tooltip("spokes: number");
    await notebook.page.keyboard.press("Escape");
  });

  test("the interrupt button ends a loop, and the variables are kept", async () => {
    await notebook.start(CELLS.loop);
    await notebook.output(CELLS.loop).getByText("turning").waitFor();
    await notebook.pressInToolbar("Interrupt the kernel");
    await notebook.output(CELLS.loop).getByText("KeyboardInterrupt").waitFor();
    await notebook.run(CELLS.use);
    await notebook.output(CELLS.use).getByText("40").waitFor();
  });

  test("input asks below its cell", async () => {
    await notebook.start(CELLS.ask);
    const field = notebook.output(CELLS.ask).locator(".jp-Stdin-input");
    await field.fill("Anna");
    await field.press("Enter");
    await notebook.output(CELLS.ask).locator(".jp-OutputArea-executeResult pre").getByText("4").waitFor();
    expect(await notebook.output(CELLS.ask).textContent()).toContain("Whose mill?");
  });

  test("a name with a question mark shows its documentation", async () => {
    await notebook.run(CELLS.question);
    await notebook.output(CELLS.question).getByText("Returns the larger of a set").waitFor();
  });

  test("the restart button ends the kernel's variables, and cells run again", async () => {
    await notebook.pressInToolbar("Restart the kernel");
    await notebook.answer("Restart");
    await notebook.idle();
    await notebook.run(CELLS.use);
    await notebook.output(CELLS.use).getByText("wheels is not defined").first().waitFor();
    await notebook.run(CELLS.declare);
    await notebook.run(CELLS.use);
    await notebook.output(CELLS.use).getByText("40").waitFor();
  });
});
