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
}

/** Bytes of a column in parts, to be written one after the other. @param values their number is not written */
export function encodeColumn(values: ArrayLike<unknown>): Uint8Array[] {
  return encodeColumns([values]);
}

/** The same of several columns, one after the other: small ones are one part together. */
export function encodeColumns(columns: readonly ArrayLike<unknown>[]): Uint8Array[] {
  const out = new ByteParts();
  for (const column of columns) writeColumn(out, column, 0);
  return out.finish();
}

/**
 * The columns that were written one after the other into `bytes`, each of `length` values. They share no memory with it.
 * @param at where the first one begins
 */
export function decodeColumns(bytes: Buffer, columns: number, length: number, at = 0): Column[] {
  const from = new ByteReader(bytes, at);
  return Array.from({ length: columns }, () => readColumn(from, length));
}

/** Deeper than this, tuples and objects are left to the serialiser: it knows circles. */
const MAX_DEPTH = 4;

const NUMBERS: Kind = {
  fits: (values) => values instanceof Float64Array || every(values, (value) => typeof value === "number"),
  write: (out, values) => out.floats(values as ArrayLike<number>),
  read: (from, length) => from.floats(length),
};

const STRINGS: Kind = {
  fits: (values) => every(values, (value) => typeof value === "string"),
  write(out, values) {
    const strings = values as string[];
    const text = strings.join("");
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
  read(from, length) {
    const names = JSON.parse(from.text(from.number(), "utf8")) as string[];
    const columns = names.map((name) => [name, readColumn(from, length)] as const);
    return Array.from({ length }, (_, i) => {
      const object: Record<string, unknown> = {};
      for (const [name, column] of columns) object[name] = column[i];
      return object;
    });
  },
};

/** Rows of a table, for example: numbers that are known to be integers. */
const INTEGERS: Kind = {
  fits: (values) => values instanceof Int32Array,
  write(out, values) {
    const { buffer, byteOffset, byteLength } = values as Int32Array;
    out.bytes(new Uint8Array(buffer, byteOffset, byteLength));
  },
  read: (from, length) => Float64Array.from(new Int32Array(from.copy(length * Int32Array.BYTES_PER_ELEMENT))),
};

/** The same number again and again: the time of a batch. */
const SAME_NUMBER: Kind = {
  fits(values) {
    const [first] = [values[0]];
    if (typeof first !== "number" || values[values.length - 1] !== first) return false;
    return every(values, (value) => Object.is(value, first));
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
const KINDS: readonly Kind[] = [INTEGERS, SAME_NUMBER, NUMBERS, STRINGS, TUPLES, OBJECTS, ANYTHING];
const SERIALISED = KINDS.indexOf(ANYTHING);

/** Wider tuples and objects are as well off with the serialiser. */
const MAX_FIELDS = 64;

function writeColumn(out: ByteParts, values: ArrayLike<unknown>, depth: number): void {
  const kind = depth > MAX_DEPTH ? SERIALISED : KINDS.findIndex(({ fits }) => fits(values));
  out.number(kind);
  KINDS[kind]?.write(out, values, depth);
}

function readColumn(from: ByteReader, length: number): Column {
  const kind = KINDS[from.number()];
  if (kind === undefined) throw new Error("these bytes are no column");
  return kind.read(from, length);
}

/** One by one: V8 copies from an array that may hold anything ten times as slowly. */
function numbersOf(values: ArrayLike<number>): Float64Array {
  const numbers = new Float64Array(values.length);
  for (let i = 0; i < numbers.length; i++) numbers[i] = values[i] as number;
  return numbers;
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
    for (let i = 0; i < length; i++, this.at += 8)
      floats[i] = LITTLE_ENDIAN ? this.source.readDoubleLE(this.at) : this.source.readDoubleBE(this.at);
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
