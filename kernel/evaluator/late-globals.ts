/**
 * Names that appear on globalThis after a cell was compiled: by `globalThis.x = 1` in the cell itself, by a module it
 * imports, by a later cell.
 *
 * When a cell is compiled a name nobody knows is taken for a notebook variable, `x` + U+200C (compile/notebook-names.ts).
 * Should globalThis have `x` when the name is used, then it means that one: what stands behind globalThis answers for it.
 * V8 asks there only for names that globalThis lacks, so that variables and Node's own names are as fast as without it
 * (measured); a missing name costs half a microsecond.
 */

import { isCompiledName, userName } from "../compile/notebook-names.js";

let installed = false;

/** Puts the answer behind globalThis, once per process. */
export function seeLateGlobals(): void {
  if (installed) return;
  installed = true;
  const behind: unknown = Object.getPrototypeOf(globalThis);
  if (typeof behind === "object" && behind !== null)
    Object.setPrototypeOf(globalThis, new Proxy(behind, LATE));
}

const LATE: ProxyHandler<object> = {
  has: (behind, key) => isLate(key) || Reflect.has(behind, key),
  get: (behind, key, receiver) =>
    isLate(key) ? Reflect.get(globalThis, userName(key)) : Reflect.get(behind, key, receiver),
  set: (behind, key, value, receiver) => {
    if (isLate(key)) return Reflect.set(globalThis, userName(key), value);
    // V8 asks here before it says so itself: `x = 1` of a name that nobody declared.
    if (typeof key === "string" && isCompiledName(key)) throw new ReferenceError(`${key} is not defined`);
    return Reflect.set(behind, key, value, receiver);
  },
};

/** A compiled name whose plain name globalThis has by now. */
function isLate(key: PropertyKey): key is string {
  return typeof key === "string" && isCompiledName(key) && Object.hasOwn(globalThis, userName(key));
}
