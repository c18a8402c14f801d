import type { Loop } from "./loop.js";

/**
 * The map side of a reduce by key: pairs are merged in the task's own table before anything is sent. Keys that a Map
 * compares by value are looked up inline; structured keys take the table's own way.
 */
export function emitCombine(loop: Loop, operator: string, reduce: string): void {
  loop.step(operator);
  const { key, value } = loop.pair();
  loop.line(
    `if (typeof ${key} === "object" && ${key} !== null) { table.merge(${key}, ${value}, ${reduce}); continue; }`,
  );
  loop.line(`const at = index.get(${key});`);
  loop.line(
    `if (at === undefined) { index.set(${key}, keys.length); keys.push(${key}); values.push(${value}); }`,
  );
  loop.line(`else values[at] = ${reduce}(values[at], ${value});`);
}
