import type { Loop } from "./loop.js";

/** Expressions of what a key's first value becomes, and of what a further one makes of that. */
interface Combine {
  create?: (value: string) => string;
  merge: (combined: string, value: string) => string;
}

/**
 * A map side that combines: pairs are merged in the task's own table before anything is sent.
 */
export function emitCombine(
  loop: Loop,
  operator: string,
  { create = (value) => value, merge }: Combine,
  pairOf = (): { key: string; value: string } => loop.pair(),
): void {
  loop.step(operator);
  const { key, value } = pairOf();
  emitRoom(loop);
  const created = create(value);
  const merged = `values[at] = ${merge("values[at]", value)};`;
  loop.line(`const at = table.find(${key});`);
  // The combined value first: a function that throws leaves the table as it was.
  loop.line(`if (at < 0) { const first = ${created}; table.insert(${key}, first); }`);
  loop.line(`else ${merged}`);
}

/** A map side that sends the pairs as they are. */
export function emitPairs(
  loop: Loop,
  operator: string,
  pairOf = (): { key: string; value: string } => loop.pair(),
): void {
  loop.step(operator);
  const { key, value } = pairOf();
  emitRoom(loop);
  loop.line(`keys.push(${key}); values.push(${value});`);
}

/** Once in a while, how large the table has become is looked at: before a record, so that it may be emptied. */
function emitRoom(loop: Loop): void {
  const room = loop.variable("0");
  loop.line(`if (--${room} < 0) ${room} = out.full();`);
}

/** Takes the record as a value, with nothing to find it by: for operators that do not go by keys. */
export function rowAsValue(loop: Loop): { key: string; value: string } {
  const value = loop.temporary();
  loop.line(`${value} = ${loop.row()};`);
  return { key: "0", value };
}

/** Takes the record as a key, with nothing to it. */
export function rowAsKey(loop: Loop): { key: string; value: string } {
  const key = loop.temporary();
  loop.line(`${key} = ${loop.row()};`);
  return { key, value: "0" };
}
