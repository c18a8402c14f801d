/** Raw bytes of the evaluator's stdout or stderr → text, with the marks that end a cell taken out. */

import { StringDecoder } from "node:string_decoder";
import { rawMark } from "../port/evaluator.js";

const [BEFORE = "", AFTER = ""] = rawMark(0).split("0");
/** Text this long that begins like a mark and has no end is no mark. */
const LONGEST_MARK = BEFORE.length + 16 + AFTER.length;

/** Reads one raw stream. Bytes may be split anywhere, also inside a character or a mark. */
export class RawOutput {
  readonly #decoder = new StringDecoder("utf8");
  readonly #onText: (text: string) => void;
  readonly #onMark: (mark: number) => void;
  #held = "";

  /** Text and marks are handed over in the order in which they were written. */
  constructor(onText: (text: string) => void, onMark: (mark: number) => void) {
    this.#onText = onText;
    this.#onMark = onMark;
  }

  push(bytes: Buffer): void {
    const text = this.#takeMarks(this.#held + this.#decoder.write(bytes));
    const end = startOfMark(text);
    this.#emit(text.slice(0, end));
    this.#held = text.slice(end);
  }

  /** No more bytes come, or not soon: emits what was held back as a possible beginning of a mark. */
  flush(): void {
    this.#emit(this.#held + this.#decoder.end());
    this.#held = "";
  }

  /** Hands over all up to the last complete mark, returns the rest. */
  #takeMarks(text: string): string {
    const start = text.indexOf(BEFORE);
    const end = text.indexOf(AFTER, start + BEFORE.length);
    if (start < 0 || end < 0) return text;
    this.#emit(text.slice(0, start));
    this.#onMark(Number(text.slice(start + BEFORE.length, end)));
    return this.#takeMarks(text.slice(end + AFTER.length));
  }

  #emit(text: string): void {
    if (text !== "") this.#onText(text);
  }
}

/** Where a mark that is not complete yet may begin; the length of the text when nowhere. */
function startOfMark(text: string): number {
  const whole = text.indexOf(BEFORE);
  const start = whole >= 0 ? whole : text.lastIndexOf("\u0000");
  const tail = text.slice(start);
  const possible = start >= 0 && tail.length < LONGEST_MARK && (whole >= 0 || BEFORE.startsWith(tail));
  return possible ? start : text.length;
}
