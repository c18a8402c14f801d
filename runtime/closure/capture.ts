import { types } from "node:util";
import { StreamError } from "../stream-error.js";
import { type ClosureHost, PLAIN_PROGRAM } from "./closure-host.js";
import { freeNames, hasPrivateFields, label, type PlaceUse } from "./free-names.js";
import { identity } from "./identity.js";
import { inspectFunction } from "./inspect-function.js";
import type { Captured, Part, PortableFunction } from "./portable-function.js";
import { STAND_IN, type StandIn } from "./stand-in.js";
import { instancesIn } from "./value-contents.js";
import { wellKnownExport, wellKnownPart } from "./well-known.js";

type AnyFunction = (...args: never[]) => unknown;

const DEFINE_BEFORE = "Define it before the operator that uses it";

const PUT_IN_CONST = "Put the value it is needed for in a const first";

const PLACE_WAYS_OUT: Record<PlaceUse, string> = {
  this: PUT_IN_CONST,
  arguments: PUT_IN_CONST,
  "import.meta": PUT_IN_CONST,
  "import()": "Import the module by an import statement and use the imported name",
};

/** Globals that every thread has; what a program adds to globalThis later is captured by value. */
const EVERYWHERE = new Set(Object.getOwnPropertyNames(globalThis));
for (const name of ["undefined", "arguments", "eval", "NaN", "Infinity"]) EVERYWHERE.add(name);

/**
 * Makes a function portable, at the place where an operator is declared, so that what cannot travel is refused in the
 * cell that wrote it. Values are copied now: later changes of the variables are not seen.
 *
 * @throws StreamError RT_CLOSURE_* naming the chain of captures that cannot travel, and both ways out.
 */
export function capture(fn: AnyFunction, host: ClosureHost = PLAIN_PROGRAM): PortableFunction {
  return new Capture(host).run(fn);
}

/**
 * A copy of a value that every thread can have.
 * @param what how the value came to travel, for the message: "sc.broadcast"
 * @throws StreamError RT_CLOSURE_STAYS naming what in it cannot travel
 */
export function captureValue(value: unknown, what: string, host: ClosureHost = PLAIN_PROGRAM): unknown {
  return new Capture(host).value(value, what);
}

/** One capture: the parts found so far, and the chain of names that led to the one at hand. */
class Capture {
  readonly #parts: Part[] = [];
  readonly #indexOf = new Map<unknown, number>();
  #root = "";

  constructor(private readonly host: ClosureHost) {}

  run(fn: AnyFunction): PortableFunction {
    this.#root = label(this.#display(this.host.sourceOf(fn)));
    this.#part(fn, []);
    return { id: identity(this.#parts), parts: this.#parts, label: this.#root };
  }

  value(value: unknown, what: string): unknown {
    this.#root = what;
    const [instance] = instancesIn(value, ["value"], (names, why) => this.#stays(names, why));
    if (instance !== undefined) throw this.#stays(instance.chain, `an instance of ${instance.type.name}`);
    return this.#clone(value, ["value"]);
  }

  /** Index of the part for a function or class; makes it on first sight, before its captures, so that circles close. */
  #part(fn: AnyFunction, chain: string[]): number {
    const known = this.#indexOf.get(fn);
    if (known !== undefined) return known;
    const everywhere = wellKnownPart(fn);
    if (everywhere !== undefined) return this.#add(fn, everywhere);
    const free = this.#freeNames(fn, chain);
    const { scopes, origin } = inspectFunction(fn);
    const part: Part = {
      kind: free.class === undefined ? "function" : "class",
      early: free.class?.early ?? [],
      source: this.#guarded(fn, free),
      captured: [],
      origin: origin && { ...origin, column: origin.column - free.prefixLength },
    };
    part.captured.push(...this.#guardNames(part.source));
    const index = this.#add(fn, part);
    const variables = this.#withBase(scopes, free.class?.base, Object.getPrototypeOf(fn));
    for (const name of free.reads) {
      const captured = this.#resolve(name, variables, [...chain, this.host.displayName(name)]);
      if (captured !== undefined) part.captured.push(captured);
    }
    return index;
  }

  #add(fn: AnyFunction, part: Part): number {
    this.#indexOf.set(fn, this.#parts.length);
    return this.#parts.push(part) - 1;
  }

  #freeNames(fn: AnyFunction, chain: string[]): ReturnType<typeof freeNames> {
    const free = freeNames(this.host.sourceOf(fn));
    const written = free.writes[0];
    if (written !== undefined) {
      const name = this.host.displayName(written);
      throw this.#refusal(
        "RT_CLOSURE_WRITE",
        [...chain, name],
        `and assigns to it: each worker thread has a copy of its own, so the program would never see the change. To add up over all workers use an accumulator (sc.longAccumulator()); to keep a value from batch to batch use a window; to set the variable, do it in foreachRDD, which runs where the variable lives`,
      );
    }
    if (free.place !== undefined) {
      const rest = `which has no meaning in a worker thread. ${PLACE_WAYS_OUT[free.place]}`;
      throw this.#refusal("RT_CLOSURE_PLACE", [...chain, free.place], rest);
    }
    return free;
  }

