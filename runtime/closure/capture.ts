import { types } from "node:util";
import { StreamError } from "../stream-error.js";
import { type ClosureHost, PLAIN_PROGRAM, STAYS_HERE } from "./closure-host.js";
import { type Chain, type CopyHost, namesOf, ValueCopies } from "./copy-value.js";
import { type FreeNames, freeNames, hasPrivateFields, label, type PlaceUse } from "./free-names.js";
import { identity } from "./identity.js";
import { type FunctionScopes, inspectFunction, originOf } from "./inspect-function.js";
import { LOOP_GUARD, withLoopGuards } from "./loop-guards.js";
import type {
  Captured,
  CopiedValue,
  Meaning,
  Part,
  PortableFunction,
  Replacement,
} from "./portable-function.js";
import type { RecordUse } from "./record-use.js";
import { EMPTY_PART, isModule, replacementOf, sharedPart } from "./replacements.js";
import { wellKnownPart } from "./well-known.js";

type AnyFunction = (...args: never[]) => unknown;

const DEFINE_BEFORE = "Define it before the operator that uses it";

const PUT_IN_CONST = "Put the value it is needed for in a const first";

const PLACE_WAYS_OUT: Record<PlaceUse, string> = {
  this: PUT_IN_CONST,
  arguments: PUT_IN_CONST,
  super: "Call what it is needed for by its class, or make it a function",
  "import.meta": PUT_IN_CONST,
  "import()": "Import the module by an import statement and use the imported name",
};

/** Codes of refusals that name what the user wrote. */
const EXPLAINED = new Set(["RT_CLOSURE_STAYS", "RT_CLOSURE_WRITE"]);

/** Globals that every thread has; what a program adds to globalThis later is captured by value. */
const EVERYWHERE = new Set(Object.getOwnPropertyNames(globalThis));
for (const name of ["undefined", "arguments", "eval", "NaN", "Infinity"]) EVERYWHERE.add(name);

/**
 * Makes a function portable, at the place where an operator is declared, so that what cannot travel is refused in the
 * cell that wrote it. Values are copied now: later changes of the variables are not seen.
 *
 * @param mayAwait whether a function that is async is waited for where it is called
 * @throws StreamError RT_CLOSURE_* naming the chain of captures that cannot travel, and both ways out.
 */
export function capture(
  fn: AnyFunction,
  host: ClosureHost = PLAIN_PROGRAM,
  mayAwait = false,
): PortableFunction {
  return attempts(host, (attempt) => attempt.function(fn, mayAwait));
}

/**
 * The function as it is now: captured anew, with all that it uses, when a function or class of the program's top level
 * that it uses was redefined since; else itself.
 * @throws StreamError RT_CLOSURE_* when it cannot travel any more
 */
export function recapture(portable: PortableFunction): PortableFunction {
  const made = madeFrom.get(portable);
  if (made === undefined) return portable;
  const isRedefined = [...made.bound].some(([name, value]) => {
    const binding = made.host.binding(name);
    return binding !== undefined && (binding.kind !== "variable" || binding.value !== value);
  });
  return isRedefined ? capture(made.fn, made.host, portable.isAsync) : portable;
}

/** What functions of the program were captured from, and the functions and classes they found by name in their host. */
const madeFrom = new WeakMap<
  PortableFunction,
  { fn: AnyFunction; host: ClosureHost; bound: ReadonlyMap<string, unknown> }
>();

/**
 * A copy of a value that every thread can have: a function that gives it.
 * @param what how the value came to travel, for the message: "sc.broadcast"
 * @throws StreamError RT_CLOSURE_STAYS naming what in it cannot travel
 */
export function captureValue(
  value: unknown,
  what: string,
  host: ClosureHost = PLAIN_PROGRAM,
): PortableFunction {
  return attempts(host, (attempt) => attempt.value(value, what));
}

/** A static field holds what cannot travel: the worker evaluates it anew, as the class says. */
class StaticFieldStays extends Error {
  constructor(
    readonly type: AnyFunction,
    readonly field: string | symbol,
  ) {
    super(`static field ${String(field)} stays`);
  }
}

function attempts<T>(host: ClosureHost, run: (attempt: Capture) => T): T {
  const anew = new Map<AnyFunction, Set<string | symbol>>();
  for (;;) {
    try {
      return run(new Capture(host, anew));
    } catch (error) {
      if (!(error instanceof StaticFieldStays)) throw error;
      anew.set(error.type, new Set(anew.get(error.type)).add(error.field));
    }
  }
}

/** What is seen of the place a part was written at. */
interface Surroundings {
  scopes: Record<string, unknown>[];
  module: Record<string, unknown> | undefined;
  script: string | undefined;
  free: FreeNames;
}

