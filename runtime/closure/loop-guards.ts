import * as acorn from "acorn";

/** Names that the guards put in here refer to: what a thread gives as its loop guard. */
export const LOOP_GUARD = { flag: "$millraceFlag", stop: "$millraceStop" };

const GUARD = `${LOOP_GUARD.flag}[0]&&${LOOP_GUARD.stop}();`;

/** Node types of loops. */
const LOOPS = new Set([
  "ForStatement",
  "ForInStatement",
  "ForOfStatement",
  "WhileStatement",
  "DoWhileStatement",
]);

/**
 * The source of an expression with a guard in each of its loops: a task is synchronous, so that no message reaches it, and
 * a function that loops on would see neither that its job was cancelled nor that it fills its worker's memory. Each turn
 * reads one word of shared memory. Lines stay; columns on a line with a loop's beginning move.
 */
export function withLoopGuards(source: string): string {
  if (!MAY_LOOP.test(source)) return source;
  const inserted: { at: number; text: string }[] = [];
  for (const { type, start, end } of loopBodies(source)) {
    if (type === "BlockStatement") inserted.push({ at: start + 1, text: GUARD });
    else inserted.push({ at: start, text: `{${GUARD}` }, { at: end, text: "}" });
  }
  inserted.sort((a, b) => a.at - b.at);
  let [guarded, from] = ["", 0];
  for (const { at, text } of inserted) {
    guarded += source.slice(from, at) + text;
    from = at;
  }
  return guarded + source.slice(from);
}

/** Most functions have no loop: these are not parsed. */
const MAY_LOOP = /\b(?:for|while|do)\b/;

function loopBodies(source: string): acorn.Node[] {
  const bodies: acorn.Node[] = [];
  const stack: unknown[] = [acorn.parse(source, { ecmaVersion: "latest", sourceType: "module" })];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (Array.isArray(node)) stack.push(...node);
    else if (isNode(node)) {
      if (LOOPS.has(node.type)) bodies.push((node as acorn.WhileStatement).body);
      stack.push(...Object.values(node));
    }
  }
  return bodies;
}

function isNode(value: unknown): value is acorn.Node {
  return typeof value === "object" && value !== null && "type" in value && typeof value.type === "string";
}
