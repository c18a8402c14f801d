/** What a source's function gives for the range of a partition; nothing for a partition without one. */
export function readRange(ranges: Iterator<unknown>, read: (range: unknown) => unknown): unknown {
  const { done, value } = ranges.next();
  return done === true ? [] : read(value);
}