/** One capture: the parts found so far, and the copies of values. */
class Capture implements CopyHost {
  readonly #parts: Part[] = [];
  readonly #indexOf = new Map<unknown, number>();
  readonly #copies = new ValueCopies(this);
  readonly #bound = new Map<string, unknown>();
  #root = "";

  /** @param anew static fields that the worker evaluates, by class */
  constructor(
    private readonly host: ClosureHost,
    private readonly anew: ReadonlyMap<AnyFunction, ReadonlySet<string | symbol>>,
  ) {}

  function(fn: AnyFunction, mayAwait: boolean): PortableFunction {
    this.#root = label(this.#display(this.host.sourceOf(fn)));
    const isAsync = types.isAsyncFunction(fn);
    if (isAsync && !mayAwait) {
      const rest = `is async, and nobody waits here for its promise. Use mapAsync, or an async function for mapPartitions, foreach or foreachPartition, which wait; or do this part in the body of foreachRDD, or in the program, with what an action gives`;
      throw this.#refusal("RT_CLOSURE_ASYNC", undefined, rest);
    }
    this.#part(fn, undefined);
    const portable = { ...this.#portable(), isAsync, record: this.#recordUse(fn) };
    if (this.#bound.size > 0) madeFrom.set(portable, { fn, host: this.host, bound: this.#bound });
    return portable;
  }

  value(value: unknown, what: string): PortableFunction {
    this.#root = what;
    const part: Part = { ...EMPTY_PART, source: "(() => value)", captured: [] };
    this.#add(part, part);
    part.captured.push({ name: "value", ...this.#copies.copy(value, { name: "value", before: undefined }) });
    return this.#portable();
  }

  #portable(): PortableFunction {
    const { revival } = this.#copies;
    return {
      id: identity(this.#parts, revival),
      parts: this.#parts,
      revival,
      label: this.#root,
      isAsync: false,
      record: undefined,
    };
  }

  /** A `JSON` that is not the language's parses as it likes. */
  #recordUse(fn: AnyFunction): RecordUse | undefined {
    if (fn === JSON.parse) return { kind: "json" };
    const free = sharedPart(fn) === undefined ? freeNames(this.host.sourceOf(fn)) : undefined;
    const { record, reads = [] } = free ?? {};
    const isOwn = !reads.includes("JSON") || this.#parts[0]?.captured.some(({ name }) => name === "JSON");
    return record?.kind === "json" && isOwn ? undefined : record;
  }

  /** Index of the part for a function or class; makes it on first sight, before its captures, so that circles close. */
  #part(fn: AnyFunction, chain: Chain | undefined): number {
    const known = this.#indexOf.get(fn);
    if (known !== undefined) return known;
    const everywhere = sharedPart(fn);
    if (everywhere !== undefined) return this.#add(fn, everywhere);
    const free = this.#freeNames(fn, chain);
    const { scopes, module, origin } = surroundings(fn, free);
    const { source, guards } = this.#guarded(free.expressionOf(this.host.guardedSourceOf(fn)));
    const part: Part = {
      ...EMPTY_PART,
      kind: free.class === undefined ? "function" : "class",
      // Static blocks may have loops.
      early: free.class === undefined ? [] : [...free.class.early, ...guards.map(({ name }) => name)],
      source,
      captured: [...guards],
      origin: origin && { ...origin, column: origin.column - free.prefixLength },
    };
    const index = this.#add(fn, part);
    const variables = this.#withBase(scopes, free.class?.base, Object.getPrototypeOf(fn));
    const around = { scopes: variables, module, script: origin?.script, free };
    for (const name of free.reads) {
      const to: Chain = { name: this.host.displayName(name), before: chain };
      const captured = this.#resolve(name, around, to);
      if (captured !== undefined) part.captured.push({ name, ...captured });
    }
    this.#ownProperties(fn, part, free, chain);
    return index;
  }

  #add(fn: unknown, part: Part): number {
    this.#indexOf.set(fn, this.#parts.length);
    return this.#parts.push(part) - 1;
  }

  #freeNames(fn: AnyFunction, chain: Chain | undefined): FreeNames {
    const source = this.host.sourceOf(fn);
    const free = freeNames(source);
    if (free === undefined) {
      const why = source.endsWith("{ [native code] }")
        ? "it is native, bound or a proxy"
        : "it uses private names of the class around it";
      const rest = `has no source that could travel: ${why}. Write what it does as an arrow function`;
      throw this.#refusal("RT_CLOSURE_NATIVE", chain, chain === undefined ? rest : `which ${rest}`);
    }
    const written = free.writes[0];
    if (written !== undefined) throw this.#written({ name: this.host.displayName(written), before: chain });
    if (free.place !== undefined) throw this.#ofPlace(free.place, chain);
    return free;
  }

