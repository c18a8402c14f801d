/** Value → text, bounded in size and time whatever the value is. */

import { inspect, types } from "node:util";
import { withinTime } from "./bounded-time.js";
import { dataProperty, isObject } from "./data-property.js";
import { isInterrupt } from "./interrupt.js";

/** Longest text shown for one value, in characters. */
const MAX_CHARACTERS = 100_000;
const MAX_STRING = 10_000;
/** Values looked at when one value is shown. */
const MAX_NODES = 5_000;
const MAX_KEYS = 100;
/** How long the own code of a value may take while it is shown. */
const SHOW_LIMIT_MS = 2_000;
/** 120,000 decimal digits. */
const LARGE = 1n << 400_000n;

interface Detail {
  depth: number;
  maxArrayLength: number;
}

/** From the most detail to the least; the first that stays within {@link MAX_NODES} is taken. */
const DETAILS: readonly Detail[] = [
  { depth: 4, maxArrayLength: 100 },
  { depth: 3, maxArrayLength: 100 },
  { depth: 2, maxArrayLength: 100 },
  { depth: 2, maxArrayLength: 20 },
  { depth: 1, maxArrayLength: 20 },
];
const LEAST: Detail = { depth: 0, maxArrayLength: 20 };

/**
 * The text of a value as `util.inspect` writes it, without colours. Getters are not called; code of the value that does
 * run (custom inspection) has {@link SHOW_LIMIT_MS}. Throws nothing but an interrupt.
 * @param whole all of it, as far as that takes no longer than {@link SHOW_LIMIT_MS}
 */
export function plainText(value: unknown, whole = false): string {
  if (typeof value === "bigint") return bigintText(value);
  const text = whole ? inspectedWhole : inspected;
  if (!isObject(value)) return text(value);
  try {
    return withinTime(SHOW_LIMIT_MS, () => text(value));
  } catch (error) {
    if (isInterrupt(error)) throw error;
    return `[a value that cannot be shown: ${reasonOf(error)}]`;
  }
}

function inspected(value: unknown): string {
  const { shown, more } = firstKeys(value);
  const detail = DETAILS.find((d) => new NodeCount(d.maxArrayLength).fits(shown, d.depth)) ?? LEAST;
  return cut(inspect(shown, { ...detail, maxStringLength: MAX_STRING, breakLength: 80 })) + more;
}

function inspectedWhole(value: unknown): string {
  return inspect(value, {
    depth: Infinity,
    maxArrayLength: Infinity,
    maxStringLength: Infinity,
    breakLength: 80,
  });
}

/** Decimal digits of a very large one take seconds; hexadecimal ones are there at once. */
function bigintText(value: bigint): string {
  if (value < LARGE && value > -LARGE) return cut(inspect(value));
  const digits = Math.round(value.toString(16).length * Math.log10(16));
  return `[a bigint of some ${digits.toLocaleString("en")} digits]`;
}

/** One line of at most `length` characters, for a place inside something else. The time it may take is the caller's to limit. */
export function shortText(value: unknown, length: number): string {
  try {
    const text = inspect(value, {
      depth: 0,
      maxArrayLength: 5,
      maxStringLength: length,
      breakLength: Infinity,
    });
    return text.length > length ? `${text.slice(0, length)}…` : text;
  } catch (error) {
    if (isInterrupt(error)) throw error;
    return `[${reasonOf(error)}]`;
  }
}

/** `TypeError: no` of an error, without running code of it. */
export function reasonOf(error: unknown): string {
  const [name, message] = [dataProperty(error, "name"), dataProperty(error, "message")];
  return typeof name === "string" && typeof message === "string" ? `${name}: ${message}` : typeof error;
}

function cut(text: string): string {
  if (text.length <= MAX_CHARACTERS) return text;
  return `${text.slice(0, MAX_CHARACTERS)}\n… ${(text.length - MAX_CHARACTERS).toLocaleString("en")} more characters`;
}

/** An object of very many properties is copied with the first ones, since `inspect` has no limit for them. */
function firstKeys(value: unknown): { shown: unknown; more: string } {
  if (!isObject(value) || isOpaque(value) || Array.isArray(value)) return { shown: value, more: "" };
  const keys = Object.keys(value);
  if (keys.length <= MAX_KEYS * 10) return { shown: value, more: "" };
  const copy: object = Object.create(Object.getPrototypeOf(value));
  for (const key of keys.slice(0, MAX_KEYS)) {
    const descriptor = Object.getOwnPropertyDescriptor(value, key);
    if (descriptor !== undefined) Object.defineProperty(copy, key, descriptor);
  }
  return { shown: copy, more: `\n… ${(keys.length - MAX_KEYS).toLocaleString("en")} more properties` };
}

/** What must not be looked into: proxies run code, typed arrays have as many keys as elements. */
function isOpaque(value: object): boolean {
  return types.isProxy(value) || ArrayBuffer.isView(value);
}

/** Counts the values that `inspect` would visit, up to a limit. */
class NodeCount {
  readonly #maxArrayLength: number;
  readonly #seen = new Set<object>();
  #left = MAX_NODES;

  constructor(maxArrayLength: number) {
    this.#maxArrayLength = maxArrayLength;
  }

  fits(value: unknown, depth: number): boolean {
    if (--this.#left < 0) return false;
    if (!isObject(value) || this.#seen.has(value) || depth < 0 || isOpaque(value)) return true;
    this.#seen.add(value);
    for (const item of this.#items(value)) if (!this.fits(item, depth - 1)) return false;
    return true;
  }

  *#items(value: object): Iterable<unknown> {
    if (Array.isArray(value)) {
      for (let i = 0; i < Math.min(value.length, this.#maxArrayLength); i++) yield ownValue(value, String(i));
    } else if (types.isMap(value)) {
      for (const [key, item] of firstOf(Map.prototype.entries.call(value), this.#maxArrayLength))
        yield* [key, item];
    } else if (types.isSet(value)) yield* firstOf(Set.prototype.values.call(value), this.#maxArrayLength);
    else for (const key of Object.keys(value)) yield ownValue(value, key);
  }
}

function ownValue(holder: object, key: string): unknown {
  return Object.getOwnPropertyDescriptor(holder, key)?.value;
}

function* firstOf<T>(items: Iterable<T>, count: number): Iterable<T> {
  let left = count;
  for (const item of items) {
    if (left-- <= 0) return;
    yield item;
  }
}