  /** The source that travels: the expression that was looked at, with the guards of its loops put back in. */
  #guarded(fn: AnyFunction, free: ReturnType<typeof freeNames>): string {
    const source = this.host.guardedSourceOf(fn);
    const { expression, prefixLength } = free;
    return expression.slice(0, prefixLength) + source + expression.slice(prefixLength + source.length);
  }

  /** Names that the guards of a source refer to; none where it has no loop. */
  #guardNames(source: string): Captured[] {
    const guard = this.host.loopGuard;
    if (guard === undefined || !source.includes(guard.flag)) return [];
    return [
      { name: guard.flag, kind: "guard", is: "flag" },
      { name: guard.stop, kind: "guard", is: "stop" },
    ];
  }

  /** What a class extends is a variable that V8 need not keep in a scope; the class itself has it. */
  #withBase(scopes: Record<string, unknown>[], name: string | undefined, base: unknown): typeof scopes {
    if (name === undefined || this.host.binding(name) !== undefined) return scopes;
    return Reflect.get(globalThis, name) === base ? scopes : [{ [name]: base }, ...scopes];
  }

  #resolve(name: string, scopes: Record<string, unknown>[], chain: string[]): Captured | undefined {
    const scope = scopes.find((variables) => Object.hasOwn(variables, name));
    const binding = this.host.binding(name);
    if (scope !== undefined && binding?.kind !== "ambient" && binding?.kind !== "stays") {
      return this.#capture(name, this.#read(scope, name, chain), chain);
    }
    switch (binding?.kind) {
      case "import":
        return { name, kind: "import", exported: binding.exported, url: binding.url };
      case "variable":
        return this.#capture(name, binding.value, chain);
      case "stays":
        throw this.#stays(chain, binding.what);
      case "ambient":
        return undefined;
      case undefined:
        return this.#global(name, chain);
    }
  }

  #read(scope: Record<string, unknown>, name: string, chain: string[]): unknown {
    try {
      return scope[name];
    } catch (error) {
      if (!(error instanceof ReferenceError)) throw error;
      throw this.#refusal("RT_CLOSURE_UNKNOWN", chain, `which has no value yet. ${DEFINE_BEFORE}`);
    }
  }

  #global(name: string, chain: string[]): Captured | undefined {
    if (EVERYWHERE.has(name)) return undefined;
    if (name in globalThis) return this.#capture(name, Reflect.get(globalThis, name), chain);
    throw this.#refusal("RT_CLOSURE_UNKNOWN", chain, `which is not defined. ${DEFINE_BEFORE}`);
  }

  #capture(name: string, value: unknown, chain: string[]): Captured {
    if (typeof value === "function") {
      return { name, kind: "part", part: this.#part(value as AnyFunction, chain) };
    }
    const standIn = standInOf(value);
    if (standIn !== undefined) return { name, kind: "standIn", standIn };
    const place = typeof value === "object" && value !== null ? wellKnownExport(value) : undefined;
    if (place !== undefined) return { name, kind: "import", ...place };
    const instances = this.#instances(value, chain);
    const objects = instances.map(({ object }) => object);
    // In one copy, so that the objects stay those of the value.
    const [copy, copies] = this.#clone([value, objects] as const, chain);
    if (Buffer.isBuffer(value)) return { name, kind: "buffer", bytes: shared(bytesOf(value)) };
    return {
      name,
      kind: "value",
      value: types.isTypedArray(copy) ? shared(copy) : copy,
      instances: instances.map(({ part }, i) => ({ object: copies[i] ?? {}, part })),
    };
  }

  /** The instances in a value, each with the part of its class. */
  #instances(value: unknown, chain: string[]): { object: object; part: number }[] {
    const found = instancesIn(value, chain, (names, what) => this.#stays(names, what));
    const instances: { object: object; part: number }[] = [];
    for (const { object, type, chain: names } of found)
      instances.push({ object, part: this.#classPart(type, names) });
    return instances;
  }

  #classPart(type: AnyFunction, chain: string[]): number {
    const what = `an instance of ${this.host.displayName(type.name)}`;
    if (wellKnownPart(type) !== undefined) throw this.#stays(chain, what);
    try {
      const part = this.#part(type, chain);
      if (!hasPrivateFields(type, (of) => this.host.sourceOf(of))) return part;
    } catch (error) {
      if (error instanceof StreamError) throw this.#stays(chain, what);
      throw error;
    }
    throw this.#stays(chain, `${what}, which has private fields`);
  }

  #clone<T>(value: T, chain: string[]): T {
    try {
      return structuredClone(value);
    } catch (error) {
      throw this.#stays(
        chain,
        `a value that cannot be copied (${error instanceof Error ? error.message : String(error)})`,
      );
    }
  }

  #stays(chain: string[], what: string): StreamError {
    return this.#refusal(
      "RT_CLOSURE_STAYS",
      chain,
      `${what}, which cannot travel to a worker thread. Put the plain value it is needed for in a const and use that, or do this part in foreachRDD, whose body runs where the program does`,
    );
  }

  /** "cell 7: `x => rate * helper(x)` captures `helper`, which captures `ssc`, a StreamingContext, which …". */
  #refusal(code: string, chain: string[], rest: string): StreamError {
    const place = this.host.place();
    const captures = chain.map((name) => `captures \`${name}\``).join(", which ");
    return new StreamError(
      code,
      `${place === "" ? "" : `${place}: `}\`${this.#root}\` ${captures}, ${rest}.`,
    );
  }

  #display(source: string): string {
    return source.replace(/[\p{ID_Start}$_][\p{ID_Continue}$]*/gu, (name) => this.host.displayName(name));
  }
}

function standInOf(value: unknown): StandIn | undefined {
  if (typeof value !== "object" || value === null || !(STAND_IN in value)) return undefined;
  return (value[STAND_IN] as () => StandIn).call(value);
}

/** The same elements in memory that all threads share: a large array is not copied to each. */
function shared<A extends NodeJS.TypedArray>(array: A): A {
  if (types.isSharedArrayBuffer(array.buffer)) return array;
  const memory = new SharedArrayBuffer(array.byteLength);
  new Uint8Array(memory).set(bytesOf(array));
  return Reflect.construct(array.constructor, [memory]) as A;
}

function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
