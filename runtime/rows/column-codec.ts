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
  const out = new ByteParts();
  writeColumn(out, values, 0);
  return out.parts;
}

/** The columns that were written one after the other into `bytes`, each of `length` values. They share no memory with it. */
export function decodeColumns(bytes: Buffer, columns: number, length: number): Column[] {
  const from = new ByteReader(bytes);
  return Array.from({ length: columns }, () => readColumn(from, length));
}

/** Deeper than this, tuples and objects are left to the serialiser: it knows circles. */
const MAX_DEPTH = 4;

const NUMBERS: Kind = {
  fits: (values) => values instanceof Float64Array || every(values, (value) => typeof value === "number"),
  write(out, values) {
    const numbers = values instanceof Float64Array ? values : numbersOf(values as ArrayLike<number>);
    out.bytes(new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength));
  },
  read: (from, length) => new Float64Array(from.copy(length * Float64Array.BYTES_PER_ELEMENT)),
};

const STRINGS: Kind = {
  fits: (values) => every(values, (value) => typeof value === "string"),
  write(out, values) {
    const strings = values as string[];
    const lengths = new Uint32Array(strings.length);
    for (let i = 0; i < lengths.length; i++) lengths[i] = (strings[i] as string).length;
    out.bytes(new Uint8Array(lengths.buffer));
    const text = strings.join("");
    const utf8 = Buffer.from(text, "utf8");
    // As many bytes as characters: all of them ASCII. Anything else as UTF-16, which loses no lone surrogate.
    const ascii = utf8.length === text.length;
    const bytes = ascii ? utf8 : Buffer.from(text, "utf16le");
    out.number(ascii ? 1 : 0);
    out.number(bytes.length);
    out.bytes(bytes);
  },
  read(from, length) {
    const lengths = new Uint32Array(from.copy(length * Uint32Array.BYTES_PER_ELEMENT));
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

class ByteParts {
  readonly parts: Uint8Array[] = [];

  number(value: number): void {
    this.parts.push(new Uint8Array(Uint32Array.of(value).buffer));
  }

  bytes(bytes: Uint8Array): void {
    this.parts.push(bytes);
  }
}

class ByteReader {
  #at = 0;

  constructor(private readonly bytes: Buffer) {}

  number(): number {
    this.#at += Uint32Array.BYTES_PER_ELEMENT;
    // All of it stays on one machine, whose byte order typed arrays have too.
    return LITTLE_ENDIAN ? this.bytes.readUInt32LE(this.#at - 4) : this.bytes.readUInt32BE(this.#at - 4);
  }

  view(length: number): Buffer {
    this.#at += length;
    return this.bytes.subarray(this.#at - length, this.#at);
  }

  copy(length: number): ArrayBuffer {
    const copied = new ArrayBuffer(length);
    new Uint8Array(copied).set(this.view(length));
    return copied;
  }

  text(length: number, encoding: BufferEncoding): string {
    return this.view(length).toString(encoding);
  }
}

const LITTLE_ENDIAN = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;
