import { types } from "node:util";
import { loadedExport } from "./loaded-packages.js";
import type { Part, Replacement, StandIn } from "./portable-function.js";
import { STAND_IN } from "./stand-in.js";
import { wellKnownExport, wellKnownPart } from "./well-known.js";

/** What an object or function is replaced by that need not be looked into; undefined for any other. */
export function replacementOf(value: object): Exclude<Replacement, { kind: "part" }> | undefined {
  const standIn = standInOf(value);
  if (standIn !== undefined) return { kind: "standIn", standIn };
  const place = typeof value === "object" ? wellKnownExport(value) : undefined;
  if (place !== undefined) return { kind: "import", ...place };
  if (wellKnownPart(value) !== undefined) return undefined;
  const loaded = loadedExport(value);
  if (loaded !== undefined) return { kind: "import", ...loaded };
  return madeOf(value);
}

/** The part of what every thread has, by its expression or by an import; undefined for what the program made. */
export function sharedPart(value: object): Part | undefined {
  const part = wellKnownPart(value);
  if (part !== undefined) return part;
  const place = typeof value === "function" ? loadedExport(value) : undefined;
  if (place === undefined) return undefined;
  return {
    ...EMPTY_PART,
    early: ["own"],
    source: "(own)",
    captured: [{ name: "own", kind: "import", ...place }],
  };
}

/** A part to be filled in. */
export const EMPTY_PART: Part = {
  kind: "function",
  early: [],
  source: "",
  captured: [],
  own: undefined,
  prototype: undefined,
  origin: undefined,
};

function standInOf(value: object): StandIn | undefined {
  return STAND_IN in value ? (value[STAND_IN] as () => StandIn).call(value) : undefined;
}

/** The types of Node have WebAssembly's names, and not its values. */
const WASM_MODULE: unknown = Reflect.get(Reflect.get(globalThis, "WebAssembly"), "Module").prototype;

const wasmIds = new WeakMap<object, string>();
let wasmModules = 0;

function madeOf(value: object): Extract<Replacement, { kind: "made" | "wasm" }> | undefined {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === URL.prototype) return { kind: "made", type: "URL", from: String(value) };
  if (prototype === URLSearchParams.prototype)
    return { kind: "made", type: "URLSearchParams", from: String(value) };
  if (prototype !== WASM_MODULE) return undefined;
  const id = wasmIds.get(value) ?? `${++wasmModules}`;
  wasmIds.set(value, id);
  return { kind: "wasm", module: value, id };
}

/**
 * True for what stands for a module in JavaScript that a compiler or a bundler wrote, and for a module's namespace: of such
 * an object only what a function uses of it need travel, since its functions do not use it as `this`.
 */
export function isModule(value: unknown): value is object {
  if (typeof value !== "object" || value === null || types.isProxy(value)) return false;
  if (types.isModuleNamespaceObject(value) || Object.hasOwn(value, "__esModule")) return true;
  return !Array.isArray(value) && !ArrayBuffer.isView(value) && hasGettersOnly(value);
}

/** And a default export, which is a value. Stops at the first other property: an object may have millions. */
function hasGettersOnly(value: object): boolean {
  let getters = 0;
  for (const name in value) {
    const property = Object.getOwnPropertyDescriptor(value, name);
    if (name === "default") continue;
    if (property?.get === undefined || property.set !== undefined) return false;
    getters += 1;
  }
  return getters > 0;
}
