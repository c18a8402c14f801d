import * as acorn from "acorn";
import type { Program } from "estree";
import { scriptText } from "./inspect-function.js";
import type { ImportPlace } from "./portable-function.js";

/**
 * What a module imports from packages, by the name it has for it. What it imports from files of its own program is not
 * among it: that travels by source, as the rest of the program does, since a worker may be unable to read the file (it may
 * be TypeScript, or part of a bundle).
 *
 * @param script V8's id of the module's script
 */
export function packageImports(script: string): ReadonlyMap<string, ImportPlace> {
  const known = imports.get(script);
  if (known !== undefined) return known;
  const found = scriptText(script);
  const read = new Map(found === undefined ? [] : readImports(found.text, found.url));
  imports.set(script, read);
  return read;
}

const imports = new Map<string, ReadonlyMap<string, ImportPlace>>();

function readImports(text: string, parent: string): [string, ImportPlace][] {
  return parseModule(text).body.flatMap((statement) => {
    if (statement.type !== "ImportDeclaration") return [];
    const specifier = statement.source.value;
    if (typeof specifier !== "string" || !isPackage(specifier)) return [];
    return statement.specifiers.map((name): [string, ImportPlace] => [
      name.local.name,
      { url: specifier, parent, exported: exportedName(name) },
    ]);
  });
}

type ImportSpecifier = Extract<Program["body"][number], { type: "ImportDeclaration" }>["specifiers"][number];

function exportedName(name: ImportSpecifier): string {
  if (name.type === "ImportDefaultSpecifier") return "default";
  if (name.type === "ImportNamespaceSpecifier") return "*";
  return name.imported.type === "Identifier" ? name.imported.name : String(name.imported.value);
}

/** Neither a file, nor a URL, nor a name of the importing package's own. */
function isPackage(specifier: string): boolean {
  return !/^([./#]|file:|data:|https?:)/.test(specifier);
}

/** A script that is no module has no imports, and need not be one acorn can read. */
function parseModule(text: string): Program {
  if (!/\bimport\b/.test(text)) return EMPTY;
  try {
    return acorn.parse(text, { ecmaVersion: "latest", sourceType: "module" }) as unknown as Program;
  } catch (error) {
    if (error instanceof SyntaxError) return EMPTY;
    throw error;
  }
}

const EMPTY: Program = { type: "Program", sourceType: "module", body: [] };
