/**
 * The natural order of rows and keys, as Spark's orderings have it: numbers by size with NaN last, strings by UTF-16
 * unit, false before true, dates by time, arrays and tuples element by element, the shorter of two equal ones first.
 * Of unlike kinds nothing comes before booleans, then numbers, strings, dates, arrays, and the rest as equal.
 * @returns less than 0 when `a` comes first, 0 when neither does
 */
export function compareRows(a: unknown, b: unknown): number {
  if (typeof a === "number" && typeof b === "number") return compareNumbers(a, b);
  if (typeof a === "string" && typeof b === "string") return a < b ? -1 : a > b ? 1 : 0;
  const rank = rankOf(a);
  const difference = rank - rankOf(b);
  return difference === 0 ? (COMPARE[rank]?.(a as never, b as never) ?? 0) : difference;
}

/** {@link compareRows} from the largest to the smallest. */
export function compareRowsDescending(a: unknown, b: unknown): number {
  return compareRows(b, a);
}

const KINDS: readonly ((value: unknown) => boolean)[] = [
  (value) => value === null || value === undefined,
  (value) => typeof value === "boolean",
  (value) => typeof value === "number" || typeof value === "bigint",
  (value) => typeof value === "string",
  (value) => value instanceof Date,
  Array.isArray,
];

function rankOf(value: unknown): number {
  const rank = KINDS.findIndex((is) => is(value));
  return rank < 0 ? KINDS.length : rank;
}

/** By rank; kinds without an entry have no order among themselves. */
const COMPARE: readonly (((a: never, b: never) => number) | undefined)[] = [
  undefined,
  (a: boolean, b: boolean) => Number(a) - Number(b),
  compareNumbers,
  (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0),
  (a: Date, b: Date) => compareNumbers(a.getTime(), b.getTime()),
  compareArrays,
];

function compareNumbers(a: number | bigint, b: number | bigint): number {
  if (a < b) return -1;
  if (a > b) return 1;
  // What is neither less nor greater is equal, or not a number.
  return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
}

function compareArrays(a: readonly unknown[], b: readonly unknown[]): number {
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++) {
    const difference = compareRows(a[i], b[i]);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}
