import type { FromEngine } from "../../kernel/port/live.js";

/** After so many lines the cell's text is cleared: a stream prints for days, a notebook must stay readable. */
const MAX_LINES = 1000;

/** What streams print under one cell. */
export class PrintedCell {
  #lines = 0;

  constructor(
    private readonly cell: string,
    private readonly send: (message: FromEngine) => void,
  ) {}

  write(text: string): void {
    const lines = text.split("\n").length;
    if (this.#lines + lines > MAX_LINES && this.#lines > 0) {
      this.send({ type: "clear", cell: this.cell, wait: true, textOnly: true });
      this.#lines = 0;
    }
    this.#lines += lines;
    this.send({ type: "stream", cell: this.cell, name: "stdout", text });
  }
}
