import { constants } from "node:buffer";
import { StreamError } from "../../stream-error.js";
import { type ByteReader, byteReader } from "./byte-reader.js";
import { CsvReader, type CsvSyntax, NoRecord } from "./csv-syntax.js";
import { type FileSplit, readingSplit } from "./file-split.js";
import { LineTexts } from "./line-texts.js";

/** The records of a split, as fields; what is none, as why it is none. Of the one that was given last can be asked: */
export interface CsvRecords extends Iterable<string[] | NoRecord> {
  /** Its first line, as it stands in the file. */
  text(): string;
  /** Where it begins in the file, in bytes; in a compressed one, in what it decompresses to. */
  position(): number;
}

/**
 * The records of a split. Lines with nothing in them are none.
 * @param multiLine a record may go on in the next line; then the split is a whole file
 */
export function csvRecords(
  split: FileSplit,
  { syntax, multiLine }: { syntax: CsvSyntax; multiLine: boolean },
): CsvRecords {
  return multiLine ? new FileRecords(split, syntax) : new LineRecords(split, syntax);
}

/** A record is a line. */
class LineRecords implements CsvRecords {
  readonly #reader: CsvReader;
  readonly #texts: LineTexts;
  #block = "";
  #from = 0;
  #line = "";

  constructor(split: FileSplit, syntax: CsvSyntax) {
    this.#reader = new CsvReader(syntax);
    this.#texts = new LineTexts(split);
  }

  text(): string {
    return this.#line;
  }

  position(): number {
    return this.#texts.position + Buffer.byteLength(this.#block.slice(0, this.#from));
  }

  *[Symbol.iterator](): Generator<string[] | NoRecord, void> {
    const reader = this.#reader;
    for (const text of this.#texts) {
      this.#block = text;
      const mayQuote = reader.hasQuotes(text);
      for (let from = 0, end = 0; from < text.length; from = end + 1) {
        end = text.indexOf("\n", from);
        if (end < 0) end = text.length;
        const line = text.slice(from, text.charCodeAt(end - 1) === 0x0d ? end - 1 : end);
        if (line === "") continue;
        this.#from = from;
        this.#line = line;
        yield mayQuote ? readLine(reader, line) : reader.split(line);
      }
    }
  }
}

function readLine(reader: CsvReader, line: string): string[] | NoRecord {
  return orNoRecord(() => reader.read(line, 0, true)) ?? [];
}

/**
 * Read at a time. A field is cut off such a text without a copy, and keeps it in memory as long as it lives: see LineTexts.
 */
const TEXT_BYTES = 4 << 10;

/** A record ends where its last field does. After what is none it goes on in the next line. */
class FileRecords implements CsvRecords {
  readonly #reader: CsvReader;
  #text = "";
  #from = 0;
  /** Bytes before the text. */
  #before = 0;

  constructor(
    private readonly split: FileSplit,
    syntax: CsvSyntax,
  ) {
    this.#reader = new CsvReader(syntax);
  }

  text(): string {
    const end = this.#text.indexOf("\n", this.#from);
    return this.#text.slice(this.#from, end < 0 ? undefined : end);
  }

  position(): number {
    return this.#before + Buffer.byteLength(this.#text.slice(0, this.#from));
  }

  [Symbol.iterator](): Generator<string[] | NoRecord, void> {
    const { path } = this.split;
    return readingSplit(this.split, (file) => this.#read(new Decoded(byteReader(path, file, 0))));
  }

  *#read(decoded: Decoded): Generator<string[] | NoRecord, void> {
    for (let isFirst = true, isLast = false; !isLast; isFirst = false) {
      this.#text += decoded.more(this.#text.length);
      isLast = decoded.isLast;
      let at = isFirst && this.#text.startsWith("\ufeff") ? 1 : 0;
      while (at < this.#text.length) {
        this.#from = at;
        const lineEnd = blankLine(this.#text, at, isLast);
        if (lineEnd > 0) {
          at = lineEnd;
          continue;
        }
        const record = orNoRecord(() => this.#reader.read(this.#text, at, isLast));
        const next = record instanceof NoRecord ? this.#after(record, isLast) : this.#reader.next;
        if (record === undefined || next < 0) break;
        yield record;
        at = next;
      }
      this.#before += Buffer.byteLength(this.#text.slice(0, at));
      this.#text = this.#text.slice(at);
      this.#checkLength();
    }
  }

  /** The line after the one that is at fault; -1 when it is not here yet. */
  #after({ at }: NoRecord, isLast: boolean): number {
    const end = this.#text.indexOf("\n", at);
    if (end >= 0) return end + 1;
    return isLast ? this.#text.length : -1;
  }

  /** @throws StreamError RT_LINE_TOO_LONG */
  #checkLength(): void {
    if (this.#text.length < constants.MAX_STRING_LENGTH / 4) return;
    throw new StreamError(
      "RT_LINE_TOO_LONG",
      `the record that begins at byte ${this.#before} of ${this.split.path} does not end within ${this.#text.length} characters: ${this.text().slice(0, 200)}; most often a quote is missing, or quote: "" is meant`,
    );
  }
}

/** The text of a file, piece by piece. */
class Decoded {
  isLast = false;
  readonly #decoder = new TextDecoder("utf-8", { ignoreBOM: true });

  constructor(private readonly bytes: ByteReader) {}

  /** @param waiting characters at hand of a record that has no end yet: so many more, so that it is not gone through too often */
  more(waiting: number): string {
    const block = Buffer.allocUnsafe(Math.max(TEXT_BYTES, waiting));
    const got = this.bytes.read(block, 0, block.length);
    this.isLast = got < block.length;
    return this.#decoder.decode(block.subarray(0, got), { stream: !this.isLast });
  }
}

/** What follows a line end that is all there is of a line, or the half of one that ends the file; 0 where there is more. */
function blankLine(text: string, at: number, isLast: boolean): number {
  if (text.charCodeAt(at) === 0x0a) return at + 1;
  if (isLast && at + 1 === text.length && text.charCodeAt(at) === 0x0d) return at + 1;
  return text.charCodeAt(at) === 0x0d && text.charCodeAt(at + 1) === 0x0a ? at + 2 : 0;
}

function orNoRecord<T>(read: () => T): T | NoRecord {
  try {
    return read();
  } catch (error) {
    if (error instanceof NoRecord) return error;
    throw error;
  }
}
