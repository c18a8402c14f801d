/** Where the values of a record lie, by its fields in their order. */
export interface ValuePlaces {
  starts: Int32Array;
  ends: Int32Array;
}

/** More are left to JSON.parse. */
export const MOST_FIELDS = 64;

/**
 * What the texts of JSON objects have in common that one program wrote: all but the values. A text of this shape is told by comparing
 * what stands between the values and looking for the end of each, which takes a sixth of the time of parsing it.
 *
 * Values are strings without escapes, numbers, true, false and null; an object with others has no shape.
 */
export class JsonShape {
  /** What stands before each value, and after the last one, in words of four bytes; of the last of each, some bits count. */
  readonly #words: Int32Array;
  readonly #masks: Int32Array;
  /** Of each piece: its first word, and how many bytes it has. */
  readonly #firstWords: Int32Array;
  readonly #lengths: Int32Array;

  /**
   * @param names of the fields
   * @param pieces of text before, between and after the values, the quotes of strings among them: one more than there are names
   */
  constructor(
    readonly names: readonly string[],
    pieces: readonly string[],
  ) {
    const words = pieces.map((piece) => Math.ceil(piece.length / 4));
    const count = words.reduce((sum, some) => sum + some, 0);
    this.#words = new Int32Array(count);
    this.#masks = new Int32Array(count);
    this.#firstWords = new Int32Array(pieces.length + 1);
    this.#lengths = Int32Array.from(pieces, ({ length }) => length);
    pieces.forEach((piece, i) => {
      const first = this.#firstWords[i] as number;
      this.#firstWords[i + 1] = first + (words[i] as number);
      for (let at = 0; at < piece.length; at++)
        this.#put(first + (at >> 2), 8 * (at & 3), piece.charCodeAt(at));
    });
  }

  /**
   * Finds the values of a record that begins at `from`.
   * @param bytes ASCII, with eight bytes behind it that are less than a space
   * @returns where the record ends, or -1 if it is not of this shape
   */
  match(bytes: DataView, from: number, { starts, ends }: ValuePlaces): number {
    const last = this.names.length;
    let at = this.#after(bytes, from, 0);
    for (let field = 0; field < last && at >= 0; field++) {
      starts[field] = at;
      at = bytes.getUint8(at - 1) === QUOTE ? stringEnd(bytes, at) : scalarEnd(bytes, at);
      if (at < 0) return -1;
      ends[field] = at;
      at = this.#after(bytes, at, field + 1);
    }
    return at;
  }

  #put(word: number, shift: number, code: number): void {
    this.#words[word] = (this.#words[word] as number) | (code << shift);
    this.#masks[word] = (this.#masks[word] as number) | (0xff << shift);
  }

  /** The place after a piece that is to stand at `from`; -1 if it does not. */
  #after(bytes: DataView, from: number, piece: number): number {
    const words = this.#words;
    const masks = this.#masks;
    const end = this.#firstWords[piece + 1] as number;
    for (let word = this.#firstWords[piece] as number, at = from; word < end; word++, at += 4)
      if (((bytes.getInt32(at, true) ^ (words[word] as number)) & (masks[word] as number)) !== 0) return -1;
    return from + (this.#lengths[piece] as number);
  }
}

/**
 * The shape of a JSON object on one line; undefined when it has none, or more fields than {@link MOST_FIELDS}.
 * @param line ASCII that JSON.parse takes
 */
export function shapeOf(line: string): JsonShape | undefined {
  const names: string[] = [];
  const pieces: string[] = [];
  let pieceFrom = 0;
  let at = after(BEGIN, line, 0);
  while (names.length <= MOST_FIELDS) {
    const key = after(KEY, line, at);
    const value = key < 0 ? -1 : after(VALUE, line, key);
    if (value < 0) break;
    const isString = line.charCodeAt(key) === QUOTE;
    names.push(line.slice(line.indexOf('"', at) + 1, line.lastIndexOf('"', key - 1)));
    pieces.push(line.slice(pieceFrom, isString ? key + 1 : key));
    pieceFrom = isString ? value - 1 : value;
    const comma = after(COMMA, line, value);
    if (comma < 0)
      return after(END, line, value) === line.length
        ? shape(names, [...pieces, line.slice(pieceFrom)])
        : undefined;
    at = comma;
  }
  return undefined;
}

