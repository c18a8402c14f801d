import { inspect, types } from "node:util";
import { STAYS_HERE } from "./closure-host.js";
import type { CopiedValue, Property, Replacement, Revival } from "./portable-function.js";
import { noteProgramMemory } from "./program-memory.js";

type AnyFunction = (...args: never[]) => unknown;

/** The names that lead to a value, the last one first. */
export interface Chain {
  name: string;
  before: Chain | undefined;
}

/** The names in the order in which they are read. */
export function namesOf(chain: Chain | undefined): string[] {
  const names: string[] = [];
  for (let at = chain; at !== undefined; at = at.before) names.push(at.name);
  return names.reverse();
}

/** What the copying of values must know of all that is no value. */
export interface CopyHost {
  /** What takes the place of a function, or of an object that each thread has of its own. */
  replacement(value: object, chain: Chain): Replacement | undefined;
  /** The part of an instance's class. @throws StreamError RT_CLOSURE_STAYS */
  classPart(type: AnyFunction, chain: Chain): number;
  refusal(chain: Chain, what: string): Error;
}

/**
 * Copies the values that one function captures, so that what is the same object stays so, and notes what structured
 * clone does not carry. It runs no code of the program: no getter, no trap, no constructor.
 */
export class ValueCopies {
  readonly revival: Revival = { instances: [], properties: [], collections: [] };
  readonly #copies = new Map<object, CopiedValue | Replacement>();
  readonly #symbols = new Map<symbol, Extract<Replacement, { kind: "symbol" }>>();
  /** Objects that are there, and whose contents are not: a list instead of a recursion, for long chains of objects. */
  readonly #empty: (() => void)[] = [];

  constructor(private readonly host: CopyHost) {}

  /** @throws what the host makes of the first thing that cannot travel */
  copy(value: unknown, chain: Chain): CopiedValue | Replacement {
    const copied = this.#copy(value, chain);
    this.#fill();
    return copied;
  }

  /** Copies one property into `copy`. */
  property(source: object, name: string | symbol, copy: object, chain: Chain): void {
    this.#property(source, name, copy, chain);
    this.#fill();
  }

  #fill(): void {
    for (let next = this.#empty.pop(); next !== undefined; next = this.#empty.pop()) next();
  }

