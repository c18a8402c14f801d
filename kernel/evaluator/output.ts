/** Everything an evaluator says, in order: text is gathered into few messages, all other messages wait for it. */

import type { CapturedOutput, CapturedParts } from "../magic/notebook-access.js";
import type { CellId, CellOutput, FromEvaluator } from "../port/evaluator.js";
import { OutputCapture } from "./captured-output.js";

/** Where messages go: fd 4 of the evaluator process, an array in tests. */
export interface OutputPort {
  send(message: FromEvaluator, buffers?: readonly Uint8Array[]): void;
  /** Sends a message together with the next one. */
  hold(message: FromEvaluator): void;
  /** Marks the raw output streams, see rawMark of port/evaluator.ts. */
  mark(mark: number): void;
}

/** Writes that go out at once, before text is gathered; they come back at {@link CREDIT_PER_MS}. */
const MAX_CREDIT = 100;
const CREDIT_PER_MS = 1;
/** Text gathered at most, and sent at most in one message, in UTF-16 units. */
const GATHERED_LENGTH = 16_384;
const MESSAGE_LENGTH = 1_000_000;

/**
 * One print is sent at once, so that what a cell says before a long computation is seen. A flood is gathered: each
 * message costs a write, a parse and a send. What is gathered goes out with the next write that has credit, at 16 KB,
 * before any other message, and at the end of the turn of the event loop.
 */
export class Output {
  readonly #port: OutputPort;
  readonly #userText: (text: string) => string;
  readonly #now: () => number;
  #text = "";
  #cell: CellId = "";
  #name: "stdout" | "stderr" = "stdout";
  #credit = MAX_CREDIT;
  #creditedMs = 0;
  #flushQueued = false;
  #marks = 0;
  /** Set while a comm message is handled: its output belongs to that message. */
  #cause: CellId | undefined;
  /** The latest last. */
  #captures: OutputCapture[] = [];
  /** Whether what cells print is shown. */
  showsPrints: () => boolean = () => true;

  /**
   * @param userText names and places as the user knows them, for text of any origin
   * @param now Milliseconds of any steady clock.
   */
  constructor(port: OutputPort, userText: (text: string) => string, now: () => number) {
    this.#port = port;
    this.#userText = userText;
    this.#now = now;
  }

  /** Runs `action`; what it sends for any cell is sent for `cause` instead. Not for what it does later. */
  causedBy(cause: CellId, action: () => void): void {
    this.#cause = cause;
    try {
      action();
    } finally {
      this.causeEnded();
    }
  }

  /** The same by an interrupt: what V8 has terminated reaches no `finally`. */
  causeEnded(): void {
    this.#cause = undefined;
  }

  /** From now on output of a cell is kept. @returns ends that, and gives what was kept; so does {@link release} */
  capture(cell: CellId, parts: CapturedParts): () => CapturedOutput {
    const capture = new OutputCapture(cell, parts);
    this.#captures.push(capture);
    return () => {
      this.#captures = this.#captures.filter((other) => other !== capture);
      return capture.kept;
    };
  }

  /** The cell is over: nothing of it is kept any more. */
  release(cell: CellId): void {
    this.#captures = this.#captures.filter((capture) => capture.cell !== cell);
  }

  /** Writes text of a cell; empty text is ignored. */
  stream(of: CellId, name: "stdout" | "stderr", text: string): void {
    const cell = this.#cause ?? of;
    if (this.#captureOf(cell)?.takeText(name, this.#userText(text))) return;
    if (name === "stdout" && !this.showsPrints()) return;
    if (this.#text !== "" && (this.#cell !== cell || this.#name !== name)) this.flush();
    this.#cell = cell;
    this.#name = name;
    this.#text += text;
    if (this.#takeCredit() || this.#text.length >= GATHERED_LENGTH) this.flush();
    else if (!this.#flushQueued) {
      this.#flushQueued = true;
      queueMicrotask(() => this.flush());
    }
  }

  send(message: FromEvaluator, buffers: readonly Uint8Array[] = []): void {
    if (isDisplay(message) && this.#captureOf(message.cell)?.takeDisplay(message)) return;
    this.flush();
    const caused = this.#cause !== undefined && "cell" in message && OUTPUT_TYPES.has(message.type);
    this.#port.send(caused ? { ...message, cell: this.#cause ?? "" } : message, buffers);
  }

  /** For what is followed by another message at once: both are one write here and one read in the front. */
  sendWithNext(message: FromEvaluator): void {
    this.flush();
    this.#port.hold(message);
  }

  /** Ends the raw output of a cell. @returns the number its `done` carries */
  mark(): number {
    this.#port.mark(++this.#marks);
    return this.#marks;
  }

  /** Others have written to the raw output: what is sent from now on is shown after it. */
  rawWritten(): void {
    this.flush();
    const mark = this.mark();
    this.#port.send({ type: "rawWritten", mark });
  }

  /** Sends what is gathered. */
  flush(): void {
    this.#flushQueued = false;
    if (this.#text === "") return;
    const text = this.#userText(this.#text);
    this.#text = "";
    for (const piece of pieces(text)) {
      this.#port.send({ type: "stream", cell: this.#cell, name: this.#name, text: piece });
    }
  }

  #captureOf(cell: CellId): OutputCapture | undefined {
    return this.#captures.length === 0
      ? undefined
      : this.#captures.findLast((capture) => capture.cell === cell);
  }

  #takeCredit(): boolean {
    const now = this.#now();
    this.#credit = Math.min(MAX_CREDIT, this.#credit + (now - this.#creditedMs) * CREDIT_PER_MS);
    this.#creditedMs = now;
    if (this.#credit < 1) return false;
    this.#credit--;
    return true;
  }
}

/** Messages whose `cell` is what caused them. */
const OUTPUT_TYPES: ReadonlySet<string> = new Set(["display", "updateDisplay", "clear", "comm"]);

function isDisplay(message: FromEvaluator): message is Exclude<CellOutput, { type: "stream" }> {
  return message.type === "display" || message.type === "updateDisplay" || message.type === "clear";
}

function* pieces(text: string): Iterable<string> {
  let start = 0;
  while (start < text.length) {
    let end = Math.min(text.length, start + MESSAGE_LENGTH);
    if (end < text.length && isHighSurrogate(text.charCodeAt(end - 1))) end--;
    yield text.slice(start, end);
    start = end;
  }
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}
