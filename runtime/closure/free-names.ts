import * as acorn from "acorn";
import { analyze, type Reference } from "eslint-scope";
import type { ClassBody, ClassExpression, Identifier, MemberExpression, Node, Program } from "estree";
import { type RecordUse, recordUse } from "./record-use.js";

/** What a function's source says of its surroundings. */
export interface FreeNames {
  /** The source (or the same with loop guards, of the same length) as an expression: a method becomes a function. */
  expressionOf(source: string): string;
  /** How many characters stand before the source in the expression. */
  prefixLength: number;
  /** Names it uses and does not declare, each once, in order of first use. */
  reads: string[];
  /** Those of them it assigns to. */
  writes: string[];
  /** Names of which it uses nothing but properties, and the paths to these: `[["parse"]]` for `helpers.parse(x)`. */
  members: ReadonlyMap<string, readonly string[][]>;
  /** Properties of such names that it assigns to, as `name.property`, or longer paths. */
  memberWrites: string[];
  /** What it uses that only the place has where it was written. */
  place: PlaceUse | undefined;
  /** Set for a class. */
  class: ClassNames | undefined;
  /** What it does with the record that it is given; undefined for anything. */
  record: RecordUse | undefined;
}

/** `this` and `arguments` are those of the place in arrow functions only. */
export type PlaceUse = "this" | "arguments" | "super" | "import()" | "import.meta";

/** What a class needs for being evaluated: a function needs nothing before it is called. */
export interface ClassNames {
  /** The name it extends, as the expression has it; undefined for none. */
  base: string | undefined;
  /** Names read outside methods and fields of instances: in `extends`, computed keys, static fields and blocks. */
  early: string[];
  /** Its instances have fields or methods that nobody else can see, so that an instance cannot be copied. */
  hasPrivate: boolean;
  /** Static fields, which are evaluated with the class. */
  staticFields: string[];
}

/** Reads the free names off a function's source text; undefined when the text is none (bound and native functions). */
export function freeNames(source: string): FreeNames | undefined {
  const known = recent.get(source);
  if (known !== undefined) return known;
  const found = findFreeNames(source);
  if (found !== undefined) recent.set(source, found);
  const oldest = recent.keys().next().value;
  if (recent.size > REMEMBERED_SOURCES && oldest !== undefined) recent.delete(oldest);
  return found;
}

/** Sources that were read last: a program declares the same function many times over, in a loop or in a cell that runs again. */
const recent = new Map<string, FreeNames>();

const REMEMBERED_SOURCES = 200;

function findFreeNames(source: string): FreeNames | undefined {
  const form = FORMS.find(({ before, after }) => parse(before + source + after) !== undefined);
  if (form === undefined) return undefined;
  const wrap = (text: string) => form.before + text + form.after;
  const edit = placeEdit(wrap(source), form.before.length);
  const expressionOf = (text: string) => wrap(edit(text));
  const program = parse(expressionOf(source)) as Program;
  const scopes = analyze(program as never, { ecmaVersion: 2022, sourceType: "module" });
  const free = (scopes.globalScope?.through ?? []).filter(
    ({ identifier }) => !isOfForm(identifier as Node, form, source),
  );
  const names = (references: typeof free) => [
    ...new Set(references.map((reference) => reference.identifier.name as string)),
  ];
  const reads = names(free);
  const around = nodesAround(program);
  return {
    expressionOf,
    prefixLength: form.before.length,
    reads,
    writes: names(free.filter((reference) => reference.isWrite())),
    ...membersOf(around, free),
    place: reads.includes("arguments") ? "arguments" : placeUse(form.functionIn(program)),
    class: classNames(program, free),
    record: recordUse(program, scopes, around),
  };
}

type AnyFunction = (...args: never[]) => unknown;

/** True when instances of this class, or of one that it extends, have private fields. */
export function hasPrivateFields(type: unknown, sourceOf: (type: AnyFunction) => string): boolean {
  for (let next: unknown = type; typeof next === "function"; next = Object.getPrototypeOf(next)) {
    if (freeNames(sourceOf(next as AnyFunction))?.class?.hasPrivate) return true;
  }
  return false;
}

interface Form {
  before: string;
  after: string;
  /** The function itself, without what stands around it. */
  functionIn(program: Program): Node;
}

const BEFORE_METHOD = "(({get,set,value})=>get??set??value)(Object.values(Object.getOwnPropertyDescriptors({";

/** The forms in which `toString` gives a function: an expression, or a method without its object. */
const FORMS: Form[] = [
  { before: "(", after: "\n)", functionIn: (program) => program },
  {
    // A method or accessor: its object is made again around it, and the function taken out.
    before: BEFORE_METHOD,
    after: "\n}))[0])",
    functionIn: (program) => find(program, "Property")?.value as Node,
  },
];

function isOfForm({ range }: Node, { before }: Form, source: string): boolean {
  const [from = 0] = range ?? [];
  return from < before.length || from >= before.length + source.length;
}

/**
 * What is evaluated where the function was written, and whose value the function has: the key of a method, and the class
 * that a class extends where that is no name. In their place the edit puts text of the same length.
 */
function placeEdit(text: string, prefixLength: number): (source: string) => string {
  const program = parse(text) as Program;
  const method = text.startsWith(BEFORE_METHOD) ? find(program, "Property") : undefined;
  const superClass = classIn(program)?.superClass;
  if (method?.computed) return replacement(method.key, "0", prefixLength);
  if (superClass && superClass.type !== "Identifier")
    return replacement(superClass, unusedName(text), prefixLength);
  return (source) => source;
}

