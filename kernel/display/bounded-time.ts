/**
 * Runs code that belongs to a value (getters, custom inspection, a Map's own `size`) for a limited time, so that showing
 * a value cannot hang the cell.
 */

import { Script } from "node:vm";

export class TooSlow extends Error {
  override readonly name = "TooSlow";
}

/** U+200D at the end: no cell can mean this name by accident, see compile/notebook-names.ts. */
const CALL = "timed\u200d";

/** V8 limits the time of scripts only, so the call stands in one. */
const script = new Script(`${CALL}()`, { filename: "node:internal/bounded-time" });

/**
 * Calls `action` and returns what it returns; what it throws is thrown on. May be nested. Costs 0.2 ms, for the thread
 * that watches the clock.
 * @throws TooSlow when it is not done after `limitMs`: it is stopped wherever it is, no `finally` of it runs
 */
export function withinTime<T>(limitMs: number, action: () => T): T {
  const outer = Object.getOwnPropertyDescriptor(globalThis, CALL);
  let result: { value: T } | undefined;
  const call = (): void => {
    result = { value: action() };
  };
  Object.defineProperty(globalThis, CALL, { value: call, configurable: true, enumerable: false });
  try {
    script.runInThisContext({ timeout: limitMs });
  } catch (error) {
    throw isTimeout(error) ? new TooSlow(`not done after ${limitMs / 1000} s`) : error;
  } finally {
    if (outer === undefined) Reflect.deleteProperty(globalThis, CALL);
    else Object.defineProperty(globalThis, CALL, outer);
  }
  if (result === undefined) throw new TooSlow(`not done after ${limitMs / 1000} s`);
  return result.value;
}

function isTimeout(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ERR_SCRIPT_EXECUTION_TIMEOUT";
}
