import type { ScopeManager, Variable } from "eslint-scope";
import type {
  ArrowFunctionExpression,
  FunctionExpression,
  Identifier,
  Node,
  ObjectPattern,
  Program,
} from "estree";

type FunctionNode = ArrowFunctionExpression | FunctionExpression;

/**
 * What a function's source says of the record that it is given, its first argument: that it is a text which the function parses as
 * JSON, and nothing else; or that nothing is read of it but properties of these names, while the function runs.
 */
export type RecordUse = { kind: "json" } | { kind: "fields"; names: string[] };

/** Each name of a program, with the nodes around it, the outermost first. */
type NodesAround = ReadonlyMap<Node, readonly Node[]>;

/**
 * How the function that is a program's only expression uses its record; undefined where more can be done with that than is said
 * here, or it is no function.
 */
export function recordUse(
  { body: [statement] }: Program,
  scopes: ScopeManager,
  around: NodesAround,
): RecordUse | undefined {
  const fn = statement?.type === "ExpressionStatement" ? statement.expression : undefined;
  if (!isFunction(fn) || fn.async || fn.generator || hasOtherWays(fn, scopes)) return undefined;
  const [record] = fn.params;
  if (record === undefined) return { kind: "fields", names: [] };
  if (record.type === "ObjectPattern") return fields(namesIn(record));
  if (record.type !== "Identifier") return undefined;
  const variable = variableOf(record, fn, scopes);
  if (variable === undefined) return undefined;
  if (fn.params.length === 1 && parsesJson(fn, record.name)) return { kind: "json" };
  const reads = variable.references.map(({ identifier, from }) =>
    // A function inside may be called when the record is another one.
    from.variableScope.block === fn
      ? readOf(identifier as Identifier, around.get(identifier as Identifier) ?? [])
      : undefined,
  );
  return fields(reads.includes(undefined) ? undefined : (reads as string[][]).flat());
}

/** Those that every object has are not told apart from the record's own. */
function fields(names: readonly string[] | undefined): RecordUse | undefined {
  if (names === undefined || names.some((name) => name in Object.prototype)) return undefined;
  return { kind: "fields", names: [...new Set(names)].sort() };
}

/** `text => JSON.parse(text)`, with `JSON` that of the language. */
function parsesJson(fn: FunctionNode, text: string): boolean {
  const [only, second] = fn.body.type === "BlockStatement" ? fn.body.body : [];
  const result =
    fn.body.type !== "BlockStatement"
      ? fn.body
      : only?.type === "ReturnStatement" && second === undefined
        ? only.argument
        : undefined;
  if (result?.type !== "CallExpression" || result.optional || result.arguments.length !== 1) return false;
  const [argument] = result.arguments;
  const { callee } = result;
  return (
    argument?.type === "Identifier" &&
    argument.name === text &&
    callee.type === "MemberExpression" &&
    callee.object.type === "Identifier" &&
    callee.object.name === "JSON" &&
    text !== "JSON" &&
    propertyOf(callee) === "parse"
  );
}

/** The parameter, if it is nothing else too: no default of another one sees it, no `var` has its name. */
function variableOf({ name }: Identifier, fn: FunctionNode, scopes: ScopeManager): Variable | undefined {
  const variable = scopes.getDeclaredVariables(fn).find((one) => one.name === name);
  return variable?.defs.length === 1 && variable.defs[0]?.type === "Parameter" ? variable : undefined;
}

/** Ways to a record that are no use of its name: all arguments, where the function is no arrow, and text that is run. */
function hasOtherWays(fn: FunctionNode, scopes: ScopeManager): boolean {
  const scope = scopes.acquire(fn, true);
  if (scope === null || scope.through.some(({ identifier }) => identifier.name === "eval")) return true;
  return (scope.set.get("arguments")?.references.length ?? 0) > 0;
}

/** The properties by which a use of the record reads it; undefined when it does something else. */
function readOf(use: Identifier, around: readonly Node[]): string[] | undefined {
  const parent = around.at(-1);
  if (parent?.type === "VariableDeclarator" && parent.init === use && parent.id.type === "ObjectPattern")
    return namesIn(parent.id);
  if (parent?.type !== "MemberExpression" || parent.object !== use) return undefined;
  const name = propertyOf(parent);
  return name !== undefined && isValue(parent, around) ? [name] : undefined;
}

/** Whether what is there is only the value of an expression: not called with the record as `this`, not written to, not deleted. */
function isValue(member: Node, around: readonly Node[]): boolean {
  const parent = around.at(-2);
  switch (parent?.type) {
    case undefined:
    case "ChainExpression":
    case "UpdateExpression":
    case "ArrayPattern":
    case "RestElement":
      return false;
    case "Property":
      return around.at(-3)?.type !== "ObjectPattern";
    case "ForInStatement":
    case "ForOfStatement":
    case "AssignmentExpression":
    case "AssignmentPattern":
      return parent.right === member;
    case "CallExpression":
    case "NewExpression":
      return parent.callee !== member;
    case "TaggedTemplateExpression":
      return parent.tag !== member;
    case "UnaryExpression":
      return parent.operator !== "delete";
    default:
      return true;
  }
}

/** The properties that a pattern takes out of an object; undefined when it takes the rest, or names are computed. */
function namesIn({ properties }: ObjectPattern): string[] | undefined {
  const names = properties.map((property) => {
    if (property.type !== "Property" || property.computed) return undefined;
    if (property.key.type === "Identifier") return property.key.name;
    return property.key.type === "Literal" ? String(property.key.value) : undefined;
  });
  return names.includes(undefined) ? undefined : (names as string[]);
}

function propertyOf(member: Extract<Node, { type: "MemberExpression" }>): string | undefined {
  const { computed, property, optional } = member;
  if (optional) return undefined;
  if (!computed) return property.type === "Identifier" ? property.name : undefined;
  return property.type === "Literal" && typeof property.value === "string" ? property.value : undefined;
}

function isFunction(node: Node | undefined): node is FunctionNode {
  return node?.type === "ArrowFunctionExpression" || node?.type === "FunctionExpression";
}
