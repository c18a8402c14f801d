/** The type of a value, as it is when the program runs: `number[]`, `Map<string, number>`, `DStream`. */

import { types } from "node:util";
import { dataProperty, isObject } from "./data-property.js";

/** Elements looked at to name the type of all; what comes later may differ. */
const SAMPLE = 100;
/** More than so many types in one place are `unknown`. */
const MAX_UNION = 3;
const MAX_DEPTH = 3;

/** On one line. Runs no code of the value. */
export function typeText(value: unknown, depth = 0): string {
  if (value === null) return "null";
  if (!isObject(value)) return typeof value;
  if (types.isProxy(value)) return "Proxy";
  if (typeof value === "function") return isClass(value) ? `typeof ${nameOf(value)}` : "Function";
  if (depth >= MAX_DEPTH) return classOf(value);
  if (Array.isArray(value)) return arrayText(value, depth);
  if (types.isMap(value)) {
    const entries = first(Map.prototype.entries.call(value));
    const [keys, values] = [entries.map(([key]) => key), entries.map(([, item]) => item)];
    return `Map<${unionText(keys, depth)}, ${unionText(values, depth)}>`;
  }
  if (types.isSet(value)) return `Set<${unionText(first(Set.prototype.values.call(value)), depth)}>`;
  return classOf(value);
}

function arrayText(value: readonly unknown[], depth: number): string {
  const names = new Set(value.slice(0, SAMPLE).map((item) => typeText(item, depth + 1)));
  if (names.size === 0) return "unknown[]";
  if (names.size > MAX_UNION) return "unknown[]";
  const [only = ""] = names;
  return names.size === 1 ? `${only}[]` : `(${[...names].join(" | ")})[]`;
}

function unionText(items: readonly unknown[], depth: number): string {
  const names = new Set(items.map((item) => typeText(item, depth + 1)));
  return names.size === 0 || names.size > MAX_UNION ? "unknown" : [...names].join(" | ");
}

function first<T>(items: Iterable<T>): T[] {
  const found: T[] = [];
  for (const item of items) {
    if (found.length >= SAMPLE) break;
    found.push(item);
  }
  return found;
}

/** The name of the class it was made by; `Object` for one that was made by none. */
function classOf(value: object): string {
  const maker = dataProperty(value, "constructor");
  return (typeof maker === "function" && nameOf(maker)) || "Object";
}

function nameOf(maker: object): string {
  const name = dataProperty(maker, "name");
  return typeof name === "string" ? name : "";
}

function isClass(value: object): boolean {
  return /^class\b/.test(Function.prototype.toString.call(value));
}
