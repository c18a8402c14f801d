/** A JupyterLab page with a notebook of charts, and what the benchmark asks of it. */

import { join } from "node:path";
import { writeNotebook } from "../../kernelspec/run/notebook-file.js";
import { notebookOf } from "../../kernelspec/testing/notebook.js";
import type { TestLab } from "../../lab/testing/jupyterlab.js";
import type { NotebookPage } from "../../lab/testing/notebook-page.js";
import { type ChartLoad, pointsCells } from "./chart-cells.js";
import { MainThread } from "./main-thread.js";

export interface ChartPage {
  notebook: NotebookPage;
  thread: MainThread;
  close(): Promise<void>;
}

/** Opens a notebook of its own; all its charts are drawn, and move. */
export async function openCharts(lab: TestLab, load: ChartLoad): Promise<ChartPage> {
  const file = `${load.charts}-charts-of-${load.points}.ipynb`;
  writeNotebook(join(lab.notebooks, file), notebookOf(...pointsCells(load)));
  const notebook = await lab.newPage();
  await notebook.page.setViewportSize({ width: 1280, height: 2400 });
  const thread = await MainThread.watch(notebook.page);
  await notebook.open(file);
  await notebook.runAllAbove("%stream stop");
  for (let i = 0; i < load.charts; i++) await notebook.chart(i).rowsAfter([]);
  const close = async (): Promise<void> => {
    await notebook.run("%stream stop");
    await notebook.choose("Kernel", "Shut Down Kernel");
    await notebook.page.close();
  };
  return { notebook, thread, close };
}
