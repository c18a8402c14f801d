/** Prints a notebook's run: each cell's number and first line, then its output as it comes, also when it comes late. */

import { KernelMessage } from "@jupyterlab/services";
import { LIVE_MIME } from "../../kernel/port/live.js";
import { isLiveBundle } from "../../kernel/port/live-shape.js";
import { type NotebookCell, sourceOf } from "./notebook-file.js";

const INDENT = "    ";

export class Printer {
  /** The cell whose output is being written. */
  #current = 0;
  #atLineStart = true;
  /** display id → the cell it stands in, and what was shown of it last. */
  readonly #displays = new Map<string, { cell: number; text: string; moving: boolean }>();

  constructor(private readonly write: (text: string) => void) {}

  /** The heading of a cell that begins to run. */
  started(cell: NotebookCell, number: number): void {
    const [first = "", ...rest] = sourceOf(cell).trim().split("\n");
    this.#heading(number, rest.length > 0 ? `${first} …` : first);
  }

  /** What a message shows to a reader of text; nothing for messages that show nothing. */
  output(_cell: NotebookCell, number: number, message: KernelMessage.IIOPubMessage): void {
    const cell = this.#cellOf(message) ?? number;
    const text = this.#textOf(message, cell);
    if (text === "") return;
    if (cell !== this.#current) this.#heading(cell, "…");
    this.#body(text);
  }

  /** A display that changes does so where it stands, whichever cell runs; undefined for what is not shown yet. */
  #cellOf(message: KernelMessage.IIOPubMessage): number | undefined {
    if (!KernelMessage.isUpdateDisplayDataMsg(message)) return undefined;
    return this.#displays.get(message.content.transient.display_id ?? "")?.cell;
  }

  #textOf(message: KernelMessage.IIOPubMessage, cell: number): string {
    if (KernelMessage.isStreamMsg(message)) return message.content.text;
    if (KernelMessage.isErrorMsg(message)) return errorText(message.content);
    if (KernelMessage.isExecuteResultMsg(message)) return line(plain(message.content.data));
    if (KernelMessage.isDisplayDataMsg(message) || KernelMessage.isUpdateDisplayDataMsg(message)) {
      return this.#displayText(message.content.data, message.content.transient?.display_id, cell);
    }
    return "";
  }

  /** A text that changed is shown; of a chart that moves, which changes every second, only the first one with rows. */
  #displayText(data: Record<string, unknown>, id: string | undefined, cell: number): string {
    const text = plain(data);
    if (id === undefined) return line(text);
    const before = this.#displays.get(id);
    if (before?.text === text || (before?.moving && isMoving(data))) return "";
    this.#displays.set(id, { cell, text, moving: isMoving(data) });
    return line(text);
  }

  #heading(number: number, text: string): void {
    this.#current = number;
    this.write(`${this.#atLineStart ? "" : "\n"}[${number}] ${text}\n`);
    this.#atLineStart = true;
  }

  #body(text: string): void {
    const indented = text.replace(/^(?=[^\n])/gm, INDENT);
    this.write(this.#atLineStart ? indented : indented.replace(INDENT, ""));
    this.#atLineStart = text.endsWith("\n");
  }
}

/** A chart with rows whose stream goes on. */
function isMoving(data: Record<string, unknown>): boolean {
  const bundle = data[LIVE_MIME];
  return isLiveBundle(bundle) && bundle.status.state === "streaming" && bundle.rows.length > 0;
}

function plain(data: Record<string, unknown>): string {
  const text = data["text/plain"];
  if (Array.isArray(text)) return text.join("");
  return typeof text === "string" ? text : `<${Object.keys(data).join(", ")}>`;
}

function errorText({
  ename,
  evalue,
  traceback,
}: {
  ename: string;
  evalue: string;
  traceback: string[];
}): string {
  return line(traceback.length > 0 ? traceback.join("\n") : `${ename}: ${evalue}`);
}

function line(text: string): string {
  return text.endsWith("\n") ? text : `${text}\n`;
}
