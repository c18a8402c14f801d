/**
 * About how many bytes of memory a value takes, from its kind and size: for deciding what goes to disk. The same value
 * gives the same figure in every thread and every run, as the memory in use does not; so what is decided by it never
 * depends on timing. Long arrays are judged by a few of their elements, deep ones to a depth.
 */
export function heapBytes(value: unknown, depth = 0): number {
  switch (typeof value) {
    case "number":
      return NUMBER;
    case "string":
      return STRING + value.length * (isWide(value) ? 2 : 1);
    case "bigint":
      return STRING;
    case "object":
      return value === null ? 0 : objectBytes(value, depth);
    default:
      return 0;
  }
}

/** Bytes of a row of two columns, from a few of `length` rows, evenly over all; 0 for none. */
export function bytesPerRow(keys: ArrayLike<unknown>, values: ArrayLike<unknown>, length: number): number {
  if (length === 0) return 0;
  const step = Math.ceil(length / SAMPLED_ROWS);
  let bytes = 0;
  let sampled = 0;
  for (let row = 0; row < length; row += step, sampled++)
    bytes += 2 * SLOT + heapBytes(keys[row]) + heapBytes(values[row]);
  return bytes / sampled;
}

/** Of a column: so many tell of all. */
export const SAMPLED_ROWS = 64;
const SAMPLED_ELEMENTS = 16;
const MAX_DEPTH = 4;

/** Of a 64-bit V8: a slot of an array or an object, a number of its own, what strings, arrays and objects begin with. */
const SLOT = 8;
const NUMBER = 8;
const STRING = 24;
const HEADER = 32;
const ENTRY = 48;

function objectBytes(value: object, depth: number): number {
  if (ArrayBuffer.isView(value)) return 4 * HEADER + value.byteLength;
  if (depth >= MAX_DEPTH) return HEADER;
  if (Array.isArray(value)) return HEADER + value.length * (SLOT + mean(value, depth));
  if (value instanceof Map || value instanceof Set) return HEADER + value.size * ENTRY;
  let bytes = HEADER;
  for (const name in value) bytes += SLOT + heapBytes((value as Record<string, unknown>)[name], depth + 1);
  return bytes;
}

function mean(elements: readonly unknown[], depth: number): number {
  const step = Math.max(1, Math.ceil(elements.length / SAMPLED_ELEMENTS));
  let bytes = 0;
  let sampled = 0;
  for (let at = 0; at < elements.length; at += step, sampled++) bytes += heapBytes(elements[at], depth + 1);
  return sampled === 0 ? 0 : bytes / sampled;
}

/** Two bytes a character when one of them needs it. A look at three tells of most texts. */
function isWide(text: string): boolean {
  const last = text.length - 1;
  return text.charCodeAt(0) > 255 || text.charCodeAt(last >> 1) > 255 || text.charCodeAt(last) > 255;
}
