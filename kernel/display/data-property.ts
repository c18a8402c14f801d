/** Looks at values without running any of their code. */

import { types } from "node:util";

/**
 * The value of a data property, inherited ones included. Getters are not called and proxies not asked: both give
 * undefined, so that showing a value can neither throw nor hang.
 */
export function dataProperty(value: unknown, key: PropertyKey): unknown {
  let holder: unknown = value;
  while (isObject(holder) && !types.isProxy(holder)) {
    const descriptor = Object.getOwnPropertyDescriptor(holder, key);
    if (descriptor !== undefined) return descriptor.value;
    holder = Object.getPrototypeOf(holder);
  }
  return undefined;
}

/** Objects and functions. */
export function isObject(value: unknown): value is object {
  return (typeof value === "object" && value !== null) || typeof value === "function";
}

/** An object literal, or one without prototype; never a proxy. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null || types.isProxy(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
