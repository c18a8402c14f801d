/** Runs the cells of a notebook in order and hands on everything that they cause, when it comes. */

import type { Kernel, KernelMessage } from "@jupyterlab/services";
import { type NotebookCell, sourceOf } from "./notebook-file.js";

export interface RunListener {
  /** A cell begins; `number` counts from 1. */
  started(cell: NotebookCell, number: number): void;
  /** A message that a cell caused, perhaps long after it ended. */
  output(cell: NotebookCell, number: number, message: KernelMessage.IIOPubMessage): void;
}

/**
 * Resolves with the cell that failed, undefined when none did. The cells after a failed one are not run, unless it
 * has the tag `raises-exception`.
 * @throws Error when the kernel dies.
 */
export async function runCells(
  kernel: Kernel.IKernelConnection,
  cells: readonly NotebookCell[],
  listeners: readonly RunListener[],
): Promise<NotebookCell | undefined> {
  const causes = new Map<string, { cell: NotebookCell; number: number }>();
  kernel.iopubMessage.connect((_kernel, message) => {
    const cause = causes.get("msg_id" in message.parent_header ? message.parent_header.msg_id : "");
    if (cause !== undefined)
      for (const listener of listeners) listener.output(cause.cell, cause.number, message);
  });
  let running = 0;
  const death = died(kernel, () => running);
  for (const [index, cell] of cells.entries()) {
    const number = index + 1;
    running = number;
    for (const listener of listeners) listener.started(cell, number);
    const request = kernel.requestExecute(
      { code: sourceOf(cell), allow_stdin: false, stop_on_error: false },
      true,
      cell.id === undefined ? {} : { cellId: cell.id },
    );
    causes.set(request.msg.header.msg_id, { cell, number });
    const { content } = await Promise.race([request.done, death]);
    if (content.status !== "ok" && !cell.metadata.tags?.includes("raises-exception")) return cell;
  }
  return undefined;
}

const DEAD: readonly Kernel.Status[] = ["dead", "autorestarting", "restarting"];

function died(kernel: Kernel.IKernelConnection, running: () => number): Promise<never> {
  return new Promise((_resolve, reject) => {
    kernel.statusChanged.connect((_kernel, status) => {
      if (DEAD.includes(status)) reject(new Error(`the kernel died while cell ${running()} ran`));
    });
  });
}
