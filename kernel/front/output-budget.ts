/**
 * How much text a cell may print. A Jupyter server cuts streams off at 1 MB/s over 3 s, without saying what was lost,
 * and a cell that prints in an endless loop would fill every buffer on the way: so the front drops the excess itself and says how much.
 */

import type { Cancel, Clock } from "./clock.js";

/** Bytes (UTF-8) a cell may print in any {@link BUDGET_WINDOW_MS}: below the server's 3 MB, with room for JSON's escapes. */
export const BUDGET_BYTES = 2_000_000;
export const BUDGET_WINDOW_MS = 3_000;
const SLOT_MS = 100;

/** The account of one cell: bytes by slot of a sliding window. */
export class OutputBudget {
  readonly #clock: Clock;
  readonly #onNotice: (notice: string) => void;
  #slots: { startMs: number; bytes: number }[] = [];
  #dropped: { bytes: number; lines: number; cancel: Cancel } | undefined;

  /** `onNotice` gets a line that says how much was dropped, before the text that comes after the gap. */
  constructor(clock: Clock, onNotice: (notice: string) => void) {
    this.#clock = clock;
    this.#onNotice = onNotice;
  }

  /**
   * The part of the next text that may go out, empty when none may. Once over budget, all is dropped until the window is half empty:
   * otherwise single lines and notices would alternate.
   */
  admit(text: string): string {
    const bytes = Buffer.byteLength(text);
    const room = (this.#dropped === undefined ? BUDGET_BYTES : BUDGET_BYTES / 2) - this.#used();
    if (bytes <= room) {
      this.settle();
      return this.#spend(text, bytes);
    }
    const head = this.#dropped === undefined ? headOf(text, (room / bytes) * text.length) : "";
    const headBytes = Buffer.byteLength(head);
    this.#drop(text.slice(head.length), bytes - headBytes);
    return this.#spend(head, headBytes);
  }

  /** Gives the notice of what has been dropped since the last one, if anything was. To be called when the cell ends. */
  settle(): void {
    const dropped = this.#dropped;
    if (dropped === undefined) return;
    this.#dropped = undefined;
    dropped.cancel();
    this.#onNotice(dropNotice(dropped.bytes, dropped.lines));
  }

  #spend(text: string, bytes: number): string {
    if (bytes > 0) this.#slots.push({ startMs: this.#clock.now(), bytes });
    return text;
  }

  #drop(text: string, bytes: number): void {
    this.#dropped ??= {
      bytes: 0,
      lines: 0,
      cancel: this.#clock.after(BUDGET_WINDOW_MS, () => this.settle()),
    };
    this.#dropped.bytes += bytes;
    this.#dropped.lines += countLines(text);
  }

  /** Bytes in the window, after forgetting what is older and joining what is in the same slot. */
  #used(): number {
    const now = this.#clock.now();
    const slots: { startMs: number; bytes: number }[] = [];
    for (const slot of this.#slots) {
      if (slot.startMs <= now - BUDGET_WINDOW_MS) continue;
      const last = slots.at(-1);
      if (last !== undefined && slot.startMs - last.startMs < SLOT_MS) last.bytes += slot.bytes;
      else slots.push(slot);
    }
    this.#slots = slots;
    return slots.reduce((sum, slot) => sum + slot.bytes, 0);
  }
}

/** The first `units` of a text, cut after its last whole line when there is one, never inside a surrogate pair. */
function headOf(text: string, units: number): string {
  const end = Math.max(0, Math.floor(units));
  const lineEnd = text.lastIndexOf("\n", end - 1) + 1;
  if (end === 0 || lineEnd > 0) return text.slice(0, lineEnd);
  const last = text.charCodeAt(end - 1);
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? end - 1 : end);
}

function dropNotice(bytes: number, lines: number): string {
  const [b, l] = [bytes, lines].map((n) => n.toLocaleString("en-US"));
  const limit = `${BUDGET_BYTES / 1e6} MB per ${BUDGET_WINDOW_MS / 1000} s`;
  return `[millrace] ${b} bytes (${l} lines) of output were dropped here: a cell may print ${limit}; write larger output to a file\n`;
}

function countLines(text: string): number {
  let lines = 0;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) lines++;
  return lines;
}
