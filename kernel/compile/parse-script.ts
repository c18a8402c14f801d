/** JavaScript text → acorn's tree. */

import { type AnyNode, Parser, type Program, parse } from "acorn";
import { childrenOf } from "./syntax-tree.js";

/** What Node 20 runs as it stands; later syntax (`using`) is to be lowered. */
const OPTIONS = { ecmaVersion: 2025, sourceType: "module" } as const;

/** @throws SyntaxError of acorn, see {@link parseErrorOffset} */
export function parseScript(code: string): Program {
  return parse(code, OPTIONS);
}

/** The tree of a cell that is JavaScript already, so that it needs no TypeScript pass; undefined for all others. */
export function parseIfJavaScript(code: string): Program | undefined {
  const program = parseQuietly(code);
  return program === undefined || mayHoldTypeArguments(program, { less: false }) ? undefined : program;
}

/** The tree, undefined where acorn has an error: what is wrong, and where, the parser of TypeScript says better. */
export function parseQuietly(code: string): Program | undefined {
  try {
    return QuietParser.parse(code, OPTIONS);
  } catch (error) {
    if (error !== NOT_JAVASCRIPT) throw error;
    return undefined;
  }
}

/** Every cell with types ends here: an error with its message and stack would take as long as all the rest. */
const NOT_JAVASCRIPT = Symbol("not JavaScript");

class QuietParser extends Parser {
  raise(): never {
    throw NOT_JAVASCRIPT;
  }
  raiseRecoverable(): never {
    throw NOT_JAVASCRIPT;
  }
}

/** Offset at which acorn met an error, undefined when it is no error of acorn's. */
export function parseErrorOffset(error: unknown): number | undefined {
  if (!(error instanceof SyntaxError) || !("pos" in error)) return undefined;
  return typeof error.pos === "number" ? error.pos : undefined;
}

/**
 * `f<A>(x)` and `g(f<A | B, C>(x))` are valid in both languages, and comparisons in JavaScript: a `<` followed by a `>`
 * in the expressions of one statement is taken for type arguments.
 */
function mayHoldTypeArguments(node: AnyNode, statement: { less: boolean }): boolean {
  const seen = /(Statement|Declaration)$/.test(node.type) ? { less: false } : statement;
  if (node.type !== "BinaryExpression")
    return childrenOf(node).some((child) => mayHoldTypeArguments(child, seen));
  if (mayHoldTypeArguments(node.left, seen)) return true;
  if (seen.less && CLOSING.has(node.operator)) return true;
  seen.less ||= node.operator === "<";
  return mayHoldTypeArguments(node.right, seen);
}

const CLOSING: ReadonlySet<string> = new Set([">", ">>", ">>>"]);
