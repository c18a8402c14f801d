/** A value in a few lines, for somebody who looks at its name. Runs no code of the value: no getter, no proxy, no `inspect.custom`. */

import { inspect, types } from "node:util";

const MAX_LENGTH = 1_000;
const MAX_LINES = 15;
/** Objects with more keys are counted: to list them takes time that grows with them. */
const MAX_KEYS = 1_000;

/** The text, undefined for a function, of which its type says all. Never throws; takes well under a millisecond. */
export function preview(value: unknown): string | undefined {
  if (typeof value === "function") return undefined;
  try {
    return shortened(isWide(value) ? "{ … more than a thousand keys }" : text(value));
  } catch {
    return undefined;
  }
}

function text(value: unknown): string {
  return inspect(value, {
    depth: 1,
    maxArrayLength: 10,
    maxStringLength: 200,
    breakLength: 80,
    customInspect: false,
    getters: false,
    showProxy: false,
  });
}

function isWide(value: unknown): boolean {
  if (typeof value !== "object" || value === null || types.isProxy(value)) return false;
  if (Array.isArray(value) || ArrayBuffer.isView(value)) return false;
  let keys = 0;
  for (const _ in value) if (++keys > MAX_KEYS) return true;
  return false;
}

function shortened(whole: string): string {
  const lines = whole.slice(0, MAX_LENGTH).split("\n");
  const cut = lines.slice(0, MAX_LINES).join("\n");
  return cut.length < whole.length ? `${cut} …` : cut;
}
