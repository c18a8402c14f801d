/**
 * The notebook as modules: each cell that was run is one, exporting all its top-level names; a cell imports what it
 * does not declare itself from the module that declared it last.
 *
 *   cell 1   let n = 1              __cell-1.ts   let n = 1
 *                                                 export { n };
 *   cell 2   const twice = n * 2    __cell-2.ts   declare let n: typeof import("./__cell-1.ts").n;
 *                                                 const twice = n * 2
 *                                                 export { twice };
 *
 * What a cell takes from others stands on one line before it: its own offsets are shifted by that line alone.
 */

import ts from "typescript";
import { type DeclaredName, declaredNames } from "./declared-names.js";

/** How the specifier of a cell's module begins. */
const MODULE = "./__cell-";

/** Modules kept only because a later cell was checked against a declaration that has since been replaced. */
const MAX_REPLACED = 64;

interface CellModule {
  specifier: string;
  body: string;
  /** Its declarations with their types written out, once they are known: nobody then infers them again. */
  frozen: FrozenModule | undefined;
  /** {@link CellModules.freeze} was called, perhaps in vain. */
  settled: boolean;
  declared: ReadonlyMap<string, DeclaredName>;
  /** Where the names it mentions were declared when it ran. */
  imports: Map<string, CellModule>;
}

interface FrozenModule {
  text: string;
  /** Specifiers of the modules that the text still refers to. */
  uses: ReadonlySet<string>;
}

/** Receives the texts of modules by specifier (`./__cell-3.ts`). */
export interface ModuleSink {
  set(specifier: string, text: string): void;
  delete(specifier: string): void;
}

/** A cell that has begun to run. One of the two ends it. */
export interface BegunCell {
  /** Its module, undefined when it declares nothing. */
  specifier: string | undefined;
  /** How far its own text is shifted in its module. */
  shift: number;
  /** Its declarations hold. */
  end(): void;
  /** It was not compiled after all: what its names stood for before holds again. */
  undo(): void;
}

const DECLARES_NOTHING: BegunCell = {
  specifier: undefined,
  shift: 0,
  end: () => undefined,
  undo: () => undefined,
};

/** A cell made ready for the type checker. */
export interface PreparedCell {
  text: string;
  /** How far the cell's own text is shifted in `text`. */
  shift: number;
}

/** Which cell declared what; cells are given without their magics. Its size follows the names in use, not the number of executions. */
export class CellModules {
  readonly #sink: ModuleSink;
  readonly #extension: string;
  readonly #owners = new Map<string, CellModule>();
  readonly #modules = new Set<CellModule>();
  #count = 0;

  /** @param extension `.ts`, or `.tsx` where JSX is enabled. */
  constructor(sink: ModuleSink, extension: string) {
    this.#sink = sink;
    this.#extension = extension;
  }

  /** True when a cell that was run declares the name. */
  declares(name: string): boolean {
    return this.#owners.has(name);
  }

  /** Number of modules held. */
  get size(): number {
    return this.#modules.size;
  }

