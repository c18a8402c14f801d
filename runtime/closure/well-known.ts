import { createRequire } from "node:module";
import { types } from "node:util";
import type { Captured, Part } from "./portable-function.js";

/**
 * What every thread has of its own: functions of the language, and Node's modules. They are known by what they are,
 * whatever the program calls them, since they have no source that could travel.
 */
interface WellKnown {
  /** Functions of the language: the expression that gives them. */
  expressions: Map<unknown, string>;
  /** Node's modules and what they export. */
  exports: Map<unknown, { url: string; exported: string }>;
}

let wellKnown: WellKnown | undefined;

function known(): WellKnown {
  wellKnown ??= find();
  return wellKnown;
}

/** The part for a function that every thread has; undefined for any other. */
export function wellKnownPart(fn: unknown): Part | undefined {
  const { expressions, exports } = known();
  const expression = expressions.get(fn);
  const place = exports.get(fn);
  if (expression === undefined && place === undefined) return undefined;
  const captured: Captured[] =
    place && expression === undefined ? [{ name: "own", kind: "import", ...place }] : [];
  return {
    kind: "function",
    early: captured.map(({ name }) => name),
    source: `(${expression ?? "own"})`,
    captured,
    origin: undefined,
  };
}

/** Where an object of Node's modules, or a whole module, is imported from; undefined for any other. */
export function wellKnownExport(value: object): { url: string; exported: string } | undefined {
  const { exports } = known();
  if (!types.isModuleNamespaceObject(value)) return exports.get(value);
  const place = exports.get(Reflect.get(value, "default"));
  return place?.exported === "default" ? { ...place, exported: "*" } : undefined;
}

const NAMESPACES = {
  Math,
  JSON,
  Object,
  Number,
  String,
  Array,
  Date,
  Buffer,
  BigInt,
  Reflect,
  Promise,
  Symbol,
};

/** Modules of Node that a function over records may use; each is there already, or small. */
const MODULES =
  "assert buffer child_process crypto events fs fs/promises http https net os path perf_hooks querystring readline stream string_decoder timers timers/promises url util worker_threads zlib".split(
    " ",
  );

function find(): WellKnown {
  const expressions = new Map<unknown, string>();
  const exports: WellKnown["exports"] = new Map();
  for (const [name, value] of values(globalThis)) if (isNative(value)) expressions.set(value, name);
  for (const [namespace, holder] of Object.entries(NAMESPACES)) {
    for (const [name, value] of values(holder))
      if (isNative(value) && !expressions.has(value)) expressions.set(value, `${namespace}.${name}`);
  }
  const require = createRequire(import.meta.url);
  for (const name of MODULES) {
    const url = `node:${name}`;
    const module: object = require(url);
    exports.set(module, { url, exported: "default" });
    for (const [exported, value] of values(module)) {
      const isThing = typeof value === "function" || (typeof value === "object" && value !== null);
      if (isThing && !exports.has(value)) exports.set(value, { url, exported });
    }
  }
  return { expressions, exports };
}

/** Own properties that hold a value; getters are not run. */
function values(holder: object): [string, unknown][] {
  return Object.entries(Object.getOwnPropertyDescriptors(holder)).flatMap(([name, property]) =>
    "value" in property ? [[name, property.value] as [string, unknown]] : [],
  );
}

function isNative(value: unknown): boolean {
  return typeof value === "function" && Function.prototype.toString.call(value).endsWith("{ [native code] }");
}
