/** Output of a cell that is kept instead of shown, for `%%capture`. */

import type { CapturedOutput, CapturedParts } from "../magic/notebook-access.js";
import type { CellId, CellOutput, DisplayMessage } from "../port/evaluator.js";

export class OutputCapture {
  readonly cell: CellId;
  readonly #parts: CapturedParts;
  readonly #text = { stdout: "", stderr: "" };
  #displays: DisplayMessage[] = [];

  constructor(cell: CellId, parts: CapturedParts) {
    this.cell = cell;
    this.#parts = parts;
  }

  /** Keeps text; false when it is not wanted. */
  takeText(name: "stdout" | "stderr", text: string): boolean {
    if (!this.#parts[name]) return false;
    this.#text[name] += text;
    return true;
  }

  /** Keeps a display; false when it is not wanted. */
  takeDisplay(message: Exclude<CellOutput, { type: "stream" }>): boolean {
    if (!this.#parts.displays) return false;
    if (message.type === "clear") this.#clear();
    else if (message.type === "display") this.#displays.push(message);
    else this.#update(message);
    return true;
  }

  /** What was kept, as it is now. */
  get kept(): CapturedOutput {
    const outputs = this.#displays.map(({ data, metadata }) => ({ data, metadata }));
    return { ...this.#text, outputs };
  }

  #clear(): void {
    this.#displays = [];
    this.#text.stdout = "";
    this.#text.stderr = "";
  }

  #update(message: DisplayMessage): void {
    this.#displays = this.#displays.map((shown) => (shown.displayId === message.displayId ? message : shown));
  }
}
