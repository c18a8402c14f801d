const ONCE: readonly unknown[] = [undefined];
const NEVER: readonly unknown[] = [];

/** Something that has as many elements as that, for loops that run by a number. */
export function times(n: number): Iterable<unknown> {
  if (n === 0) return NEVER;
  return n === 1 ? ONCE : Array.from({ length: n });
}
