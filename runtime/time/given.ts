/**
 * What was given in place of a time or a duration, for people. Without Node's `inspect`: functions of tasks that capture a time
 * take its class along, and with it what that imports.
 */
export function given(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "symbol" || typeof value === "function") return `a ${typeof value}`;
  return typeof value === "object" && value !== null ? "an object" : String(value);
}
