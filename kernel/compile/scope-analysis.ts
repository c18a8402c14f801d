/** Which identifiers of a cell mean something outside the cell's own functions and blocks. */

import type { AnyNode, CallExpression, Identifier, Program } from "acorn";
import { blockNames, boundIdentifiers, declaredNames, hoistedVars } from "./patterns.js";
import { childrenOf } from "./syntax-tree.js";

/** An identifier in the text that no function or block of the cell declares. */
export interface Reference {
  name: string;
  /** Where it stands. */
  start: number;
  end: number;
  /** It is both key and value of an object literal or pattern: `{x}`. */
  shorthand: boolean;
}

/** `x = () => …`: an anonymous function or class that takes its `.name` from the reference it is assigned to. */
export interface NamedByTarget {
  name: string;
  start: number;
  end: number;
}

/** The first argument of a direct `eval(…)`, and what the functions and blocks around it declare. */
export interface EvalCall {
  start: number;
  end: number;
  bound: string[];
}

export interface FreeNames {
  /** In source order of their first mention, repetitions included. */
  references: Reference[];
  namedByTarget: NamedByTarget[];
  evalCalls: EvalCall[];
}

/** Finds the references of a program that its nested scopes do not bind: those to the top level, and free ones. */
export function freeNames(program: Program): FreeNames {
  const found: FreeNames = { references: [], namedByTarget: [], evalCalls: [] };
  const top: Scope = { names: new Set(), found };
  for (const statement of program.body) visit(statement, top);
  return found;
}

interface Scope {
  names: ReadonlySet<string>;
  parent?: Scope;
  found: FreeNames;
}

function inside(parent: Scope, names: Iterable<string>): Scope {
  return { names: new Set(names), parent, found: parent.found };
}

function isBound(name: string, scope: Scope | undefined): boolean {
  for (let s = scope; s !== undefined; s = s.parent) if (s.names.has(name)) return true;
  return false;
}

type Visitors = { [T in AnyNode["type"]]?: (node: Extract<AnyNode, { type: T }>, scope: Scope) => void };

function visit(node: AnyNode, scope: Scope): void {
  const visitor = VISITORS[node.type] as ((node: AnyNode, scope: Scope) => void) | undefined;
  if (visitor === undefined) visitAll(childrenOf(node), scope);
  else visitor(node, scope);
}

function visitAll(nodes: readonly AnyNode[], scope: Scope): void {
  for (const node of nodes) visit(node, scope);
}

/** What is not listed has only children in the same scope. */
const VISITORS: Visitors = {
  Identifier: (node, scope) => refer(node, scope, false),
  Property: (node, scope) => {
    if (node.computed) visit(node.key, scope);
    if (node.shorthand) visitShorthand(node.value, scope);
    else visit(node.value, scope);
  },
  MemberExpression: (node, scope) => {
    visit(node.object, scope);
    if (node.computed) visit(node.property, scope);
  },
  MethodDefinition: (node, scope) => {
    if (node.computed) visit(node.key, scope);
    visit(node.value, scope);
  },
  PropertyDefinition: (node, scope) => {
    if (node.computed) visit(node.key, scope);
    if (node.value) visit(node.value, scope);
  },
  CallExpression: (node, scope) => {
    noteEval(node, scope);
    visitAll([node.callee, ...node.arguments], scope);
  },
  LabeledStatement: (node, scope) => visit(node.body, scope),
  BreakStatement: nothing,
  ContinueStatement: nothing,
  MetaProperty: nothing,
  ImportDeclaration: nothing,
  ExportAllDeclaration: nothing,
  ExportNamedDeclaration: (node, scope) => {
    if (node.declaration) visit(node.declaration, scope);
  },
  VariableDeclarator: (node, scope) => {
    visit(node.id, scope);
    if (node.init) {
      nameByTarget(node.id, node.init, scope);
      visit(node.init, scope);
    }
  },
  AssignmentExpression: (node, scope) => {
    if (NAMING_OPERATORS.has(node.operator)) nameByTarget(node.left, node.right, scope);
    visitAll([node.left, node.right], scope);
  },
  AssignmentPattern: (node, scope) => {
    nameByTarget(node.left, node.right, scope);
    visitAll([node.left, node.right], scope);
  },
  FunctionDeclaration: (node, scope) => visitFunction(node, scope),
  FunctionExpression: (node, scope) => visitFunction(node, node.id ? inside(scope, [node.id.name]) : scope),
  ArrowFunctionExpression: (node, scope) => visitFunction(node, scope),
  ClassDeclaration: visitClass,
  ClassExpression: visitClass,
  StaticBlock: (node, scope) =>
    visitAll(node.body, inside(scope, [...blockNames(node.body), ...varNames(node.body)])),
  BlockStatement: (node, scope) => visitAll(node.body, inside(scope, blockNames(node.body))),
  SwitchStatement: (node, scope) => {
    visit(node.discriminant, scope);
    visitAll(node.cases, inside(scope, blockNames(node.cases.flatMap((c) => c.consequent))));
  },
  ForStatement: (node, scope) => visitLoop(node, node.init ?? undefined, scope),
  ForInStatement: (node, scope) => visitLoop(node, node.left, scope),
  ForOfStatement: (node, scope) => visitLoop(node, node.left, scope),
  CatchClause: (node, scope) => {
    const inner = inside(scope, node.param ? boundIdentifiers(node.param).map((id) => id.name) : []);
    visitAll(childrenOf(node), inner);
  },
};