/** Of a name that comes twice the last value counts, and `__proto__` is no field like others. */
function shape(names: readonly string[], pieces: readonly string[]): JsonShape | undefined {
  const isPlain = new Set(names).size === names.length && !names.includes("__proto__");
  return isPlain ? new JsonShape(names, pieces) : undefined;
}

/** The place after what matches at a place, or -1. */
function after(pattern: RegExp, line: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(line) ? pattern.lastIndex : -1;
}

const BEGIN = /[ \t]*\{[ \t]*/y;
const KEY = /"[^"\\]*"[ \t]*:[ \t]*/y;
const VALUE = /"[^"\\]*"|true|false|null|-?[\d.eE+-]+/y;
const COMMA = /[ \t]*,[ \t]*/y;
const END = /[ \t]*\}[ \t]*/y;

export const QUOTE = 0x22;

/** Where a string ends that has no escapes; -1 if it has, or what no string may have. Four bytes at a time (Hacker's Delight, 6-1). */
function stringEnd(bytes: DataView, from: number): number {
  for (let at = from; ; at += 4) {
    const word = bytes.getInt32(at, true);
    const quote = word ^ 0x22222222;
    const escaping = word ^ 0x5c5c5c5c;
    // The lowest bit that is set is that of the first such byte.
    const found =
      (((quote - 0x01010101) & ~quote) |
        ((escaping - 0x01010101) & ~escaping) |
        ((word - 0x20202020) & ~word)) &
      0x80808080;
    if (found === 0) continue;
    const end = at + ((31 - Math.clz32(found & -found)) >> 3);
    return bytes.getUint8(end) === QUOTE ? end : -1;
  }
}

/** Where a number, true, false or null ends; -1 if there is none. */
function scalarEnd(bytes: DataView, from: number): number {
  switch (bytes.getUint8(from)) {
    case LETTER_T:
      return bytes.getInt32(from, true) === TRUE ? from + 4 : -1;
    case LETTER_F:
      return bytes.getInt32(from + 1, true) === ALSE ? from + 5 : -1;
    case LETTER_N:
      return bytes.getInt32(from, true) === NULL ? from + 4 : -1;
    default:
      return numberEnd(bytes, from);
  }
}

/** By JSON's grammar: no zero before other digits, digits on both sides of a point. */
function numberEnd(bytes: DataView, from: number): number {
  const whole = bytes.getUint8(from) === MINUS ? from + 1 : from;
  let at = bytes.getUint8(whole) === ZERO ? whole + 1 : digitsEnd(bytes, whole);
  if (at === whole) return -1;
  if (bytes.getUint8(at) === POINT) {
    const fraction = at + 1;
    at = digitsEnd(bytes, fraction);
    if (at === fraction) return -1;
  }
  if ((bytes.getUint8(at) | LOWER_CASE) === LETTER_E) {
    const sign = bytes.getUint8(at + 1);
    const exponent = sign === PLUS || sign === MINUS ? at + 2 : at + 1;
    at = digitsEnd(bytes, exponent);
    if (at === exponent) return -1;
  }
  return at;
}

function digitsEnd(bytes: DataView, from: number): number {
  let at = from;
  while ((bytes.getUint8(at) - ZERO) >>> 0 <= 9) at++;
  return at;
}

const MINUS = 0x2d;
const PLUS = 0x2b;
const POINT = 0x2e;
const ZERO = 0x30;
const LOWER_CASE = 0x20;
const LETTER_E = 0x65;
export const LETTER_T = 0x74;
export const LETTER_F = 0x66;
export const LETTER_N = 0x6e;

/** As a word of four bytes, the first one lowest. */
const TRUE = wordOf("true");
const ALSE = wordOf("alse");
const NULL = wordOf("null");

function wordOf(text: string): number {
  return Buffer.from(text, "latin1").readInt32LE();
}