/** Lines and columns of what follows stay. */
function replacement({ range }: Node, by: string, prefixLength: number): (source: string) => string {
  const [from, to] = (range ?? [0, 0]).map((at) => at - prefixLength) as [number, number];
  return (source) => {
    const blank = source.slice(from, to).replace(/[^\n]/g, " ");
    return (
      source.slice(0, from) +
      by +
      blank.slice(blank.startsWith(" ".repeat(by.length)) ? by.length : 0) +
      source.slice(to)
    );
  };
}

function unusedName(text: string): string {
  let name = "$";
  while (text.includes(name)) name += "$";
  return name;
}

function classNames(program: Program, free: readonly Reference[]): ClassNames | undefined {
  const found = classIn(program);
  if (found === undefined) return undefined;
  const { superClass, body } = found;
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
    staticFields: body.body.flatMap((e) =>
      e.type === "PropertyDefinition" && e.static && e.key.type === "Identifier" ? [e.key.name] : [],
    ),
  };
}

function classIn(program: Program): ClassExpression | undefined {
  const [statement] = program.body;
  const isClass =
    statement?.type === "ExpressionStatement" && statement.expression.type === "ClassExpression";
  return isClass ? (statement.expression as ClassExpression) : undefined;
}

/** Methods and the fields of instances are evaluated when they are called for. */
function isLate(
  element: ClassBody["body"][number],
): element is Exclude<typeof element, { type: "StaticBlock" }> {
  return element.type === "MethodDefinition" || (element.type === "PropertyDefinition" && !element.static);
}

/** The nodes around each name, the outermost first. */
function nodesAround(program: Program): ReadonlyMap<Node, readonly Node[]> {
  const around = new Map<Node, readonly Node[]>();
  walk(program, (node, parents) => {
    if (node.type === "Identifier") around.set(node, [...parents]);
  });
  return around;
}

function membersOf(
  around: ReadonlyMap<Node, readonly Node[]>,
  free: readonly Reference[],
): Pick<FreeNames, "members" | "memberWrites"> {
  const members = new Map<string, string[][] | undefined>();
  const memberWrites: string[] = [];
  for (const reference of free) {
    const identifier = reference.identifier as Identifier;
    const { path, isWrite } = pathFrom(identifier, around.get(identifier) ?? []);
    const before = members.has(identifier.name) ? members.get(identifier.name) : [];
    members.set(identifier.name, path.length === 0 ? undefined : before && [...before, path]);
    if (isWrite && path.length > 0) memberWrites.push([identifier.name, ...path].join("."));
  }
  const known = [...members].filter((entry): entry is [string, string[][]] => entry[1] !== undefined);
  return { members: new Map(known), memberWrites };
}

/** The properties by which a name's value is left: `a.b["c"][d]` leaves `a` by `b` and `c`. */
function pathFrom(name: Node, parents: readonly Node[]): { path: string[]; isWrite: boolean } {
  const path: string[] = [];
  let at = name;
  for (const parent of parents.toReversed()) {
    const property =
      parent.type === "MemberExpression" && parent.object === at ? propertyOf(parent) : undefined;
    if (property === undefined) return { path, isWrite: isWritten(at, parent) };
    path.push(property);
    at = parent;
  }
  return { path, isWrite: false };
}

function propertyOf({ computed, property }: MemberExpression): string | undefined {
  if (!computed) return property.type === "Identifier" ? property.name : undefined;
  return property.type === "Literal" && typeof property.value === "string" ? property.value : undefined;
}

function isWritten(node: Node, parent: Node): boolean {
  if (parent.type === "AssignmentExpression") return parent.left === node;
  return parent.type === "UpdateExpression";
}

function parse(text: string): Program | undefined {
  try {
    const program = acorn.parse(text, { ecmaVersion: "latest", sourceType: "module", ranges: true });
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

const OWN_SUPER = new Set(["ClassBody", "ObjectExpression"]);

/** The first use of something that only the place itself has, other than its variables. */
function placeUse(node: Node, ownThis = false, ownSuper = false): PlaceUse | undefined {
  if (node.type === "ThisExpression" && !ownThis) return "this";
  if (node.type === "Super" && !ownSuper) return "super";
  if (node.type === "ImportExpression") return "import()";
  if (node.type === "MetaProperty" && node.meta.name === "import") return "import.meta";
  for (const child of childrenOf(node)) {
    const use = placeUse(child, ownThis || OWN_THIS.has(node.type), ownSuper || OWN_SUPER.has(node.type));
    if (use !== undefined) return use;
  }
  return undefined;
}

/** @param visit is given the nodes around a node, the outermost first */
function walk(node: Node, visit: (node: Node, parents: readonly Node[]) => void, parents: Node[] = []): void {
  visit(node, parents);
  parents.push(node);
  for (const child of childrenOf(node)) walk(child, visit, parents);
  parents.pop();
}

/** The first node of a type that is not inside one of the functions of the form around a method. */
function find(program: Program, type: Node["type"]): Extract<Node, { type: "Property" }> | undefined {
  let found: Node | undefined;
  walk(program, (node, parents) => {
    if (found === undefined && node.type === type && parents.at(-1)?.type === "ObjectExpression")
      found = node;
  });
  return found as Extract<Node, { type: "Property" }> | undefined;
}

function childrenOf(node: Node): Node[] {
  return Object.values(node).flat().filter(isNode);
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && "type" in value && typeof value.type === "string";
}

/** The beginning of a function's source on one line, for messages. */
export function label(source: string): string {
  const line = source.replace(/\s+/g, " ").trim();
  return line.length > 60 ? `${line.slice(0, 59)}…` : line;
}
