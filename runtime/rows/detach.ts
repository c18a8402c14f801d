/** V8 makes substrings of 13 characters and more by reference. */
const SLICED_LENGTH = 13;

/**
 * A key that may be kept for long: a word cut out of a block of text would hold the whole block. Joining makes a new
 * string, which the cut at its second character then refers to.
 */
export function detach<T>(key: T): T | string {
  return typeof key === "string" && key.length >= SLICED_LENGTH ? ` ${key}`.slice(1) : key;
}
