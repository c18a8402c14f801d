import { deserialize, serialize } from "node:v8";
import type { Column } from "./column-batch.js";

/**
 * Columns as bytes, for chunk files. Each column is written by the first kind that fits all of its values; what none
 * fits goes through V8's serialiser, which keeps whatever structured clone keeps.
 *
 * Strings are joined into one text and cut out of it again: 20,000 short ones are read in 1.0 ms, where the serialiser
 * takes 9 (long ones: 2.3 and 13). Tuples and plain objects of one shape are taken apart into columns for the same reason.
 */
interface Kind {
  fits(values: ArrayLike<unknown>): boolean;
  write(out: ByteParts, values: ArrayLike<unknown>, depth: number): void;
  read(from: ByteReader, length: number): Column;
  /** Only some rows, where that is less to do; it leaves `from` where {@link read} would. */
  pick?(from: ByteReader, length: number, rows: readonly number[]): Column;
}

/** Bytes of a column in parts, to be written one after the other. @param values their number is not written */
export function encodeColumn(values: ArrayLike<unknown>): Uint8Array[] {
  return encodeColumns([values]);
}

/** The same of several columns, one after the other: small ones are one part together. */
export function encodeColumns(columns: readonly (ArrayLike<unknown> | EncodedColumn)[]): Uint8Array[] {
  const out = new ByteParts();
  for (const column of columns) {
    if (!(column instanceof EncodedColumn)) writeColumn(out, column, 0);
    else for (const part of column.parts) out.bytes(part);
  }
  return out.finish();
}

/** A column as it is written, for one that is written again and again. */
export class EncodedColumn {
  readonly parts: readonly Uint8Array[];

  constructor(values: ArrayLike<unknown>) {
    this.parts = encodeColumn(values);
  }
}

/**
 * The columns that were written one after the other into `bytes`, each of `length` values. They share no memory with it.
 * @param at where the first one begins
 */
export function decodeColumns(bytes: Buffer, columns: number, length: number, at = 0): Column[] {
  const from = new ByteReader(bytes, at);
  return Array.from({ length: columns }, () => readColumn(from, length));
}

/**
 * Some rows of such columns, of all but the first.
 * @param choose is given the first column, and gives the rows
 */
export function pickColumns(
  bytes: Buffer,
  { columns, length, at }: { columns: number; length: number; at: number },
  choose: (first: Column) => readonly number[],
): Column[] {
  const from = new ByteReader(bytes, at);
  const rows = choose(readColumn(from, length));
  return Array.from({ length: columns - 1 }, () => pickColumn(from, length, rows));
}

/** Deeper than this, tuples and objects are left to the serialiser: it knows circles. */
const MAX_DEPTH = 4;

const NUMBERS: Kind = {
  fits: (values) => values instanceof Float64Array || every(values, (value) => typeof value === "number"),
  write: (out, values) => out.floats(values as ArrayLike<number>),
  read: (from, length) => from.floats(length),
  pick: (from, length, rows) => {
    const bytes = from.view(8 * length);
    return rows.map((row) => floatAt(bytes, 8 * row));
  },
};

const STRINGS: Kind = {
  fits: (values) => every(values, (value) => typeof value === "string"),
  write(out, values) {
    const strings = values as string[];
    let text = "";
    // One after the other, which V8 joins when the text is read: half the time of `join`.
    for (let i = 0; i < strings.length; i++) text += strings[i];
    out.lengths(strings);
    if (out.shortAscii(text)) return;
    const utf8 = Buffer.from(text, "utf8");
    // As many bytes as characters: all of them ASCII. Anything else as UTF-16, which loses no lone surrogate.
    const ascii = utf8.length === text.length;
    const bytes = ascii ? utf8 : Buffer.from(text, "utf16le");
    out.number(ascii ? 1 : 0);
    out.number(bytes.length);
    out.bytes(bytes);
  },
  read(from, length) {
    const lengths = from.lengths(length);
    const encoding = from.number() === 1 ? "latin1" : "utf16le";
    const text = from.text(from.number(), encoding);
    const strings = new Array<string>(length);
    for (let i = 0, start = 0; i < length; i++) {
      const end = start + (lengths[i] as number);
      strings[i] = text.slice(start, end);
      start = end;
    }
    return strings;
  },
  pick(from, length, rows) {
    const lengths = from.lengths(length);
    const [encoding, width] = from.number() === 1 ? (["latin1", 1] as const) : (["utf16le", 2] as const);
    const text = from.view(from.number());
    const strings: string[] = [];
    for (let row = 0, start = 0; strings.length < rows.length; row++) {
      const end = start + width * (lengths[row] as number);
      if (row === rows[strings.length]) strings.push(text.toString(encoding, start, end));
      start = end;
    }
    return strings;
  },
};