  /** The source with guards in its loops, the compiler's or else our own, and the names they refer to: none where it has no loop. */
  #guarded(source: string): { source: string; guards: Captured[] } {
    const compilers = this.host.loopGuard;
    if (compilers !== undefined && source.includes(compilers.flag))
      return { source, guards: guardNames(compilers) };
    const guarded = withLoopGuards(source);
    return { source: guarded, guards: guarded === source ? [] : guardNames(LOOP_GUARD) };
  }

  /** What a class extends is a variable that V8 need not keep in a scope; the class itself has it. */
  #withBase(scopes: Record<string, unknown>[], name: string | undefined, base: unknown): typeof scopes {
    if (name === undefined || this.host.binding(name) !== undefined) return scopes;
    return Reflect.get(globalThis, name) === base ? scopes : [{ [name]: base }, ...scopes];
  }

  #resolve(name: string, around: Surroundings, chain: Chain): Meaning | undefined {
    const scope = around.scopes.find((variables) => Object.hasOwn(variables, name));
    const binding = this.host.binding(name);
    if (binding?.kind === "place") throw this.#ofPlace(binding.use, chain.before);
    if (scope !== undefined && binding?.kind !== "ambient" && binding?.kind !== "stays") {
      const value = this.#read(scope, name, chain);
      return this.#imported(name, value, scope, around) ?? this.#captured(name, value, around.free, chain);
    }
    switch (binding?.kind) {
      case "import":
        return { kind: "import", exported: binding.exported, url: binding.url };
      case "variable":
        if (typeof binding.value === "function") this.#bound.set(name, binding.value);
        return this.#captured(name, binding.value, around.free, chain);
      case "stays":
        throw this.refusal(chain, binding.what);
      case "ambient":
        return undefined;
      case undefined:
        return this.#global(name, around.free, chain);
    }
  }

  /** A name that its module imports from a package means the same in the worker, by an import of its own. */
  #imported(
    name: string,
    value: unknown,
    scope: object,
    { module, script }: Surroundings,
  ): Replacement | undefined {
    if (scope !== module || script === undefined || !isThing(value)) return undefined;
    if (types.isProxy(value) || STAYS_HERE in value || replacementOf(value) || sharedPart(value))
      return undefined;
    const place = this.host.importsOf(script).get(name);
    return place && { kind: "import", ...place };
  }

  #read(scope: Record<string, unknown>, name: string, chain: Chain): unknown {
    try {
      return scope[name];
    } catch (error) {
      if (!(error instanceof ReferenceError)) throw error;
      throw this.#refusal("RT_CLOSURE_UNKNOWN", chain, `which has no value yet. ${DEFINE_BEFORE}`);
    }
  }

  #global(name: string, free: FreeNames, chain: Chain): Meaning | undefined {
    if (EVERYWHERE.has(name)) return undefined;
    if (name in globalThis) return this.#captured(name, Reflect.get(globalThis, name), free, chain);
    throw this.#refusal("RT_CLOSURE_UNKNOWN", chain, `which is not defined. ${DEFINE_BEFORE}`);
  }

  #captured(name: string, value: unknown, free: FreeNames, chain: Chain): CopiedValue | Replacement {
    const paths = free.members.get(name);
    if (paths === undefined || !isModule(value) || replacementOf(value) !== undefined)
      return this.#copies.copy(value, chain);
    const written = free.memberWrites.find((path) => path.startsWith(`${name}.`));
    if (written !== undefined) throw this.#written({ ...chain, name: written.slice(name.length + 1) });
    return { kind: "value", value: this.#used(value, paths, chain) };
  }

  /** Of a module what is used of it, and of modules in it. */
  #used(module: object, paths: readonly string[][], chain: Chain): object {
    const used = {};
    for (const name of new Set(paths.flatMap(([first = ""]) => first))) {
      // The getters of a compiled module stand for its live bindings: to run one is to read the binding.
      const isBinding = Object.hasOwn(module, "__esModule") || types.isModuleNamespaceObject(module);
      const value: unknown = isBinding ? Reflect.get(module, name) : undefined;
      const further = paths.filter(([first]) => first === name).map((path) => path.slice(1));
      if (isModule(value) && replacementOf(value) === undefined && further.every(({ length }) => length > 0))
        Reflect.set(used, name, this.#used(value, further, { name, before: chain }));
      else this.#copies.property(isBinding ? { [name]: value } : module, name, used, chain);
    }
    return used;
  }

  replacement(value: object, chain: Chain): Replacement | undefined {
    const replacement = replacementOf(value);
    if (replacement !== undefined) return replacement;
    const isPart = typeof value === "function" || sharedPart(value) !== undefined;
    return isPart ? { kind: "part", part: this.#part(value as AnyFunction, chain) } : undefined;
  }

  classPart(type: AnyFunction, chain: Chain): number {
    const name = this.host.displayName(type.name);
    const isNodes = wellKnownPart(type) !== undefined && (type as unknown) !== Buffer;
    if (isNodes) throw this.refusal(chain, `an instance of ${name}`);
    const part = this.#classOf(type, name, chain);
    if (hasPrivateFields(type, (of) => this.host.sourceOf(of)))
      throw this.refusal(chain, `an instance of ${name}, which has private fields`);
    return part;
  }

  #classOf(type: AnyFunction, name: string, chain: Chain): number {
    try {
      return this.#part(type, { name, before: chain });
    } catch (error) {
      // Of a class that is not the program's own, its inside explains nothing.
      if (!(error instanceof StreamError) || EXPLAINED.has(error.code)) throw error;
      throw this.refusal(chain, `an instance of ${name}`);
    }
  }

  refusal(chain: Chain, what: string): StreamError {
    return this.#refusal(
      "RT_CLOSURE_STAYS",
      chain,
      `${what}, which cannot travel to a worker thread. Put the plain value it is needed for in a const and use that, or do this part in foreachRDD, whose body runs where the program does`,
    );
  }

  /** What the program gave to a function: its own properties, and those of its prototype. */
  #ownProperties(fn: AnyFunction, part: Part, free: FreeNames, chain: Chain | undefined): void {
    for (const name of listed(fn)) {
      if (this.anew.get(fn)?.has(name)) continue;
      part.own ??= {};
      try {
        this.#copies.property(fn, name, part.own, { name: fn.name, before: chain });
      } catch (error) {
        const isStatic = free.class?.staticFields.includes(String(name)) && error instanceof StreamError;
        throw isStatic ? new StaticFieldStays(fn, name) : error;
      }
    }
    const prototype: unknown = Object.getOwnPropertyDescriptor(fn, "prototype")?.value;
    for (const name of isThing(prototype) ? listed(prototype) : []) {
      part.prototype ??= {};
      this.#copies.property(prototype as object, name, part.prototype, { name: "prototype", before: chain });
    }
  }

  #ofPlace(use: PlaceUse, chain: Chain | undefined): StreamError {
    const rest = `which has no meaning in a worker thread. ${PLACE_WAYS_OUT[use]}`;
    return this.#refusal("RT_CLOSURE_PLACE", { name: use, before: chain }, rest);
  }

  #written(chain: Chain): StreamError {
    return this.#refusal(
      "RT_CLOSURE_WRITE",
      chain,
      `and assigns to it: each worker thread has a copy of its own, so the program would never see the change. To add up over all workers use an accumulator (sc.longAccumulator()); to give all workers a new value make a new broadcast (sc.broadcast(value)) and use it in what is declared from then on; to keep a value from batch to batch use a window; to set the variable, do it in foreachRDD, which runs where the variable lives`,
    );
  }

  /** "cell 7: `x => rate * helper(x)` captures `helper`, which captures `ssc`, a StreamingContext, which …". */
  #refusal(code: string, chain: Chain | undefined, rest: string): StreamError {
    const place = this.host.place();
    const captures = namesOf(chain)
      .map((name) => `captures \`${name}\``)
      .join(", which ");
    return new StreamError(
      code,
      `${place === "" ? "" : `${place}: `}\`${this.#root}\` ${captures === "" ? "" : `${captures}, `}${rest}.`,
    );
  }

  #display(source: string): string {
    return source.replace(/[\p{ID_Start}$_][\p{ID_Continue}$]*/gu, (name) => this.host.displayName(name));
  }
}

/** A function that uses no name from outside need not be asked for the scopes around it. */
function surroundings(fn: AnyFunction, { reads }: FreeNames): FunctionScopes {
  return reads.length > 0 ? inspectFunction(fn) : { scopes: [], module: undefined, origin: originOf(fn) };
}

function guardNames({ flag, stop }: { flag: string; stop: string }): Captured[] {
  return [
    { name: flag, kind: "guard", is: "flag" },
    { name: stop, kind: "guard", is: "stop" },
  ];
}

function isThing(value: unknown): value is object {
  return typeof value === "function" || (typeof value === "object" && value !== null);
}

/** Names of the properties that a loop would list. */
function listed(of: object): (string | symbol)[] {
  return Reflect.ownKeys(of).filter((name) => Object.prototype.propertyIsEnumerable.call(of, name));
}
