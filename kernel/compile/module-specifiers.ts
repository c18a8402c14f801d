/** Rewrites a module so that it means the same when it is run from another place. */

import type { AnyNode, Program } from "acorn";
import MagicString from "magic-string";
import { KERNEL_NAMES } from "./notebook-names.js";
import { parseScript } from "./parse-script.js";
import { PositionChain, type SourceMapMaker } from "./position.js";
import { walk } from "./syntax-tree.js";

/** JavaScript with its tree, on the way to another place. */
export interface ParsedModule {
  code: string;
  program: Program;
  /** What is imported by literal specifiers, dynamic imports included; in source order. */
  specifiers: string[];
  /** It has import or export statements, `import.meta` or top-level await: an ES module whatever its file is named. */
  isModule: boolean;
}

/** @param program the tree of `code`, where it is known already. @throws SyntaxError of acorn */
export function parseModule(code: string, program = parseScript(code)): ParsedModule {
  const specifiers: string[] = [];
  let isModule = false;
  walk(program, (node, depth) => {
    const literal = specifierOf(node);
    if (literal !== undefined) specifiers.push(literal.value);
    isModule ||= /^(Import|Export)\w*Declaration$/.test(node.type) || isImportMeta(node);
    isModule ||= node.type === "AwaitExpression" && depth === 0;
  });
  return { code, program, specifiers, isModule };
}

export interface MovedModule {
  code: string;
  /** From places in `code` to places in the text that the maps started from. */
  origins: PositionChain;
}

/** What a specifier leads to. */
export interface ModuleTarget {
  url: string;
  /** It is JavaScript whatever its file was: what an import says of its type is wrong by now. */
  isCompiled: boolean;
}

/**
 * @param targetOf what each specifier becomes
 * @param home file URL and path that `import.meta` goes on saying
 * @param maps how `module.code` was made from the file's text
 */
export function moveModule(
  module: ParsedModule,
  targetOf: (specifier: string) => ModuleTarget,
  home: { url: string; filename: string; dirname: string },
  maps: readonly SourceMapMaker[],
): MovedModule {
  const text = new MagicString(module.code);
  let usesMeta = false;
  walk(module.program, (node) => {
    const literal = specifierOf(node);
    if (literal !== undefined) {
      const { url, isCompiled } = targetOf(literal.value);
      text.update(literal.start, literal.end, JSON.stringify(url));
      if (isCompiled) text.remove(literal.end, attributesEnd(node, module.code) ?? literal.end);
    } else if (node.type === "ImportExpression") {
      text.appendRight(node.source.start, `${KERNEL_NAMES.meta}.resolve(`).appendLeft(node.source.end, ")");
      usesMeta = true;
    } else if (isImportMeta(node)) {
      text.update(node.start, node.end, KERNEL_NAMES.meta);
      usesMeta = true;
    }
  });
  // On the first line, so that lines keep their numbers.
  if (usesMeta) text.prepend(metaDeclaration(home));
  const ownMap = () => text.generateMap({ hires: "boundary", source: "module" }).toString();
  return { code: text.toString(), origins: new PositionChain([...maps, ownMap]) };
}

/** Where ` with { type: "json" }` ends, or `, { with: … }`; undefined where there is none. */
function attributesEnd(node: AnyNode, code: string): number | undefined {
  if (node.type === "ImportExpression") return node.options?.end;
  const last = "attributes" in node ? node.attributes.at(-1) : undefined;
  return last && code.indexOf("}", last.end) + 1;
}

/** Self-contained: task threads import the moved module too, without a kernel around it. */
function metaDeclaration({
  url,
  filename,
  dirname,
}: {
  url: string;
  filename: string;
  dirname: string;
}): string {
  const fields = JSON.stringify({ url, filename, dirname }).slice(1, -1);
  return `const ${KERNEL_NAMES.meta} = {${fields}, resolve: (s, from = ${JSON.stringify(url)}) => import.meta.resolve(s, from)}; `;
}

function isImportMeta(node: AnyNode): boolean {
  return node.type === "MetaProperty" && node.meta.name === "import";
}

/** The specifier literal of an import or export statement or a dynamic import. */
function specifierOf(node: AnyNode): { value: string; start: number; end: number } | undefined {
  switch (node.type) {
    case "ImportDeclaration":
    case "ExportAllDeclaration":
    case "ExportNamedDeclaration":
    case "ImportExpression": {
      const { source } = node;
      if (source?.type !== "Literal" || typeof source.value !== "string") return undefined;
      return { value: source.value, start: source.start, end: source.end };
    }
    default:
      return undefined;
  }
}