const TUPLES: Kind = {
  fits(values) {
    const first: unknown = values[0];
    if (!Array.isArray(first) || first.length === 0 || first.length > MAX_FIELDS) return false;
    // Its elements must be all it has: what `match` gives is an array with fields.
    return every(
      values,
      (value) =>
        Array.isArray(value) && Object.keys(value).length === first.length && value.length === first.length,
    );
  },
  write(out, values, depth) {
    const tuples = values as unknown[][];
    const width = tuples[0]?.length ?? 0;
    out.number(width);
    for (let at = 0; at < width; at++) {
      writeColumn(
        out,
        Array.from(tuples, (tuple) => tuple[at]),
        depth + 1,
      );
    }
  },
  read(from, length) {
    const columns = Array.from({ length: from.number() }, () => readColumn(from, length));
    return Array.from({ length }, (_, i) => columns.map((column) => column[i]));
  },
  pick(from, length, rows) {
    const columns = Array.from({ length: from.number() }, () => pickColumn(from, length, rows));
    return rows.map((_, i) => columns.map((column) => column[i]));
  },
};

const OBJECTS: Kind = {
  fits(values) {
    const names = fieldsOf(values[0]);
    if (names === undefined || names.length === 0 || names.length > MAX_FIELDS) return false;
    return every(values, (value) => sameNames(fieldsOf(value), names));
  },
  write(out, values, depth) {
    const objects = values as Record<string, unknown>[];
    const names = fieldsOf(objects[0]) ?? [];
    const header = Buffer.from(JSON.stringify(names), "utf8");
    out.number(header.length);
    out.bytes(header);
    for (const name of names) {
      writeColumn(
        out,
        Array.from(objects, (object) => object[name]),
        depth + 1,
      );
    }
  },
  read: (from, length) => objectsOf(from, length, (column) => readColumn(column, length)),
  pick: (from, length, rows) => objectsOf(from, rows.length, (column) => pickColumn(column, length, rows)),
};

/** @param length of them @param column reads the next field of all of them */
function objectsOf(from: ByteReader, length: number, column: (from: ByteReader) => Column): Column {
  const names = JSON.parse(from.text(from.number(), "utf8")) as string[];
  const columns = names.map((name) => [name, column(from)] as const);
  return Array.from({ length }, (_, i) => {
    const object: Record<string, unknown> = {};
    for (const [name, values] of columns) object[name] = values[i];
    return object;
  });
}

/** Rows of a table, for example: numbers that are known to be integers. */
const INTEGERS: Kind = {
  fits: (values) => values instanceof Int32Array,
  write(out, values) {
    const { buffer, byteOffset, byteLength } = values as Int32Array;
    out.bytes(new Uint8Array(buffer, byteOffset, byteLength));
  },
  read: (from, length) => Float64Array.from(new Int32Array(from.copy(length * Int32Array.BYTES_PER_ELEMENT))),
};

/** The same of less than one byte, or two, each. */
const BYTES = integersOf(Uint8Array);
const SHORTS = integersOf(Uint16Array);

function integersOf(Integers: typeof Uint8Array | typeof Uint16Array): Kind {
  return {
    fits: (values) => values instanceof Integers,
    write(out, values) {
      const { buffer, byteOffset, byteLength } = values as Uint8Array | Uint16Array;
      out.bytes(new Uint8Array(buffer, byteOffset, byteLength));
    },
    read: (from, length) => Float64Array.from(new Integers(from.copy(length * Integers.BYTES_PER_ELEMENT))),
  };
}