  /** A cell begins to run: its names are what later cells see. A cell that declares nothing leaves no trace. */
  begin(body: string): BegunCell {
    const declared = declaredNames(parse(body, this.#extension));
    if (declared.size === 0) return DECLARES_NOTHING;
    const specifier = `${MODULE}${++this.#count}${this.#extension}`;
    const imports = this.#mentioned(body, declared);
    const module: CellModule = { specifier, body, frozen: undefined, settled: false, declared, imports };
    const before = [...declared.keys()].map((name) => [name, this.#owners.get(name)] as const);
    this.#modules.add(module);
    for (const name of declared.keys()) this.#owners.set(name, module);
    this.#write(module);
    return {
      specifier,
      shift: importLine(imports, []).length,
      end: () => this.#dropReplaced(),
      undo: () => this.#undo(module, before),
    };
  }

  /** A cell was run. */
  executed(body: string): void {
    this.begin(body).end();
  }

  /** Modules whose types are still inferred from the cell's own text, and that may be frozen. */
  unfrozen(): string[] {
    return [...this.#modules].filter(({ settled }) => !settled).map(({ specifier }) => specifier);
  }

  /**
   * Puts the declarations that the compiler made of a module in its place; undefined: it cannot, and need not be asked
   * again. Without effect on a module that was dropped.
   */
  freeze(specifier: string, declarations: string | undefined): void {
    const module = this.#bySpecifier(specifier);
    if (module === undefined) return;
    module.settled = true;
    if (declarations === undefined) return;
    const named = [...declarations.matchAll(/"(\.\/__cell-\d+)[^"]*"/g)];
    module.frozen = {
      text: declarations,
      uses: new Set(named.map(([, path]) => `${path}${this.#extension}`)),
    };
    this.#write(module);
  }

  /** The text of a cell by its module, as it ran; undefined for any other specifier. */
  bodyOf(specifier: string): string | undefined {
    return this.#bySpecifier(specifier)?.body;
  }

  /**
   * A cell that is being edited, with the names it mentions and those it is `offered`. All modules are imported,
   * whatever it mentions: then the compiler can keep the structure of its program from one keystroke to the next.
   * But not all names: the checker looks at each imported one again and again.
   */
  prepare(body: string, offered: (name: string) => boolean): PreparedCell {
    const declared = declaredNames(parse(body, this.#extension));
    const mentioned = this.#mentioned(body, declared);
    const taken = [...this.#owners].filter(([name, module]) => {
      // A variable's module is named a second time: taken always, it keeps the structure.
      const isTaken = mentioned.has(name) || offered(name) || isAssignable(module, name);
      return isTaken && !declared.has(name);
    });
    const prefix = importLine(new Map(taken), this.#owners.values());
    return { text: prefix + body, shift: prefix.length };
  }

  #mentioned(body: string, declared: ReadonlyMap<string, DeclaredName>): Map<string, CellModule> {
    const imports = new Map<string, CellModule>();
    for (const [name] of body.matchAll(/[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*/gu)) {
      const owner = this.#owners.get(name);
      if (owner !== undefined && !declared.has(name)) imports.set(name, owner);
    }
    return imports;
  }

  #bySpecifier(specifier: string): CellModule | undefined {
    return [...this.#modules].find((module) => module.specifier === specifier);
  }

  #undo(module: CellModule, before: readonly (readonly [string, CellModule | undefined])[]): void {
    for (const [name, owner] of before) {
      if (this.#owners.get(name) !== module) continue;
      if (owner === undefined) this.#owners.delete(name);
      else this.#owners.set(name, owner);
    }
    this.#dropReplaced();
  }

  #write(module: CellModule): void {
    this.#sink.set(module.specifier, module.frozen?.text ?? inferredText(module));
  }

  /** Drops modules of which no name is seen and that no other module refers to; then the oldest replaced ones above the limit. */
  #dropReplaced(): void {
    const seen = new Set(this.#owners.values());
    const replaced = (): CellModule[] => [...this.#modules].filter((module) => !seen.has(module));
    const unused = (): CellModule[] => replaced().filter((module) => this.#importers(module).length === 0);
    for (let drop = unused(); drop.length > 0; drop = unused()) for (const module of drop) this.#drop(module);
    for (const module of replaced().slice(0, -MAX_REPLACED)) this.#drop(module);
  }

  #importers(module: CellModule): CellModule[] {
    const uses = ({ frozen, imports }: CellModule): boolean =>
      frozen?.uses.has(module.specifier) ?? [...imports.values()].includes(module);
    return [...this.#modules].filter((other) => other !== module && uses(other));
  }

  /** Whoever imported from it sees the latest declarations instead. */
  #drop(module: CellModule): void {
    this.#modules.delete(module);
    this.#sink.delete(module.specifier);
    // Of what it was made from, more may be gone than this one.
    for (const importer of this.#importers(module)) {
      for (const [name, source] of importer.imports) {
        const owner = this.#owners.get(name);
        if (!this.#modules.has(source) && owner !== undefined) importer.imports.set(name, owner);
      }
      importer.frozen = undefined;
      importer.settled = false;
      this.#write(importer);
    }
  }
}

/** The cell's own text, whose types the compiler infers. */
function inferredText({ body, declared, imports }: CellModule): string {
  const names = [...declared].filter(([, { exported }]) => !exported).map(([name]) => name);
  return `${importLine(imports, [])}${body}\nexport { ${names.join(", ")} };\n`;
}

function parse(body: string, extension: string): ts.SourceFile {
  return ts.createSourceFile(`cell${extension}`, body, ts.ScriptTarget.Latest);
}

/** The line that brings `names` into a cell, with its line end; empty when there is nothing to bring. */
function importLine(names: ReadonlyMap<string, CellModule>, others: Iterable<CellModule>): string {
  const namesByModule = new Map<CellModule, string[]>();
  for (const module of others) namesByModule.set(module, []);
  for (const [name, module] of names) namesByModule.set(module, [...(namesByModule.get(module) ?? []), name]);
  const line = [...namesByModule].map(([module, own]) => importsFrom(module, own)).join(" ");
  return line === "" ? "" : `${line}\n`;
}

function importsFrom(module: CellModule, names: readonly string[]): string {
  const fixed = names.filter((name) => !isAssignable(module, name));
  // An imported binding cannot be assigned to; another cell's `let` can.
  const variables = names
    .filter((name) => isAssignable(module, name))
    .map((name) => ` declare let ${name}: typeof import("${module.specifier}").${name};`);
  return `import { ${fixed.join(", ")} } from "${module.specifier}";${variables.join("")}`;
}

function isAssignable(module: CellModule, name: string): boolean {
  return module.declared.get(name)?.assignable ?? false;
}
