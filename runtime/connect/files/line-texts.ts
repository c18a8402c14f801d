import { isAscii } from "node:buffer";
import { type ByteReader, byteReader } from "./byte-reader.js";
import { ByteWindow } from "./byte-window.js";
import { isCompressed } from "./codec.js";
import { type FileSplit, readingSplit } from "./file-split.js";

/**
 * Decoded at a time. A line is cut off such a text without a copy, and keeps it in memory as long as it lives: a line in a
 * hundred that is kept must not keep the file.
 */
const TEXT_BYTES = 1 << 10;

const NEWLINE = 0x0a;
const RETURN = 0x0d;
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

/**
 * The lines that begin in a split, each of them whole, as in Hadoop's LineRecordReader: of a file's splits, each line is in
 * one. A split that does not begin the file leaves out what comes before its first line end, and its last line is read to
 * its end though that is in the next split. `\n`, `\r\n` and a single `\r` end a line; a byte order mark is no text.
 *
 * Texts are of one or more lines, each ended by `\n` or `\r\n`, the last one perhaps by the end of the file.
 */
export class LineTexts implements Iterable<string> {
  /** Of the text at hand in the file; in a compressed one, in what it decompresses to. */
  position = 0;

  constructor(private readonly split: FileSplit) {}

  [Symbol.iterator](): Generator<string, void> {
    const { path, start } = this.split;
    return readingSplit(this.split, (file) => this.#read(byteReader(path, file, start)));
  }

  *#read(reader: ByteReader): Generator<string, void> {
    const { path, start } = this.split;
    const end = isCompressed(path) ? Number.POSITIVE_INFINITY : this.split.end;
    const window = new ByteWindow(path, reader, start, end);
    if (start > 0 && !skipLine(window, end)) return;
    for (;;) {
      const atEnd = window.fill();
      if (window.position === 0 && window.bytes.indexOf(BYTE_ORDER_MARK) === 0)
        window.drop(BYTE_ORDER_MARK.length);
      // A split may end within the byte order mark.
      const { length, last } = wholeLines(window.bytes, Math.max(0, end - window.position), atEnd);
      for (const [at, text] of texts(window.bytes.subarray(0, length))) {
        this.position = window.position + at;
        yield text;
      }
      if (last) return;
      window.drop(length);
    }
  }
}

/** Goes on to the first line that begins in the split. @returns false when none does */
function skipLine(window: ByteWindow, end: number): boolean {
  for (;;) {
    const atEnd = window.fill();
    const { bytes } = window;
    const length = afterLineEnd(bytes, 0, atEnd);
    // A \r at the end may be one half of an end.
    window.drop(length >= 0 ? length : bytes.length - (bytes.at(-1) === RETURN ? 1 : 0));
    if (window.position > end || (length < 0 && atEnd)) return false;
    if (length >= 0) return true;
  }
}

/**
 * How much of what is at hand is whole lines of the split, and whether its last line is one of them.
 * @param end of the split, from the beginning of `bytes`: a line that begins there still belongs to it
 */
function wholeLines(bytes: Buffer, end: number, atEnd: boolean): { length: number; last: boolean } {
  const stop = bytes.length > end ? afterLineEnd(bytes, end, atEnd) : -1;
  if (stop >= 0) return { length: stop, last: true };
  return { length: atEnd ? bytes.length : afterLastLineEnd(bytes), last: atEnd };
}

/** What follows the first line end at or after `from`; -1 when there is none, or when only a half of it is there. */
function afterLineEnd(bytes: Buffer, from: number, atEnd: boolean): number {
  const newline = bytes.indexOf(NEWLINE, from);
  const single = bytes.indexOf(RETURN, from);
  if (single < 0 || (newline >= 0 && newline <= single + 1)) return newline < 0 ? -1 : newline + 1;
  return single + 1 < bytes.length || atEnd ? single + 1 : -1;
}

/** Where the last whole line ends; 0 when there is none. */
function afterLastLineEnd(bytes: Buffer): number {
  const newline = bytes.lastIndexOf(NEWLINE);
  if (newline >= 0 || bytes.length < 2) return newline + 1;
  return bytes.lastIndexOf(RETURN, bytes.length - 2) + 1;
}

/** Texts of whole lines, with their places. */
function* texts(bytes: Buffer): Generator<[at: number, text: string], void> {
  // Decoding Latin-1 is a copy, decoding UTF-8 is not; of ASCII they make the same.
  const encoding = isAscii(bytes) ? "latin1" : "utf8";
  const returns = bytes.includes(RETURN);
  for (let start = 0, end = 0; start < bytes.length; start = end) {
    end = textEnd(bytes, start);
    const text = bytes.toString(encoding, start, end);
    yield [start, returns ? text.replace(/\r(?!\n)/g, "\n") : text];
  }
}

/** After the last line end within TEXT_BYTES, or after the first one beyond. */
function textEnd(bytes: Buffer, start: number): number {
  const most = start + TEXT_BYTES;
  if (most >= bytes.length) return bytes.length;
  for (let at = most - 1; at >= start; at--) if (bytes[at] === NEWLINE) return at + 1;
  const newline = bytes.indexOf(NEWLINE, most);
  return newline < 0 ? bytes.length : newline + 1;
}