/** The same number again and again: the time of a batch. */
const SAME_NUMBER: Kind = {
  fits(values) {
    const [first] = [values[0]];
    if (typeof first !== "number" || values[values.length - 1] !== first) return false;
    return values instanceof Float64Array
      ? isFilledWith(values, first)
      : every(values, (value) => Object.is(value, first));
  },
  write(out, values) {
    out.bytes(new Uint8Array(Float64Array.of(values[0] as number).buffer));
  },
  read: (from, length) => {
    const [value = 0] = new Float64Array(from.copy(Float64Array.BYTES_PER_ELEMENT));
    return new Float64Array(length).fill(value);
  },
};

const ANYTHING: Kind = {
  fits: () => true,
  write(out, values) {
    const bytes = serialize(Array.from(values));
    out.number(bytes.length);
    out.bytes(bytes);
  },
  read: (from) => deserialize(from.view(from.number())) as unknown[],
};

/** By the number they are written as. */
const KINDS: readonly Kind[] = [
  INTEGERS,
  SAME_NUMBER,
  NUMBERS,
  STRINGS,
  TUPLES,
  OBJECTS,
  ANYTHING,
  BYTES,
  SHORTS,
];
const SERIALISED = KINDS.indexOf(ANYTHING);

/** In the order in which they are tried. */
const TRIED = [BYTES, SHORTS, ...KINDS.slice(0, SERIALISED + 1)];

/** Wider tuples and objects are as well off with the serialiser. */
const MAX_FIELDS = 64;

function writeColumn(out: ByteParts, values: ArrayLike<unknown>, depth: number): void {
  const kind = depth > MAX_DEPTH ? ANYTHING : (TRIED.find(({ fits }) => fits(values)) ?? ANYTHING);
  out.number(KINDS.indexOf(kind));
  kind.write(out, values, depth);
}

function readColumn(from: ByteReader, length: number): Column {
  const kind = KINDS[from.number()];
  if (kind === undefined) throw new Error("these bytes are no column");
  return kind.read(from, length);
}

/** @param rows ascending */
function pickColumn(from: ByteReader, length: number, rows: readonly number[]): Column {
  const kind = KINDS[from.number()];
  if (kind === undefined) throw new Error("these bytes are no column");
  if (kind.pick !== undefined) return kind.pick(from, length, rows);
  const column = kind.read(from, length);
  return rows.map((row) => column[row]);
}

/** One by one: V8 copies from an array that may hold anything ten times as slowly. */
function numbersOf(values: ArrayLike<number>): Float64Array {
  const numbers = new Float64Array(values.length);
  for (let i = 0; i < numbers.length; i++) numbers[i] = values[i] as number;
  return numbers;
}

/** In a loop of its own, which V8 compiles for such arrays alone. */
function isFilledWith(values: Float64Array, value: number): boolean {
  for (let i = 0; i < values.length; i++) if (!Object.is(values[i], value)) return false;
  return true;
}

function every(values: ArrayLike<unknown>, holds: (value: unknown) => boolean): boolean {
  for (let i = 0; i < values.length; i++) if (!holds(values[i])) return false;
  return true;
}

/** Names of a plain object's fields; undefined for anything else, and where a field would be no own one when set. */
function fieldsOf(value: unknown): string[] | undefined {
  if (typeof value !== "object" || value === null || Object.getPrototypeOf(value) !== Object.prototype)
    return undefined;
  const names = Object.keys(value);
  return names.includes("__proto__") ? undefined : names;
}

function sameNames(names: string[] | undefined, others: string[]): boolean {
  return names?.length === others.length && names.every((name, i) => name === others[i]);
}

/** Small pieces are gathered into one: an array of bytes for each number would cost more than the number. */
class ByteParts {
  readonly #parts: Uint8Array[] = [];
  #gathered = 0;

