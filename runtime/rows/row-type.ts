/** Longer lists of fields or elements are cut. */
const MAX_PARTS = 8;
const MAX_DEPTH = 3;

/**
 * The TypeScript type that rows seem to have, as text: `[string, number]`, `{ word: string; count: number }`. Rows of
 * several types are a union. `unknown` for no rows.
 */
export function rowType(rows: readonly unknown[]): string {
  return unionOf(rows.map((row) => typeText(row, MAX_DEPTH)));
}

function typeText(value: unknown, depth: number): string {
  if (value === null) return "null";
  if (typeof value !== "object") return typeof value;
  if (Array.isArray(value)) return arrayType(value, depth);
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return value.constructor?.name ?? "object";
  return depth === 0 ? "object" : objectType(value, depth);
}

/** Two elements are most often a pair, more of one type a list. */
function arrayType(elements: readonly unknown[], depth: number): string {
  if (depth === 0 || elements.length === 0) return "unknown[]";
  const types = elements.slice(0, MAX_PARTS).map((element) => typeText(element, depth - 1));
  if (elements.length === 2) return `[${types.join(", ")}]`;
  const type = unionOf(types);
  return type.includes(" | ") ? `(${type})[]` : `${type}[]`;
}

function objectType(value: object, depth: number): string {
  const fields = Object.getOwnPropertyNames(value).map((name) => `${name}: ${fieldType(value, name, depth)}`);
  const shown = fields.slice(0, MAX_PARTS);
  if (fields.length > shown.length) shown.push("…");
  return shown.length === 0 ? "{}" : `{ ${shown.join("; ")} }`;
}

/** No getter is run. */
function fieldType(value: object, name: string, depth: number): string {
  const descriptor = Object.getOwnPropertyDescriptor(value, name);
  return descriptor !== undefined && "value" in descriptor
    ? typeText(descriptor.value, depth - 1)
    : "unknown";
}

function unionOf(types: readonly string[]): string {
  const distinct = [...new Set(types)];
  if (distinct.length === 0) return "unknown";
  return distinct.length > MAX_PARTS
    ? `${distinct.slice(0, MAX_PARTS).join(" | ")} | …`
    : distinct.join(" | ");
}