function nothing(): void {
  // The names in such a node (labels, `import.meta`, module specifiers) are no variables.
}

function visitShorthand(value: AnyNode, scope: Scope): void {
  if (value.type === "Identifier") refer(value, scope, true);
  else if (value.type === "AssignmentPattern" && value.left.type === "Identifier") {
    refer(value.left, scope, true);
    nameByTarget(value.left, value.right, scope);
    visit(value.right, scope);
  } else visit(value, scope);
}

type FunctionNode = Extract<
  AnyNode,
  {
    type:
      | "FunctionDeclaration"
      | "FunctionExpression"
      | "ArrowFunctionExpression"
      | "AnonymousFunctionDeclaration";
  }
>;

/** Parameters have a scope of their own: `function f(a = x) { var x }` means the outer x. */
function visitFunction(node: FunctionNode, scope: Scope): void {
  const parameters = node.params.flatMap(boundIdentifiers).map((id) => id.name);
  const own = node.type === "ArrowFunctionExpression" ? [] : ["arguments"];
  const outer = inside(scope, [...parameters, ...own]);
  visitAll(node.params, outer);
  const body = node.body.type === "BlockStatement" ? node.body.body : [node.body];
  visitAll(body, inside(outer, [...blockNames(body), ...varNames(body)]));
}

function visitClass(
  node: Extract<AnyNode, { type: "ClassDeclaration" | "ClassExpression" }>,
  scope: Scope,
): void {
  const inner = inside(scope, node.id ? [node.id.name] : []);
  if (node.superClass) visit(node.superClass, inner);
  visit(node.body, inner);
}

function visitLoop(node: AnyNode, head: AnyNode | undefined, scope: Scope): void {
  const own = head?.type === "VariableDeclaration" && head.kind !== "var" ? declaredNames(head) : [];
  visitAll(childrenOf(node), inside(scope, own));
}

function varNames(body: readonly AnyNode[]): string[] {
  return body.flatMap(hoistedVars).flatMap(declaredNames);
}

/** `eval` cannot be declared in strict code, so it is always the language's. */
function noteEval({ callee, optional, arguments: given }: CallExpression, scope: Scope): void {
  const [text] = given;
  if (callee.type !== "Identifier" || callee.name !== "eval" || optional) return;
  if (text === undefined || text.type === "SpreadElement") return;
  scope.found.evalCalls.push({ start: text.start, end: text.end, bound: boundNames(scope) });
}

function boundNames(scope: Scope): string[] {
  const names = new Set<string>();
  for (let s: Scope | undefined = scope; s !== undefined; s = s.parent)
    for (const name of s.names) names.add(name);
  return [...names];
}

function refer(node: Identifier, scope: Scope, shorthand: boolean): void {
  if (isBound(node.name, scope)) return;
  scope.found.references.push({ name: node.name, start: node.start, end: node.end, shorthand });
}

const NAMING_OPERATORS: ReadonlySet<string> = new Set(["=", "||=", "&&=", "??="]);

function nameByTarget(target: AnyNode, value: AnyNode, scope: Scope): void {
  if (target.type !== "Identifier" || !isAnonymous(value) || isBound(target.name, scope)) return;
  scope.found.namedByTarget.push({ name: target.name, start: value.start, end: value.end });
}

function isAnonymous(node: AnyNode): boolean {
  if (node.type === "ArrowFunctionExpression") return true;
  return (node.type === "FunctionExpression" || node.type === "ClassExpression") && !node.id;
}