  number(value: number): void {
    gathering.setUint32(this.#room(4), value, LITTLE_ENDIAN);
  }

  floats(values: ArrayLike<number>): void {
    if (8 * values.length > SMALL_BYTES) {
      const numbers = values instanceof Float64Array ? values : numbersOf(values);
      this.bytes(new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength));
      return;
    }
    const at = this.#room(8 * values.length);
    for (let i = 0; i < values.length; i++)
      gathering.setFloat64(at + 8 * i, values[i] as number, LITTLE_ENDIAN);
  }

  lengths(strings: readonly string[]): void {
    if (4 * strings.length > SMALL_BYTES) {
      const lengths = new Uint32Array(strings.length);
      for (let i = 0; i < lengths.length; i++) lengths[i] = (strings[i] as string).length;
      this.bytes(new Uint8Array(lengths.buffer));
      return;
    }
    const at = this.#room(4 * strings.length);
    for (let i = 0; i < strings.length; i++)
      gathering.setUint32(at + 4 * i, (strings[i] as string).length, LITTLE_ENDIAN);
  }

  /** Writes a text as STRINGS does, if it is a short one and all of it ASCII. @returns whether it did */
  shortAscii(text: string): boolean {
    // A character takes three bytes at most.
    const most = 8 + 3 * text.length;
    if (most > SMALL_BYTES) return false;
    const at = this.#room(most);
    const written = gatheringBytes.write(text, at + 8, "utf8");
    const isAscii = written === text.length;
    this.#gathered -= isAscii ? most - 8 - written : most;
    if (!isAscii) return false;
    gathering.setUint32(at, 1, LITTLE_ENDIAN);
    gathering.setUint32(at + 4, written, LITTLE_ENDIAN);
    return true;
  }

  bytes(bytes: Uint8Array): void {
    if (bytes.length <= SMALL_BYTES) {
      gatheringBytes.set(bytes, this.#room(bytes.length));
      return;
    }
    this.#flush();
    this.#parts.push(bytes);
  }

  finish(): Uint8Array[] {
    this.#flush();
    return this.#parts;
  }

  /** @returns where so many bytes are to be put */
  #room(bytes: number): number {
    if (this.#gathered + bytes > gatheringBytes.length) this.#flush();
    this.#gathered += bytes;
    return this.#gathered - bytes;
  }

  #flush(): void {
    if (this.#gathered > 0)
      this.#parts.push(Uint8Array.prototype.slice.call(gatheringBytes, 0, this.#gathered));
    this.#gathered = 0;
  }
}

function floatAt(bytes: Buffer, at: number): number {
  return LITTLE_ENDIAN ? bytes.readDoubleLE(at) : bytes.readDoubleBE(at);
}

class ByteReader {
  constructor(
    private readonly source: Buffer,
    private at = 0,
  ) {}

  number(): number {
    this.at += 4;
    return LITTLE_ENDIAN ? this.source.readUInt32LE(this.at - 4) : this.source.readUInt32BE(this.at - 4);
  }

  floats(length: number): Float64Array {
    if (8 * length > SMALL_BYTES) return new Float64Array(this.copy(8 * length));
    const floats = new Float64Array(length);
    for (let i = 0; i < length; i++, this.at += 8) floats[i] = floatAt(this.source, this.at);
    return floats;
  }

  lengths(length: number): ArrayLike<number> {
    if (4 * length > SMALL_BYTES) return new Uint32Array(this.copy(4 * length));
    const lengths = new Array<number>(length);
    for (let i = 0; i < length; i++) lengths[i] = this.number();
    return lengths;
  }

  view(length: number): Buffer {
    this.at += length;
    return this.source.subarray(this.at - length, this.at);
  }

  copy(length: number): ArrayBuffer {
    const copied = new ArrayBuffer(length);
    new Uint8Array(copied).set(this.view(length));
    return copied;
  }

  text(length: number, encoding: BufferEncoding): string {
    this.at += length;
    return this.source.toString(encoding, this.at - length, this.at);
  }
}

const LITTLE_ENDIAN = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;

const SMALL_BYTES = 2 ** 12;

/** Of this thread: it writes one list of columns at a time. */
const gatheringBytes = Buffer.alloc(4 * SMALL_BYTES);
const gathering = new DataView(gatheringBytes.buffer, gatheringBytes.byteOffset, gatheringBytes.length);
