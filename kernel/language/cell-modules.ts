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

/** True for the specifier of a cell's module, also of one that was dropped. */
export function isCellSpecifier(specifier: string): boolean {
  return specifier.startsWith(MODULE);
}

/** Modules kept only because a later cell was checked against a declaration that has since been replaced. */
const MAX_REPLACED = 64;

interface CellModule {
  specifier: string;
  body: string;
  declared: ReadonlyMap<string, DeclaredName>;
  /** Where the names it mentions were declared when it ran. */
  imports: Map<string, CellModule>;
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

  /**
   * A cell begins to run: its names are what later cells see. A cell that declares nothing leaves no trace.
   * @param parsed the tree of `body`, where it is known already
   */
  begin(body: string, parsed = parse(body, this.#extension)): BegunCell {
    const declared = declaredNames(parsed);
    if (declared.size === 0) return DECLARES_NOTHING;
    const specifier = `${MODULE}${++this.#count}${this.#extension}`;
    const imports = this.#mentioned(body, declared);
    const module: CellModule = { specifier, body, declared, imports };
    const before = [...declared.keys()].map((name) => [name, this.#owners.get(name)] as const);
    this.#modules.add(module);
    for (const name of declared.keys()) this.#owners.set(name, module);
    this.#write(module);
    return {
      specifier,
      shift: importLine(imports).length,
      end: () => this.#dropReplaced(),
      undo: () => this.#undo(module, before),
    };
  }

  /** A cell was run. */
  executed(body: string): void {
    this.begin(body).end();
  }

  /** What cells have declared is gone. @param except the cell that runs meanwhile */
  forget(except: BegunCell | undefined): void {
    for (const [name, { specifier }] of this.#owners)
      if (specifier !== except?.specifier) this.#owners.delete(name);
    this.#dropReplaced();
  }

  /** The text of a cell by its module, as it ran; undefined for any other specifier. */
  bodyOf(specifier: string): string | undefined {
    return this.#bySpecifier(specifier)?.body;
  }

  /** A cell that is being edited, with the names it mentions and those it is `offered`. */
  prepare(body: string, offered: (name: string) => boolean): PreparedCell {
    const declared = declaredNames(parse(body, this.#extension));
    const taken = this.#mentioned(body, declared);
    for (const [name, owner] of this.#owners)
      if (offered(name) && !declared.has(name)) taken.set(name, owner);
    const prefix = importLine(taken);
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
    this.#sink.set(module.specifier, moduleText(module));
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
    return [...this.#modules].filter(({ imports }) => [...imports.values()].includes(module));
  }

  /** Whoever imported from it sees the latest declarations instead. */
  #drop(module: CellModule): void {
    this.#modules.delete(module);
    this.#sink.delete(module.specifier);
    for (const importer of this.#importers(module)) {
      for (const [name, source] of importer.imports) {
        const owner = this.#owners.get(name);
        if (source === module && owner !== undefined) importer.imports.set(name, owner);
      }
      this.#write(importer);
    }
  }
}

function moduleText({ body, declared, imports }: CellModule): string {
  const names = [...declared].filter(([, { exported }]) => !exported).map(([name]) => name);
  return `${importLine(imports)}${body}\nexport { ${names.join(", ")} };\n`;
}

function parse(body: string, extension: string): ts.SourceFile {
  return ts.createSourceFile(`cell${extension}`, body, ts.ScriptTarget.Latest);
}

/** The line that brings `names` into a cell, with its line end; empty when there is nothing to bring. */
function importLine(names: ReadonlyMap<string, CellModule>): string {
  const namesByModule = new Map<CellModule, string[]>();
  for (const [name, module] of names) namesByModule.set(module, [...(namesByModule.get(module) ?? []), name]);
  const line = [...namesByModule].map(([module, own]) => importsFrom(module, own)).join(" ");
  return line === "" ? "" : `${line}\n`;
}

function importsFrom(module: CellModule, names: readonly string[]): string {
  const fixed = names.filter((name) => !isAssignable(module, name));
  // An imported binding cannot be assigned to; another cell's `let` can.
  const variables = names
    .filter((name) => isAssignable(module, name))
    .map((name) => `declare let ${name}: typeof import("${module.specifier}").${name};`);
  const imported = fixed.length === 0 ? [] : [`import { ${fixed.join(", ")} } from "${module.specifier}";`];
  return [...imported, ...variables].join(" ");
}

function isAssignable(module: CellModule, name: string): boolean {
  return module.declared.get(name)?.assignable ?? false;
}
