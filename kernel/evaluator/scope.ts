/** The notebook's variables: properties of globalThis under compiled names (why: compile/notebook-names.ts). */

import type { Declaration, DeclarationKind } from "../compile/declarations.js";
import { compiledName } from "../compile/notebook-names.js";

/** Where an imported variable came from. */
export interface ImportOrigin {
  specifier: string;
  /** `default`, `*` for the namespace, or the export's name. */
  exported: string;
  url: string;
}

interface Variable {
  kind: DeclarationKind | "given";
  /** Read before its declaration ran: the cell is before it, or failed before it. */
  initialized: boolean;
  /** Imported, and its module does not have it: a type, or a mistake. Only code that uses it is told. */
  missing?: boolean;
  origin?: ImportOrigin;
}

/** There is one per process, since there is one globalThis; tests dispose theirs. */
export class Scope {
  readonly #variables = new Map<string, Variable>();
  /** What every cell has. */
  #given: PropertyDescriptorMap = {};

  /** True for names that some cell declared or the extension gives. */
  has(name: string): boolean {
    return this.#variables.has(name);
  }

  /** Names the cells declared and that have a value, in the order of their first declaration. */
  variables(): string[] {
    return this.#declared().filter((name) => !this.#variables.get(name)?.missing);
  }

  /** All names there are, those of the extension included. */
  names(): string[] {
    return [...this.#variables.keys()];
  }

  #declared(): string[] {
    return [...this.#variables].filter(([, v]) => v.kind !== "given" && v.initialized).map(([name]) => name);
  }

  /**
   * The value of a variable; undefined when there is none, it has no value yet, or its module does not have it. May run a
   * getter of the extension.
   */
  lookup(name: string): unknown {
    return this.#variables.get(name)?.missing ? undefined : this.use(name);
  }

  /** The same, as code that uses it gets it. @throws SyntaxError for an import that its module does not have */
  use(name: string): unknown {
    const descriptor = this.#variables.get(name)?.initialized ? ownProperty(name) : undefined;
    return descriptor?.get ? Reflect.apply(descriptor.get, globalThis, []) : descriptor?.value;
  }

  /** True when assigning to the variable is an error. */
  isConstant(name: string): boolean {
    const descriptor = ownProperty(name);
    return descriptor !== undefined && descriptor.writable !== true && descriptor.set === undefined;
  }

  importOrigin(name: string): ImportOrigin | undefined {
    return this.#variables.get(name)?.origin;
  }

  /** Imported variables, with where they came from. */
  imports(): { name: string; origin: ImportOrigin }[] {
    return [...this.#variables].flatMap(([name, { origin }]) =>
      origin === undefined ? [] : { name, origin },
    );
  }

  /**
   * Takes away what cells have declared; where that hid what every cell has, it is there again.
   * @param except names that the running cell declares: its code goes on
   * @returns the names
   */
  forget(except: ReadonlySet<string>): string[] {
    const names = this.#declared().filter((name) => !except.has(name));
    for (const name of names) {
      this.#variables.delete(name);
      Reflect.deleteProperty(globalThis, compiledName(name));
    }
    const hidden = Object.entries(this.#given).filter(([name]) => names.includes(name));
    this.#define(Object.fromEntries(hidden));
    return names;
  }

  /** Names that every cell has; a cell may declare them anew. */
  give(globals: PropertyDescriptorMap): void {
    this.#given = { ...this.#given, ...globals };
    this.#define(globals);
  }

  #define(globals: PropertyDescriptorMap): void {
    for (const [name, descriptor] of Object.entries(globals)) {
      this.#variables.set(name, { kind: "given", initialized: true });
      Object.defineProperty(globalThis, compiledName(name), {
        ...descriptor,
        configurable: true,
        enumerable: false,
      });
    }
  }

  /**
   * Prepares the names a cell declares, before it runs: `let`, `const`, `class` and imports throw until their
   * declaration was reached.
   * @returns puts back what names that were not reached meant before; to be called when the cell is over
   */
  declare(declarations: readonly Declaration[]): () => void {
    const undo = declarations.map((declaration) => this.#declare(declaration));
    return () => {
      for (const restore of undo) restore();
    };
  }

  #declare({ name, kind }: Declaration): () => void {
    const before = { variable: this.#variables.get(name), property: ownProperty(name) };
    const isVar = kind === "var" || kind === "fresh" || kind === "function";
    const variable: Variable = { kind, initialized: isVar };
    this.#variables.set(name, variable);
    if (isVar)
      defineValue(
        name,
        kind === "var" && before.variable?.initialized ? before.property?.value : undefined,
        true,
      );
    else defineUninitialized(name, variable);
    return () => {
      if (variable.initialized || this.#variables.get(name) !== variable) return;
      this.#restore(name, before);
    };
  }

  /** The value of a variable as it stands, without running anything; undefined when it has none (yet). */
  peek(name: string): { value: unknown } | undefined {
    const property = this.#variables.has(name) ? ownProperty(name) : undefined;
    return property !== undefined && "value" in property ? { value: property.value } : undefined;
  }

  /** Gives an imported name its value. */
  import(name: string, value: unknown, origin: ImportOrigin): void {
    this.#variables.set(name, { kind: "import", initialized: true, origin });
    defineValue(name, value, false);
  }

  /** Gives a variable its value, and makes it when there is none. */
  set(name: string, value: unknown): void {
    this.#variables.set(name, { kind: "let", initialized: true });
    defineValue(name, value, true);
  }

  /** An imported name that its module does not have: it may be a type, so that only its use is an error. */
  importMissing(name: string, fail: () => never): void {
    this.#variables.set(name, { kind: "import", initialized: true, missing: true });
    Object.defineProperty(globalThis, compiledName(name), {
      get: fail,
      configurable: true,
      enumerable: false,
    });
  }

  /** Takes all variables away. */
  dispose(): void {
    for (const name of this.#variables.keys()) Reflect.deleteProperty(globalThis, compiledName(name));
    this.#variables.clear();
  }

  #restore(
    name: string,
    before: { variable: Variable | undefined; property: PropertyDescriptor | undefined },
  ): void {
    if (before.variable === undefined || before.property === undefined) {
      this.#variables.delete(name);
      Reflect.deleteProperty(globalThis, compiledName(name));
    } else {
      this.#variables.set(name, before.variable);
      Object.defineProperty(globalThis, compiledName(name), before.property);
    }
  }
}

function ownProperty(name: string): PropertyDescriptor | undefined {
  return Object.getOwnPropertyDescriptor(globalThis, compiledName(name));
}

function defineValue(name: string, value: unknown, writable: boolean): void {
  Object.defineProperty(globalThis, compiledName(name), {
    value,
    writable,
    configurable: true,
    enumerable: false,
  });
}

/** The first write is the declaration's own: it turns the accessor into a plain property, which is what makes it fast. */
function defineUninitialized(name: string, variable: Variable): void {
  Object.defineProperty(globalThis, compiledName(name), {
    configurable: true,
    enumerable: false,
    get() {
      throw new ReferenceError(`Cannot access '${name}' before initialization`);
    },
    set(value) {
      variable.initialized = true;
      defineValue(name, value, variable.kind !== "const");
    },
  });
}
