/** Generic access to acorn's tree: children of a node, and a walk that knows whether it is inside a function. */

import type { AnyNode, Node } from "acorn";

/** Functions of all kinds, without classes. */
export function isFunction(
  node: AnyNode,
): node is Extract<
  AnyNode,
  { type: "FunctionDeclaration" | "FunctionExpression" | "ArrowFunctionExpression" }
> {
  return (
    node.type === "FunctionDeclaration" ||
    node.type === "FunctionExpression" ||
    node.type === "ArrowFunctionExpression"
  );
}

/** The nodes directly below `node`, in source order of their fields. */
export function childrenOf(node: AnyNode): AnyNode[] {
  const children: AnyNode[] = [];
  for (const value of Object.values(node)) {
    if (Array.isArray(value)) {
      for (const item of value) if (isNode(item)) children.push(item);
    } else if (isNode(value)) children.push(value);
  }
  return children;
}

/**
 * Calls `visit` for `root` and all nodes below it, children before their parent.
 * @param visit gets the node and how many functions enclose it
 */
export function walk(root: AnyNode, visit: (node: AnyNode, depth: number) => void, depth = 0): void {
  const inner = isFunction(root) || root.type === "StaticBlock" ? depth + 1 : depth;
  for (const child of childrenOf(root)) walk(child, visit, inner);
  visit(root, depth);
}

function isNode(value: unknown): value is AnyNode {
  return typeof value === "object" && value !== null && typeof (value as Partial<Node>).type === "string";
}
