import { StreamError } from "../stream-error.js";

/**
 * Keys are equal by value: `["a", 1]` made twice is one key, as a tuple is in Spark. Primitives are their own identity
 * (-0 is 0, NaN is NaN, as in a Map); a structured key is known by its canonical text.
 */

/** True for keys that a Map compares by value already. */
export function isPrimitiveKey(key: unknown): boolean {
  return (typeof key !== "object" && typeof key !== "function") || key === null;
}

/**
 * Text that two structured keys share exactly when they are equal: arrays and tuples by their elements, dates by their
 * time, plain objects by their sorted fields.
 * @throws StreamError RT_KEY for what has no value to compare: functions, symbols, class instances.
 */
export function canonicalKey(key: unknown): string {
  switch (typeof key) {
    case "string":
      return JSON.stringify(key);
    case "bigint":
      return `${key}n`;
    case "number":
      return Object.is(key, -0) ? "0" : String(key);
    case "boolean":
    case "undefined":
      return String(key);
    case "object":
      return canonicalObject(key);
    default:
      throw refused(key);
  }
}

/** What kind of key it is, for people: "string", "[string, number]", "{ id, at }". Keys of one type are of one kind. */
export function kindOfKey(key: unknown): string {
  if (Array.isArray(key)) return `[${key.map(kindOfKey).join(", ")}]`;
  if (key === null) return "null";
  if (typeof key !== "object") return typeof key;
  return key instanceof Date ? "Date" : `{ ${Object.keys(key).sort().join(", ")} }`;
}

/** Whether a key, or a part of it, is null or undefined: what kind it would else be is not known. */
export function isMissing(key: unknown): boolean {
  return key == null || (Array.isArray(key) && key.some(isMissing));
}

/** A test whether another key is this one, by value. @throws StreamError RT_KEY, as {@link canonicalKey} */
export function equalTo(key: unknown): (other: unknown) => boolean {
  if (isPrimitiveKey(key)) return (other) => other === key || (Number.isNaN(key) && Number.isNaN(other));
  const text = canonicalKey(key);
  return (other) => !isPrimitiveKey(other) && canonicalKey(other) === text;
}

function canonicalObject(key: object | null): string {
  if (key === null) return "null";
  if (Array.isArray(key)) return `[${key.map(canonicalKey).join()}]`;
  if (key instanceof Date) return `@${key.getTime()}`;
  const prototype: unknown = Object.getPrototypeOf(key);
  if (prototype !== Object.prototype && prototype !== null) throw refused(key);
  const fields = Object.entries(key).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${fields.map(([name, value]) => `${JSON.stringify(name)}:${canonicalKey(value)}`).join()}}`;
}

function refused(key: unknown): StreamError {
  const what =
    typeof key === "object" ? `an instance of ${key?.constructor?.name ?? "a class"}` : `a ${typeof key}`;
  return new StreamError(
    "RT_KEY",
    `${what} cannot be a key: it has no value to compare; use a string, number, boolean, bigint, date, array or plain object`,
  );
}
