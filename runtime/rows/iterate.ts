/** What V8's own iterators inherit from: their methods (map, take, …), where this Node has them, and Symbol.iterator. */
const ITERATOR: object = Object.getPrototypeOf(Object.getPrototypeOf([][Symbol.iterator]()));

/**
 * An iterator over what a generator yields. Leaving a `for` loop early does not close it, as it does not in Spark: the
 * rows that were not taken yet can still be taken.
 */
export function iterate<T>(generator: () => Generator<T, void>): IterableIterator<T> {
  const rows = generator();
  return Object.assign(Object.create(ITERATOR), { next: () => rows.next() });
}
