import { createRequire } from "node:module";
import { types } from "node:util";
import type { Captured, ImportPlace, Part } from "./portable-function.js";

/**
 * What every thread has of its own: functions and objects of the language, and Node's modules. They are known by what
 * they are, whatever the program calls them, since they have no source that could travel.
 */
interface WellKnown {
  /** Functions and objects of the language: the expression that gives them. */
  expressions: Map<unknown, string>;
  /** Node's modules and what they export. */
  exports: Map<unknown, ImportPlace>;
}

let wellKnown: WellKnown | undefined;

function known(): WellKnown {
  wellKnown ??= find();
  return wellKnown;
}

/** The part for a function, or an object of the language, that every thread has; undefined for any other. */
export function wellKnownPart(value: unknown): Part | undefined {
  const { expressions, exports } = known();
  const expression = expressions.get(value);
  const place = exports.get(value);
  if (expression === undefined && (place === undefined || typeof value !== "function")) return undefined;
  const captured: Captured[] =
    place && expression === undefined ? [{ name: "own", kind: "import", ...place }] : [];
  const early = captured.map(({ name }) => name);
  const nothing = { own: undefined, prototype: undefined, origin: undefined };
  return { kind: "function", early, source: `(${expression ?? "own"})`, captured, ...nothing };
}

/** Where an object of Node's modules, or a whole module, is imported from; undefined for any other. */
export function wellKnownExport(value: object): ImportPlace | undefined {
  const { exports } = known();
  if (!types.isModuleNamespaceObject(value)) return exports.get(value);
  const place = exports.get(Reflect.get(value, "default"));
  return place?.exported === "default" ? { ...place, exported: "*" } : undefined;
}

/** Objects of the language that hold functions; `console` is each thread's own. */
const OBJECTS = { Math, JSON, Reflect, Atomics, Intl, console, globalThis };

/** Modules of Node that a function over records may use; each is there already, or small. */
const MODULES =
  "assert buffer child_process crypto events fs fs/promises http https net os path perf_hooks process querystring readline stream string_decoder timers timers/promises url util worker_threads zlib".split(
    " ",
  );

function find(): WellKnown {
  const expressions = new Map<unknown, string>(Object.entries(OBJECTS).map(([name, value]) => [value, name]));
  const note = (value: unknown, expression: string) => {
    if (!expressions.has(value)) expressions.set(value, expression);
  };
  const noteFunctions = (holder: object, expression: string) => {
    for (const [name, value] of values(holder)) if (isNative(value)) note(value, expression + name);
  };
  noteFunctions(globalThis, "");
  for (const [holder, expression] of [...expressions]) {
    if (holder === globalThis) continue;
    noteFunctions(holder as object, `${expression}.`);
    const prototype: unknown = Object.getOwnPropertyDescriptor(holder, "prototype")?.value;
    if (typeof prototype !== "object" || prototype === null) continue;
    note(prototype, `${expression}.prototype`);
    noteFunctions(prototype, `${expression}.prototype.`);
  }
  return { expressions, exports: moduleExports() };
}

function moduleExports(): Map<unknown, ImportPlace> {
  const exports = new Map<unknown, ImportPlace>();
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
  return exports;
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
