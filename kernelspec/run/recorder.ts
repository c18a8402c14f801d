/** Writes what a run showed into the notebook's cells, as a front end does. */

import { KernelMessage } from "@jupyterlab/services";
import type { CellOutput, NotebookCell } from "./notebook-file.js";

export class Recorder {
  /** display id → outputs that an update changes. */
  readonly #displays = new Map<string, CellOutput[]>();

  /** A cell that runs again loses what it showed. */
  started(cell: NotebookCell): void {
    cell.outputs = [];
    cell.execution_count = null;
  }

  output(cell: NotebookCell, _number: number, message: KernelMessage.IIOPubMessage): void {
    const outputs = cell.outputs ?? [];
    if (KernelMessage.isExecuteInputMsg(message)) cell.execution_count = message.content.execution_count;
    else if (KernelMessage.isStreamMsg(message))
      appendText(outputs, message.content.name, message.content.text);
    else if (KernelMessage.isErrorMsg(message)) outputs.push({ output_type: "error", ...message.content });
    else if (KernelMessage.isExecuteResultMsg(message) || KernelMessage.isDisplayDataMsg(message)) {
      const { transient, ...shown } = message.content;
      this.#add(outputs, { output_type: message.header.msg_type, ...shown }, transient?.display_id);
    } else if (KernelMessage.isUpdateDisplayDataMsg(message)) this.#update(message.content);
    else if (KernelMessage.isClearOutputMsg(message)) outputs.length = 0;
  }

  #add(outputs: CellOutput[], output: CellOutput, display: string | undefined): void {
    outputs.push(output);
    if (display !== undefined) this.#displays.set(display, [...(this.#displays.get(display) ?? []), output]);
  }

  #update({ data, metadata, transient }: KernelMessage.IUpdateDisplayDataMsg["content"]): void {
    for (const output of this.#displays.get(transient.display_id ?? "") ?? [])
      Object.assign(output, { data, metadata });
  }
}

function appendText(outputs: CellOutput[], name: string, text: string): void {
  const last = outputs.at(-1);
  if (last?.output_type === "stream" && last.name === name) last.text = `${last.text}${text}`;
  else outputs.push({ output_type: "stream", name, text });
}
