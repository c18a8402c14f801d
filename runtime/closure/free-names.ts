import * as acorn from "acorn";
import { analyze, type Reference } from "eslint-scope";
import type { ClassBody, Node, Program } from "estree";
import { StreamError } from "../stream-error.js";

/** What a function's source says of its surroundings. */
export interface FreeNames {
  /** The source as an expression: a method becomes a function expression. */
  expression: string;
  /** How many characters stand before the original source in `expression`. */
  prefixLength: number;
  /** Names it uses and does not declare, each once, in order of first use. */
  reads: string[];
  /** Those of them it assigns to. */
  writes: string[];
  /** What it uses that only the place has where it was written. */
  place: PlaceUse | undefined;
  /** Set for a class. */
  class: ClassNames | undefined;
}

/** `this` and `arguments` are those of the place in arrow functions only. */
export type PlaceUse = "this" | "arguments" | "import()" | "import.meta";

/** What a class needs for being evaluated: a function needs nothing before it is called. */
export interface ClassNames {
  /** The name it extends; undefined for none, and for an expression. */
  base: string | undefined;
  /** Names read outside methods and fields of instances: in `extends`, computed keys, static fields and blocks. */
  early: string[];
  /** Its instances have fields or methods that nobody else can see, so that an instance cannot be copied. */
  hasPrivate: boolean;
}

/**
 * Reads the free names off a function's source text.
 * @throws StreamError RT_CLOSURE_NATIVE when the function has no source (bound or native functions).
 */
export function freeNames(source: string): FreeNames {
  const { expression, prefixLength, program } = parseFunction(source);
  const scopes = analyze(program as never, { ecmaVersion: 2022, sourceType: "module" });
  const free = scopes.globalScope?.through ?? [];
  const names = (references: typeof free) => [
    ...new Set(references.map((reference) => reference.identifier.name as string)),
  ];
  return {
    expression,
    prefixLength,
    reads: names(free),
    writes: names(free.filter((reference) => reference.isWrite())),
    place: names(free).includes("arguments") ? "arguments" : placeUse(program),
    class: classNames(program, free),
  };
}

function classNames(program: Program, free: readonly Reference[]): ClassNames | undefined {
  const [statement] = program.body;
  if (statement?.type !== "ExpressionStatement" || statement.expression.type !== "ClassExpression")
    return undefined;
  const { superClass, body } = statement.expression;
  const late = body.body.filter(isLate).map((element) => element.value?.range);
  const isEarly = ({ range: [from, to] = [0, 0] }: Node) =>
    !late.some((range) => range !== undefined && range[0] <= from && to <= range[1]);
  return {
    base: superClass?.type === "Identifier" ? superClass.name : undefined,
    early: [
      ...new Set(free.flatMap(({ identifier }) => (isEarly(identifier as Node) ? [identifier.name] : []))),
    ],
    hasPrivate: body.body.some(
      (e) => e.type !== "StaticBlock" && !e.static && e.key.type === "PrivateIdentifier",
    ),
  };
}

/** True when instances of this class, or of one that it extends, have private fields. */
export function hasPrivateFields(type: unknown, sourceOf: (type: AnyFunction) => string): boolean {
  for (let next: unknown = type; isUserFunction(next); next = Object.getPrototypeOf(next)) {
    if (freeNames(sourceOf(next)).class?.hasPrivate) return true;
  }
  return false;
}

type AnyFunction = (...args: never[]) => unknown;

function isUserFunction(value: unknown): value is AnyFunction {
  return (
    typeof value === "function" && !Function.prototype.toString.call(value).endsWith("{ [native code] }")
  );
}

/** Methods and the fields of instances are evaluated when they are called for. */
function isLate(
  element: ClassBody["body"][number],
): element is Exclude<typeof element, { type: "StaticBlock" }> {
  return element.type === "MethodDefinition" || (element.type === "PropertyDefinition" && !element.static);
}

/** The forms in which `toString` gives a function: an expression, or a method without its object. */
const FORMS: [before: string, after: string][] = [
  ["(", "\n)"],
  // A method or accessor: its object is rebuilt around it, and the function taken out.
  ["Object.values({", "\n})[0]"],
];

function parseFunction(source: string): { expression: string; prefixLength: number; program: Program } {
  for (const [before, after] of FORMS) {
    const expression = before + source + after;
    const program = parse(expression);
    if (program !== undefined) return { expression, prefixLength: before.length, program };
  }
  throw new StreamError(
    "RT_CLOSURE_NATIVE",
    `\`${label(source)}\` has no source that could travel: it is native or bound; wrap it in an arrow function`,
  );
}

function parse(expression: string): Program | undefined {
  try {
    const program = acorn.parse(expression, { ecmaVersion: "latest", sourceType: "module", ranges: true });
    return program as unknown as Program;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

const OWN_THIS = new Set([
  "FunctionExpression",
  "FunctionDeclaration",
  "ClassExpression",
  "ClassDeclaration",
]);

/** The first use of something that only the place itself has, other than its variables. */
function placeUse(node: Node, ownThis = false): PlaceUse | undefined {
  if (node.type === "ThisExpression" && !ownThis) return "this";
  if (node.type === "ImportExpression") return "import()";
  if (node.type === "MetaProperty" && node.meta.name === "import") return "import.meta";
  const inside = ownThis || OWN_THIS.has(node.type);
  for (const child of Object.values(node).flat()) {
    const use = isNode(child) ? placeUse(child, inside) : undefined;
    if (use !== undefined) return use;
  }
  return undefined;
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && "type" in value && typeof value.type === "string";
}

/** The beginning of a function's source on one line, for messages. */
export function label(source: string): string {
  const line = source.replace(/\s+/g, " ").trim();
  return line.length > 60 ? `${line.slice(0, 59)}…` : line;
}
