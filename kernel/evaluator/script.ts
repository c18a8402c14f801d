/** Script text → the function of a cell, in the main realm. */

import { Script } from "node:vm";

type CellFunction = (...args: unknown[]) => unknown;

/**
 * Cells run in the realm of Node itself, so that `instanceof Array` holds for what packages return.
 * @throws SyntaxError of V8, with the place in its stack
 */
export function cellFunction(script: string, filename: string): CellFunction {
  const result: unknown = new Script(script, { filename }).runInThisContext({ displayErrors: false });
  if (!isCellFunction(result)) throw new Error("the compiled cell is no function");
  return result;
}

function isCellFunction(value: unknown): value is CellFunction {
  return typeof value === "function";
}
