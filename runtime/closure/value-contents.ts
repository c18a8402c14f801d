import { types } from "node:util";
import { STAYS_HERE } from "./closure-host.js";

/** An instance of a class inside a value, and the names that lead to it. */
export interface Instance {
  object: object;
  type: (...args: never[]) => unknown;
  chain: string[];
}

/** Makes the error for what cannot travel. */
export type Refuse = (chain: string[], what: string) => Error;

/**
 * Looks at all that a value holds, before it is copied: structured clone would run getters, and make plain objects of
 * instances, without a word. Gives the instances of classes, each before what is in it.
 * @throws what `refuse` makes of the first thing that cannot travel
 */
export function* instancesIn(
  value: unknown,
  chain: string[],
  refuse: Refuse,
  seen = new Set<object>(),
): Generator<Instance> {
  const refused = whyRefused(value);
  if (refused !== undefined) throw refuse(chain, refused);
  if (typeof value !== "object" || value === null || seen.has(value) || isCopiedWhole(value)) return;
  seen.add(value);
  const type = classOf(value);
  if (type === null) throw refuse(chain, "an object without a class that made it");
  if (type !== undefined) yield { object: value, type, chain };
  for (const [name, item] of contents(value, chain, refuse)) {
    yield* instancesIn(item, [...chain, name], refuse, seen);
  }
}

function whyRefused(value: unknown): string | undefined {
  if (typeof value === "function") return "a function inside a value; give it a name of its own";
  if (typeof value === "symbol") return "a symbol";
  const what: unknown =
    typeof value === "object" && value !== null ? Reflect.get(value, STAYS_HERE) : undefined;
  return typeof what === "string" ? what : undefined;
}

const COPIED_WHOLE = [Date, RegExp, Error];

/** Copied right by structured clone, whatever is in it. */
function isCopiedWhole(value: object): boolean {
  return (
    ArrayBuffer.isView(value) ||
    types.isAnyArrayBuffer(value) ||
    COPIED_WHOLE.some((type) => value instanceof type)
  );
}

const PLAIN: ReadonlySet<unknown> = new Set([
  null,
  ...[Object, Array, Map, Set].map((type) => type.prototype as unknown),
]);

/** The class of an instance; undefined for plain values, null when its prototype is not that of a class. */
function classOf(value: object): Instance["type"] | undefined | null {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (PLAIN.has(prototype)) return undefined;
  const type: unknown = value.constructor;
  return typeof type === "function" && type.prototype === prototype ? (type as Instance["type"]) : null;
}

function contents(value: object, chain: string[], refuse: Refuse): [string, unknown][] {
  if (value instanceof Map) {
    return [...value].flatMap(([key, item], i): [string, unknown][] => [
      [`key ${i}`, key],
      [typeof key === "string" ? key : `value ${i}`, item],
    ]);
  }
  if (value instanceof Set) return [...value].map((item, i) => [`item ${i}`, item]);
  return Object.entries(Object.getOwnPropertyDescriptors(value)).flatMap(([name, property]) => {
    if (!property.enumerable) return [];
    if (property.get !== undefined)
      throw refuse([...chain, name], "a property with a getter, which is not run");
    return [[name, property.value] as [string, unknown]];
  });
}
