/** A record as named fields, whatever its type: what charts are made of. */

import { inspect } from "node:util";

export type Fields = Readonly<Record<string, unknown>>;

/** What a field can be drawn as. */
export type FieldType = "number" | "time" | "text";

/** Longest text that a chart shows of a value. */
const TEXT_CHARACTERS = 80;

/** Names of fields whose numbers are times, in ms since the epoch. */
export const TIME_NAMES: readonly string[] = ["time", "timestamp", "timems", "ts", "at", "date", "when"];
/** Numbers below this (March 1973 as a time) are no times, whatever their field is called. */
const EARLIEST_MS = 1e11;
const ISO_TIME = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?$/;

/**
 * The fields of a record: a number has `value`, a pair `key` and `value`, a pair of keys with a number also `across`, an
 * object its own. Undefined for what has none, such as a text. What is no number where numbers are, is a value that cannot be drawn.
 */
export function fieldsOf(record: unknown): Fields | undefined {
  if (isNumber(record) || typeof record === "number") return { value: record };
  if (record === null || record === undefined) return { value: null };
  if (isPair(record)) return { ...keyFields(record[0]), ...valueFields(record[1]) };
  return isObject(record) ? record : undefined;
}

/** Type of each field by its first value that has one; fields of other types are left out. */
export function fieldTypes(sample: readonly Fields[]): ReadonlyMap<string, FieldType> {
  const types = new Map<string, FieldType>();
  for (const fields of sample) {
    for (const [name, value] of Object.entries(fields)) {
      const type = types.has(name) ? undefined : typeOf(name, value);
      if (type !== undefined) types.set(name, type);
    }
  }
  return types;
}

/** The value of a field, or inside one: `place.city` is `city` of `place`, unless there is a field of that name. */
export function fieldAt(fields: Fields, name: string): unknown {
  if (Object.hasOwn(fields, name)) return fields[name];
  const dot = name.indexOf(".");
  const inner = dot > 0 ? fields[name.slice(0, dot)] : undefined;
  return isObject(inner) ? fieldAt(inner, name.slice(dot + 1)) : undefined;
}

/** How a value can be drawn; undefined when it cannot. */
export function typeOf(name: string, value: unknown): FieldType | undefined {
  if (value instanceof Date) return "time";
  if (isNumber(value)) return isTimeName(name) && Number(value) >= EARLIEST_MS ? "time" : "number";
  if (typeof value === "string") return ISO_TIME.test(value) ? "time" : "text";
  return typeof value === "boolean" ? "text" : undefined;
}

/** A value as a chart's row holds it: a finite number, ms since the epoch, or a short text. Undefined when it is none of these. */
export function drawn(type: FieldType, value: unknown): number | string | undefined {
  if (value === undefined || value === null) return undefined;
  if (type === "text") return shortText(value);
  if (!mayBeNumber(value)) return undefined;
  const number = type === "time" && typeof value === "string" ? Date.parse(value) : Number(value);
  return Number.isFinite(number) ? number : undefined;
}

/** JavaScript takes an empty text, false and an empty list for 0. */
function mayBeNumber(value: unknown): boolean {
  return typeof value === "string" ? value.trim() !== "" : isNumber(value) || value instanceof Date;
}

/** A value as one line of at most {@link TEXT_CHARACTERS}. */
export function shortText(value: unknown): string {
  const text =
    typeof value === "string"
      ? value
      : inspect(value, { breakLength: Number.POSITIVE_INFINITY, depth: 2, maxStringLength: TEXT_CHARACTERS });
  return text.length > TEXT_CHARACTERS ? `${text.slice(0, TEXT_CHARACTERS - 1)}…` : notAPrototype(text);
}

/**
 * Vega keeps what it has drawn in an object, by its text, and does not find again what it kept as the object's prototype: a
 * chart would not be laid out any more. With a zero width space it looks the same.
 */
export function notAPrototype(text: string): string {
  return text === "__proto__" ? "__proto__\u200b" : text;
}

function keyFields(key: unknown): Fields {
  if (isPair(key)) return { key: shortText(key[0]), across: shortText(key[1]) };
  return key instanceof Date ? { time: key } : { key: shortText(key) };
}

function valueFields(value: unknown): Fields {
  return isObject(value) ? value : { value };
}

function isTimeName(name: string): boolean {
  return TIME_NAMES.includes(name.toLowerCase());
}

function isPair(value: unknown): value is [unknown, unknown] {
  return Array.isArray(value) && value.length === 2;
}

function isNumber(value: unknown): value is number | bigint {
  return (typeof value === "number" && Number.isFinite(value)) || typeof value === "bigint";
}

/** Records were copied from another thread: plain objects have lost their class, but dates, maps and arrays have theirs. */
function isObject(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
