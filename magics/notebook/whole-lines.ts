/** Text that comes in pieces → the lines of it. */
export class WholeLines {
  readonly #take: (line: string) => void;
  #begun = "";

  /** `take` gets each line without its end, as soon as that is there. */
  constructor(take: (line: string) => void) {
    this.#take = take;
  }

  push(text: string): void {
    const lines = (this.#begun + text).split("\n");
    this.#begun = lines.pop() ?? "";
    for (const line of lines) this.#take(line);
  }

  /** No more comes: what has no end of line is a line too. */
  end(): void {
    if (this.#begun !== "") this.#take(this.#begun);
    this.#begun = "";
  }
}