  #copy(value: unknown, chain: Chain): CopiedValue | Replacement {
    if (typeof value === "symbol") return this.#symbol(value);
    if (typeof value !== "function" && (typeof value !== "object" || value === null))
      return { kind: "value", value };
    const known = this.#copies.get(value);
    if (known !== undefined) return known;
    const copied = this.#copyObject(value, chain);
    this.#copies.set(value, copied);
    return copied;
  }

  #copyObject(value: object, chain: Chain): CopiedValue | Replacement {
    if (types.isProxy(value)) throw this.host.refusal(chain, "a proxy");
    const stays: unknown = Reflect.get(value, STAYS_HERE);
    if (typeof stays === "string") throw this.host.refusal(chain, stays);
    const replacement = this.host.replacement(value, chain);
    if (replacement !== undefined) return replacement;
    if (isLongNumbers(value)) return { kind: "numbers", of: sharedNumbers(value) };
    const copy = emptyCopy(value);
    const type = classOf(value);
    if (type === null) throw this.host.refusal(chain, "an object without a class that made it");
    // The copy is known before its class is looked at: a class may hold its own instances.
    const copied: CopiedValue = { kind: "value", value: copy };
    this.#copies.set(value, copied);
    if (type !== undefined)
      this.revival.instances.push({ object: copy, part: this.host.classPart(type, chain) });
    this.#empty.push(() => this.#contents(value, copy, chain));
    return copied;
  }

  #contents(value: object, copy: object, chain: Chain): void {
    if (Array.isArray(value)) this.#items(value, copy as unknown[], chain);
    else if (types.isMap(value)) this.#collection([...value].flat(1), copy, chain);
    else if (types.isSet(value)) this.#collection([...value], copy, chain);
    else if (!hasNoProperties(value)) this.#properties(value, copy, chain, ownProperty(value));
  }

  #items(array: readonly unknown[], copy: unknown[], chain: Chain): void {
    // Filled by push: V8 serialises an array that was made by its length index by index, as if it had holes.
    for (let i = 0; i < array.length; i++) {
      const item = array[i];
      if (item === undefined && !(i in array)) copy.length = i + 1;
      else if (isPlain(item)) copy.push(item);
      else this.#set(copy, i, item, chain);
    }
    if (hasNames(array)) this.#properties(array, copy, chain, (name) => !isIndex(name));
  }

  #collection(items: unknown[], into: object, chain: Chain): void {
    const copies: unknown[] = [];
    const before = this.revival.properties.length;
    const isMap = types.isMap(into);
    items.forEach((item, i) => {
      const name = itemName(items, i, isMap);
      this.#set(copies, i, item, chain, name);
    });
    if (this.revival.properties.length > before) this.revival.collections.push({ into, items: copies });
    else fillCollection(into, copies);
  }

  #properties(source: object, copy: object, chain: Chain, has: (name: string | symbol) => boolean): void {
    for (const name of Reflect.ownKeys(source)) if (has(name)) this.#property(source, name, copy, chain);
  }

  #property(source: object, name: string | symbol, copy: object, chain: Chain): void {
    const property = Object.getOwnPropertyDescriptor(source, name);
    if (property === undefined) return;
    if ("value" in property) this.#set(copy, name, property.value, chain);
    else this.#accessor(copy, name, property, chain);
  }

  #set(copy: object, at: string | number | symbol, value: unknown, chain: Chain, name = at): void {
    if (isPlain(value) && typeof at !== "symbol" && !types.isNativeError(copy)) {
      define(copy, at, value);
      return;
    }
    const copied = this.#copy(value, { name: String(name), before: chain });
    if (copied.kind === "value" && typeof at !== "symbol" && !types.isNativeError(copy))
      define(copy, at, copied.value);
    else {
      if (typeof at !== "symbol") define(copy, at, undefined); // keeps the order of the properties
      this.revival.properties.push({ of: copy, at: this.#key(at), is: copied });
    }
  }

  #accessor(copy: object, at: string | symbol, { get, set }: PropertyDescriptor, chain: Chain): void {
    const part = (fn: object | undefined) => {
      const replacement = fn && this.host.replacement(fn, { name: String(at), before: chain });
      return replacement?.kind === "part" ? replacement.part : undefined;
    };
    if (typeof at !== "symbol") define(copy, at, undefined);
    const is: Property["is"] = { kind: "accessor", get: part(get), set: part(set) };
    this.revival.properties.push({ of: copy, at: this.#key(at), is });
  }

  #key(at: string | number | symbol): Property["at"] {
    return typeof at === "symbol" ? this.#symbol(at) : at;
  }

  #symbol(symbol: symbol): Extract<Replacement, { kind: "symbol" }> {
    const known = this.#symbols.get(symbol);
    if (known !== undefined) return known;
    const made = { kind: "symbol" as const, ...placeOf(symbol, this.#symbols.size) };
    this.#symbols.set(symbol, made);
    return made;
  }
}

/** Puts items into a Map (keys and values in turn) or a Set, in place of what it holds. */
export function fillCollection(into: object, items: readonly unknown[]): void {
  if (types.isMap(into)) {
    Map.prototype.clear.call(into);
    for (let i = 0; i < items.length; i += 2) Map.prototype.set.call(into, items[i], items[i + 1]);
  } else {
    Set.prototype.clear.call(into);
    for (const item of items) Set.prototype.add.call(into, item);
  }
}

/** Shorter ones are cloned as fast. */
const LONG = 1000;

/**
 * False for an array that has nothing but its items. To list the keys of a long one takes longer than to copy it, so that
 * Node is asked, which tells the others without its items. What it says otherwise than expected is looked at key by key.
 */
function hasNames(array: readonly unknown[]): boolean {
  if (array.length < LONG) return true;
  const told = inspect(array, { maxArrayLength: 0, depth: 0, customInspect: false });
  return told !== `[ ... ${array.length} more items ]`;
}

function isLongNumbers(value: object): value is number[] {
  if (!Array.isArray(value) || value.length < LONG) return false;
  const isArray = Object.getPrototypeOf(value) === Array.prototype && !hasNames(value);
  return (
    isArray && value.every((item) => typeof item === "number") && !(value as unknown[]).includes(undefined)
  );
}

function sharedNumbers(numbers: readonly number[]): Float64Array {
  const copy = new Float64Array(new SharedArrayBuffer(numbers.length * Float64Array.BYTES_PER_ELEMENT));
  copy.set(numbers);
  return copy;
}

/** Copied as it is, by anyone. */
function isPlain(value: unknown): boolean {
  const type = typeof value;
  return value === null || (type !== "object" && type !== "function" && type !== "symbol");
}

/** Kinds of objects by what V8 has in them, not by their class: how each is copied, without its properties. */
const EMPTY_COPIES: [is: (value: object) => boolean, copy: (value: never) => object][] = [
  [Array.isArray, () => []],
  [types.isMap, () => new Map()],
  [types.isSet, () => new Set()],
  [types.isDate, (value: Date) => new Date(Date.prototype.getTime.call(value))],
  [types.isRegExp, (value: RegExp) => structuredClone(value)],
  [types.isNativeError, errorCopy],
  [ArrayBuffer.isView, shared],
  [types.isArrayBuffer, (value: ArrayBuffer) => structuredClone(value)],
  [types.isSharedArrayBuffer, noteProgramMemory],
  [types.isBoxedPrimitive, (value: object) => structuredClone(value)],
];

function emptyCopy(value: object): object {
  const kind = EMPTY_COPIES.find(([is]) => is(value));
  return kind === undefined ? {} : kind[1](value as never);
}

/** The bytes are all there is to these. */
function hasNoProperties(value: object): boolean {
  return ArrayBuffer.isView(value) || types.isAnyArrayBuffer(value) || types.isRegExp(value);
}

/** Which properties of an object travel: those that can be listed, and of an error its cause. */
function ownProperty(value: object): (name: string | symbol) => boolean {
  const isError = types.isNativeError(value);
  return (name) => Object.prototype.propertyIsEnumerable.call(value, name) || (isError && name === "cause");
}

const ERRORS = [EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError, Error];

function errorCopy(error: Error): Error {
  const type = ERRORS.find(({ prototype }) => Object.prototype.isPrototypeOf.call(prototype, error)) ?? Error;
  const copy = new type();
  for (const name of ["message", "stack"]) {
    const property = Object.getOwnPropertyDescriptor(error, name);
    if (typeof property?.value === "string") Object.defineProperty(copy, name, property);
  }
  return copy;
}

/** The same elements in memory that all threads share: a large array is not copied to each. */
function shared(view: ArrayBufferView): ArrayBufferView {
  if (types.isSharedArrayBuffer(view.buffer)) {
    noteProgramMemory(view.buffer);
    return view;
  }
  const memory = new SharedArrayBuffer(view.byteLength);
  new Uint8Array(memory).set(new Uint8Array(view.buffer, view.byteOffset, view.byteLength));
  return Reflect.construct(VIEWS.find(({ prototype }) => isOf(prototype, view)) ?? DataView, [memory]);
}

const VIEWS = [
  Uint8Array,
  Uint8ClampedArray,
  Uint16Array,
  Uint32Array,
  Int8Array,
  Int16Array,
  Int32Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
];

function isOf(prototype: object, value: object): boolean {
  return Object.prototype.isPrototypeOf.call(prototype, value);
}

const PLAIN: ReadonlySet<unknown> = new Set([
  null,
  ...[
    ...[Object, Array, Map, Set, Date, RegExp, ArrayBuffer, SharedArrayBuffer, DataView],
    ...[Number, String, Boolean, ...ERRORS, ...VIEWS],
  ].map((type) => type.prototype as unknown),
]);

/** The class of an instance; undefined for plain values, null when its prototype is not that of a class. */
function classOf(value: object): AnyFunction | undefined | null {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (typeof prototype !== "object" || prototype === null || PLAIN.has(prototype)) return undefined;
  const type: unknown = Object.getOwnPropertyDescriptor(prototype, "constructor")?.value;
  return typeof type === "function" && type.prototype === prototype ? (type as AnyFunction) : null;
}

function define(object: object, at: string | number, value: unknown): void {
  if (at === "__proto__")
    Object.defineProperty(object, at, { value, writable: true, enumerable: true, configurable: true });
  else Reflect.set(object, at, value);
}

function isIndex(name: string | symbol): boolean {
  return name === "length" || (typeof name === "string" && /^\d+$/.test(name));
}

function itemName(items: readonly unknown[], i: number, isMap: boolean): string {
  if (!isMap) return `item ${i}`;
  const key = items[i - 1];
  if (i % 2 === 0) return `key ${i / 2}`;
  return typeof key === "string" ? key : `value ${(i - 1) / 2}`;
}

function placeOf(symbol: symbol, index: number): { of: "registry" | "language" | "program"; key: string } {
  const registered = Symbol.keyFor(symbol);
  if (registered !== undefined) return { of: "registry", key: registered };
  const name = symbol.description?.replace(/^Symbol\./, "") ?? "";
  if (Reflect.get(Symbol, name) === symbol) return { of: "language", key: name };
  return { of: "program", key: `${index}:${symbol.description ?? ""}` };
}
