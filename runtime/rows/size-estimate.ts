/** Rows that are looked at: enough for rows of one kind, and no more work for many than for few. */
const SAMPLED = 100;

/** Values in one row that are looked at. */
const VISITED = 1000;

const POINTER = 8;
const HEADER = 24;

/**
 * About how many bytes of heap rows take: what a sample of them takes, for as many as there are. Values that several rows
 * share count for each.
 */
export function estimateBytes(rows: ArrayLike<unknown>): number {
  if (rows instanceof Float64Array) return HEADER + rows.byteLength;
  const step = Math.max(1, Math.floor(rows.length / SAMPLED));
  let sampled = 0;
  let bytes = 0;
  for (let i = 0; i < rows.length; i += step) {
    sampled += 1;
    bytes += POINTER + valueBytes(rows[i]);
  }
  return HEADER + Math.ceil(sampled === 0 ? 0 : (bytes / sampled) * rows.length);
}

/** A loop with its own stack, since rows may be deep, and with an end, since they may be circles. */
function valueBytes(row: unknown): number {
  const stack: unknown[] = [row];
  let bytes = 0;
  for (let visited = 0; stack.length > 0 && visited < VISITED; visited++)
    bytes += ownBytes(stack.pop(), stack);
  return bytes;
}

/** Of a value without those it refers to; these are put on the stack. */
function ownBytes(value: unknown, stack: unknown[]): number {
  if (typeof value === "string") return HEADER + value.length;
  if (typeof value === "bigint") return HEADER;
  // Small whole numbers need no place of their own.
  if (typeof value === "number") return Number.isInteger(value) && Math.abs(value) < 2 ** 30 ? 0 : 16;
  if (typeof value !== "object" || value === null) return 0;
  if (ArrayBuffer.isView(value)) return 4 * HEADER + value.byteLength;
  const inner =
    value instanceof Map
      ? [...value.keys(), ...value.values()]
      : value instanceof Set
        ? [...value]
        : Object.values(value);
  for (const one of inner) stack.push(one);
  return HEADER + 2 * POINTER * inner.length;
}
